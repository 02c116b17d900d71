"""Residents come, are corrected, move and leave while a vote is open: the closed roll holds every voter."""

import json
import random
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from pacto_participe.accounts import queries as people
from pacto_participe.accounts import services as accounts
from pacto_participe.accounts.domain import EndReason, Facts, Nationality, Tie
from pacto_participe.accounts.domain.eligibility import Who
from pacto_participe.accounts.domain.people import NOTHING_SAID, FactReason
from pacto_participe.accounts.services.facts import correct_facts
from pacto_participe.voting import jobs, queries
from pacto_participe.voting.boxes import BOXES, CastAnswer, Voter
from pacto_participe.voting.publication.roll import line_of
from pacto_participe.voting.routes import parts
from pacto_participe.voting.services import rolls
from pacto_participe.voting.services.casting import why_not
from pacto_participe.voting.verification import Grade, findings_of
from pacto_participe.web.retention import forget_what_is_over
from tests.town import CLOSES, OPENS, TOWN, Edition, LiveSite, count, make_edition
from tests.voting.test_the_roll_is_frozen import published
from tests.voting.test_who_is_on_the_roll import CLERK, moved_away

DISTRICTS = ("Centre", "Douar Aït", "Douar Oulad")
CITIZEN = Facts(nationality=Nationality.CITIZEN)
FOREIGN = Facts(nationality=Nationality.FOREIGN)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def every_area_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of few residents too, and at once: so that a handful of people show what a city would."""
    monkeypatch.setattr(parts, "FEWEST_IN_AN_AREA", 1)
    monkeypatch.setattr(parts, "ROLL_SECONDS", 0)


@pytest.fixture
async def edition(site: LiveSite, every_area_is_told: None) -> Edition:
    """For citizens only; frozen, and open for an hour."""
    site.clock.instant = OPENS - timedelta(days=5)
    made = await make_edition(site, who=Who.CITIZENS)
    for card in ("JB 1", "JB 2", "JB 3"):
        await seen(site, card, facts=CITIZEN)
    site.clock.instant = OPENS - timedelta(hours=12)
    await jobs.freeze_rolls(site.web)
    site.clock.instant = OPENS + timedelta(hours=1)
    return made


async def seen(
    site: LiveSite, card: str, *, district: str = "Centre", facts: Facts = NOTHING_SAID,
    born: str = "12/03/1987",
) -> str:  # fmt: skip
    """A clerk sees the card: for the first time, or again with another address."""
    site.clock.move(MINUTE)
    async with site.work(CLERK) as uow:
        slip = await accounts.issue_slip(
            uow, site.web.secrets, TOWN, card, born, district, facts=facts
        )
    return slip.residence_id


async def corrected(site: LiveSite, residence_id: str, facts: Facts) -> None:
    site.clock.move(MINUTE)
    async with site.work(CLERK) as uow:
        await correct_facts(uow, TOWN, residence_id, facts, FactReason.NOTED_BY_MISTAKE)


async def left(site: LiveSite, residence_id: str) -> None:
    site.clock.move(MINUTE)
    await moved_away(site, residence_id)


async def votes(site: LiveSite, edition: Edition, residence_id: str) -> bool:
    """As somebody does who stands at a desk: whether the vote let them."""
    site.clock.move(MINUTE)
    resident = await people.voter_of_residence(
        site.web.database.quick, TOWN, residence_id, since=edition.charter.eligible_from
    )
    if resident is None or why_not(edition.charter, resident) is not None:
        return False
    box, voter = BOXES[edition.charter.box], Voter(resident.identity)
    standing = await box.standing(site.web.database, site.web.secrets, edition.key, voter)
    area = await parts.told_area(site.web, edition.charter, resident.area)
    cast = await box.cast(
        site.web.database,
        site.web.secrets,
        edition.key,
        Voter(resident.identity, area=area),
        content="1",
        confirmation=uuid4().hex,
        replaces=standing.counted.code if standing.counted else "",
        now=site.clock.now(),
    )
    assert cast.answer is CastAnswer.COUNTED
    return True


async def everything_holds(site: LiveSite, edition: Edition, voters: set[str]) -> Counter[str]:
    """After the count: every voter has a line, nowhere are there more ballots than people. Who was where."""
    await count(site, edition)
    async with site.web.database.read() as session:
        lines = await queries.roll_lines(session, edition.key)
        turnout = await queries.turnout_of(session, edition.key)
    every = {*lines["frozen"], *lines["closed"]}
    key = site.web.secrets.get(rolls.key_name(edition.charter.vote_id))
    assert {line_of(key, voter) for voter in voters} <= every

    voted, entitled = turnout["all"][""]
    assert voted == len(voters)
    assert entitled is not None
    assert voted <= entitled <= len(every)
    areas = Counter[str]()
    for name, (in_area, of) in turnout.get("area", {}).items():
        if name:
            assert of is not None
            assert in_area <= of, name
            areas[name] = of
    assert areas.total() <= entitled
    assert sum(of or 0 for _, of in turnout["method"].values()) == entitled

    files = await published(site, edition)
    assert json.loads(files["result.json"])["turnout"]["entitled"] == entitled
    grades = {found.code: found.grade for found in findings_of(files)}
    assert grades["roll"] is Grade.PASS
    assert Grade.FAIL not in grades.values()
    return areas


async def test_who_came_after_the_freeze_voted_and_was_corrected_stands_on_the_closed_roll(
    database_url: str, site: LiveSite, edition: Edition
) -> None:
    late = await seen(site, "JB 4", facts=CITIZEN)
    assert await votes(site, edition, late)
    await corrected(site, late, FOREIGN)
    assert not await votes(site, edition, late)

    await everything_holds(site, edition, {late})


async def test_who_came_after_the_freeze_voted_and_was_taken_off_stands_on_the_closed_roll(
    database_url: str, site: LiveSite, edition: Edition
) -> None:
    late = await seen(site, "JB 4", facts=CITIZEN)
    assert await votes(site, edition, late)
    async with site.work(CLERK) as uow:
        await accounts.end_residence(uow, TOWN, late, reason=EndReason.MISTAKE)

    await everything_holds(site, edition, {late})


async def test_an_area_that_everybody_moved_out_of_has_no_more_ballots_than_people(
    database_url: str, site: LiveSite, edition: Edition
) -> None:
    homes = [
        await seen(site, f"JB 5{place}", district="Douar Aït", facts=CITIZEN) for place in range(4)
    ]
    for home in homes[:3]:
        assert await votes(site, edition, home)
    for place in range(4):
        await seen(site, f"JB 5{place}", district="Douar Oulad")
    assert await votes(site, edition, homes[0])  # changes the vote, from the new address
    assert await votes(site, edition, homes[3])

    areas = await everything_holds(site, edition, set(homes))

    # One area for each in one vote: that of the opening, or of the day on which they came.
    assert areas == {"Douar Aït": 4}


async def test_who_moved_before_the_opening_is_counted_in_the_new_area(
    database_url: str, site: LiveSite, edition: Edition
) -> None:
    site.clock.instant = OPENS - timedelta(hours=2)
    home = await seen(site, "JB 1", district="Douar Aït")
    site.clock.instant = OPENS + timedelta(hours=1)
    assert await votes(site, edition, home)

    assert await everything_holds(site, edition, {home}) == {"Douar Aït": 1}


async def test_who_never_could_vote_does_not_come_on_the_closed_roll(
    database_url: str, site: LiveSite, edition: Edition
) -> None:
    site.clock.instant = OPENS - timedelta(hours=6)
    gone = await seen(site, "JB 4", facts=CITIZEN)
    await left(site, gone)
    mistaken = await seen(site, "JB 5", facts=CITIZEN)
    await corrected(site, mistaken, FOREIGN)
    site.clock.instant = OPENS + timedelta(hours=1)
    foreign = await seen(site, "JB 6", facts=FOREIGN)
    # Came back as somebody else than they were: not for an instant both here and a citizen.
    returned = await seen(site, "JB 4", facts=FOREIGN)
    assert returned == gone
    site.clock.instant = CLOSES + timedelta(minutes=5)
    await corrected(site, foreign, CITIZEN)  # the worker is late

    await everything_holds(site, edition, set())

    async with site.web.database.read() as session:
        lines = await queries.roll_lines(session, edition.key)
    assert (len(lines["frozen"]), lines["closed"]) == (3, [])


async def test_a_worker_who_is_late_freezes_the_roll_as_it_was(
    database_url: str, site: LiveSite
) -> None:
    site.clock.instant = OPENS - timedelta(days=5)
    made = await make_edition(site, who=Who.CITIZENS)
    before = await seen(site, "JB 1", facts=CITIZEN)
    site.clock.instant = made.charter.roll_freezes_at + MINUTE
    await corrected(site, before, FOREIGN)
    after = await seen(site, "JB 2", facts=FOREIGN)
    await corrected(site, after, CITIZEN)
    await jobs.freeze_rolls(site.web)

    async with site.web.database.read() as session:
        frozen = (await queries.roll_lines(session, made.key))["frozen"]
    key = site.web.secrets.get(rolls.key_name(made.charter.vote_id))
    assert frozen == [line_of(key, before)]


@pytest.mark.parametrize("seed", range(5))
async def test_whatever_happens_while_a_vote_is_open_every_voter_is_on_the_roll(
    database_url: str, site: LiveSite, edition: Edition, seed: int
) -> None:
    """Sixty acts in an order drawn by lot, from the freeze until the close."""
    drawn = random.Random(seed)
    site.clock.instant = OPENS - timedelta(minutes=15)
    homes: dict[str, str] = {}
    voters = set()
    for _ in range(60):
        site.clock.move(MINUTE)
        act = drawn.choice(("come", "move", "correct", "leave", "vote", "vote"))
        card = f"JB {drawn.randrange(1, 9)}"
        facts = Facts(
            drawn.choice((Nationality.CITIZEN, Nationality.CITIZEN, Nationality.FOREIGN)),
            drawn.choice((Tie.LIVES, Tie.LIVES, Tie.WORKS)),
        )
        born = drawn.choice(("12/03/1987", "12/03/1987", "12/03/2012"))
        if act in ("come", "move"):
            said = facts if act == "come" else NOTHING_SAID
            homes[card] = await seen(
                site, card, district=drawn.choice(DISTRICTS), facts=said, born=born
            )
        elif card not in homes:
            continue
        elif act == "correct":
            await corrected(site, homes[card], facts)
        elif act == "leave" and await is_here(site, homes[card]):
            await left(site, homes[card])
        elif act != "vote" or site.clock.now() < OPENS:
            continue
        elif await votes(site, edition, homes[card]):
            voters.add(homes[card])

    assert voters
    await everything_holds(site, edition, voters)


async def is_here(site: LiveSite, residence_id: str) -> bool:
    quick = site.web.database.quick
    now = site.clock.now()
    return await people.voter_of_residence(quick, TOWN, residence_id, since=now) is not None


async def test_what_was_said_before_is_forgotten_once_no_vote_can_need_it(
    database_url: str, site: LiveSite, edition: Edition
) -> None:
    late = await seen(site, "JB 4", facts=CITIZEN)
    await corrected(site, late, FOREIGN)
    await forget_what_is_over(site.web)
    site.clock.move(timedelta(days=2))
    await forget_what_is_over(site.web)
    assert await past_rows(site) == 1

    await count(site, edition)
    await forget_what_is_over(site.web)

    assert await past_rows(site) == 0


async def test_who_moved_away_is_left_as_they_were_until_the_vote_is_sealed(
    database_url: str, site: LiveSite, edition: Edition
) -> None:
    """However long the vote, and however soon the installation forgets who moved away."""
    late = await seen(site, "JB 4", facts=CITIZEN)
    assert await votes(site, edition, late)
    await left(site, late)
    site.clock.move(timedelta(days=366))
    await forget_what_is_over(site.web)

    await everything_holds(site, edition, {late})

    site.clock.move(timedelta(days=732))
    await forget_what_is_over(site.web)
    assert await nationality_of(site, late) == Nationality.UNKNOWN


async def nationality_of(site: LiveSite, residence_id: str) -> str:
    statement = text("SELECT nationality FROM residence WHERE residence_id = :home")
    async with site.web.database.read() as session:
        found = await session.execute(statement, {"home": residence_id})
        return str(found.scalar_one())


async def past_rows(site: LiveSite) -> int:
    async with site.web.database.read() as session:
        found = await session.execute(text("SELECT count(*) FROM residence_past"))
        return int(found.scalar_one())
