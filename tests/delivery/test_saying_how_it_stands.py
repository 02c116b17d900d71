"""Saying how a project stands: who may, what is written down, two who write at once. On both databases."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from pacto_participe.delivery.domain import Status, UpdateProblem, standing
from pacto_participe.delivery.queries import updates_of, updates_of_town
from pacto_participe.kernel.actors import PLATFORM, Actor, Role
from pacto_participe.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from pacto_participe.kernel.money import dirhams
from tests.delivery.following import REVIEWER, SAID, final_edition, say
from tests.recorded import recorded
from tests.town import NEIGHBOUR_TOWN, TOWN, LiveSite, cast, count, make_edition

NEIGHBOUR = Actor(person_id="n" * 32, roles=frozenset({(NEIGHBOUR_TOWN, Role.ADMINISTRATOR)}))
CLERK = Actor(person_id="c" * 32, roles=frozenset({(TOWN, Role.CLERK)}))
ADMINISTRATOR = Actor(person_id="a" * 32, roles=frozenset({(TOWN, Role.ADMINISTRATOR)}))


async def test_an_update_is_kept_as_it_was_said_and_is_told_in_the_journal(
    database_url: str, site: LiveSite
) -> None:
    edition = await final_edition(site)

    await say(site, edition, 4, Status.PROCUREMENT, spent_cents=0)
    site.clock.move(timedelta(days=10))
    last = await say(site, edition, 4, Status.WORKS)

    first, second = (await updates_of(site.web.database, edition.key))[4]
    assert second == last
    assert (first.place, first.status, first.spent_cents) == (1, Status.PROCUREMENT, 0)
    assert first.text == SAID
    assert first.next_on == (site.clock.instant + timedelta(days=50)).date()
    assert (await updates_of_town(site.web.database, TOWN))[edition.charter.vote_id][4] == (
        first, second,
    )  # fmt: skip
    told = await recorded(site.web.database, "delivery:")
    assert [(one.tag, one.role, one.body["project"]) for one in told] == [
        ("delivery:project:updated", "reviewer", 4)
    ] * 2
    assert told[1].body["spent_cents"] == dirhams(100_000)


async def test_a_correction_leaves_what_it_corrects(database_url: str, site: LiveSite) -> None:
    edition = await final_edition(site)
    await say(site, edition, 1)
    await say(site, edition, 1, Status.DONE, spent_cents=dirhams(280_000))

    site.clock.move(timedelta(days=1))
    await say(site, edition, 1, Status.WORKS, corrects=True, actor=ADMINISTRATOR)

    history = (await updates_of(site.web.database, edition.key))[1]
    assert [one.status for one in history] == [Status.WORKS, Status.DONE, Status.WORKS]
    assert history[2].corrects == 2
    assert [one.place for one in standing(history)] == [1, 3]
    told = await recorded(site.web.database, "delivery:project:corrected")
    assert [(one.role, one.body["corrects"]) for one in told] == [("administrator", 2)]


@pytest.mark.parametrize(
    "actor", [PLATFORM, CLERK, NEIGHBOUR], ids=["nobody", "clerk", "neighbour"]
)
async def test_others_say_nothing(site: LiveSite, actor: Actor) -> None:
    edition = await final_edition(site)

    with pytest.raises(NotAllowed):
        await say(site, edition, 1, actor=actor)

    assert await updates_of(site.web.database, edition.key) == {}


async def test_nothing_is_said_while_the_result_is_provisional(site: LiveSite) -> None:
    edition = await final_edition(site, days_ago=2)

    with pytest.raises(Refused) as refused:
        await say(site, edition, 1)

    assert [problem.code for problem in refused.value.problems] == [UpdateProblem.NOT_FINAL]


@pytest.mark.parametrize("project", [5, 99])
async def test_what_was_not_funded_is_not_followed(site: LiveSite, project: int) -> None:
    edition = await final_edition(site)

    with pytest.raises(NotFound):
        await say(site, edition, project)


async def test_who_had_not_read_the_last_update_reads_it_first(
    database_url: str, site: LiveSite
) -> None:
    edition = await final_edition(site)
    await say(site, edition, 1)

    with pytest.raises(Conflict):
        await say(site, edition, 1, after=0)

    assert len((await updates_of(site.web.database, edition.key))[1]) == 1


async def test_of_two_who_write_at_once_one_is_let_in(database_url: str, site: LiveSite) -> None:
    edition = await final_edition(site)

    answers = await asyncio.gather(
        *(say(site, edition, 1, after=0) for _ in range(4)), return_exceptions=True
    )

    refused = [one for one in answers if isinstance(one, BaseException)]
    assert len(refused) == 3
    assert all(isinstance(one, Conflict) for one in refused)
    assert len((await updates_of(site.web.database, edition.key))[1]) == 1
    assert len(await recorded(site.web.database, "delivery:")) == 1


async def test_updates_of_several_projects_at_once_are_all_written(
    database_url: str, site: LiveSite
) -> None:
    edition = await final_edition(site)

    await asyncio.gather(*(say(site, edition, project) for project in (1, 2, 4)))

    assert sorted(await updates_of(site.web.database, edition.key)) == [1, 2, 4]


async def test_what_is_refused_leaves_nothing(site: LiveSite) -> None:
    edition = await final_edition(site)

    with pytest.raises(Refused):
        await say(site, edition, 1, Status.LATE, text=None)

    assert await updates_of(site.web.database, edition.key) == {}
    assert await recorded(site.web.database, "delivery:") == []


async def test_the_next_town_has_its_own(database_url: str, site: LiveSite) -> None:
    edition = await final_edition(site)
    await say(site, edition, 1)
    theirs = await make_edition(
        site,
        edition="2025",
        town=NEIGHBOUR_TOWN,
        opens_at=edition.charter.opens_at,
        closes_at=edition.charter.closes_at,
    )
    await cast(site, theirs, [("1,2", 40)])
    await count(site, theirs)

    assert await updates_of(site.web.database, theirs.key) == {}
    assert await updates_of_town(site.web.database, NEIGHBOUR_TOWN) == {}
    with pytest.raises(NotAllowed):
        await say(site, theirs, 1, actor=REVIEWER)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE delivery_update SET text_fr = 'Tout va bien'", "DELETE FROM delivery_update",
        "UPDATE delivery_update SET spent_cents = 0",
    ],
)  # fmt: skip
async def test_the_database_refuses_to_change_what_was_said(
    database_url: str, site: LiveSite, change: str
) -> None:
    edition = await final_edition(site)
    await say(site, edition, 1)

    with pytest.raises(DBAPIError, match="can only be added to"):
        async with site.work() as uow:
            await uow.session.execute(text(change))


@pytest.mark.parametrize(
    ("guard", "broken"),
    [
        ("next_day_promised", "'late', 100, '', 'x', NULL, NULL, ''"),
        ("text_said", "'works', 100, '', '', '2027-01-01', NULL, ''"),
        ("end_dated", "'done', 100, '', 'x', NULL, NULL, ''"),
        ("decision_named", "'abandoned', 100, '', 'x', NULL, NULL, ''"),
        ("spent_not_negative", "'works', -1, '', 'x', '2027-01-01', NULL, ''"),
    ],
)
async def test_the_database_takes_no_update_without_what_it_needs(
    database_url: str, site: LiveSite, guard: str, broken: str
) -> None:
    edition = await final_edition(site)
    town, vote = edition.key

    with pytest.raises(DBAPIError, match=guard):
        async with site.work() as uow:
            await uow.session.execute(
                text(
                    "INSERT INTO delivery_update (collectivity_id, vote_id, project, place, bureau, "
                    "written_at, status, spent_cents, text_ar, text_fr, next_on, done_on, decision) "
                    f"VALUES ('{town}', '{vote}', 1, 1, 'partner', '2026-11-23 12:00:00', {broken})"
                )
            )
