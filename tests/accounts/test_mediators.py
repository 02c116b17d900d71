"""A code of a mediator is a claim: the list or the counter confirms it, and nobody is verified unseen."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from pacto_participe.accounts import services
from pacto_participe.accounts.domain.batches import CancelReason
from pacto_participe.accounts.domain.cases import CaseKind, Clash, Decision
from pacto_participe.accounts.domain.people import EndReason, Method
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.services.batches import cancel_batch
from pacto_participe.accounts.services.cases import meeting_waits, queue_of
from pacto_participe.accounts.services.counter import end_residence
from pacto_participe.accounts.services.lists import import_list
from pacto_participe.accounts.services.meetings import (
    confirm_listed,
    decide_meeting,
    meeting_of,
)
from pacto_participe.accounts.services.people import make_person
from pacto_participe.accounts.tables import BATCH_CODE, RESIDENCE, RESIDENT_CASE
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.errors import Conflict, NotAllowed, Refused
from tests.accounts.meetings import CARD, case_of, decide, met, sheet_of
from tests.accounts.post import BORN, posted
from tests.accounts.seen import codes_of, count, home
from tests.accounts.test_rotate_the_key import rotate
from tests.accounts.town_hall import AJDIR, NEIGHBOUR_TOWN


async def list_of(work, secrets, administrator, born=BORN):
    async with work(administrator) as uow:
        await import_list(uow, secrets, AJDIR, ["cnie;birth_date;quartier", f"{CARD};{born};Souk"])


async def test_who_is_on_the_list_is_verified_at_once(
    work, database, secrets, administrator, sheet, fatima
):
    await list_of(work, secrets, administrator)

    activated = await met(work, secrets, fatima, sheet.codes[0])

    row = await home(database)
    assert (row["residence_id"], row["person_id"]) == (activated.residence_id, fatima)
    assert (row["method"], row["district"]) == (Method.MEDIATOR, "Souk")
    assert await count(database, RESIDENT_CASE) == 0


async def test_whom_a_clerk_confirms_has_what_the_list_says_by_then(
    work, database, secrets, administrator, clerk, sheet, fatima
):
    await met(work, secrets, fatima, sheet.codes[1])
    line = f"{CARD};{BORN};Souk;citizen;works"
    async with work(administrator) as uow:
        await import_list(uow, secrets, AJDIR, ["cnie;birth_date;quartier;nationality;tie", line])
    case = await case_of(database)

    await decide(work, secrets, clerk, case["case_id"], cnie=CARD, birth_date=BORN)

    row = await home(database)
    assert (row["nationality"], row["tie"]) == ("citizen", "works")


async def test_who_is_not_waits_and_a_clerk_confirms_by_the_card(
    work, database, clock, secrets, clerk, sheet, fatima
):
    assert await met(work, secrets, fatima, sheet.codes[1]) is None
    assert await count(database, RESIDENCE) == 0
    async with database.read() as session:
        assert await meeting_waits(session, AJDIR, fatima)
    case = await case_of(database)
    async with work(clerk) as uow:
        meeting = await meeting_of(uow, AJDIR, case["case_id"])
    assert (meeting.batch.district, meeting.batch.number, meeting.place) == ("Douar Tizi", 1, 2)

    await decide(work, secrets, clerk, case["case_id"], cnie="be 123456", birth_date="12.3.1987")

    row = await home(database)
    assert (row["person_id"], row["method"], row["district"]) == (
        fatima, Method.MEDIATOR, "Douar Tizi"
    )  # fmt: skip
    assert (row["verified_by"], row["verified_at"]) == ("clerk", clock.now())
    async with database.read() as session:
        rows = (await session.execute(select(BATCH_CODE))).mappings().all()
    assert [one["card"] for one in rows] == [one["birth"] for one in rows] == [None] * 3


@pytest.mark.parametrize(
    ("cnie", "born", "refusal"),
    [
        ("BE123457", BORN, Refusal.CARD_DIFFERS),
        (CARD, "13/03/1987", Refusal.CARD_DIFFERS),
        ("", BORN, Refusal.CARD_UNREADABLE),
        (CARD, "", Refusal.BIRTH_UNREADABLE),
        ("<script>" * 1000, BORN, Refusal.CARD_UNREADABLE),
    ],
)
async def test_nobody_is_confirmed_unseen(
    work, database, secrets, clerk, sheet, fatima, cnie, born, refusal
):
    await met(work, secrets, fatima, sheet.codes[0])
    case = await case_of(database)

    with pytest.raises(Refused) as refused:
        await decide(work, secrets, clerk, case["case_id"], cnie=cnie, birth_date=born)

    assert codes_of(refused) == [refusal]
    assert (await case_of(database))["decided_at"] is None
    assert await count(database, RESIDENCE) == 0


async def test_a_meeting_that_is_not_confirmed_verifies_nobody_and_keeps_no_card(
    work, database, secrets, clerk, sheet, fatima
):
    await met(work, secrets, fatima, sheet.codes[0])
    case = await case_of(database)

    await decide(work, secrets, clerk, case["case_id"], Decision.MET_REFUSED)

    assert await count(database, RESIDENCE) == 0
    async with database.read() as session:
        kept = select(func.count()).where(BATCH_CODE.c.card.is_not(None))
        assert (await session.execute(kept)).scalar_one() == 0


async def test_a_newer_list_confirms_all_that_it_has_after_a_rotation_too(
    work, database, secrets, clerk, administrator, sheet, fatima
):
    await met(work, secrets, fatima, sheet.codes[0])
    async with work() as uow:
        other = await make_person(uow)
    await met(work, secrets, other, sheet.codes[1], "BE999", "01/01/1990")
    await rotate(work, secrets)
    await list_of(work, secrets, administrator)

    async with work(clerk) as uow:
        assert await confirm_listed(uow, secrets, AJDIR) == 1

    assert (await home(database))["person_id"] == fatima
    async with work(clerk) as uow:
        (left,) = (await queue_of(uow, AJDIR)).cases
        assert await confirm_listed(uow, secrets, AJDIR) == 0
    assert (left.kind, left.person_id) == (CaseKind.MEETING, other)


async def test_the_list_with_another_date_confirms_nobody(
    work, database, secrets, clerk, administrator, sheet, fatima
):
    await list_of(work, secrets, administrator, born="13/03/1987")

    assert await met(work, secrets, fatima, sheet.codes[0]) is None

    async with work(clerk) as uow:
        assert await confirm_listed(uow, secrets, AJDIR) == 0
    assert await count(database, RESIDENCE) == 0


async def test_refusals_of_a_code(work, secrets, clock, administrator, sheet, fatima, slip):
    async def why(code, cnie=CARD, born=BORN, town=AJDIR):
        with pytest.raises(Refused) as refused:
            await met(work, secrets, fatima, code, cnie, born, town)
        return codes_of(refused)

    letters = await posted(work, secrets, administrator)
    assert await why("\u202e" * 10_000) == [Refusal.SLIP_UNREADABLE]
    assert await why(sheet.codes[0], "?", "?") == [
        Refusal.CARD_UNREADABLE, Refusal.BIRTH_UNREADABLE
    ]  # fmt: skip
    assert await why("0000-0000") == [Refusal.SLIP_UNKNOWN]
    assert await why(slip.code) == [Refusal.SLIP_UNKNOWN]
    assert await why(letters.letters[0].code) == [Refusal.CODE_OF_A_LETTER]
    assert await why(sheet.codes[0], town=NEIGHBOUR_TOWN) == [Refusal.SLIP_OF_ANOTHER_TOWN]
    with pytest.raises(Refused) as refused:
        async with work() as uow:
            await services.activate_slip(uow, secrets, AJDIR, sheet.codes[0], fatima)
    assert codes_of(refused) == [Refusal.CODE_OF_A_MEDIATOR]
    await met(work, secrets, fatima, sheet.codes[0])
    assert await why(sheet.codes[0]) == [Refusal.SLIP_USED]
    assert await why(sheet.codes[1]) == [Refusal.MEETING_WAITS]
    clock.move(timedelta(days=14))
    assert await why(sheet.codes[2]) == [Refusal.SLIP_EXPIRED]


@pytest.mark.parametrize(
    ("district", "size", "refusal"),
    [
        ("", 3, Refusal.DISTRICT_MISSING),
        ("x" * 61, 3, Refusal.DISTRICT_MISSING),
        ("x", 0, Refusal.SIZE_UNREADABLE),
        ("x", 51, Refusal.SIZE_UNREADABLE),
    ],
)
async def test_a_sheet_has_a_place_and_a_size(
    work, secrets, administrator, district, size, refusal
):
    with pytest.raises(Refused) as refused:
        await sheet_of(work, secrets, administrator, size, district=district)

    assert codes_of(refused) == [refusal]


async def test_only_an_administrator_makes_sheets_and_only_clerks_of_the_town_confirm(
    work, database, secrets, clerk, sheet, fatima
):
    with pytest.raises(NotAllowed):
        await sheet_of(work, secrets, clerk)
    await met(work, secrets, fatima, sheet.codes[0])
    case = await case_of(database)
    stranger = Actor(person_id="x", roles=frozenset({(NEIGHBOUR_TOWN, Role.CLERK)}))
    for deed in (
        lambda uow: confirm_listed(uow, secrets, AJDIR),
        lambda uow: meeting_of(uow, AJDIR, case["case_id"]),
        lambda uow: decide_meeting(uow, secrets, AJDIR, case["case_id"], Decision.MET_REFUSED, ""),
    ):
        with pytest.raises(NotAllowed):
            async with work(stranger) as uow:
                await deed(uow)


async def test_whom_a_cancelled_sheet_verified_is_looked_at_and_stays_meanwhile(
    work, database, secrets, administrator, sheet, fatima
):
    await list_of(work, secrets, administrator)
    await met(work, secrets, fatima, sheet.codes[0])

    async with work(administrator) as uow:
        await cancel_batch(uow, AJDIR, sheet.batch.batch_id, CancelReason.MISUSED)

    case = await case_of(database)
    assert (case["about"], case["residence_id"]) == (
        Clash.SHEET_CANCELLED, (await home(database))["residence_id"]
    )  # fmt: skip
    assert (await home(database))["ended_at"] is None
    async with work() as uow:
        other = await make_person(uow)
    with pytest.raises(Refused) as refused:
        await met(work, secrets, other, sheet.codes[1], "BE999", "01/01/1990")
    assert codes_of(refused) == [Refusal.BATCH_CANCELLED]


async def test_one_code_on_two_phones_at_once_serves_one(work, database, secrets, sheet):
    people = []
    async with work() as uow:
        for _ in range(6):
            people.append(await make_person(uow))

    outcomes = await asyncio.gather(
        *(met(work, secrets, one, sheet.codes[0]) for one in people), return_exceptions=True
    )

    refused = [one for one in outcomes if isinstance(one, Exception)]
    assert len(refused) == 5
    assert {one.problems[0].code for one in refused} == {Refusal.SLIP_USED}
    assert await count(database, RESIDENT_CASE) == 1


async def test_mediator_counter_and_letter_at_once_make_one_resident(
    work, database, secrets, clerk, administrator, sheet, fatima
):
    await list_of(work, secrets, administrator)

    async def at_the_counter():
        async with work(clerk) as uow:
            return await services.issue_slip(uow, secrets, AJDIR, CARD, BORN)

    outcomes = await asyncio.gather(
        met(work, secrets, fatima, sheet.codes[0]), at_the_counter(), return_exceptions=True
    )

    assert not [one for one in outcomes if isinstance(one, Exception)]
    assert len({one.residence_id for one in outcomes}) == 1
    assert await count(database, RESIDENCE) == 1


async def test_a_code_used_while_its_sheet_is_cancelled_is_before_or_after(
    work, database, secrets, administrator, sheet, fatima
):
    await list_of(work, secrets, administrator)

    async def cancel():
        async with work(administrator) as uow:
            await cancel_batch(uow, AJDIR, sheet.batch.batch_id, CancelReason.MISUSED)

    outcomes = await asyncio.gather(
        met(work, secrets, fatima, sheet.codes[0]), cancel(), return_exceptions=True
    )

    is_after = isinstance(outcomes[0], Refused)
    assert await count(database, RESIDENCE) == (0 if is_after else 1)
    assert await count(database, RESIDENT_CASE) == (0 if is_after else 1)


async def test_an_account_that_is_somebodys_already_uses_no_code(
    work, secrets, sheet, slip, fatima
):
    async with work() as uow:
        await services.activate_slip(uow, secrets, AJDIR, slip.code, fatima)

    with pytest.raises(Conflict):
        await met(work, secrets, fatima, sheet.codes[0], "BE999", "01/01/1990")


async def test_a_closed_account_waits_no_more(work, database, secrets, clerk, sheet, fatima):
    await met(work, secrets, fatima, sheet.codes[0])

    async with work() as uow:
        await services.close_account(uow, fatima)

    assert (await case_of(database))["decision"] == Decision.WITHDRAWN
    async with database.read() as session:
        left = select(BATCH_CODE.c.card, BATCH_CODE.c.birth, BATCH_CODE.c.adult_on)
        assert set((await session.execute(left)).all()) == {(None, None, None)}


async def test_a_stub_alone_confirms_nobody(work, database, secrets, clerk, sheet, fatima):
    """The mediator writes the stub, and could have used the code: fifty inventions would be fifty votes."""
    await met(work, secrets, fatima, sheet.codes[0])
    case = await case_of(database)

    with pytest.raises(Refused) as refused:
        await decide(work, secrets, clerk, case["case_id"], cnie=CARD, birth_date=BORN, seen=False)

    assert codes_of(refused) == [Refusal.CARD_NOT_SEEN]
    assert await count(database, RESIDENCE) == 0


async def test_one_who_cannot_be_confirmed_holds_up_nobody_else(
    work, database, secrets, administrator, clerk, sheet, fatima, slip
):
    """Fatima's account came to hold another resident meanwhile; her neighbour is confirmed all the same."""
    async with work() as uow:
        neighbour = await make_person(uow)
    await met(work, secrets, fatima, sheet.codes[0], "BE777", "01/01/1990")
    await met(work, secrets, neighbour, sheet.codes[1], "BE888", "02/02/1991")
    async with work() as uow:
        await services.activate_slip(uow, secrets, AJDIR, slip.code, fatima)
    lines = ["cnie;birth_date", "BE777;01/01/1990", "BE888;02/02/1991"]
    async with work(administrator) as uow:
        await import_list(uow, secrets, AJDIR, lines)

    async with work(clerk) as uow:
        assert await confirm_listed(uow, secrets, AJDIR) == 1

    async with work(clerk) as uow:
        (left,) = (await queue_of(uow, AJDIR)).cases
    assert left.person_id == fatima
    with pytest.raises(Refused) as refused:
        await decide(work, secrets, clerk, left.case_id, cnie="BE777", birth_date="01/01/1990")
    assert codes_of(refused) == [Refusal.MET_SOMEONE_ELSE]
    async with work(clerk) as uow:
        assert len((await queue_of(uow, AJDIR)).cases) == 1  # it stays open


