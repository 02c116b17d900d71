"""Who may vote, counted by the rules of the vote: on the page of results, and in what is published."""

from datetime import timedelta

import pytest

from pacto_participe.accounts import services as accounts
from pacto_participe.accounts.domain import EndReason, Method
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.voting import queries
from pacto_participe.voting.services import rolls
from tests.town import CLOSES, NEIGHBOUR_TOWN, NOON, TOWN, LiveSite, cast, count, make_edition

CLERK = Actor(
    person_id="c" * 32, roles=frozenset({(TOWN, Role.CLERK), (NEIGHBOUR_TOWN, Role.CLERK)})
)


async def verified(
    site: LiveSite, card: str, born: str = "12/03/1987", *, town: str = TOWN,
    district: str = "Centre", method: Method = Method.COUNTER,
) -> str:  # fmt: skip
    async with site.work(CLERK) as uow:
        slip = await accounts.issue_slip(
            uow, site.web.secrets, town, card, born, district, method=method
        )
    return slip.residence_id


async def moved_away(site: LiveSite, residence_id: str) -> None:
    async with site.work(CLERK) as uow:
        await accounts.end_residence(uow, TOWN, residence_id, reason=EndReason.MOVED)


@pytest.mark.parametrize(
    ("least", "by_method"),
    [(18, {"counter": 2, "list": 1}), (16, {"counter": 3, "list": 2})],
)
async def test_the_published_roll_counts_those_who_are_old_enough_by_the_close(
    database_url: str, site: LiveSite, least: int, by_method: dict[str, int]
) -> None:
    edition = await make_edition(site, minimum_age=least)
    await verified(site, "JB 1")
    await verified(site, "JB 2", "30/11/2008")  # 18 on the last day
    await verified(site, "JB 3", "01/12/2008")  # 18 the day after
    await verified(site, "JB 4", "01/12/2010")  # 16 the day after
    await verified(site, "JB 5", method=Method.LIST)
    await verified(site, "JB 6", "01/06/2009", method=Method.LIST)
    await verified(site, "JB 7", town=NEIGHBOUR_TOWN)
    await cast(site, edition, [("1", 2)])
    assert CLOSES.date().isoformat() == "2026-11-30"

    await count(site, edition)

    result = await queries.published_result(site.web.database, edition.key)
    assert result is not None
    assert result["turnout"]["entitled"] == sum(by_method.values())
    told = {cell["name"]: cell["entitled"] for cell in result["turnout"]["by_method"]}
    assert told == by_method


async def test_who_moves_away_during_the_vote_could_vote_and_who_did_before_could_not(
    database_url: str, site: LiveSite
) -> None:
    site.clock.instant = NOON - timedelta(days=20)  # before the opening
    left_before = await verified(site, "JB 1")
    left_during = await verified(site, "JB 2")
    came_back = await verified(site, "JB 3")
    await moved_away(site, left_before)
    await moved_away(site, came_back)
    site.clock.instant = NOON
    edition = await make_edition(site)
    await moved_away(site, left_during)
    assert await verified(site, "JB 3") == came_back  # the same human being
    site.clock.instant = CLOSES + timedelta(minutes=1)
    await verified(site, "JB 4")

    async with site.web.database.read() as session:
        at_close = await rolls.counts_at_close(session, edition.charter)
        now = await rolls.counts_at(session, edition.charter, site.clock.now())

    assert at_close.total == 2  # left_during and came_back
    assert now.total == 2  # came_back and the late one
