"""The town of the tests is a real one: people who may, people who may not, and a count."""

from datetime import timedelta

import pytest

from pacto_participe.accounts import queries as accounts
from pacto_participe.voting import queries
from pacto_participe.voting.charter import VoteState
from pacto_participe.web.sessions import fingerprint
from tests.town import NEIGHBOUR_TOWN, TOWN, cast, count, make_edition, vote_of

pytestmark = pytest.mark.usefixtures("database_url")


async def test_the_server_is_alive(visitor):
    page = await visitor.get("/healthz")

    assert page.response.json() == {"status": "alive"}


async def test_who_lives_here_may_vote_here_and_nobody_else(site, resident, neighbour, clerk):
    async def districts(browser, town):
        ticket = browser.http.cookies["session"]
        voter = await accounts.voter_of_session(
            site.web.database.quick, fingerprint(ticket), town, site.clock.now()
        )
        return voter and voter.district

    assert await districts(resident, TOWN) == "Centre"
    assert await districts(resident, NEIGHBOUR_TOWN) is None
    assert await districts(neighbour, TOWN) is None
    assert await districts(neighbour, NEIGHBOUR_TOWN) == "Centre"
    assert await districts(clerk, TOWN) is None


async def test_staff_and_operator_have_their_roles(site, clerk, administrator, operator):
    async def actor(browser):
        ticket = browser.http.cookies["session"]
        return await accounts.actor_of_session(site.web.database, fingerprint(ticket), site.clock)

    assert [role for _, role in (await actor(clerk)).roles] == ["clerk"]
    assert [role for _, role in (await actor(administrator)).roles] == ["administrator"]
    assert (await actor(operator)).is_operator


async def test_an_edition_is_soon_then_open_then_closed_by_the_clock_alone(site, soon_edition):
    states = []
    for _ in range(3):
        states.append((await vote_of(site, soon_edition)).state(site.clock.now()))
        site.clock.move(timedelta(days=12))

    assert states == [VoteState.SOON, VoteState.OPEN, VoteState.CLOSED]


async def test_ballots_in_the_box_are_counted_and_published(site, open_edition):
    await cast(site, open_edition, [("1,4", 30), ("2", 12)])
    await count(site, open_edition)

    vote = await vote_of(site, open_edition)
    result = await queries.published_result(site.web.database, vote.key)
    assert vote.state(site.clock.now()) is VoteState.PROVISIONAL
    assert result is not None
    assert result["winners"] == ["1", "4", "2"]
    assert [project["votes"] for project in result["projects"]] == [30, 12, 0, 30, 0, 0, 0]


async def test_editions_of_two_towns_stand_side_by_side(site, open_edition):
    await make_edition(site, town=NEIGHBOUR_TOWN)

    here = await queries.votes_of(site.web.database, TOWN)
    assert [vote.charter.fingerprint for vote in here] == [open_edition.charter.fingerprint]
