"""The roll of a vote: fixed and published before the opening, again at the close, never changed, no names."""

import asyncio
import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.errors import NotAllowed, Refused
from pacto_participe.voting import jobs, queries
from pacto_participe.voting.publication.roll import fingerprint_of
from pacto_participe.voting.services import rolls
from pacto_participe.voting.verification import Grade, findings_of
from tests.recorded import bodies
from tests.town import (
    CLOSES,
    NEIGHBOUR_TOWN,
    OPENS,
    TOWN,
    Edition,
    LiveSite,
    cast,
    count,
    make_edition,
)
from tests.voting.test_who_is_on_the_roll import moved_away, verified

ADMINISTRATOR = Actor(person_id="a" * 32, roles=frozenset({(TOWN, Role.ADMINISTRATOR)}))
CLERK = Actor(person_id="c" * 32, roles=frozenset({(TOWN, Role.CLERK)}))
OBSERVER = Actor(person_id="o" * 32, roles=frozenset({(TOWN, Role.OBSERVER)}))
ELSEWHERE = Actor(person_id="e" * 32, roles=frozenset({(NEIGHBOUR_TOWN, Role.ADMINISTRATOR)}))
BEFORE = OPENS - timedelta(days=5)


@pytest.fixture
async def edition(site: LiveSite) -> Edition:
    """Five days before the opening; three residents, one of them too young."""
    site.clock.instant = BEFORE
    made = await make_edition(site)
    await verified(site, "JB 1")
    await verified(site, "JB 2")
    await verified(site, "JB 3", "01/01/2012")
    return made


async def published(site: LiveSite, edition: Edition) -> dict[str, bytes]:
    async with site.web.database.read() as session:
        listed = await queries.published_list(session, edition.key)
    files = {}
    for name, _, _ in listed:
        file = await queries.published_file(site.web.database, edition.key, name)
        assert file is not None
        files[name] = file.content
    return files


async def test_the_roll_is_frozen_a_day_before_the_opening_and_read_again_at_the_close(
    database_url: str, site: LiveSite, edition: Edition
) -> None:
    site.clock.instant = OPENS - timedelta(days=1, seconds=1)
    await jobs.freeze_rolls(site.web)
    assert await queries.roll_of(site.web.database, edition.key) is None

    # The worker comes an hour late: who was verified meanwhile is an addition.
    site.clock.instant = OPENS - timedelta(hours=23)
    await verified(site, "JB 4")
    await jobs.freeze_rolls(site.web)
    await jobs.freeze_rolls(site.web)
    roll = await queries.roll_of(site.web.database, edition.key)
    assert roll is not None
    assert (roll.frozen.people, roll.closed) == (2, None)

    site.clock.instant = OPENS + timedelta(days=1)
    left = await verified(site, "JB 1")  # the same human being as before: no line more
    await moved_away(site, left)
    await verified(site, "JB 5")
    await cast(site, edition, [("1", 4)])
    site.clock.instant = CLOSES + timedelta(minutes=1)
    await count(site, edition)

    closed = await queries.roll_of(site.web.database, edition.key)
    assert closed is not None
    assert closed.closed is not None
    assert closed.frozen == roll.frozen
    assert (closed.closed.people, closed.added, closed.left) == (4, 2, 1)
    assert await bodies(site.web.database, "voting:roll:frozen") == [
        {"vote_id": edition.charter.vote_id, "people": 2, "fingerprint": roll.frozen.fingerprint,
         "reason": ""}
    ]  # fmt: skip
    [told] = await bodies(site.web.database, "voting:roll:closed")
    assert (told["people"], told["added"], told["left"]) == (4, 2, 1)

    files = await published(site, edition)
    plain = json.loads(files["roll.json"])
    assert len(plain["lines"]["frozen"]) == 2
    assert fingerprint_of(plain["lines"]["frozen"]) == roll.frozen.fingerprint
    grades = {found.code: found.grade for found in findings_of(files)}
    assert grades["roll"] is Grade.PASS
    assert Grade.FAIL not in grades.values()


