"""My data: all that is held, how one is reached, what one consented to, what the counter is asked."""

import asyncio
import re

import pytest
from sqlalchemy import func, select

from pacto_participe.accounts.domain.cases import Wrong
from pacto_participe.accounts.domain.contacts import read_contact
from pacto_participe.accounts.domain.people import Nationality
from pacto_participe.accounts.events import ListImported
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.services import activate_slip, close_account
from pacto_participe.accounts.services.cases import ask_correction, cases_of
from pacto_participe.accounts.services.changes import change, held_residence
from pacto_participe.accounts.services.contacts import (
    ask_contact,
    prove_contact,
    remove_contact,
)
from pacto_participe.accounts.services.my_data import data_of
from pacto_participe.accounts.services.people import add_contact
from pacto_participe.accounts.services.second_factor import make_codes
from pacto_participe.accounts.tables import CONTACT, LOGIN_CODE, RESIDENCE, RESIDENT_CASE
from pacto_participe.approvals.domain import Act
from pacto_participe.approvals.events import ApprovalAsked
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.errors import NotFound, Refused
from tests.accounts.town_hall import AJDIR, NEIGHBOUR_TOWN

MY_DATA = "/fr/account/my-data"
HOSTILE = "<script>alert(1)</script>\u202e" + "ا" * 10_000
PHONE, MAIL = read_contact("0612345678"), read_contact("fatima@example.ma")


@pytest.fixture
async def resident(town_hall, visitor):
    """Signed in by a phone, verified in Ajdir by a slip."""
    await town_hall.sign_in(visitor)
    slip = await town_hall.slip()
    await visitor.post("/fr/c/ajdir/residence", {"way": "slip", "code": slip.code})
    return visitor


async def test_all_that_is_held_can_be_read(resident):
    page = await resident.get(MY_DATA)

    assert page.h1 == "Mes données"
    assert page.says("06 12 34 56 78", "Ajdir", "Au guichet", "Centre", "vous êtes majeur")
    assert page.says("Combien de temps chaque chose est gardée", "12 mois après la décision")
    assert "BE123456" not in page.html


@pytest.mark.parametrize("language", ["ar", "en", "zgh"])
async def test_it_is_said_in_every_language(resident, language):
    assert (await resident.get(f"/{language}/account/my-data")).status == 200
    await resident.get(f"/{language}/account/contact/code")


async def test_the_file_has_the_same(resident):
    await resident.post("/fr/account/correction", {"town": AJDIR, "wrong": "district", "said": "x"})

    held = (await resident.get("/fr/account/data")).response.json()

    assert [one["value"] for one in held["contacts"]] == ["+212612345678"]
    (home,) = held["residences"]
    assert home["verified_by"] == "counter"
    assert home["verified_by_role"] == "clerk"
    assert home["ballot_in_open_votes"] == {}
    assert held["requests"][0]["said"] == "x"
    assert set(held) == {
        "name", "language", "account_since", "messages_wanted_since", "has_password",
        "has_one_time_codes", "recovery_codes_left", "passkeys", "contacts",
        "residences", "signed_in", "roles", "journal", "requests",
    }  # fmt: skip


async def test_staff_read_their_second_factor_and_what_the_journal_keeps_of_them(
    town_hall, other_visitor
):
    person_id = await town_hall.staff("admin@example.ma", Role.ADMINISTRATOR)
    await town_hall.sign_in_staff(other_visitor, "admin@example.ma")
    administrator = Actor(person_id, roles=frozenset({(AJDIR, Role.ADMINISTRATOR)}))
    async with town_hall.work(administrator) as uow:
        codes = await make_codes(uow, town_hall.web.secrets, person_id)
        for event in (ListImported("i", 1, 0, 0), ApprovalAsked("a", next(iter(Act)), "2026", "")):
            uow.record(event, collectivity_id=AJDIR)
    async with town_hall.work(Actor()) as uow:
        uow.record(ListImported("j", 1, 0, 0), collectivity_id=AJDIR)

    page = await other_visitor.get(MY_DATA)
    held = (await other_visitor.get("/fr/account/data")).response.json()

    assert page.says("Activés sur un téléphone", f"Restants : {len(codes)}")
    assert page.says("Ce que le journal garde de moi", "dont accords demandés ou décidés : 1")
    assert page.says("elles restent, même si vous fermez votre compte")
    assert held["has_one_time_codes"] is True
    assert held["recovery_codes_left"] == len(codes)
    (here,) = [one for one in held["journal"] if one["collectivity"] == AJDIR]
    assert here["approvals_among_them"] == 1
    assert 2 <= here["lines_that_stay"] <= 6
    assert codes[0] not in page.html
    await other_visitor.get("/ar/account/my-data")


