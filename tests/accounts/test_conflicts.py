"""Two accounts or two numbers of one person: somebody looks, decides once, and no right is doubled."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from pacto_participe.accounts import queries, services
from pacto_participe.accounts.domain.cases import CaseKind, Clash, Decision
from pacto_participe.accounts.domain.contacts import read_contact
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.services.cases import queue_of, take
from pacto_participe.accounts.services.conflicts import Verdict, decide_conflict, report
from pacto_participe.accounts.services.lists import import_list
from pacto_participe.accounts.services.people import add_contact, make_person
from pacto_participe.accounts.services.staff import give_role
from pacto_participe.accounts.tables import LISTED_PERSON, PERSON, RESIDENCE, SESSION
from pacto_participe.background import do_one_job
from pacto_participe.collectivities.commands import BUNDLED_REGISTER
from pacto_participe.collectivities.services import load_register
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from pacto_participe.settings import Settings
from pacto_participe.web.senders import make_senders, outbox_of, written_messages
from pacto_participe.web.sessions import fingerprint
from tests.accounts.seen import codes_of
from tests.accounts.town_hall import AJDIR, NEIGHBOUR_TOWN

CARD, BORN = "BE123456", "12/03/1987"
LIST = ["cnie,birth_date,district", f"{CARD},{BORN},Centre"]
OLD_PHONE, NEW_PHONE = read_contact("0611111111"), read_contact("0622222222")


async def person(work, contact=None):
    async with work() as uow:
        person_id = await make_person(uow)
        if contact:
            await add_contact(uow, contact, person_id, most=4)
        return person_id


async def signed_in(work, person_id):
    async with work() as uow:
        return await services.start_session(uow, person_id, days=30)


async def verified(work, clerk, secrets, person_id, cnie=CARD, born=BORN, district="Centre"):
    async with work(clerk) as uow:
        slip = await services.issue_slip(uow, secrets, AJDIR, cnie, born, district)
    async with work() as uow:
        return await services.activate_slip(uow, secrets, AJDIR, slip.code, person_id)


async def the_case(work, clerk):
    async with work(clerk) as uow:
        (case,) = (await queue_of(uow, AJDIR)).cases
    return case


async def cases(work, clerk):
    async with work(clerk) as uow:
        return (await queue_of(uow, AJDIR)).cases


async def decide(work, clerk, secrets, case, verdict, *, is_vote_open=False):
    async with work(clerk) as uow:
        await take(uow, AJDIR, case.case_id)
    async with work(clerk) as uow:
        await decide_conflict(uow, secrets, AJDIR, case.case_id, verdict, is_vote_open=is_vote_open)


async def homes(database):
    home = RESIDENCE.c
    async with database.read() as session:
        rows = await session.execute(
            select(home.residence_id, home.identity, home.person_id, home.ended_at).order_by(
                home.verified_at, home.residence_id
            )
        )
        return rows.all()


async def is_open(database, person_id):
    async with database.read() as session:
        statement = select(PERSON.c.closed_at).where(PERSON.c.person_id == person_id)
        return (await session.execute(statement)).scalar_one() is None


async def sessions_of(database, person_id):
    async with database.read() as session:
        statement = select(func.count()).where(SESSION.c.person_id == person_id)
        return (await session.execute(statement)).scalar_one()


@pytest.fixture
async def moved(work, clerk, secrets):
    """Fatima lost her phone: a new slip brought her right from the old account to a new one."""
    old, new = await person(work, OLD_PHONE), await person(work, NEW_PHONE)
    await verified(work, clerk, secrets, old)
    await signed_in(work, old)
    await verified(work, clerk, secrets, new)
    return old, new


# What is written down, and what goes smoothly


async def test_a_number_that_is_in_another_account_is_written_down_for_the_counter(
    work, database, clerk, administrator, secrets
):
    async with work(administrator) as uow:
        await import_list(uow, secrets, AJDIR, LIST)
    first, second = await person(work), await person(work)
    async with work() as uow:
        await services.match_list(uow, secrets, AJDIR, first, CARD, BORN)

    for _ in range(3):  # asked again, it is one case
        async with work() as uow:
            activated = await services.match_list(uow, secrets, AJDIR, second, CARD, BORN)
        with pytest.raises(Conflict):
            activated.require()

    case = await the_case(work, clerk)
    assert (case.kind, case.about) == (CaseKind.CONFLICT, Clash.TWO_ACCOUNTS)
    assert (case.person_id, case.other_person_id) == (first, second)
    assert (await homes(database))[0].person_id == first


async def test_a_slip_from_an_account_in_use_is_a_conflict_and_signs_that_account_out(
    work, database, clerk, moved
):
    old, new = moved

    case = await the_case(work, clerk)
    assert case.about is Clash.MOVED
    assert (case.person_id, case.other_person_id) == (new, old)
    assert await sessions_of(database, old) == 0
    assert (await homes(database))[0].person_id == new


async def test_a_lost_phone_that_was_signed_out_is_no_conflict(work, database, clerk, secrets):
    old, new = await person(work, OLD_PHONE), await person(work, NEW_PHONE)
    await verified(work, clerk, secrets, old)

    await verified(work, clerk, secrets, new)

    assert await cases(work, clerk) == ()
    assert await is_open(database, old)


async def test_an_account_that_a_slip_alone_had_made_is_erased_when_its_right_moves(
    work, database, clerk, secrets
):
    first = await verified(work, clerk, secrets, None)
    await signed_in(work, first.person_id)

    second = await verified(work, clerk, secrets, await person(work, NEW_PHONE))

    assert second.residence_id == first.residence_id
    assert not await is_open(database, first.person_id)
    assert await sessions_of(database, first.person_id) == 0
    assert await cases(work, clerk) == ()


async def test_the_same_person_with_a_new_slip_in_the_same_account_stays_signed_in(
    work, database, clerk, secrets
):
    old = await person(work, OLD_PHONE)
    await verified(work, clerk, secrets, old)
    await signed_in(work, old)

    await verified(work, clerk, secrets, old)

    assert await sessions_of(database, old) == 1
    assert await cases(work, clerk) == ()


@pytest.mark.parametrize(
    ("born", "district", "clash"),
    [
        (BORN, "centre", None),
        (BORN, "", None),
        ("13/03/1987", "Centre", Clash.BIRTH_DIFFERS),
        (BORN, "Souk", Clash.DISTRICT_DIFFERS),
    ],
)
async def test_the_counter_and_the_list_are_compared(
    work, clerk, administrator, secrets, born, district, clash
):
    async with work(administrator) as uow:
        await import_list(uow, secrets, AJDIR, LIST)

    async with work(clerk) as uow:
        slip = await services.issue_slip(uow, secrets, AJDIR, CARD, born, district)

    assert slip.differs_from_list == (clash is not None)
    assert [case.about for case in await cases(work, clerk)] == ([clash] if clash else [])


# The decisions


async def test_of_one_person_one_account_stays(
    work, database, clock, secrets, clerk, moved, worker
):
    old, new = moved
    before = await homes(database)
    ticket = await signed_in(work, new)

    verdict = Verdict(Decision.SAME_PERSON, keep=new, seen=True)
    await decide(work, clerk, secrets, await the_case(work, clerk), verdict)
    assert await is_open(database, old)  # it is told first
    while await do_one_job(worker):
        pass

    assert {message.to for message in written_messages(outbox_of(worker.settings))} == {
        OLD_PHONE.value, NEW_PHONE.value,
    }  # fmt: skip
    assert not await is_open(database, old)
    assert await is_open(database, new)
    assert await homes(database) == before  # the same residence and the same ballots
    voter = await queries.voter_of_session(database.quick, fingerprint(ticket), AJDIR, clock.now())
    assert voter.identity == before[0].identity


async def test_the_older_account_may_be_the_one_that_stays(
    work, database, secrets, clerk, moved, worker
):
    old, new = moved
    await signed_in(work, new)

    verdict = Verdict(Decision.SAME_PERSON, keep=old, seen=True)
    await decide(work, clerk, secrets, await the_case(work, clerk), verdict)
    assert await sessions_of(database, new) == 0
    while await do_one_job(worker):
        pass

    (home,) = await homes(database)
    assert home.person_id == old
    assert await is_open(database, old)
    assert not await is_open(database, new)
    assert await sessions_of(database, new) == 0


async def test_an_account_that_is_used_elsewhere_is_not_erased_by_this_town(
    work, database, secrets, clerk, moved
):
    old, new = moved
    async with work(Actor(is_operator=True)) as uow:
        await give_role(uow, NEIGHBOUR_TOWN, old, Role.CLERK)

    verdict = Verdict(Decision.SAME_PERSON, keep=new, seen=True)
    await decide(work, clerk, secrets, await the_case(work, clerk), verdict)

    assert await is_open(database, old)


async def test_of_two_people_the_one_with_the_card_has_the_right_and_nobody_is_erased(
    work, database, secrets, clerk, moved
):
    old, new = moved
    await signed_in(work, new)

    verdict = Verdict(Decision.OTHER_PERSON, keep=old, seen=True)
    await decide(work, clerk, secrets, await the_case(work, clerk), verdict)

    (home,) = await homes(database)
    assert home.person_id == old
    assert await is_open(database, new)
    assert await sessions_of(database, new) == 0


async def test_a_right_that_was_a_mistake_ends(work, database, secrets, clerk, moved):
    await decide(work, clerk, secrets, await the_case(work, clerk), Verdict(Decision.ENDED))

    (home,) = await homes(database)
    assert home.ended_at is not None


async def test_a_wrong_number_is_mended_and_everything_else_stays(
    work, database, secrets, clerk, moved
):
    before = await homes(database)

    verdict = Verdict(Decision.NUMBER_MISTAKEN, cnie="be 654321", seen=True)
    await decide(work, clerk, secrets, await the_case(work, clerk), verdict)

    assert await homes(database) == before
    async with work(clerk) as uow:
        found = await services.find_resident(uow, secrets, AJDIR, "BE654321")
        assert found.residence_id == before[0].residence_id
        with pytest.raises(Refused):
            await services.find_resident(uow, secrets, AJDIR, CARD)
        true_holder = await services.issue_slip(uow, secrets, AJDIR, CARD, BORN)
    assert true_holder.is_new_resident


async def test_two_residents_who_are_one_are_joined_to_the_older_when_no_vote_is_open(
    work, database, clock, secrets, clerk, moved
):
    _, new = moved
    first = (await homes(database))[0]
    clock.move(timedelta(hours=1))
    other = await person(work)
    await verified(work, clerk, secrets, other, "BE654321")
    await signed_in(work, other)

    verdict = Verdict(Decision.NUMBER_MISTAKEN, cnie="BE654321", seen=True)
    await decide(work, clerk, secrets, await the_case(work, clerk), verdict)

    stays, ended = await homes(database)
    assert stays.residence_id == first.residence_id
    assert stays.identity == first.identity
    assert (stays.person_id, stays.ended_at) == (new, None)
    assert (ended.person_id, ended.ended_at) == (None, clock.now())
    assert await sessions_of(database, other) == 0
    async with work(clerk) as uow:
        found = await services.find_resident(uow, secrets, AJDIR, "BE654321")
    assert found.residence_id == first.residence_id


async def test_they_are_not_joined_while_a_vote_is_open(work, database, secrets, clerk, moved):
    await verified(work, clerk, secrets, await person(work), "BE654321")
    before = await homes(database)

    verdict = Verdict(Decision.NUMBER_MISTAKEN, cnie="BE654321", seen=True)
    with pytest.raises(Refused) as refused:
        await decide(work, clerk, secrets, await the_case(work, clerk), verdict, is_vote_open=True)

    assert codes_of(refused) == [Refusal.JOIN_AFTER_THE_CLOSE]
    assert await homes(database) == before
    assert (await the_case(work, clerk)).decided_at is None


async def test_a_line_that_the_card_disproves_leaves_the_list(
    work, database, administrator, secrets, clerk
):
    async with work(administrator) as uow:
        await import_list(uow, secrets, AJDIR, LIST)
    async with work(clerk) as uow:
        await services.issue_slip(uow, secrets, AJDIR, CARD, "13/03/1987")

    verdict = Verdict(Decision.LIST_MISTAKEN)
    await decide(work, clerk, secrets, await the_case(work, clerk), verdict)

    async with database.read() as session:
        left = select(func.count()).select_from(LISTED_PERSON)
        assert (await session.execute(left)).scalar_one() == 0
    assert len(await homes(database)) == 1


# What is refused


@pytest.mark.parametrize(
    ("verdict", "refusals"),
    [
        (Verdict(Decision.SAME_PERSON, seen=True), [Refusal.KEEP_MISSING]),
        (Verdict(Decision.SAME_PERSON, keep="0" * 32, seen=True), [Refusal.KEEP_MISSING]),
        (
            Verdict(Decision.OTHER_PERSON),
            [Refusal.CARD_NOT_SEEN, Refusal.KEEP_MISSING],
        ),
        (Verdict(Decision.NUMBER_MISTAKEN, cnie="?", seen=True), [Refusal.CARD_UNREADABLE]),
        (Verdict(Decision.NUMBER_MISTAKEN, cnie=CARD), [Refusal.CARD_NOT_SEEN]),
        (Verdict(Decision.LIST_MISTAKEN), [Refusal.REASON_MISSING]),
        (Verdict(Decision.CORRECTED), [Refusal.REASON_MISSING]),
        (Verdict(Decision.WITHDRAWN), [Refusal.REASON_MISSING]),
    ],
    ids=repr,
)
async def test_half_a_decision_is_none(work, database, secrets, clerk, moved, verdict, refusals):
    before = await homes(database)

    with pytest.raises(Refused) as refused:
        await decide(work, clerk, secrets, await the_case(work, clerk), verdict)

    assert codes_of(refused) == refusals
    assert await homes(database) == before


async def test_the_right_is_given_to_nobody_who_has_one_here_already(
    work, database, secrets, clerk, moved
):
    old, _ = moved
    await verified(work, clerk, secrets, old, "ZT999999")
    before = await homes(database)

    verdict = Verdict(Decision.SAME_PERSON, keep=old, seen=True)
    with pytest.raises(Refused) as refused:
        await decide(work, clerk, secrets, await the_case(work, clerk), verdict)

    assert codes_of(refused) == [Refusal.KEEPS_ANOTHER]
    assert await homes(database) == before


async def test_of_two_clerks_who_decide_at_once_one_does_and_the_other_is_told(
    work, database, secrets, clerk, administrator, moved
):
    old, new = moved
    case = await the_case(work, clerk)

    outcomes = await asyncio.gather(
        decide(work, clerk, secrets, case, Verdict(Decision.SAME_PERSON, keep=new, seen=True)),
        decide(
            work, administrator, secrets, case,
            Verdict(Decision.OTHER_PERSON, keep=old, seen=True),
        ),
        return_exceptions=True,
    )  # fmt: skip

    assert sum(outcome is None for outcome in outcomes) == 1
    (late,) = [outcome for outcome in outcomes if outcome is not None]
    assert isinstance(late, Conflict)
    assert late.problems[0].code in {Refusal.TAKEN_BY_ANOTHER, Refusal.DECIDED_ALREADY}
    assert len(await homes(database)) == 1


async def test_one_clerk_who_sends_it_twelve_times_decides_once(
    work, database, secrets, clerk, moved
):
    _, new = moved
    case = await the_case(work, clerk)
    async with work(clerk) as uow:
        await take(uow, AJDIR, case.case_id)

    async def send():
        async with work(clerk) as uow:
            verdict = Verdict(Decision.SAME_PERSON, keep=new, seen=True)
            await decide_conflict(uow, secrets, AJDIR, case.case_id, verdict, is_vote_open=False)

    outcomes = await asyncio.gather(*(send() for _ in range(12)), return_exceptions=True)

    assert sum(outcome is None for outcome in outcomes) == 1
    assert all(isinstance(outcome, Refused) for outcome in outcomes if outcome is not None)


async def test_slips_used_while_it_is_decided_leave_one_residence(
    work, database, secrets, clerk, moved
):
    old, new = moved
    case = await the_case(work, clerk)
    verdict = Verdict(Decision.OTHER_PERSON, keep=old, seen=True)

    await asyncio.gather(
        decide(work, clerk, secrets, case, verdict),
        *(verified(work, clerk, secrets, new) for _ in range(3)),
        return_exceptions=True,
    )

    (home,) = await homes(database)
    assert home.person_id in {old, new}
    assert home.ended_at is None


async def test_a_number_mended_while_its_true_holder_is_verified_makes_nobody_twice(
    work, database, secrets, clerk, moved
):
    case = await the_case(work, clerk)
    verdict = Verdict(Decision.NUMBER_MISTAKEN, cnie="BE654321", seen=True)

    outcomes = await asyncio.gather(
        decide(work, clerk, secrets, case, verdict, is_vote_open=True),
        *(verified(work, clerk, secrets, None, "BE654321") for _ in range(3)),
        return_exceptions=True,
    )

    unexpected = [
        outcome
        for outcome in outcomes
        if isinstance(outcome, Exception) and not isinstance(outcome, Refused)
    ]
    assert unexpected == []
    async with work(clerk) as uow:
        assert await services.find_resident(uow, secrets, AJDIR, "BE654321")
    assert len(await homes(database)) in {1, 2}


async def test_another_town_and_other_roles_decide_nothing_here(
    work, database, secrets, clerk, moved
):
    case = await the_case(work, clerk)
    stranger = Actor(person_id="s" * 32, roles=frozenset({(NEIGHBOUR_TOWN, Role.CLERK)}))
    reviewer = Actor(person_id="r" * 32, roles=frozenset({(AJDIR, Role.REVIEWER)}))

    for actor in (stranger, reviewer):
        with pytest.raises(NotAllowed):
            await decide(work, actor, secrets, case, Verdict(Decision.ENDED))
        with pytest.raises(NotAllowed):
            async with work(actor) as uow:
                await report(uow, AJDIR, case.residence_id)
    with pytest.raises(NotFound):
        async with work(stranger) as uow:
            await report(uow, NEIGHBOUR_TOWN, case.residence_id)


async def test_a_report_at_the_counter_is_one_case(work, secrets, clerk, slip):
    for _ in range(2):
        async with work(clerk) as uow:
            await report(uow, AJDIR, slip.residence_id)

    assert (await the_case(work, clerk)).about is Clash.REPORTED


# On the screen


async def test_a_clerk_sees_both_sides_and_decides(town_hall, visitor, other_visitor):
    await town_hall.sign_in(visitor, "0611111111")
    slip = await town_hall.slip()
    await visitor.post("/fr/c/ajdir/residence", {"way": "slip", "code": slip.code})
    second = await town_hall.slip()
    newer = town_hall.browser()
    await town_hall.sign_in(newer, "0622222222")
    await newer.post("/fr/c/ajdir/residence", {"way": "slip", "code": second.code})
    assert (await visitor.get("/fr/account", follow=False, status=303)).status == 303
    await town_hall.staff("clerk@example.ma", Role.CLERK)
    await town_hall.sign_in_staff(other_visitor, "clerk@example.ma")

    page = await other_visitor.get("/fr/staff/ajdir/queue")
    page = await other_visitor.follow(page, "Un bon a ramené le droit de vote d’un autre compte")
    assert page.says("Compte 1", "Compte 2", "… 11", "… 22", "A le droit de vote en ce moment")
    assert "+2126" not in page.html
    page = await other_visitor.submit(page.form("/taking"))
    page = await other_visitor.submit(page.form("/decision"), decision="same_person", status=422)
    assert page.says("carte en main", "Choisissez le compte")
    form = page.form("/decision")
    keep = next(
        item.get("value") for item in page.tree.elements("input") if item.get("name") == "keep"
    )
    page = await other_visitor.submit(form, decision="same_person", keep=keep, seen="1")

    assert page.says("Décidé.", "Rien n’attend.")
    assert (await newer.get("/fr/account")).says("Ajdir")
    for language in ("ar", "en"):
        await other_visitor.get(f"/{language}/staff/ajdir/queue")
    await newer.close()


async def test_a_clerk_reports_a_number_from_the_page_of_the_resident(
    town_hall, visitor, other_visitor
):
    await town_hall.slip()
    await town_hall.staff("clerk@example.ma", Role.CLERK)
    await town_hall.sign_in_staff(other_visitor, "clerk@example.ma")
    page = await other_visitor.post("/fr/staff/ajdir/resident", {"cnie": CARD})

    page = await other_visitor.submit(page.form("/report"))

    assert page.says("Quelqu’un dit que ce numéro est le sien")
    await other_visitor.post("/fr/staff/ajdir/resident/report", {"residence_id": "x"}, status=404)


# Who is told


@pytest.fixture
async def worker(database, work, clock, tmp_path):
    """What the worker has of the application to send messages."""
    register = BUNDLED_REGISTER.read_text(encoding="utf-8").splitlines(keepends=True)
    async with work() as uow:
        await load_register(uow, register)
    settings = Settings(mode="demo", data_dir=tmp_path)
    senders = make_senders(settings, clock)
    return SimpleNamespace(database=database, clock=clock, settings=settings, senders=senders)


async def test_both_sides_are_told_once_that_it_is_decided_and_nothing_of_what(
    work, clerk, secrets, moved, worker
):
    verdict = Verdict(Decision.OTHER_PERSON, "", keep=moved[0], seen=True)

    await decide(work, clerk, secrets, await the_case(work, clerk), verdict)
    while await do_one_job(worker):
        pass

    told = list(written_messages(outbox_of(worker.settings)))
    assert {message.to for message in told} == {OLD_PHONE.value, NEW_PHONE.value}
    assert len(told) == 2
    assert len({message.text for message in told}) == 1
    assert all(len(message.text) <= 70 for message in told)


async def test_an_account_that_was_closed_meanwhile_is_told_nothing(
    work, clerk, secrets, moved, worker
):
    old, new = moved
    verdict = Verdict(Decision.OTHER_PERSON, "", keep=old, seen=True)
    await decide(work, clerk, secrets, await the_case(work, clerk), verdict)
    async with work() as uow:
        await services.close_account(uow, new)

    while await do_one_job(worker):
        pass

    told = list(written_messages(outbox_of(worker.settings)))
    assert [message.to for message in told] == [OLD_PHONE.value]
