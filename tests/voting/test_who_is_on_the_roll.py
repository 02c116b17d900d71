"""Who may vote, counted by the rules of the vote: on the page of results, and in what is published."""

from datetime import timedelta

import pytest

from pacto_participe.accounts import queries as queries_of_people
from pacto_participe.accounts import services as accounts
from pacto_participe.accounts.domain import EndReason, Facts, Method, Nationality, Tie
from pacto_participe.accounts.domain.eligibility import Who
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.voting import queries
from pacto_participe.voting.services import rolls
from pacto_participe.voting.services.casting import why_not
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


RULES = [
    {"minimum_age": age, "who": who, "includes_workers": workers}
    for age in (0, 16, 18)
    for who in Who
    for workers in (False, True)
]
PEOPLE = [
    (born, nationality, tie)
    for born in ("12/03/1987", "30/11/2008", "01/12/2008", "29/02/2012")
    for nationality in (None, Nationality.CITIZEN, Nationality.FOREIGN)
    for tie in (None, Tie.WORKS)
]


async def test_the_roll_counts_exactly_those_whom_the_rule_lets_vote(
    database_url: str, site: LiveSite
) -> None:
    """The condition of the query and the rule of one person are one rule, for every combination."""
    homes = []
    for number, (born, nationality, tie) in enumerate(PEOPLE, start=1):
        async with site.work(CLERK) as uow:
            slip = await accounts.issue_slip(
                uow, site.web.secrets, TOWN, f"JB {number}", born, "Centre",
                facts=Facts(nationality, tie),
            )  # fmt: skip
        homes.append(slip.residence_id)
    voters = []
    for residence_id in homes:
        found = await queries_of_people.voter_of_residence(
            site.web.database.quick, TOWN, residence_id, since=site.clock.now()
        )
        assert found is not None
        voters.append(found)

    for place, rule in enumerate(RULES):
        edition = await make_edition(site, edition=f"e{place}", **rule)
        entitled = [voter for voter in voters if why_not(edition.charter, voter) is None]
        async with site.web.database.read() as session:
            counts = await rolls.counts_at(session, edition.charter, site.clock.now())

        assert counts.total == len(entitled), rule


async def test_one_who_works_elsewhere_votes_at_home_and_there_only_where_the_rule_says_so(
    database_url: str, site: LiveSite
) -> None:
    """One person, one residence in each town: living in one, working in the other."""
    person_id = await site.person()
    await site.verify(person_id, "JB 1")
    await site.verify(person_id, "JB 1", town=NEIGHBOUR_TOWN, facts=Facts(tie=Tie.WORKS))
    browser = await site.sign_in(person_id)
    at_home = await make_edition(site)
    at_work = await make_edition(site, town=NEIGHBOUR_TOWN)
    open_to_workers = await make_edition(
        site, town=NEIGHBOUR_TOWN, edition="marche", includes_workers=True
    )

    assert (await browser.get(at_home.path("can-i-vote"))).says("Oui, maintenant")
    assert (await browser.get(at_work.path("can-i-vote"))).says("Non, pas ici")
    assert (await browser.get(open_to_workers.path("can-i-vote"))).says("Oui, maintenant")
    async with site.web.database.read() as session:
        now = site.clock.now()
        assert (await rolls.counts_at(session, at_home.charter, now)).total == 1
        assert (await rolls.counts_at(session, at_work.charter, now)).total == 0
        assert (await rolls.counts_at(session, open_to_workers.charter, now)).total == 1