async def test_what_was_corrected_is_shown_as_long_as_it_is_kept(town_hall, resident):
    async with town_hall.work(Actor()) as uow:
        (residence_id,) = (await uow.session.execute(select(RESIDENCE.c.residence_id))).scalars()
        held = await held_residence(uow, AJDIR, residence_id)
        values = {"district": "Douar Tizi", "nationality": Nationality.CITIZEN}
        await change(uow, held, values)

    page = await resident.get(MY_DATA)

    assert page.says("Douar Tizi", "Jusqu’au 23 novembre 2026", "Centre · Non notée")
    (home,) = (await resident.get("/fr/account/data")).response.json()["residences"]
    (before,) = home["said_before"]
    assert (before["district"], before["nationality"]) == ("Centre", "unknown")
    await resident.get("/ar/account/my-data")


async def test_an_address_is_added_by_the_code_that_goes_there(town_hall, resident):
    page = await resident.get(MY_DATA)
    page = await resident.submit(page.form("/account/contact"), contact="Fatima@Example.ma")
    assert page.h1 == "Saisir le code"
    code = await town_hall.code()
    assert town_hall.messages()[0].to == "fatima@example.ma"

    page = await resident.submit(page.form("/account/contact/code"), code=code)

    assert page.says("Enregistré.", "fatima@example.ma", "06 12 34 56 78")


async def test_the_message_with_that_code_holds_no_link_that_signs_in(town_hall, resident):
    page = await resident.get(MY_DATA)
    await resident.submit(page.form("/account/contact"), contact="fatima@example.ma")
    await town_hall.do_jobs()

    assert "http" not in town_hall.messages()[0].text


async def test_a_wrong_code_is_refused_and_counted(town_hall, resident):
    page = await resident.get(MY_DATA)
    page = await resident.submit(page.form("/account/contact"), contact="fatima@example.ma")
    right = await town_hall.code()
    wrong = "000000" if right != "000000" else "000001"

    page = await resident.submit(page.form("/account/contact/code"), code=wrong, status=422)

    assert page.says("Essais restants : 4")
    assert not (await resident.get(MY_DATA)).says("fatima@example.ma")


@pytest.mark.parametrize("typed", ["", "06", "x@y", HOSTILE])
async def test_what_is_no_contact_is_refused(resident, typed):
    page = await resident.post("/fr/account/contact", {"contact": typed}, status=422)

    assert page.says("Écrivez un numéro")


async def test_a_code_for_another_contact_signs_nobody_in(town_hall, resident, other_visitor):
    page = await resident.get(MY_DATA)
    await resident.submit(page.form("/account/contact"), contact="fatima@example.ma")
    code = await town_hall.code()
    cookie = resident.http.cookies["add-contact"]
    other_visitor.http.cookies.set("sign-in", cookie)

    page = await other_visitor.post("/fr/sign-in/code", {"code": code}, status=422)

    assert "session" not in other_visitor.http.cookies


async def test_nobody_else_in_the_same_browser_can_use_the_code(
    work, database, secrets, fatima, clerk
):
    async with work() as uow:
        await ask_contact(uow, fatima, MAIL, "nonce", language="fr")
        answer = await prove_contact(uow, secrets, clerk.person_id, "nonce", "123456", most=4)

    assert answer.refusal is Refusal.CODE_NOT_ASKED_HERE


async def test_one_is_taken_away_but_never_the_last(town_hall, resident):
    page = await resident.get(MY_DATA)
    page = await resident.submit(page.form("/account/contact"), contact="fatima@example.ma")
    page = await resident.submit(page.form("/account/contact/code"), code=await town_hall.code())

    page = await resident.post("/fr/account/contact/removal", {"value": "+212612345678"})
    assert not page.says("06 12 34 56 78")
    page = await resident.post(
        "/fr/account/contact/removal", {"value": "fatima@example.ma"}, status=422
    )
    assert page.says("le seul moyen de vous joindre", "fatima@example.ma")


