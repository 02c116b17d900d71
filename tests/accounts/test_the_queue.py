"""What waits for the counter is taken by one, decided once, and its resident is told."""

import asyncio
import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from pacto_participe.accounts.domain.cases import Decision, Wrong
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.services import activate_slip
from pacto_participe.accounts.services.case_files import open_file
from pacto_participe.accounts.services.cases import (
    ask_correction,
    close_case,
    queue_of,
    take,
)
from pacto_participe.accounts.services.contacts import want_messages
from pacto_participe.accounts.services.corrections import answer_correction
from pacto_participe.accounts.services.my_data import data_of
from pacto_participe.accounts.services.people import make_person
from pacto_participe.accounts.tables import RESIDENCE
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from pacto_participe.storage.events import EventRow
from tests.accounts.seen import codes_of
from tests.accounts.town_hall import AJDIR, NEIGHBOUR_TOWN

QUEUE = "/fr/staff/ajdir/queue"
SECRET = "près de la mosquée, <b>porte</b> 3"


@pytest.fixture
async def asked(work, secrets, slip, fatima) -> str:
    """Fatima is a resident of Ajdir and says that her district is wrong."""
    async with work() as uow:
        await activate_slip(uow, secrets, AJDIR, slip.code, fatima)
        return await ask_correction(uow, AJDIR, fatima, Wrong.DISTRICT, SECRET)


@pytest.fixture
async def colleague(work) -> Actor:
    async with work() as uow:
        person_id = await make_person(uow)
    return Actor(person_id=person_id, roles=frozenset({(AJDIR, Role.CLERK)}))


async def taken(work, clerk, case_id):
    async with work(clerk) as uow:
        await take(uow, AJDIR, case_id)


async def answer(work, clerk, case_id, decision=Decision.CORRECTED, note="", right="Hay Salam"):
    async with work(clerk) as uow:
        await answer_correction(uow, AJDIR, case_id, decision, note, right=right)


async def residence(database):
    home = RESIDENCE.c
    async with database.read() as session:
        return (await session.execute(select(home.district, home.adult_on))).one()


async def test_a_district_is_corrected_by_who_took_the_case(work, database, clerk, asked):
    await taken(work, clerk, asked)

    await answer(work, clerk, asked)

    assert (await residence(database)).district == "Hay Salam"
    async with work(clerk) as uow:
        file = await open_file(uow, AJDIR, asked)
    assert file.case.decision is Decision.CORRECTED


async def test_a_birth_date_is_corrected_to_the_day_of_age_alone(
    work, database, clerk, asked, fatima
):
    async with work() as uow:
        case_id = await ask_correction(uow, AJDIR, fatima, Wrong.BIRTH_DATE, "")
    await taken(work, clerk, case_id)

    await answer(work, clerk, case_id, right="24/11/2009")

    assert (await residence(database)).adult_on == date(2027, 11, 24)


@pytest.mark.parametrize("decision", [Decision.NOTHING_WRONG, Decision.SHOW_THE_CARD])
async def test_an_answer_may_leave_all_as_it_is(work, database, clerk, asked, decision):
    await taken(work, clerk, asked)

    await answer(work, clerk, asked, decision, "Merci de venir.")

    assert (await residence(database)).district == "Centre"


@pytest.mark.parametrize(
    ("right", "refusal"), [("", Refusal.DISTRICT_MISSING), ("x" * 61, Refusal.DISTRICT_MISSING)]
)
async def test_a_correction_says_to_what(work, clerk, asked, right, refusal):
    await taken(work, clerk, asked)

    with pytest.raises(Refused) as refused:
        await answer(work, clerk, asked, right=right)

    assert codes_of(refused) == [refusal]
    async with work(clerk) as uow:
        assert (await open_file(uow, AJDIR, asked)).case.decided_at is None


@pytest.mark.parametrize("decision", [Decision.SAME_PERSON, Decision.ENDED, Decision.WITHDRAWN])
async def test_a_reason_of_another_list_is_refused(work, clerk, asked, decision):
    await taken(work, clerk, asked)

    with pytest.raises(Refused) as refused:
        await answer(work, clerk, asked, decision)

    assert codes_of(refused) == [Refusal.REASON_MISSING]


