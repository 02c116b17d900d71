"""Who runs a town's part of the site shows a second proof; a lost telephone locks nobody out."""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from pacto_participe.accounts.commands import staff as staff_commands
from pacto_participe.accounts.domain.second_factor import (
    as_shown,
    code_at,
    matching_step,
    read_recovery,
    recovery_code,
    secret_of,
    shown_recovery,
    step_of,
    uri_of,
)
from pacto_participe.accounts.queries import actor_of_session
from pacto_participe.accounts.services.passwords import check_password, hash_of, set_password
from pacto_participe.accounts.services.second_factor import (
    SECOND_FACTOR_KEY,
    pass_second_factor,
    reset,
)
from pacto_participe.accounts.tables import RECOVERY_CODE, SECOND_FACTOR, SESSION
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.errors import Refused, TooMany
from pacto_participe.web.sessions import end_all
from tests.accounts.town_hall import AJDIR, PASSWORD
from tests.recorded import recorded
from tests.terminal import commands_work_on

PEOPLE = "/fr/staff/ajdir/people"
COUNTER = "/fr/staff/ajdir/counter"
STEP = "/fr/sign-in/second-step"
SETTING_UP = "/fr/account/second-factor"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECRET = secret_of(b"k" * 32, "nonce")


# The rules


