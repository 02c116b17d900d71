"""The pages of passkeys: added, shown, removed and lost, with and without codes beside them."""

import asyncio
import json
import re

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from pacto_participe.accounts.commands import staff as staff_commands
from pacto_participe.accounts.services import authenticators
from pacto_participe.accounts.services.passkey_sign_in import (
    sign_in_with_passkey,
)
from pacto_participe.accounts.services.second_factor import (
    reset,
)
from pacto_participe.accounts.tables import (
    PASSKEY,
    RECOVERY_CODE,
    SECOND_FACTOR,
    SESSION,
)
from pacto_participe.cli.upkeep import doctor
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.storage.events import EventRow
from tests.accounts.authenticator import PARTY, Authenticator
from tests.accounts.town_hall import PASSWORD, open_town_hall, with_signpost
from tests.recorded import recorded
from tests.terminal import commands_work_on

PEOPLE = "/fr/staff/ajdir/people"
COUNTER = "/fr/staff/ajdir/counter"
STEP = "/fr/sign-in/second-step"
PASS = f"{STEP}/passkey"
ALONE = "/fr/sign-in/passkey"
PAGE = "/fr/account/second-factor"
ADD = f"{PAGE}/passkeys"
REMOVE = f"{ADD}/removal"


@pytest.fixture
async def town_hall(sqlite_url, tmp_path, clock, monkeypatch):
    """The application at an address that can have passkeys."""
    with_signpost(monkeypatch)
    async with open_town_hall(sqlite_url, tmp_path, clock, base_url=PARTY.origin) as hall:
        yield hall


def asked_by(page) -> tuple[str, str]:
    """The options and the challenge of the form for passkeys."""
    form = next(item for item in page.tree.elements("form") if item.get("data-passkey"))
    challenge = next(
        item.get("value") for item in form.elements("input") if item.get("name") == "challenge"
    )
    return form.get("data-options"), challenge


async def by_password(browser, email="admin@example.ma", **fields):
    return await browser.post(
        "/fr/sign-in/password", {"email": email, "password": PASSWORD, **fields}
    )


async def add_on(browser, page, passkey, *, status=200, **fields):
    options, challenge = asked_by(page)
    answer = {"answer": passkey.make(options), "challenge": challenge, "name": "Téléphone"}
    return await browser.post(ADD, {**answer, **fields}, status=status)


async def show_on(browser, page, passkey, *, status=200, **fields):
    options, challenge = asked_by(page)
    answer = {"answer": passkey.sign(options), "challenge": challenge, **fields}
    return await browser.post(PASS, answer, status=status)


@pytest.fixture
async def without_codes(town_hall):
    """An administrator as `pacto-participe staff add` makes one."""
    await town_hall.staff("admin@example.ma", Role.ADMINISTRATOR)
    async with town_hall.work(Actor()) as uow:
        await uow.session.execute(RECOVERY_CODE.delete())
        await uow.session.execute(SECOND_FACTOR.delete())