async def test_nobody_decides_what_they_have_not_taken(work, clerk, colleague, asked):
    with pytest.raises(Conflict) as refused:
        await answer(work, clerk, asked)
    assert codes_of(refused) == [Refusal.TAKE_IT_FIRST]

    await taken(work, colleague, asked)
    with pytest.raises(Conflict) as refused:
        await answer(work, clerk, asked)
    assert codes_of(refused) == [Refusal.TAKEN_BY_ANOTHER]


async def test_of_two_who_take_a_case_at_once_one_has_it(work, clerk, colleague, asked):
    outcomes = await asyncio.gather(
        taken(work, clerk, asked), taken(work, colleague, asked), return_exceptions=True
    )

    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1


async def test_a_case_whose_taker_went_home_can_be_taken_the_next_day(
    work, clock, clerk, colleague, asked
):
    await taken(work, clerk, asked)
    clock.move(timedelta(hours=24))
    with pytest.raises(Conflict):
        await taken(work, colleague, asked)
    clock.move(timedelta(seconds=1))

    await taken(work, colleague, asked)

    with pytest.raises(Conflict):
        await answer(work, clerk, asked)


async def test_a_decision_sent_twice_at_once_is_taken_once(work, clerk, asked):
    await taken(work, clerk, asked)

    outcomes = await asyncio.gather(
        *(answer(work, clerk, asked, right=f"Hay {n}") for n in range(8)), return_exceptions=True
    )

    assert sum(outcome is None for outcome in outcomes) == 1
    late = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    assert {problem.code for one in late for problem in one.problems} == {Refusal.DECIDED_ALREADY}


async def test_the_journal_has_the_reason_and_never_what_was_written(work, database, clerk, asked):
    await taken(work, clerk, asked)
    await answer(work, clerk, asked, note="Vu le contrat de bail de Fatima", right="Hay Salam")

    async with database.read() as session:
        events = (await session.exec(select(EventRow))).all()
    told = {event.tag: event.body for (event,) in events}
    assert json.loads(told["accounts:case:decided"]) == {
        "kind": "correction", "about": "district", "decision": "corrected",
    }  # fmt: skip
    everything = " ".join(told.values())
    assert not [word for word in ("mosquée", "bail", "Salam") if word in everything]


async def test_the_oldest_waits_first_and_slips_that_run_out_are_counted(
    work, clock, secrets, clerk, asked, fatima
):
    clock.move(timedelta(hours=1))
    async with work() as uow:
        newer = await ask_correction(uow, AJDIR, fatima, Wrong.OTHER, "")
    clock.move(timedelta(days=76))
    async with work(clerk) as uow:
        queue = await queue_of(uow, AJDIR)

    assert [case.case_id for case in queue.cases] == [asked, newer]
    assert queue.waiting == 2
    assert queue.slips == 0  # the one slip was used


async def test_an_unused_slip_is_counted_in_its_last_fortnight(work, clock, clerk, slip):
    clock.move(timedelta(days=75))
    async with work(clerk) as uow:
        assert (await queue_of(uow, AJDIR)).slips == 0
    clock.move(timedelta(days=1))

    async with work(clerk) as uow:
        assert (await queue_of(uow, AJDIR)).slips == 1


async def test_the_queue_of_a_town_is_its_clerks_alone(work, asked, fatima):
    stranger = Actor(person_id=fatima, roles=frozenset({(NEIGHBOUR_TOWN, Role.CLERK)}))
    observer = Actor(person_id=fatima, roles=frozenset({(AJDIR, Role.OBSERVER)}))

    for actor in (stranger, observer, Actor(person_id=fatima)):
        for act in (
            lambda uow: queue_of(uow, AJDIR),
            lambda uow: open_file(uow, AJDIR, asked),
            lambda uow: take(uow, AJDIR, asked),
            lambda uow: close_case(uow, AJDIR, asked, Decision.NOTHING_WRONG, ""),
        ):
            async with work(actor) as uow:
                with pytest.raises(NotAllowed):
                    await act(uow)
    async with work(stranger) as uow:
        with pytest.raises(NotFound):
            await open_file(uow, NEIGHBOUR_TOWN, asked)
        assert (await queue_of(uow, NEIGHBOUR_TOWN)).cases == ()


