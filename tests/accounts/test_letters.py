"""A letter verifies whoever holds it and knows the birth date of its addressee: once, and not before."""

import asyncio
import tracemalloc
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from pacto_participe.accounts import queries, services
from pacto_participe.accounts.domain.batches import CancelReason
from pacto_participe.accounts.domain.cases import Clash, Decision
from pacto_participe.accounts.domain.letter_file import one_line, read_addressees
from pacto_participe.accounts.domain.list_file import BadLine, FileProblem, LineProblem, NoList
from pacto_participe.accounts.domain.people import EndReason, Method
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.services.batches import cancel_batch
from pacto_participe.accounts.services.cases import take
from pacto_participe.accounts.services.conflicts import Verdict, decide_conflict
from pacto_participe.accounts.services.letters import check_letters, make_letters
from pacto_participe.accounts.services.lists import BadList, import_list
from pacto_participe.accounts.services.people import make_person
from pacto_participe.accounts.services.retention import KEPT
from pacto_participe.accounts.tables import (
    BATCH_CODE,
    CODE_BATCH,
    PERSON,
    RESIDENCE,
    RESIDENT_CASE,
)
from pacto_participe.kernel.actors import VISITOR, Actor, Role
from pacto_participe.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from tests.accounts.post import ADDRESSEES, BORN, CARD, HEADS, line_of, posted, typed
from tests.accounts.seen import codes_of, count, home
from tests.accounts.test_rotate_the_key import rotate
from tests.accounts.town_hall import AJDIR, NEIGHBOUR_TOWN

TODAY = date(2026, 11, 23)


@pytest.fixture
async def letters(work, secrets, administrator):
    return await posted(work, secrets, administrator)


@pytest.fixture
async def code(letters):
    return letters.letters[0].code


# The ordinary day


async def test_nobody_is_verified_by_a_letter_that_was_sent(database, clock, letters):
    assert [one.name for one in letters.letters] == ["Zineb Qasri", "يوسف المرابط"]
    assert len({one.code for one in letters.letters}) == 2
    assert await count(database, RESIDENCE) == 0
    async with database.read() as session:
        assert (await queries.roll_counts(session, AJDIR, clock.now())).total == 0


async def test_the_code_and_the_birth_date_verify_and_sign_in(
    work, database, clock, secrets, administrator, letters, code
):
    clock.move(timedelta(days=4))

    activated = await typed(work, secrets, f" {code.lower()} ")

    row = await home(database)
    assert row["residence_id"] == activated.residence_id
    assert row["person_id"] == activated.person_id
    assert row["method"] is Method.LETTER
    assert (row["verified_by"], row["verified_at"]) == ("administrator", clock.now())
    assert row["district"] == "Centre"
    line = await line_of(work, administrator, letters.batch.batch_id)
    assert (line.used, line.unused) == (1, 1)


async def test_who_is_signed_in_keeps_their_account(work, secrets, code, fatima):
    assert (await typed(work, secrets, code, person_id=fatima)).person_id == fatima


async def test_a_sons_letter_on_his_mothers_phone_makes_the_son_a_voter(
    work, secrets, letters, fatima
):
    mother, son = letters.letters
    await typed(work, secrets, mother.code, person_id=fatima)

    activated = await typed(work, secrets, son.code, "01/02/2005", fatima, card="BE777")

    assert activated.person_id != fatima


async def test_a_slip_used_from_the_account_of_a_letter_is_looked_at_and_one_person_is_made_one(
    work, database, clock, clerk, secrets, letters, code, fatima
):
    """A family's phone, or one person with two numbers: nobody but the counter knows."""
    by_letter = await typed(work, secrets, code, person_id=fatima)
    clock.move(timedelta(minutes=1))
    async with work(clerk) as uow:
        slip = await services.issue_slip(uow, secrets, AJDIR, "BE999", BORN, "Centre")

    async with work() as uow:
        activated = await services.activate_slip(uow, secrets, AJDIR, slip.code, fatima)

    async with database.read() as session:
        (case,) = (await session.execute(select(RESIDENT_CASE))).mappings().all()
    assert case["about"] == Clash.LETTER_AND_SLIP
    assert (case["person_id"], case["other_person_id"]) == (fatima, activated.person_id)
    assert case["residence_id"] == by_letter.residence_id
    async with work(clerk) as uow:
        await take(uow, AJDIR, case["case_id"])
    verdict = Verdict(Decision.NUMBER_MISTAKEN, seen=True, cnie="BE999")
    async with work(clerk) as uow:
        await decide_conflict(uow, secrets, AJDIR, case["case_id"], verdict, is_vote_open=False)
    async with database.read() as session:
        running = select(RESIDENCE.c.residence_id).where(RESIDENCE.c.ended_at.is_(None))
        assert (await session.execute(running)).scalars().all() == [by_letter.residence_id]