async def test_an_administrator_adds_a_passkey_and_signs_in_with_it(
    town_hall, visitor, without_codes
):
    passkey = Authenticator()
    await by_password(visitor)
    page = await visitor.get(PEOPLE)
    assert page.path.startswith(PAGE)

    page = await add_on(visitor, page, passkey, next=PEOPLE)

    assert len(set(re.findall(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", page.text))) == 10
    assert page.headers["cache-control"] == "no-store"
    page = await visitor.follow(page, "Je les ai gardés : continuer")
    assert page.path == PEOPLE
    await visitor.post("/fr/sign-out", {})
    page = await by_password(visitor, next=PEOPLE)
    assert page.path.startswith(STEP)
    assert page.h1 == "Seconde preuve"
    assert page.says("Les clés d’accès demandent JavaScript", "Code de secours")
    before = visitor.http.cookies["session"]
    page = await show_on(visitor, page, passkey, next=PEOPLE)
    assert page.path == PEOPLE
    assert visitor.http.cookies["session"] != before


async def test_a_recovery_code_lets_in_who_lost_the_only_passkey(town_hall, visitor, without_codes):
    await by_password(visitor)
    page = await add_on(visitor, await visitor.get(PAGE), Authenticator())
    code = re.search(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", page.text)[0]
    await visitor.post("/fr/sign-out", {})
    await by_password(visitor)

    page = await visitor.post(STEP, {"code": code, "next": PEOPLE})

    assert page.path == PEOPLE
    assert (await visitor.get(PAGE)).says("Il reste 9 codes de secours.")


async def test_who_has_only_a_passkey_works_with_it_or_not_at_all(
    town_hall, visitor, other_visitor
):
    await town_hall.staff("clerk@example.ma", Role.CLERK)
    await town_hall.sign_in_staff(visitor, "clerk@example.ma")
    await add_on(visitor, await visitor.get(PAGE), Authenticator())
    assert (await visitor.get(COUNTER)).path == COUNTER

    await by_password(other_visitor, "clerk@example.ma")

    assert (await other_visitor.get(COUNTER)).path.startswith(STEP)
    assert (await other_visitor.get("/fr/account")).says("Votre seconde preuve est demandée")
    await other_visitor.post(REMOVE, {"passkey_id": "0" * 64}, status=422)
    await other_visitor.post(STEP, {"code": "000000"}, status=422)


async def test_the_first_passkey_and_a_removal_sign_other_browsers_out(
    town_hall, visitor, other_visitor
):
    passkey = Authenticator()
    await town_hall.staff("clerk@example.ma", Role.CLERK)
    await town_hall.sign_in_staff(visitor, "clerk@example.ma")
    await town_hall.sign_in_staff(other_visitor, "clerk@example.ma")

    await add_on(visitor, await visitor.get(PAGE), passkey)

    assert (await other_visitor.get(COUNTER)).path.startswith("/fr/sign-in")
    page = await by_password(other_visitor, "clerk@example.ma", next=COUNTER)
    assert (await show_on(other_visitor, page, passkey, next=COUNTER)).path == COUNTER
    page = await visitor.get(PAGE)
    page = await visitor.submit(page.form("/removal"))
    assert page.says("Enregistré.")
    assert not page.says("Téléphone")
    assert (await visitor.get(COUNTER)).path == COUNTER
    assert (await other_visitor.get(COUNTER)).path.startswith("/fr/sign-in")
    await visitor.post(REMOVE, {"passkey_id": "0" * 64}, status=422)


async def test_an_administrator_sees_that_the_last_one_stays(town_hall, visitor, without_codes):
    await by_password(visitor)
    await add_on(visitor, await visitor.get(PAGE), Authenticator())

    page = await visitor.get(PAGE)

    assert page.says("pour retirer cette clé, ajoutez-en d’abord une autre")
    assert not any(form.action.endswith("/removal") for form in page.forms())
    async with town_hall.web.database.read() as session:
        held = (await session.execute(select(PASSKEY.c.passkey_id))).scalar_one()
    page = await visitor.post(REMOVE, {"passkey_id": held}, status=422)
    assert page.says("la dernière ne peut pas être désactivée")


async def test_the_journal_says_what_happened_and_names_nobody(town_hall, visitor, without_codes):
    passkey = Authenticator()
    await by_password(visitor)
    await add_on(visitor, await visitor.get(PAGE), passkey)
    await add_on(visitor, await visitor.get(PAGE), Authenticator())
    await visitor.submit((await visitor.get(PAGE)).form("/removal"))

    async with town_hall.web.database.read() as session:
        rows = (await session.execute(select(EventRow.__table__))).mappings().all()
    told = [row for row in rows if row["tag"].startswith("accounts:passkey:")]

    assert sorted(row["tag"] for row in told) == [
        "accounts:passkey:added", "accounts:passkey:added", "accounts:passkey:removed",
    ]  # fmt: skip
    assert "Téléphone" not in str(told)


@pytest.mark.parametrize("language", ["ar", "fr", "en", "zgh"])
async def test_hostile_names_are_shown_as_they_are(town_hall, visitor, language):
    name = "<script>alert(1)</script>\u202e"
    await town_hall.staff("clerk@example.ma", Role.CLERK)
    await town_hall.sign_in_staff(visitor, "clerk@example.ma")
    page = await visitor.get(PAGE)

    refused = await add_on(visitor, page, Authenticator(), status=422, name="ا" * 10_000)
    await add_on(visitor, refused, Authenticator(), name=name)

    page = await visitor.get(f"/{language}/account/second-factor")
    assert "<script>alert" not in page.html
    assert page.says("<script>alert(1)</script>")
    await visitor.get(f"/{language}/account/my-data")


async def test_a_passkey_without_a_name_gets_that_of_the_browser(town_hall, visitor):
    await town_hall.staff("clerk@example.ma", Role.CLERK)
    await town_hall.sign_in_staff(visitor, "clerk@example.ma")
    visitor.http.headers["User-Agent"] = "Mozilla/5.0 (Android 14) Firefox/140"

    await add_on(visitor, await visitor.get(PAGE), Authenticator(), name="  ")

    assert (await visitor.get(PAGE)).says("Firefox, Android")


async def test_without_javascript_the_page_says_so_and_keeps_the_name(town_hall, visitor):
    await town_hall.staff("clerk@example.ma", Role.CLERK)
    await town_hall.sign_in_staff(visitor, "clerk@example.ma")
    page = await visitor.get(PAGE)

    page = await visitor.submit(page.form("/passkeys"), name="Clé du guichet", status=422)

    assert page.says("Les clés d’accès demandent JavaScript, désactivé dans ce navigateur.")
    assert page.form("/passkeys").fields["name"] == ["Clé du guichet"]


async def test_my_data_have_the_passkeys_by_name_and_date(town_hall, visitor):
    passkey = Authenticator()
    await town_hall.staff("clerk@example.ma", Role.CLERK)
    await town_hall.sign_in_staff(visitor, "clerk@example.ma")
    await add_on(visitor, await visitor.get(PAGE), passkey)

    assert (await visitor.get("/fr/account/my-data")).says(
        "Téléphone", "Ajoutée le 23 novembre 2026"
    )
    held = (await visitor.get("/fr/account/data")).response.json()

    assert held["passkeys"] == [
        {"name": "Téléphone", "added_at": town_hall.clock.now().isoformat(), "used_at": None}
    ]


async def test_an_operator_takes_lost_passkeys_away(town_hall, visitor, without_codes, monkeypatch):
    await by_password(visitor)
    await add_on(visitor, await visitor.get(PAGE), Authenticator())
    await add_on(visitor, await visitor.get(PAGE), Authenticator())
    commands_work_on(town_hall.web.settings, monkeypatch)
    words = ["reset-second-factor", "--email", "admin@example.ma"]

    told = await asyncio.to_thread(lambda: CliRunner().invoke(staff_commands, words))

    assert told.exit_code == 0, told.output
    assert (await visitor.get(PEOPLE)).path.startswith("/fr/sign-in")
    assert len(await recorded(town_hall.web.database, "accounts:passkey:removed")) == 2
    async with town_hall.web.database.read() as session:
        for table in (PASSKEY, RECOVERY_CODE):
            assert not (await session.execute(select(table))).all()


async def test_the_doctor_notices_that_passkeys_cannot_be_used_any_more(
    town_hall, visitor, without_codes, monkeypatch
):
    settings, line = town_hall.web.settings, "passkeys: those of staff can be used here"
    monkeypatch.setenv("PACTO_MODE", "demo")
    monkeypatch.setenv("PACTO_DATABASE_URL", settings.database)
    monkeypatch.setenv("PACTO_DATA_DIR", str(settings.data_dir))

    async def says(base_url: str) -> str:
        monkeypatch.setenv("PACTO_BASE_URL", base_url)
        return (await asyncio.to_thread(lambda: CliRunner().invoke(doctor))).output

    assert f"PASS {line}" in await says("http://127.0.0.1:8000")
    await by_password(visitor)
    await add_on(visitor, await visitor.get(PAGE), Authenticator())

    assert f"PASS {line}" in await says(PARTY.origin)
    assert f"FAIL {line}" in await says("http://127.0.0.1:8000")


async def test_without_the_extra_the_pages_offer_none(
    town_hall, visitor, without_codes, monkeypatch
):
    passkey = Authenticator()
    await by_password(visitor)
    page = await visitor.get(PAGE)
    asked = asked_by(page)
    await add_on(visitor, page, passkey)
    monkeypatch.setattr(authenticators, "EXTRA", "a_library_that_nobody_installed")

    page = await visitor.get(PAGE)

    assert not any(
        "passkeys" in form.action and "removal" not in form.action for form in page.forms()
    )
    assert "passkeys.js" not in page.html
    await visitor.post(ADD, {"answer": passkey.make(asked[0]), "challenge": asked[1]}, status=404)
    await visitor.post("/fr/sign-out", {})
    page = await by_password(visitor, next=PEOPLE)
    assert page.path.startswith(STEP)
    assert page.says("Aucune clé d’accès n’est utilisable pour l’instant", "Code de secours")
    await visitor.post(PASS, {"answer": "{}", "challenge": "x"}, status=404)


async def test_at_a_number_for_an_address_nothing_is_said_of_passkeys(
    town_hall, visitor, monkeypatch
):
    await town_hall.staff("clerk@example.ma", Role.CLERK)
    await town_hall.sign_in_staff(visitor, "clerk@example.ma")
    monkeypatch.setattr(authenticators, "EXTRA", "a_library_that_nobody_installed")

    page = await visitor.get(PAGE)

    assert "passkey" not in page.html
    assert not page.says("Clés d’accès")


async def test_the_host_that_a_request_names_changes_nothing(town_hall, visitor):
    await town_hall.staff("clerk@example.ma", Role.CLERK)
    await town_hall.sign_in_staff(visitor, "clerk@example.ma")

    page = await visitor.get(PAGE, headers={"Host": "evil.example"})

    assert json.loads(asked_by(page)[0])["rp"]["id"] == "localhost"
    page = await add_on(
        visitor,
        page,
        Authenticator(origin="http://evil.example", identity="evil.example"),
        status=422,
    )
    assert page.says("Cette clé d’accès n’a pas prouvé qui vous êtes")


async def test_a_reset_between_the_passkey_and_the_ticket_lets_nobody_in(
    town_hall, visitor, without_codes, monkeypatch
):
    passkey = Authenticator()
    await by_password(visitor)
    await add_on(visitor, await visitor.get(PAGE), passkey)
    await visitor.post("/fr/sign-out", {})
    options, challenge = asked_by(await visitor.get(ALONE))

    async def shown_and_then_reset(*args, **kwargs):
        held = await sign_in_with_passkey(*args, **kwargs)
        async with town_hall.work(Actor(is_operator=True)) as uow:
            await reset(uow, held.person_id)
        return held

    monkeypatch.setattr(
        "pacto_participe.accounts.routes.passkeys.passkey_sign_in.sign_in_with_passkey",
        shown_and_then_reset,
    )
    await visitor.post(ALONE, {"challenge": challenge, "answer": passkey.sign(options)}, status=422)

    async with town_hall.web.database.read() as session:
        assert (await session.execute(select(func.count()).select_from(SESSION))).scalar_one() == 0


async def test_a_passkey_alone_leads_to_the_work_of_the_day(town_hall, visitor, without_codes):
    passkey = Authenticator()
    await by_password(visitor)
    await add_on(visitor, await visitor.get(PAGE), passkey)
    await visitor.post("/fr/sign-out", {})
    page = await visitor.get(f"/fr/sign-in/password?next={PEOPLE}")
    page = await visitor.follow(page, "Se connecter avec une clé d’accès")
    options, challenge = asked_by(page)
    fields = {"challenge": challenge, "next": PEOPLE}

    page = await visitor.post(ALONE, {**fields, "answer": passkey.sign(options)})

    assert page.path == PEOPLE
    assert (await visitor.get(ALONE)).path == "/fr/account"
    await visitor.post("/fr/sign-out", {})
    page = await visitor.get(ALONE)
    page = await visitor.submit(page.form("/passkey"), status=422)
    assert page.says("Les clés d’accès demandent JavaScript")
    options, challenge = asked_by(page)
    stranger = {"challenge": challenge, "answer": Authenticator().sign(options)}
    page = await visitor.post(ALONE, stranger, status=422)
    assert page.says("Cette clé d’accès n’a pas prouvé qui vous êtes")
    assert (await visitor.get(PEOPLE)).path.startswith("/fr/sign-in")


@pytest.mark.parametrize("language", ["ar", "en", "zgh"])
async def test_signing_in_by_a_passkey_is_said_in_every_language(town_hall, visitor, language):
    assert (await visitor.get(f"/{language}/sign-in/passkey")).status == 200


async def test_without_the_extra_nobody_is_led_to_passkeys(town_hall, visitor, monkeypatch):
    monkeypatch.setattr(authenticators, "EXTRA", "a_library_that_nobody_installed")

    assert "passkey" not in (await visitor.get("/fr/sign-in/password")).html
    await visitor.get(ALONE, status=404)
    await visitor.post(ALONE, {"answer": "{}", "challenge": "x"}, status=404)