async def test_nothing_published_of_a_roll_leads_to_a_person(
    site: LiveSite, edition: Edition
) -> None:
    site.clock.instant = OPENS
    await jobs.freeze_rolls(site.web)
    await cast(site, edition, [("1", 1)])
    await count(site, edition)
    async with site.web.database.read() as session:
        people = (await session.execute(text("SELECT residence_id, identity FROM residence"))).all()
        lines = [
            row[0] for row in (await session.execute(text("SELECT line FROM roll_line"))).all()
        ]
    roll = (await published(site, edition))["roll.json"].decode()

    assert len(lines) == 2
    for residence_id, identity in people:
        assert residence_id not in roll
        assert identity not in roll
        assert not {residence_id, identity} & set(lines)


async def test_two_votes_have_lines_that_cannot_be_joined(site: LiveSite, edition: Edition) -> None:
    other = await make_edition(site, edition="2027")
    site.clock.instant = OPENS
    await jobs.freeze_rolls(site.web)

    async with site.web.database.read() as session:
        first = (await queries.roll_lines(session, edition.key))["frozen"]
        second = (await queries.roll_lines(session, other.key))["frozen"]
    assert len(first) == len(second) == 2
    assert not set(first) & set(second)


async def test_an_administrator_freezes_before_its_day_with_a_reason(
    database_url: str, site: LiveSite, edition: Edition
) -> None:
    async with site.work(ADMINISTRATOR) as uow:
        part = await rolls.freeze_by_hand(
            uow, site.web.secrets, edition.charter, reason="  The list\n was read aloud  "
        )
    assert part.people == 2

    with pytest.raises(Refused) as refused:
        async with site.work(ADMINISTRATOR) as uow:
            await rolls.freeze_by_hand(uow, site.web.secrets, edition.charter, reason="again")
    assert refused.value.problems[0].code == "roll_frozen"
    [told] = await bodies(site.web.database, "voting:roll:frozen")
    assert told["reason"] == "The list was read aloud"
    site.clock.instant = OPENS
    await jobs.freeze_rolls(site.web)
    assert len(await bodies(site.web.database, "voting:roll:frozen")) == 1