async def test_a_slip_used_from_the_account_of_a_slip_opens_nothing(
    work, database, clerk, secrets, slip, fatima
):
    async with work(clerk) as uow:
        son = await services.issue_slip(uow, secrets, AJDIR, "BE999", BORN, "Centre")
    for one in (slip, son):
        async with work() as uow:
            await services.activate_slip(uow, secrets, AJDIR, one.code, fatima)

    assert await count(database, RESIDENT_CASE) == 0


async def test_what_a_letter_held_is_forgotten_once_it_served(work, database, secrets, code):
    await typed(work, secrets, code)

    async with database.read() as session:
        used = select(BATCH_CODE).where(BATCH_CODE.c.used_at.is_not(None))
        row = (await session.execute(used)).mappings().one()
    assert row["card"] is None
    assert row["birth_lock"] == ""


async def test_letters_outlive_a_rotation_of_the_key(work, database, clerk, secrets, code):
    await rotate(work, secrets)
    await rotate(work, secrets)

    activated = await typed(work, secrets, code)

    async with work(clerk) as uow:
        slip = await services.issue_slip(uow, secrets, AJDIR, "BE123456", BORN)
    assert slip.residence_id == activated.residence_id
    await rotate(work, secrets)  # with codes that hold no card any more


# Refusals


@pytest.mark.parametrize(
    ("code_typed", "born", "why"),
    [
        ("", BORN, [Refusal.SLIP_UNREADABLE]),
        ("short", "tomorrow", [Refusal.SLIP_UNREADABLE, Refusal.BIRTH_UNREADABLE]),
        ("0000-0000", BORN, [Refusal.LETTER_UNKNOWN]),
        ("<script>alert(1)</script>", BORN, [Refusal.SLIP_UNREADABLE]),
        ("\u202e" + "9" * 10_000, "9" * 10_000, [Refusal.SLIP_UNREADABLE, Refusal.BIRTH_UNREADABLE]),
    ],
)  # fmt: skip
async def test_what_is_no_letter_is_refused(work, secrets, letters, code_typed, born, why):
    with pytest.raises(Refused) as refused:
        await typed(work, secrets, code_typed, born)

    assert codes_of(refused) == why


async def test_a_wrong_date_gets_the_answer_of_an_unknown_code(work, database, secrets, code):
    with pytest.raises(Refused) as refused:
        await typed(work, secrets, code, "13/03/1987")

    assert codes_of(refused) == [Refusal.LETTER_UNKNOWN]
    assert await count(database, RESIDENCE) == 0
    await typed(work, secrets, code)


async def test_a_digit_wrong_in_the_file_sends_to_the_counter_and_makes_no_second_voter(
    work, database, secrets, administrator, clerk, fatima
):
    wrong = [HEADS, "Zineb Qasri;BE123465;12/03/1987;Centre;12 rue des Oliviers;Ajdir\n"]
    code = (await posted(work, secrets, administrator, wrong)).letters[0].code

    with pytest.raises(Refused) as refused:
        await typed(work, secrets, code, person_id=fatima)

    assert codes_of(refused) == [Refusal.LETTER_OF_ANOTHER_CARD]
    assert await count(database, RESIDENCE) == 0
    async with work(clerk) as uow:
        slip = await services.issue_slip(uow, secrets, AJDIR, CARD, BORN, "Centre")
    async with work() as uow:
        activated = await services.activate_slip(uow, secrets, AJDIR, slip.code, fatima)
    assert activated.person_id == fatima
    assert await count(database, RESIDENCE) == 1


async def test_the_number_of_the_card_is_read_in_any_writing(work, secrets, code):
    assert await typed(work, secrets, code, card=" be-0123456 ")


async def test_a_letter_asks_for_the_number_of_the_card(work, secrets, code):
    with pytest.raises(Refused) as refused:
        await typed(work, secrets, code, card="")

    assert codes_of(refused) == [Refusal.CARD_UNREADABLE]


async def test_a_letter_serves_once(work, database, secrets, code, fatima):
    await typed(work, secrets, code)

    for person_id in (None, fatima):
        with pytest.raises(Refused) as refused:
            await typed(work, secrets, code, person_id=person_id)
        assert codes_of(refused) == [Refusal.SLIP_USED]
    assert await count(database, RESIDENCE) == 1