async def test_of_two_taken_away_at_once_one_stays(work, database, fatima):
    async with work() as uow:
        for contact in (PHONE, MAIL):
            await add_contact(uow, contact, fatima, most=4)

    async def take_away(value):
        async with work() as uow:
            await remove_contact(uow, fatima, value)

    outcomes = await asyncio.gather(
        take_away(PHONE.value), take_away(MAIL.value), return_exceptions=True
    )

    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
    async with database.read() as session:
        left = select(func.count()).where(CONTACT.c.person_id == fatima)
        assert (await session.execute(left)).scalar_one() == 1


async def test_a_contact_that_is_theirs_already_is_not_asked_for_again(work, database, fatima):
    async with work() as uow:
        await add_contact(uow, PHONE, fatima, most=4)

    with pytest.raises(Refused):
        async with work() as uow:
            await ask_contact(uow, fatima, PHONE, "nonce", language="fr")

    async with database.read() as session:
        assert (await session.execute(select(func.count(LOGIN_CODE.c.code_id)))).scalar_one() == 0


async def test_consent_to_messages_is_given_and_taken_back(town_hall, resident):
    page = await resident.get(MY_DATA)
    assert page.says("Vous ne recevez aucun message")

    page = await resident.submit(page.form("/account/messages"), messages="yes")
    assert page.says("Vous avez accepté le 23 novembre 2026")
    page = await resident.submit(page.form("/account/messages"), messages="no")

    assert page.says("Vous ne recevez aucun message")


async def test_a_correction_is_asked_once_and_stands_in_the_account(resident):
    page = await resident.get(MY_DATA)
    page = await resident.submit(
        page.form("/account/correction"), wrong="district", said="حي السلام"
    )
    assert page.says("Le guichet a votre demande", "حي السلام", "En attente du guichet")

    page = await resident.submit(
        page.form("/account/correction"), wrong="district", said="x", status=422
    )
    assert page.says("Vous l’avez déjà demandé")
    page = await resident.submit(page.form("/account/correction"), wrong="birth_date")
    assert page.says("La date de naissance est fausse")


async def test_what_is_asked_is_shown_as_it_was_written_and_not_run(resident):
    typed = {"town": AJDIR, "wrong": "other", "said": HOSTILE[:400]}

    page = await resident.post("/fr/account/correction", typed)

    assert "<script>alert" not in page.html


async def test_too_much_or_too_little_is_refused_and_what_was_typed_is_kept(resident):
    page = await resident.post(
        "/fr/account/correction", {"town": AJDIR, "wrong": "other", "said": HOSTILE}, status=422
    )
    assert page.says("500")
    page = await resident.post(
        "/fr/account/correction", {"town": AJDIR, "said": "le bon quartier"}, status=422
    )
    assert "le bon quartier" in page.html


async def test_nothing_is_asked_of_a_town_where_one_is_no_resident(work, secrets, slip, fatima):
    async with work() as uow:
        await activate_slip(uow, secrets, AJDIR, slip.code, fatima)

    with pytest.raises(NotFound):
        async with work() as uow:
            await ask_correction(uow, NEIGHBOUR_TOWN, fatima, Wrong.DISTRICT, "x")


async def test_the_same_asked_twelve_times_at_once_is_one_case(
    work, database, secrets, slip, fatima
):
    async with work() as uow:
        await activate_slip(uow, secrets, AJDIR, slip.code, fatima)

    async def ask_once():
        async with work() as uow:
            await ask_correction(uow, AJDIR, fatima, Wrong.DISTRICT, "x")

    outcomes = await asyncio.gather(*(ask_once() for _ in range(12)), return_exceptions=True)

    assert sum(outcome is None for outcome in outcomes) == 1
    async with database.read() as session:
        assert len(await cases_of(session, fatima)) == 1


async def test_who_closes_the_account_leaves_no_word_with_the_counter(
    work, database, clock, secrets, slip, fatima
):
    async with work() as uow:
        await activate_slip(uow, secrets, AJDIR, slip.code, fatima)
        await ask_correction(uow, AJDIR, fatima, Wrong.DISTRICT, "près de la mosquée")

    async with work() as uow:
        await close_account(uow, fatima)

    case = RESIDENT_CASE.c
    async with database.read() as session:
        row = (await session.execute(select(case.person_id, case.said, case.decision))).one()
        with pytest.raises(NotFound):
            await data_of(session, fatima, clock.now())
    assert row == (None, "", "withdrawn")


async def test_the_page_leads_from_the_account(resident):
    page = await resident.get("/fr/account")

    page = await resident.get(page.link("Mes données"))

    assert page.path == MY_DATA
    assert re.search("Télécharger mes données", page.text)