@pytest.mark.parametrize("actor", [CLERK, OBSERVER, ELSEWHERE, Actor()])
async def test_nobody_else_freezes_a_roll(site: LiveSite, edition: Edition, actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        async with site.work(actor) as uow:
            await rolls.freeze_by_hand(uow, site.web.secrets, edition.charter, reason="Why not")


@pytest.mark.parametrize("reason", ["", "   ", "\n\t"])
async def test_freezing_by_hand_asks_for_a_reason(
    site: LiveSite, edition: Edition, reason: str
) -> None:
    with pytest.raises(Refused) as refused:
        async with site.work(ADMINISTRATOR) as uow:
            await rolls.freeze_by_hand(uow, site.web.secrets, edition.charter, reason=reason)
    assert refused.value.problems[0].code == "roll_reason_missing"


async def test_an_open_vote_is_not_frozen_by_hand(site: LiveSite, edition: Edition) -> None:
    site.clock.instant = OPENS
    with pytest.raises(NotAllowed):
        async with site.work(ADMINISTRATOR) as uow:
            await rolls.freeze_by_hand(uow, site.web.secrets, edition.charter, reason="Too late")


async def test_a_roll_waits_for_no_thread_that_others_hold_while_ballots_wait_for_it(
    site: LiveSite, edition: Edition
) -> None:
    """In its transaction, that is: a count of another vote takes minutes in the threads of the loop."""
    counted = threading.Event()
    most = 32  # threads of a loop, however many processors there are
    counts = [asyncio.create_task(asyncio.to_thread(counted.wait, 10)) for _ in range(most)]
    await asyncio.sleep(0)
    site.clock.instant = OPENS

    await jobs.freeze_rolls(site.web)

    assert not any(count.done() for count in counts)
    counted.set()
    await asyncio.gather(*counts)
    async with site.web.database.read() as session:
        assert len((await queries.roll_lines(session, edition.key))["frozen"]) == 2


async def test_many_who_freeze_while_the_counter_verifies_leave_one_roll(
    database_url: str, site: LiveSite, edition: Edition
) -> None:
    async def freeze() -> bool:
        try:
            async with site.work(ADMINISTRATOR) as uow:
                await rolls.freeze_by_hand(uow, site.web.secrets, edition.charter, reason="Now")
        except Refused:
            return False
        return True

    frozen = await asyncio.gather(
        *(freeze() for _ in range(4)), *(verified(site, f"JB 9{place}") for place in range(6))
    )

    assert frozen[:4].count(True) == 1
    roll = await queries.roll_of(site.web.database, edition.key)
    assert roll is not None
    async with site.web.database.read() as session:
        lines = (await queries.roll_lines(session, edition.key))["frozen"]
    assert roll.frozen.people == len(lines)
    assert roll.frozen.fingerprint == fingerprint_of(lines)
    # Nobody is lost: who came too late for the frozen part is on the roll at the close.
    site.clock.instant = CLOSES + timedelta(minutes=1)
    await count(site, edition)
    closed = await queries.roll_of(site.web.database, edition.key)
    assert closed is not None
    assert closed.closed is not None
    assert closed.closed.people == 8


@pytest.mark.parametrize("change", [
    "UPDATE roll SET people = people + 1",
    "UPDATE roll SET fingerprint = ''",
    "DELETE FROM roll",
    "UPDATE roll_line SET moment = 'closed'",
    "DELETE FROM roll_line",
    "INSERT INTO roll_line SELECT collectivity_id, vote_id, 'f' || line, 'frozen' FROM roll_line",
])  # fmt: skip
async def test_a_frozen_roll_cannot_be_changed_by_whoever_writes_to_the_database(
    database_url: str, site: LiveSite, edition: Edition, change: str
) -> None:
    site.clock.instant = OPENS
    await jobs.freeze_rolls(site.web)

    with pytest.raises(DBAPIError):
        async with site.work() as uow:
            await uow.session.execute(text(change))


async def test_a_lost_key_of_the_roll_does_not_stop_the_count(
    site: LiveSite, edition: Edition
) -> None:
    site.clock.instant = OPENS
    await jobs.freeze_rolls(site.web)
    site.web.secrets.destroy(rolls.key_name(edition.charter.vote_id))
    await count(site, edition)

    result = await queries.published_result(site.web.database, edition.key)
    assert result is not None
    assert "roll" not in result


async def test_a_roll_that_cannot_be_frozen_holds_up_no_other_town(
    site: LiveSite, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await make_edition(site, town=NEIGHBOUR_TOWN)
    freeze = rolls.freeze_in_time

    async def fails_here(uow, secrets, charter):
        if charter.collectivity_id == TOWN:
            raise OSError("no space left")
        return await freeze(uow, secrets, charter)

    monkeypatch.setattr(rolls, "freeze_in_time", fails_here)
    site.clock.instant = OPENS
    await jobs.freeze_rolls(site.web)

    assert await queries.roll_of(site.web.database, edition.key) is None
    assert await queries.roll_of(site.web.database, other.key) is not None


async def test_a_correction_while_the_vote_is_open_leaves_the_publication_true(
    site: LiveSite, edition: Edition
) -> None:
    site.clock.instant = OPENS
    await jobs.freeze_rolls(site.web)
    await cast(site, edition, [("1", 2)])
    async with site.web.database.write() as session:
        await session.execute(text("UPDATE residence SET tie = 'works'"))
    await count(site, edition)

    files = await published(site, edition)
    assert json.loads(files["result.json"])["turnout"]["entitled"] == 2
    assert Grade.FAIL not in {found.grade for found in findings_of(files)}