async def test_a_letter_expires_to_the_second(work, clock, secrets, code):
    clock.move(timedelta(days=30))
    with pytest.raises(Refused) as refused:
        await typed(work, secrets, code)
    assert codes_of(refused) == [Refusal.SLIP_EXPIRED]

    clock.move(-timedelta(seconds=1))
    assert await typed(work, secrets, code)


async def test_a_letter_of_another_town_says_so_and_stays_good_at_home(work, secrets, code):
    with pytest.raises(Refused) as refused:
        await typed(work, secrets, code, town=NEIGHBOUR_TOWN)

    assert codes_of(refused) == [Refusal.SLIP_OF_ANOTHER_TOWN]
    assert await typed(work, secrets, code)


async def test_a_letter_is_no_slip_and_a_slip_is_no_letter(work, secrets, code, slip):
    with pytest.raises(Refused) as refused:
        async with work() as uow:
            await services.activate_slip(uow, secrets, AJDIR, code, None)
    assert codes_of(refused) == [Refusal.CODE_OF_A_LETTER]
    with pytest.raises(Refused) as refused:
        async with work() as uow:
            await services.activate_slip(uow, secrets, NEIGHBOUR_TOWN, code, None)
    assert codes_of(refused) == [Refusal.SLIP_OF_ANOTHER_TOWN]

    with pytest.raises(Refused) as refused:
        await typed(work, secrets, slip.code)
    assert codes_of(refused) == [Refusal.LETTER_UNKNOWN]


async def test_who_moved_away_is_sent_to_the_counter(work, clerk, secrets, slip, code):
    async with work(clerk) as uow:
        await services.end_residence(uow, AJDIR, slip.residence_id, reason=EndReason.MOVED)

    with pytest.raises(Refused) as refused:
        await typed(work, secrets, code)

    assert codes_of(refused) == [Refusal.RESIDENCE_ENDED]


async def test_a_letter_takes_no_residence_out_of_an_account(
    work, database, secrets, slip, code, fatima
):
    """Whoever has the letter of a neighbour and their birth date gets nothing that is in use."""
    async with work() as uow:
        await services.activate_slip(uow, secrets, AJDIR, slip.code, fatima)
        thief = await make_person(uow)

    with pytest.raises(Conflict) as refused:
        await typed(work, secrets, code)
    assert codes_of(refused) == [Refusal.VERIFIED_ALREADY]
    with pytest.raises(Conflict) as refused:
        await typed(work, secrets, code, person_id=thief)
    assert codes_of(refused) == [Refusal.LINKED_TO_ANOTHER]

    row = await home(database)
    assert (row["person_id"], row["method"]) == (fatima, Method.COUNTER)
    async with database.read() as session:
        (case,) = (await session.execute(select(RESIDENT_CASE))).mappings().all()
    assert (case["about"], case["other_person_id"]) == (Clash.TWO_ACCOUNTS, thief)


# Making them


async def test_a_file_is_checked_without_a_trace(work, database, secrets, administrator):
    bad = [*ADDRESSEES, ";BE9;12/03/1987;;x\n", "Ali;BE8;12/03/1987;;\n", "Ali;?;1;;x\n",
           f"{'a' * 81};BE7;12/03/1987;;x\n", "Ali;BE0777;01/02/2005;;x\n",
           'Ali;"BE6;12/03/1987;;x\n']  # fmt: skip

    async with work(administrator) as uow:
        report = await check_letters(uow, secrets, AJDIR, bad)

    assert report.good == 2
    assert [(line.line, line.problem) for line in report.bad] == [
        (4, LineProblem.NAME_MISSING),
        (5, LineProblem.ADDRESS_MISSING),
        (6, LineProblem.NUMBER_UNREADABLE),
        (7, LineProblem.ADDRESS_TOO_LONG),
        (8, LineProblem.NUMBER_TWICE),
        (9, LineProblem.QUOTES_UNPAIRED),
    ]
    assert await count(database, CODE_BATCH) == 0


async def test_with_a_bad_line_nothing_is_made_unless_it_may_be_left_out(
    work, database, secrets, administrator
):
    lines = [*ADDRESSEES, "Ali;?;12/03/1987;;x\n"]
    with pytest.raises(BadList):
        await posted(work, secrets, administrator, lines)
    assert await count(database, CODE_BATCH) == 0

    async with work(administrator) as uow:
        made = await make_letters(
            uow, secrets, AJDIR, uuid4().hex, lines, days=30, leave_out_bad=True
        )

    assert len(made.letters) == made.batch.size == 2
    assert made.left_out == (BadLine(4, LineProblem.NUMBER_UNREADABLE),)