@pytest.fixture
async def waiting(town_hall, visitor, other_visitor):
    """A resident asked, and a clerk is signed in."""
    await town_hall.sign_in(visitor)
    slip = await town_hall.slip()
    await visitor.post("/fr/c/ajdir/residence", {"way": "slip", "code": slip.code})
    await visitor.post(
        "/fr/account/correction",
        {"town": AJDIR, "wrong": "district", "said": SECRET, "messages": "1"},
    )
    await town_hall.staff("clerk@example.ma", Role.CLERK)
    await town_hall.sign_in_staff(other_visitor, "clerk@example.ma")
    return visitor


async def test_a_clerk_takes_decides_and_the_resident_is_told(town_hall, waiting, other_visitor):
    page = await other_visitor.get(QUEUE)
    assert page.says("Le quartier est faux", "Ouvert")
    page = await other_visitor.follow(page, "Le quartier est faux")
    assert page.says(SECRET, "… 78", "Au guichet")
    assert "<b>porte</b>" not in page.html
    assert "+212612345678" not in page.html
    page = await other_visitor.submit(page.form("/taking"))

    page = await other_visitor.submit(
        page.form("/decision"), decision="corrected", right="Hay Salam", note="Bail vu."
    )

    assert page.says("Décidé.", "Rien n’attend.")
    await town_hall.do_jobs()
    message = town_hall.messages()[0]
    assert message.to == "+212612345678"
    assert "Hay Salam" not in message.text
    assert "Bail" not in message.text
    page = await waiting.get("/fr/account/my-data")
    assert page.says("Corrigé : un document a été vu", "Bail vu.", "Hay Salam")


async def test_who_wants_no_messages_gets_none(town_hall, waiting, other_visitor):
    await waiting.post("/fr/account/messages", {"messages": "no"})
    await town_hall.do_jobs()
    before = len(town_hall.messages())
    page = await other_visitor.get(QUEUE)
    page = await other_visitor.follow(page, "Le quartier est faux")
    page = await other_visitor.submit(page.form("/taking"))

    await other_visitor.submit(page.form("/decision"), decision="nothing_wrong")

    await town_hall.do_jobs()
    assert len(town_hall.messages()) == before


async def test_what_was_typed_is_kept_when_the_decision_is_refused(waiting, other_visitor):
    page = await other_visitor.get(QUEUE)
    page = await other_visitor.follow(page, "Le quartier est faux")
    page = await other_visitor.submit(page.form("/taking"))

    page = await other_visitor.submit(
        page.form("/decision"), decision="corrected", note="Bail vu.", status=422
    )
    assert page.says("Écrivez le quartier", "Bail vu.")
    page = await other_visitor.submit(page.form("/decision"), note="x" * 10_000, status=422)

    assert page.form("/decision")


async def test_a_colleague_reads_who_has_it(town_hall, waiting, other_visitor, visitor):
    page = await other_visitor.get(QUEUE)
    page = await other_visitor.follow(page, "Le quartier est faux")
    await other_visitor.submit(page.form("/taking"))
    await town_hall.staff("second@example.ma", Role.CLERK)
    await visitor.post("/fr/sign-out", follow=False, status=303)
    await town_hall.sign_in_staff(visitor, "second@example.ma")

    theirs = await visitor.get(page.path)
    assert theirs.says("Un collègue s’en occupe")
    await visitor.post(f"{page.path}/taking", status=409)
    await visitor.post(f"{page.path}/decision", {"decision": "corrected"}, status=409)


@pytest.mark.parametrize("language", ["ar", "en", "zgh"])
async def test_the_queue_speaks_every_language(waiting, other_visitor, language):
    page = await other_visitor.get(f"/{language}/staff/ajdir/queue")

    (link,) = {one for one in page.links.values() if "/queue/" in one}
    await other_visitor.get(link)


async def test_a_case_that_is_not_there_is_not_found(waiting, other_visitor):
    await other_visitor.get(f"{QUEUE}/{'0' * 32}", status=404)
    await other_visitor.post(f"{QUEUE}/{'0' * 32}/taking", status=404)


async def test_asking_for_messages_twice_keeps_the_first_day(work, database, clock, fatima):
    first = clock.now()
    async with work() as uow:
        await want_messages(uow, fatima, uow.now())
    clock.move(timedelta(days=1))
    async with work() as uow:
        await want_messages(uow, fatima, uow.now())

    async with database.read() as session:
        assert (await data_of(session, fatima, clock.now())).messages_since == first