@pytest.mark.parametrize(
    ("at", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_rfc_6238(at: int, code: str) -> None:
    """Its appendix B, the last six of eight digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

    assert code_at(secret, step_of(datetime.fromtimestamp(at, UTC))) == code


@pytest.mark.parametrize(
    ("drift", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_telephone_may_be_half_a_minute_off(drift: int, fits: bool) -> None:
    step = step_of(NOW) + drift

    assert matching_step(SECRET, code_at(SECRET, step), NOW) == (step if fits else None)


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "١٢٣", "0" * 5000, "<script>"])
def test_what_is_no_code_fits_nothing(typed: str) -> None:
    assert matching_step(SECRET, typed, NOW) is None


def test_a_code_may_be_typed_in_two_groups_and_in_arabic_digits() -> None:
    code = code_at(SECRET, step_of(NOW))
    arabic = code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    assert matching_step(SECRET, f"{code[:3]} {code[3:]}", NOW) == step_of(NOW)
    assert matching_step(SECRET, arabic, NOW) == step_of(NOW)


@given(st.integers(0, 2**50 - 1))
def test_a_recovery_code_is_read_as_it_is_printed(number: int) -> None:
    code = recovery_code(number)

    assert read_recovery(shown_recovery(code)) == code
    assert read_recovery(shown_recovery(code).lower().replace("-", " ")) == code


def test_the_square_says_who_asks_and_names_nobody() -> None:
    uri = uri_of(SECRET, account="vote.example.ma", issuer="Pacto Participe")

    assert uri.startswith("otpauth://totp/Pacto%20Participe:vote.example.ma?secret=")


ADMINISTRATOR = Actor(
    person_id="p", roles=frozenset({(AJDIR, Role.ADMINISTRATOR), (AJDIR, Role.CLERK)})
)


@pytest.mark.parametrize(
    ("is_set_up", "is_passed", "may"),
    [
        (False, False, {Role.CLERK}),
        (True, False, set()),
        (True, True, {Role.CLERK, Role.ADMINISTRATOR}),
    ],
)
def test_roles_are_withheld_until_the_second_factor_is_shown(is_set_up, is_passed, may) -> None:
    actor = as_shown(ADMINISTRATOR, is_set_up=is_set_up, is_passed=is_passed)

    assert {role for _, role in actor.roles} == may
    assert actor.owes_second_factor is (not is_passed)
    assert replace(actor.whole, passed_second_factor=False) == ADMINISTRATOR


def test_an_operator_without_a_second_factor_is_none() -> None:
    operator = as_shown(Actor(person_id="p", is_operator=True), is_set_up=False, is_passed=False)

    assert not operator.is_operator
    assert operator.owes_second_factor


# The pages


@pytest.fixture
async def without_telephone(town_hall):
    """An administrator as `pacto-participe staff add` makes one."""
    await town_hall.staff("admin@example.ma", Role.ADMINISTRATOR)
    async with town_hall.work(Actor()) as uow:
        await uow.session.execute(RECOVERY_CODE.delete())
        await uow.session.execute(SECOND_FACTOR.delete())


async def by_password(browser, email="admin@example.ma", **fields):
    return await browser.post(
        "/fr/sign-in/password", {"email": email, "password": PASSWORD, **fields}
    )


async def secrets_of(town_hall) -> tuple[str, str]:
    """The secret in use and the one being set up, of the only person who has any."""
    key = town_hall.web.secrets.get(SECOND_FACTOR_KEY)
    async with town_hall.web.database.read() as session:
        row = (await session.execute(select(SECOND_FACTOR))).one()
    return secret_of(key, row.nonce), secret_of(key, row.pending_nonce)


async def set_up(town_hall, browser, page):
    page = await browser.submit(page.form(SETTING_UP))
    _, pending = await secrets_of(town_hall)
    code = code_at(pending, step_of(town_hall.clock.now()))
    return await browser.submit(page.form("/confirm"), code=code)


async def test_an_administrator_is_led_to_set_it_up_and_comes_back(
    town_hall, visitor, without_telephone
):
    await by_password(visitor)
    page = await visitor.get(PEOPLE)
    assert page.path.startswith(SETTING_UP)
    assert page.says("Votre travail demande une seconde preuve")

    page = await set_up(town_hall, visitor, page)

    codes = re.findall(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", page.text)
    assert len(set(codes)) == 10
    assert page.headers["cache-control"] == "no-store"
    page = await visitor.follow(page, "Je les ai gardés : continuer")
    assert page.path == PEOPLE
    assert "accounts:second-factor:set" in [
        event.tag for event in await recorded(town_hall.web.database)
    ]


async def test_signing_in_asks_for_the_code_and_goes_on(town_hall, visitor):
    await town_hall.staff("admin@example.ma", Role.ADMINISTRATOR)
    await visitor.get(PEOPLE)
    page = await by_password(visitor, next=PEOPLE)
    assert page.path.startswith(STEP)
    before = visitor.http.cookies["session"]
    in_use, _ = await secrets_of(town_hall)

    page = await visitor.submit(
        page.form(STEP), code=code_at(in_use, step_of(town_hall.clock.now()))
    )

    assert page.path == PEOPLE
    assert visitor.http.cookies["session"] != before


async def test_a_code_is_good_for_one_browser_only(town_hall, visitor, other_visitor):
    await town_hall.staff("admin@example.ma", Role.ADMINISTRATOR)
    await town_hall.sign_in_staff(visitor, "admin@example.ma")
    in_use, _ = await secrets_of(town_hall)
    await by_password(other_visitor)

    async with town_hall.web.database.read() as session:
        step = (await session.execute(select(SECOND_FACTOR.c.last_step))).scalar_one()
    page = await other_visitor.post(STEP, {"code": code_at(in_use, step)}, status=422)

    assert page.says("Ce code a déjà servi")
    assert (await other_visitor.get(PEOPLE)).path.startswith(STEP)


async def test_the_demonstration_says_a_code_that_did_not_serve(town_hall, visitor, other_visitor):
    """Many try its one administrator: the second of a half-minute must not be refused."""
    await town_hall.staff("admin@example.ma", Role.ADMINISTRATOR)

    for browser in (visitor, other_visitor):
        page = await by_password(browser, next=PEOPLE)
        shown = re.search(r"\b\d{6}\b", page.text)[0]
        page = await browser.submit(page.form(STEP), code=shown)

        assert page.path == PEOPLE


async def test_two_who_show_one_code_at_once_are_told_apart(town_hall, visitor):
    await town_hall.staff("admin@example.ma", Role.ADMINISTRATOR)
    await town_hall.sign_in_staff(visitor, "admin@example.ma")
    web, (in_use, _) = town_hall.web, await secrets_of(town_hall)
    town_hall.clock.instant += timedelta(minutes=5)
    code = code_at(in_use, step_of(town_hall.clock.now()))
    async with web.database.read() as session:
        person_id = (await session.execute(select(SECOND_FACTOR.c.person_id))).scalar_one()

    ended = await asyncio.gather(
        *(
            pass_second_factor(web.database, web.secrets, web.clock, Actor(person_id), code)
            for _ in range(8)
        ),
        return_exceptions=True,
    )

    assert ended.count(None) == 1
    assert all(isinstance(end, Refused) for end in ended if end is not None)


async def test_guessing_stops(town_hall, visitor):
    await town_hall.staff("admin@example.ma", Role.ADMINISTRATOR)
    await by_password(visitor)

    for _ in range(10):
        page = await visitor.post(STEP, {"code": "000000"}, status=422)
        assert page.says("Ce code ne convient pas")

    await visitor.post(STEP, {"code": "000000"}, status=429)


async def test_many_guesses_at_once_are_no_more_than_one_after_another(town_hall):
    await town_hall.staff("admin@example.ma", Role.ADMINISTRATOR)
    web = town_hall.web
    async with web.database.read() as session:
        person_id = (await session.execute(select(SECOND_FACTOR.c.person_id))).scalar_one()

    ended = await asyncio.gather(
        *(
            pass_second_factor(web.database, web.secrets, web.clock, Actor(person_id), "000000")
            for _ in range(30)
        ),
        return_exceptions=True,
    )

    assert sum(isinstance(end, Refused) for end in ended) == 10
    assert sum(isinstance(end, TooMany) for end in ended) == 20


async def test_a_recovery_code_lets_in_once(town_hall, visitor, other_visitor, without_telephone):
    await by_password(visitor)
    page = await set_up(town_hall, visitor, await visitor.get(PEOPLE))
    code = re.search(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", page.text)[0]
    await by_password(other_visitor, next=PEOPLE)

    page = await other_visitor.post(STEP, {"code": code.lower(), "next": PEOPLE})
    assert page.path == PEOPLE
    assert (await other_visitor.get(SETTING_UP)).says("Il reste 9 codes de secours.")
    await other_visitor.post("/fr/sign-out", {})
    await by_password(other_visitor)
    page = await other_visitor.post(STEP, {"code": code}, status=422)

    assert page.says("Ce code ne convient pas")


async def test_recovery_codes_lie_in_the_database_as_fingerprints(
    town_hall, visitor, without_telephone
):
    await by_password(visitor)
    page = await set_up(town_hall, visitor, await visitor.get(PEOPLE))
    codes = {read_recovery(code) for code in re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}", page.text)}

    async with town_hall.web.database.read() as session:
        kept = [str(row) for row in (await session.execute(select(RECOVERY_CODE))).all()]
        kept += [str(row) for row in (await session.execute(select(SECOND_FACTOR))).all()]
    secret, _ = await secrets_of(town_hall)

    assert not any(code in row for code in [*codes, secret] for row in kept)


async def test_who_knows_the_password_alone_can_neither_work_nor_change_the_telephone(
    town_hall, visitor
):
    await town_hall.staff("admin@example.ma", Role.ADMINISTRATOR)
    await by_password(visitor)

    for path in ("", "/codes", "/off", "/confirm"):
        await visitor.post(f"{SETTING_UP}{path}", {"code": "123456"}, status=422)
    page = await visitor.get(SETTING_UP)

    assert page.links.get("Montrer votre seconde preuve pour changer cela")
    assert not re.search(r"[A-Z2-7]{4} [A-Z2-7]{4}", page.text)
    assert (await visitor.get(PEOPLE)).path.startswith(STEP)
    assert (await visitor.get(COUNTER)).path.startswith(STEP)
    page = await visitor.post(PEOPLE, {"contact": "0661223344", "role": "clerk"})
    assert page.path.startswith(STEP)


async def test_a_password_is_not_changed_before_the_second_factor_is_shown(town_hall, visitor):
    await town_hall.staff("admin@example.ma", Role.ADMINISTRATOR)
    await by_password(visitor)

    page = await visitor.post("/fr/account/password", {"new_password": "une autre phrase longue"})

    assert page.path.startswith(STEP)
    await visitor.post("/fr/sign-out", {})
    assert (await by_password(visitor)).path.startswith(STEP)


async def test_a_clerk_may_set_it_up_and_turn_it_off(town_hall, visitor):
    await town_hall.staff("clerk@example.ma", Role.CLERK)
    await town_hall.sign_in_staff(visitor, "clerk@example.ma")
    assert (await visitor.get(COUNTER)).path == COUNTER

    await set_up(town_hall, visitor, await visitor.get(SETTING_UP))
    assert (await visitor.get(COUNTER)).path == COUNTER
    page = await visitor.get(SETTING_UP)
    await visitor.submit(page.form("/off"))

    assert (await visitor.get(SETTING_UP)).says("Mettre en place")
    assert "accounts:second-factor:removed" in [
        event.tag for event in await recorded(town_hall.web.database)
    ]


async def test_turning_it_off_signs_every_other_browser_out(town_hall, visitor, other_visitor):
    await town_hall.staff("clerk@example.ma", Role.CLERK)
    await town_hall.sign_in_staff(visitor, "clerk@example.ma")
    await set_up(town_hall, visitor, await visitor.get(SETTING_UP))
    await by_password(other_visitor, "clerk@example.ma")

    page = await visitor.get(SETTING_UP)
    await visitor.submit(page.form("/off"))

    assert (await visitor.get(COUNTER)).path == COUNTER
    assert (await other_visitor.get(COUNTER)).path.startswith("/fr/sign-in")


async def test_an_administrator_cannot_turn_it_off(town_hall, visitor):
    await town_hall.staff("admin@example.ma", Role.ADMINISTRATOR)
    await town_hall.sign_in_staff(visitor, "admin@example.ma")

    page = await visitor.post(f"{SETTING_UP}/off", {}, status=422)

    assert page.says("la dernière ne peut pas être désactivée")


async def test_another_telephone_takes_over_only_once_it_shows_a_code(town_hall, visitor):
    await town_hall.staff("admin@example.ma", Role.ADMINISTRATOR)
    await town_hall.sign_in_staff(visitor, "admin@example.ma")
    before, _ = await secrets_of(town_hall)
    page = await visitor.get(SETTING_UP)

    page = await visitor.submit(page.form(SETTING_UP))
    refused = await visitor.submit(page.form("/confirm"), code="000000", status=422)
    assert refused.says("Ce code ne convient pas")
    assert (await secrets_of(town_hall))[0] == before
    _, pending = await secrets_of(town_hall)
    await visitor.submit(
        refused.form("/confirm"), code=code_at(pending, step_of(town_hall.clock.now()))
    )

    assert (await secrets_of(town_hall))[0] == pending


async def test_setting_it_up_signs_every_other_browser_out(town_hall, visitor, other_visitor):
    await town_hall.staff("clerk@example.ma", Role.CLERK)
    await town_hall.sign_in_staff(visitor, "clerk@example.ma")
    await town_hall.sign_in_staff(other_visitor, "clerk@example.ma")

    await set_up(town_hall, visitor, await visitor.get(SETTING_UP))

    assert (await other_visitor.get(COUNTER)).path.startswith("/fr/sign-in")


async def test_an_operator_takes_a_lost_telephone_away(town_hall, visitor, monkeypatch):
    await town_hall.staff("admin@example.ma", Role.ADMINISTRATOR)
    await town_hall.sign_in_staff(visitor, "admin@example.ma")
    session_id = (await _sessions(town_hall))[0]
    commands_work_on(town_hall.web.settings, monkeypatch)
    words = ["reset-second-factor", "--email", "admin@example.ma"]

    told = await asyncio.to_thread(lambda: CliRunner().invoke(staff_commands, words))

    assert told.exit_code == 0, told.output
    actor = await actor_of_session(town_hall.web.database, session_id, town_hall.clock)
    assert not actor.is_signed_in
    assert "accounts:second-factor:removed" in [
        event.tag for event in await recorded(town_hall.web.database)
    ]
    unknown = [*words[:-1], "nobody@example.ma"]
    told = await asyncio.to_thread(lambda: CliRunner().invoke(staff_commands, unknown))
    assert told.exit_code == 2


async def test_a_reset_between_the_code_and_the_ticket_lets_nobody_in(
    town_hall, visitor, monkeypatch
):
    """Just then an operator hears that the telephone was stolen, code on its screen and all."""
    await town_hall.staff("admin@example.ma", Role.ADMINISTRATOR)
    page = await by_password(visitor, next=PEOPLE)
    in_use, _ = await secrets_of(town_hall)

    async def shown_and_then_reset(database, secrets, clock, actor, typed):
        await pass_second_factor(database, secrets, clock, actor, typed)
        async with town_hall.work(Actor(is_operator=True)) as uow:
            await reset(uow, actor.person_id)

    monkeypatch.setattr(
        "pacto_participe.accounts.routes.second_factor.services.pass_second_factor",
        shown_and_then_reset,
    )
    page = await visitor.submit(
        page.form(STEP), code=code_at(in_use, step_of(town_hall.clock.now()))
    )

    assert page.path.startswith("/fr/sign-in")
    assert await _sessions(town_hall) == []


async def test_a_password_on_its_way_changes_nothing_once_everybody_is_signed_out(
    town_hall, visitor, monkeypatch
):
    """Whoever holds a stolen session sent it just before; the owner signs out everywhere meanwhile."""
    person_id = await town_hall.staff("aicha@example.ma", Role.CLERK)
    await town_hall.sign_in_staff(visitor, "aicha@example.ma")
    page = await visitor.get("/fr/account")

    async def hashed_and_then_ended(password):
        async with town_hall.work(Actor()) as uow:
            await end_all(uow.session, person_id)
        return await hash_of(password)

    monkeypatch.setattr("pacto_participe.accounts.routes.account.hash_of", hashed_and_then_ended)
    await visitor.submit(page.form("/password"), new_password="une autre phrase longue", status=422)

    assert await _sessions(town_hall) == []
    await by_password(visitor, "aicha@example.ma")  # the old one is still right
    assert len(await _sessions(town_hall)) == 1


async def test_a_password_that_is_changed_while_it_is_checked_lets_nobody_in(
    town_hall, visitor, monkeypatch
):
    person_id = await town_hall.staff("aicha@example.ma", Role.CLERK)

    async def checked_and_then_changed(*args, **kwargs):
        held = await check_password(*args, **kwargs)
        async with town_hall.work(Actor()) as uow:
            await set_password(uow, person_id, await hash_of("une autre phrase longue"))
            await end_all(uow.session, person_id)
        return held

    monkeypatch.setattr(
        "pacto_participe.accounts.routes.sign_in.check_password", checked_and_then_changed
    )
    fields = {"email": "aicha@example.ma", "password": PASSWORD}
    await visitor.post("/fr/sign-in/password", fields, status=422)

    assert await _sessions(town_hall) == []


async def _sessions(town_hall) -> list[str]:
    async with town_hall.web.database.read() as session:
        return list((await session.execute(select(SESSION.c.session_id))).scalars())