async def test_a_file_of_bad_lines_alone_makes_no_batch(work, secrets, administrator):
    with pytest.raises(BadList):
        async with work(administrator) as uow:
            await make_letters(
                uow, secrets, AJDIR, uuid4().hex, [HEADS, "Ali;?;1;;x\n"], days=30,
                leave_out_bad=True,
            )  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([], FileProblem.EMPTY),
        (["cnie;birth_date;district\n", "BE1;12/03/1987;x\n"], FileProblem.NO_HEADS_OF_LETTERS),
        ([HEADS], FileProblem.NO_LINES),
        ([HEADS, "a\0b"], FileProblem.NOT_TEXT),
        ([HEADS, *(f"A;BE{n};12/03/1987;;x\n" for n in range(1, 5002))], FileProblem.TOO_MANY_LINES),
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_of_addressees_says_why(lines, problem):
    with pytest.raises(NoList) as no_list:
        list(read_addressees(lines, today=TODAY))

    assert no_list.value.code is problem


def test_marks_that_turn_the_print_around_are_not_printed():
    assert one_line("  \u202eAli\u0000\t \u200f Ben\r\nAli ") == "Ali Ben Ali"


@pytest.mark.parametrize("days", [0, 2, 91])
async def test_the_days_of_a_batch_have_bounds(work, secrets, administrator, days):
    with pytest.raises(Refused) as refused:
        await posted(work, secrets, administrator, days=days)

    assert codes_of(refused) == [Refusal.DAYS_UNREADABLE]


async def test_a_page_sent_twice_makes_one_batch(work, database, secrets, administrator):
    batch_id = uuid4().hex

    async def send():
        async with work(administrator) as uow:
            return await make_letters(uow, secrets, AJDIR, batch_id, ADDRESSEES, days=30)

    outcomes = await asyncio.gather(*(send() for _ in range(4)), return_exceptions=True)

    made = [one for one in outcomes if not isinstance(one, Exception)]
    assert len(made) == 1
    assert {one.problems[0].code for one in outcomes if one not in made} == {
        Refusal.BATCH_MADE_ALREADY
    }
    assert await count(database, BATCH_CODE) == 2


async def test_batches_are_counted_by_town(work, secrets, administrator):
    elsewhere = Actor(person_id="x", roles=frozenset({(NEIGHBOUR_TOWN, Role.ADMINISTRATOR)}))
    numbers = [(await posted(work, secrets, administrator)).batch.number for _ in range(2)]
    other = await posted(work, secrets, elsewhere, town=NEIGHBOUR_TOWN)

    assert numbers == [1, 2]
    assert other.batch.number == 1


@pytest.mark.parametrize(
    "actor",
    [
        VISITOR,
        Actor(person_id="x", roles=frozenset({(AJDIR, Role.CLERK)})),
        Actor(person_id="x", roles=frozenset({(NEIGHBOUR_TOWN, Role.ADMINISTRATOR)})),
    ],
)
async def test_only_an_administrator_of_the_town_makes_cancels_and_sees_letters(
    work, secrets, letters, actor
):
    with pytest.raises(NotAllowed):
        await posted(work, secrets, actor)
    with pytest.raises(NotAllowed):
        async with work(actor) as uow:
            await check_letters(uow, secrets, AJDIR, ADDRESSEES)
    with pytest.raises(NotAllowed):
        async with work(actor) as uow:
            await cancel_batch(uow, AJDIR, letters.batch.batch_id, CancelReason.PRINT_LOST)
    with pytest.raises(NotAllowed):
        await line_of(work, actor, letters.batch.batch_id)


async def test_five_thousand_letters_are_made_in_flat_memory(
    work, database, secrets, administrator
):
    lines = [
        HEADS,
        *(f"Habitant {n};BE{n};12/03/1987;Centre;Rue {n};Ajdir\n" for n in range(1, 5001)),
    ]
    tracemalloc.start()
    try:
        made = await posted(work, secrets, administrator, lines)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len({one.code for one in made.letters}) == 5000
    assert await count(database, BATCH_CODE) == 5000
    assert peak < 40 * 1024 * 1024


# Cancelling


async def cancel(work, administrator, letters, reason=CancelReason.PRINT_LOST):
    async with work(administrator) as uow:
        await cancel_batch(uow, AJDIR, letters.batch.batch_id, reason)