async def test_a_card_that_another_account_has_becomes_a_conflict_and_nothing_moves(
    work, database, secrets, clerk, sheet, slip, fatima
):
    """Somebody sent a neighbour's number by the mediator's code, while the neighbour came to the counter."""
    async with work() as uow:
        neighbour = await make_person(uow)
    await met(work, secrets, fatima, sheet.codes[0], CARD, BORN)
    async with work() as uow:
        await services.activate_slip(uow, secrets, AJDIR, slip.code, neighbour)
    meeting = await case_of(database)

    said = await decide(work, secrets, clerk, meeting["case_id"], cnie=CARD, birth_date=BORN)

    assert said is Refusal.MET_ELSEWHERE
    assert (await home(database))["person_id"] == neighbour
    async with work(clerk) as uow:
        waiting = (await queue_of(uow, AJDIR)).cases
    assert {(case.kind, case.about) for case in waiting if case.kind is CaseKind.CONFLICT} == {
        (CaseKind.CONFLICT, Clash.TWO_ACCOUNTS)
    }
    assert [case.kind for case in waiting].count(CaseKind.MEETING) == 1  # it is still undecided


async def test_who_is_noted_as_moved_away_is_not_brought_back_by_a_mediator(
    work, database, secrets, clerk, sheet, slip, fatima
):
    await met(work, secrets, fatima, sheet.codes[0], CARD, BORN)
    async with work(clerk) as uow:
        await end_residence(uow, AJDIR, slip.residence_id, reason=EndReason.MOVED)
    meeting = await case_of(database)

    with pytest.raises(Refused) as refused:
        await decide(work, secrets, clerk, meeting["case_id"], cnie=CARD, birth_date=BORN)

    assert codes_of(refused) == [Refusal.MET_ENDED]
    assert (await home(database))["ended_at"] is not None


async def test_those_whom_a_list_cannot_confirm_hide_nobody_behind_them(
    work, secrets, administrator, clerk, monkeypatch, fatima
):
    """More of them than are taken at once, all before the one who can be confirmed."""
    monkeypatch.setattr("pacto_participe.accounts.services.meetings.MOST_AT_ONCE", 2)
    sheet = await sheet_of(work, secrets, administrator, size=4)
    lines = ["cnie;birth_date"]
    for place in range(3):
        async with work() as uow:
            person = await make_person(uow)
        cnie, taken = f"BE70{place}", f"BE80{place}"
        await met(work, secrets, person, sheet.codes[place], cnie, "01/01/1990")
        async with work(clerk) as uow:
            another = await services.issue_slip(uow, secrets, AJDIR, taken, "01/01/1990")
        async with work() as uow:
            await services.activate_slip(uow, secrets, AJDIR, another.code, person)
        lines.append(f"{cnie};01/01/1990")
    await met(work, secrets, fatima, sheet.codes[3], CARD, BORN)
    async with work(administrator) as uow:
        await import_list(uow, secrets, AJDIR, [*lines, f"{CARD};{BORN}"])

    async with work(clerk) as uow:
        assert await confirm_listed(uow, secrets, AJDIR) == 1
