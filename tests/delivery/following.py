"""A town whose vote of last year is final, for tests of what became of its projects."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from pacto_participe.delivery.domain import Bureau, Draft, Milestone, Status, Update
from pacto_participe.delivery.queries import updates_of
from pacto_participe.delivery.services import say_how_it_stands
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.clock import instant_of, local
from pacto_participe.kernel.languages import Texts
from pacto_participe.kernel.money import dirhams
from tests.town import NOON, TOWN, Edition, LiveSite, cast, count, make_edition, vote_of

REVIEWER = Actor(person_id="r" * 32, roles=frozenset({(TOWN, Role.REVIEWER)}))
# Funded, in this order: 1 (280 000 DH), 4 (450 000 DH), 2 (390 000 DH) and 3 (620 000 DH).
BALLOTS = (("1,4", 40), ("1,2", 20), ("2", 15), ("2,3,4", 10))
FUNDED = (1, 2, 3, 4)
SAID = Texts.of({"ar": "الأشغال متقدمة", "fr": "Les travaux avancent"})


async def final_edition(site: LiveSite, *, days_ago: int = 50, edition: str = "2025") -> Edition:
    """An edition whose vote closed so many days ago, counted, and final since three days later."""
    now = site.clock.instant
    closes_at = now - timedelta(days=days_ago)
    made = await make_edition(
        site, edition=edition, opens_at=closes_at - timedelta(days=14), closes_at=closes_at
    )
    await cast(site, made, BALLOTS)
    site.clock.instant = closes_at
    await count(site, made)
    site.clock.instant = now
    return made


def draft(status: Status = Status.WORKS, *, today: date | None = None, **changes: object) -> Draft:
    """An update with nothing to mend on a day (that of `NOON`), except what a test changes."""
    today = today or local(NOON).date()
    whole = Draft(
        status=status,
        spent_cents=dirhams(100_000),
        bureau=Bureau.TECHNICAL_SERVICE,
        text=SAID,
    )
    if status is Status.DONE:
        whole = replace(whole, done_on=today)
    elif status is Status.ABANDONED:
        whole = replace(whole, decision="12/2026, 5 mai 2026")
    else:
        whole = replace(whole, milestone=Milestone.WORKS_END, next_on=today + timedelta(days=60))
    return replace(whole, **changes)  # type: ignore[arg-type]  # whatever the test says


async def say(
    site: LiveSite,
    edition: Edition,
    project: int,
    status: Status = Status.WORKS,
    *,
    actor: Actor = REVIEWER,
    after: int | None = None,
    **changes: object,
) -> Update:
    """Publish an update as whoever acts, having read all that there is."""
    vote = await vote_of(site, edition)
    if after is None:
        after = len((await updates_of(site.web.database, edition.key)).get(project, ()))
    update = draft(status, today=local(site.clock.instant).date(), **changes)
    async with site.work(actor) as uow:
        return await say_how_it_stands(uow, vote, FUNDED, project, update, after=after)


def at(day: date) -> datetime:
    """Noon of a day in the town."""
    return instant_of(day, time(12))