async def test_a_lost_print_is_cancelled_and_made_anew(
    work, clock, secrets, administrator, letters, code
):
    await cancel(work, administrator, letters)

    with pytest.raises(Refused) as refused:
        await typed(work, secrets, code)
    assert codes_of(refused) == [Refusal.BATCH_CANCELLED]
    line = await line_of(work, administrator, letters.batch.batch_id)
    assert line.batch.reason is CancelReason.PRINT_LOST
    assert (line.batch.cancelled_by, line.batch.cancelled_at) == ("administrator", clock.now())
    anew = await posted(work, secrets, administrator)
    assert await typed(work, secrets, anew.letters[0].code)


async def test_who_used_a_letter_before_stays_verified(
    work, database, secrets, administrator, letters, code
):
    await typed(work, secrets, code)

    await cancel(work, administrator, letters)

    assert (await home(database))["ended_at"] is None


async def test_a_batch_is_cancelled_once_and_not_after_its_end(
    work, clock, secrets, administrator, letters
):
    await cancel(work, administrator, letters)
    with pytest.raises(Conflict):
        await cancel(work, administrator, letters)
    second = await posted(work, secrets, administrator)
    clock.move(timedelta(days=30))
    with pytest.raises(Conflict):
        await cancel(work, administrator, second)
    with pytest.raises(NotFound):
        async with work(administrator) as uow:
            await cancel_batch(uow, AJDIR, "no-such-batch", CancelReason.MISUSED)


# Races


async def test_one_letter_on_two_phones_at_once_verifies_one(work, database, secrets, code):
    outcomes = await asyncio.gather(
        *(typed(work, secrets, code) for _ in range(8)), return_exceptions=True
    )

    let_in = [one for one in outcomes if not isinstance(one, Exception)]
    assert len(let_in) == 1
    assert {one.problems[0].code for one in outcomes if one not in let_in} <= {
        Refusal.SLIP_USED, Refusal.VERIFIED_ALREADY
    }  # fmt: skip
    assert await count(database, RESIDENCE) == 1
    assert await count(database, PERSON) == 2  # the administrator of the fixture, and one resident


async def test_letter_and_counter_at_once_make_one_resident(work, database, clerk, secrets, code):
    async def at_the_counter():
        async with work(clerk) as uow:
            return await services.issue_slip(uow, secrets, AJDIR, "BE123456", BORN, "Centre")

    outcomes = await asyncio.gather(
        typed(work, secrets, code), at_the_counter(), at_the_counter(), return_exceptions=True
    )

    assert not [one for one in outcomes if isinstance(one, Exception)]
    assert len({one.residence_id for one in outcomes}) == 1
    assert await count(database, RESIDENCE) == 1


async def test_letter_and_list_at_once_make_one_resident_with_one_method(
    work, database, secrets, administrator, code, fatima
):
    async with work(administrator) as uow:
        await import_list(uow, secrets, AJDIR, ["cnie;birth_date", f"BE123456;{BORN}"])

    async def by_the_list():
        async with work() as uow:
            matched = await services.match_list(uow, secrets, AJDIR, fatima, "BE123456", BORN)
        matched.require()
        return matched

    outcomes = await asyncio.gather(
        typed(work, secrets, code), by_the_list(), return_exceptions=True
    )

    refused = [one for one in outcomes if isinstance(one, Exception)]
    assert len(refused) == 1
    assert refused[0].problems[0].code in {Refusal.LINKED_TO_ANOTHER, Refusal.VERIFIED_ALREADY}
    assert await count(database, RESIDENCE) == 1


async def test_who_types_while_the_batch_is_cancelled_is_before_or_after(
    work, secrets, administrator, letters, code
):
    outcomes = await asyncio.gather(
        typed(work, secrets, code), cancel(work, administrator, letters), return_exceptions=True
    )

    assert outcomes[1] is None
    if isinstance(outcomes[0], Exception):
        assert outcomes[0].problems[0].code is Refusal.BATCH_CANCELLED
    used = (await line_of(work, administrator, letters.batch.batch_id)).used
    assert used == (0 if isinstance(outcomes[0], Exception) else 1)


# Forgetting


async def test_letters_are_forgotten_ninety_days_after_their_end(
    work, database, clock, secrets, letters, code
):
    kept = next(kind for kind in KEPT if kind.name == "letters")
    await typed(work, secrets, code)

    async def forget():
        async with work() as uow:
            return await kept.forget(uow, clock.now() - kept.period, 500)

    clock.move(timedelta(days=120))
    assert await forget() == 0
    clock.move(timedelta(seconds=1))
    assert await forget() == 3
    assert await count(database, CODE_BATCH) == 0
    assert await count(database, RESIDENCE) == 1
