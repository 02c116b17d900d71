"""Staff prove who they are with what unlocks their telephone; nobody else's passkey does, and none twice."""

import asyncio
import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, text

from pacto_participe.accounts.commands import staff as staff_commands
from pacto_participe.accounts.domain.passkeys import (
    CHALLENGE_SECONDS,
    MOST_PASSKEYS,
    Purpose,
    challenge_of,
    over_at,
)
from pacto_participe.accounts.events import PasskeyDoubted
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.queries.passkeys import passkeys_of
from pacto_participe.accounts.services import authenticators, close_account
from pacto_participe.accounts.services.authenticators import RelyingParty, relying_party
from pacto_participe.accounts.services.challenges import Answer
from pacto_participe.accounts.services.passkey_sign_in import (
    pass_with_passkey,
    question_to_pass,
    question_to_sign_in,
    sign_in_with_passkey,
)
from pacto_participe.accounts.services.passkeys import (
    add_passkey,
    prove_new,
    question_to_add,
    remove_passkey,
)
from pacto_participe.accounts.services.people import make_person
from pacto_participe.accounts.services.second_factor import (
    reset,
    second_factor_of,
    set_up_at_once,
    turn_off,
)
from pacto_participe.accounts.services.staff import give_role
from pacto_participe.accounts.tables import (
    PASSKEY,
    RECOVERY_CODE,
    SECOND_FACTOR,
    SESSION,
    SPENT_CHALLENGE,
)
from pacto_participe.app import create_app
from pacto_participe.cli.upkeep import doctor
from pacto_participe.features import FEATURES
from pacto_participe.kernel.actors import PLATFORM, Actor, Role
from pacto_participe.kernel.errors import NotFound, Refused, TooMany
from pacto_participe.settings import Settings
from pacto_participe.storage.events import EventRow
from pacto_participe.storage.unit_of_work import unit_of_work
from tests.accounts.authenticator import Authenticator
from tests.accounts.town_hall import (
    AJDIR,
    NEIGHBOUR_TOWN,
    PASSWORD,
    TownHall,
    found_towns,
    with_signpost,
)

PEOPLE = "/fr/staff/ajdir/people"
COUNTER = "/fr/staff/ajdir/counter"
STEP = "/fr/sign-in/second-step"
PASS = f"{STEP}/passkey"
ALONE = "/fr/sign-in/passkey"
PAGE = "/fr/account/second-factor"
ADD = f"{PAGE}/passkeys"
REMOVE = f"{ADD}/removal"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
KEY = b"k" * 32
PARTY = RelyingParty("localhost", "http://localhost:8000")
ADMINISTRATOR = frozenset({(AJDIR, Role.ADMINISTRATOR)})
HOSTILE = ("", "{", "[" * 11_000, "<script>", "null", "[]", "{}", '{"id": "\u202e"}', "1" * 11_000)


# The rules


def challenge(**changes) -> bytes:
    said = {"purpose": Purpose.SHOW, "bound_to": "session", "now": NOW, **changes}
    return challenge_of(KEY, b"c" * 16, **said)


@pytest.mark.parametrize(
    ("seconds", "is_open"), [(0, True), (CHALLENGE_SECONDS - 1, True), (CHALLENGE_SECONDS, False)]
)
def test_a_question_is_open_for_five_minutes(seconds: int, is_open: bool) -> None:
    later = NOW + timedelta(seconds=seconds)

    until = over_at(KEY, challenge(), purpose=Purpose.SHOW, bound_to="session", now=later)

    assert until == (NOW + timedelta(minutes=5) if is_open else None)


@pytest.mark.parametrize(
    "changes", [{"purpose": Purpose.ADD}, {"bound_to": "another"}, {"bound_to": ""}]
)
def test_a_question_is_of_one_browser_and_one_purpose(changes) -> None:
    asked = challenge(**changes)

    assert over_at(KEY, asked, purpose=Purpose.SHOW, bound_to="session", now=NOW) is None


def test_a_question_that_we_did_not_ask_is_none() -> None:
    asked = challenge()
    forged = bytearray(asked)
    forged[20] ^= 1  # a later end

    for other in (b"", b"x", bytes(forged), asked[:-1], asked + b"x"):
        assert over_at(KEY, other, purpose=Purpose.SHOW, bound_to="session", now=NOW) is None
    assert over_at(b"o" * 32, asked, purpose=Purpose.SHOW, bound_to="session", now=NOW) is None


@pytest.mark.parametrize(
    ("address", "party"),
    [
        ("https://vote.example.ma", RelyingParty("vote.example.ma", "https://vote.example.ma")),
        ("https://Vote.example.ma/x", RelyingParty("vote.example.ma", "https://vote.example.ma")),
        ("https://vote.example.ma:443", RelyingParty("vote.example.ma", "https://vote.example.ma")),
        ("https://a.ma:8443", RelyingParty("a.ma", "https://a.ma:8443")),
        ("http://localhost:8000", PARTY),
        ("http://vote.example.ma", None),
        ("http://127.0.0.1:8000", None),
        ("https://10.0.0.1", None),
        ("https://[::1]", None),
        ("", None),
    ],
)
def test_who_asks_is_said_by_the_settings(address: str, party: RelyingParty | None) -> None:
    assert relying_party(address) == party


def test_without_the_extra_nobody_asks(monkeypatch) -> None:
    monkeypatch.setattr(authenticators, "EXTRA", "a_library_that_nobody_installed")

    assert relying_party("https://vote.example.ma") is None


# The services, on both databases


class Person:
    """Somebody with a browser, and what they do with their passkeys."""

    def __init__(
        self, database, secrets, clock, person_id: str, *, passed: bool, roles=frozenset()
    ):
        self.database, self.secrets, self.clock = database, secrets, clock
        self.actor = Actor(person_id, "s" * 64, roles=roles, passed_second_factor=passed)

    @property
    def tools(self):
        return self.database, self.secrets, self.clock, self.actor

    def work(self):
        return unit_of_work(self.database, self.clock, self.actor)

    async def held(self):
        async with self.database.read() as session:
            return await passkeys_of(session, self.actor.person_id)

    async def add(self, passkey: Authenticator, name: str = "Téléphone") -> tuple[str, ...]:
        asked = await question_to_add(*self.tools, PARTY, await self.held())
        answer = Answer(passkey.make(asked.options), asked.challenge)
        credential = await prove_new(*self.tools, PARTY, answer)
        async with self.work() as uow:
            return await add_passkey(uow, self.secrets, credential, name)

    async def ask(self):
        return await question_to_pass(
            self.secrets, self.clock, self.actor, PARTY, await self.held()
        )

    async def show(self, passkey: Authenticator) -> None:
        asked = await self.ask()
        await self.answer(Answer(passkey.sign(asked.options), asked.challenge))

    async def answer(self, answer: Answer) -> None:
        await pass_with_passkey(*self.tools, PARTY, answer)

    async def remove(self, number: int = 0) -> None:
        passkey = (await self.held())[number]
        async with self.work() as uow:
            await remove_passkey(uow, passkey.passkey_id)


@pytest.fixture
async def somebody(database, secrets, clock, work):
    async with work() as uow:
        person_id = await make_person(uow, name="رشيد")
    return Person(database, secrets, clock, person_id, passed=True)


@pytest.fixture
async def colleague(database, secrets, clock, work):
    async with work() as uow:
        person_id = await make_person(uow)
    return Person(database, secrets, clock, person_id, passed=True)


async def refused(awaited) -> Refusal:
    with pytest.raises(Refused) as refusal:
        await awaited
    return refusal.value.problems[0].code


async def tags_of(database) -> list[str]:
    async with database.read() as session:
        return list((await session.execute(select(EventRow.tag))).scalars())


async def test_the_first_passkey_comes_with_recovery_codes(somebody):
    codes = await somebody.add(Authenticator(), "Mon téléphone")

    assert len(set(codes)) == 10
    (held,) = await somebody.held()
    assert (held.name, held.added_at, held.used_at) == ("Mon téléphone", NOW, None)
    async with somebody.database.read() as session:
        found = await second_factor_of(session, somebody.secrets, somebody.actor.person_id)
    assert found.is_set_up
    assert not found.has_codes
    assert found.codes_left == 10


async def test_a_passkey_signs_in_again_and_again(somebody):
    passkey = Authenticator()
    await somebody.add(passkey)

    for _ in range(3):
        await somebody.show(passkey)

    (held,) = await somebody.held()
    assert held.used_at == NOW


async def test_a_passkey_that_is_kept_in_several_devices_has_no_counter(somebody):
    passkey = Authenticator(counts=False)
    await somebody.add(passkey)

    await somebody.show(passkey)
    await somebody.show(passkey)


async def test_each_of_several_passkeys_serves(somebody):
    first, second = Authenticator(), Authenticator(counts=False)
    assert await somebody.add(first)
    assert await somebody.add(second) == ()

    await somebody.show(second)
    await somebody.show(first)

    assert len(await somebody.held()) == 2


async def test_a_device_that_has_one_is_not_asked_for_another(somebody):
    passkey = Authenticator()
    await somebody.add(passkey)

    asked = json.loads(
        (await question_to_add(*somebody.tools, PARTY, await somebody.held())).options
    )

    assert [one["id"] for one in asked["excludeCredentials"]] == [
        (await somebody.held())[0].credential_id
    ]
    assert asked["rp"] == {"id": "localhost", "name": "Pacto Participe"}
    assert asked["user"]["name"] == "رشيد"
    assert await refused(somebody.add(passkey)) is Refusal.PASSKEY_KNOWN


async def test_the_passkey_of_another_proves_nothing(somebody, colleague):
    theirs = Authenticator()
    await somebody.add(Authenticator())
    await colleague.add(theirs)

    assert await refused(somebody.show(theirs)) is Refusal.PASSKEY_WRONG
    assert await refused(somebody.add(theirs)) is Refusal.PASSKEY_KNOWN


async def test_a_passkey_that_nobody_added_proves_nothing(somebody):
    await somebody.add(Authenticator())

    assert await refused(somebody.show(Authenticator())) is Refusal.PASSKEY_WRONG


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "http://localhost.evil.example:8000"},
        {"origin": "https://localhost:8000"},
        {"identity": "evil.example"},
    ],
)
async def test_another_site_gets_nothing(somebody, lie):
    passkey = Authenticator()
    await somebody.add(passkey)
    for name, value in lie.items():
        setattr(passkey, name, value)

    assert await refused(somebody.show(passkey)) is Refusal.PASSKEY_WRONG
    assert await refused(somebody.add(Authenticator(**lie))) is Refusal.PASSKEY_WRONG


async def test_the_same_credential_with_another_key_proves_nothing(somebody):
    passkey = Authenticator()
    await somebody.add(passkey)

    assert (
        await refused(somebody.show(Authenticator(credential_id=passkey.credential_id)))
        is Refusal.PASSKEY_WRONG
    )


async def test_an_answer_serves_once(somebody):
    passkey = Authenticator(counts=False)
    await somebody.add(passkey)
    asked = await somebody.ask()
    answer = Answer(passkey.sign(asked.options), asked.challenge)

    await somebody.answer(answer)

    assert await refused(somebody.answer(answer)) is Refusal.PASSKEY_WRONG


async def test_of_many_who_show_one_answer_at_once_one_is_let_in(somebody):
    passkey = Authenticator(counts=False)
    await somebody.add(passkey)
    asked = await somebody.ask()
    answer = Answer(passkey.sign(asked.options), asked.challenge)

    ended = await asyncio.gather(
        *(somebody.answer(answer) for _ in range(6)), return_exceptions=True
    )

    assert ended.count(None) == 1
    assert sum(isinstance(end, Refused) for end in ended) == 5


async def test_a_question_that_was_answered_wrongly_is_spent_too(somebody):
    passkey = Authenticator()
    await somebody.add(passkey)
    asked = await somebody.ask()
    wrong = Answer(Authenticator().sign(asked.options), asked.challenge)

    assert await refused(somebody.answer(wrong)) is Refusal.PASSKEY_WRONG
    right = Answer(passkey.sign(asked.options), asked.challenge)
    assert await refused(somebody.answer(right)) is Refusal.PASSKEY_WRONG


async def test_an_answer_to_an_older_question_proves_nothing(somebody, clock):
    passkey = Authenticator()
    await somebody.add(passkey)
    asked, later = await somebody.ask(), await somebody.ask()
    answered = passkey.sign(asked.options)

    assert (
        await refused(somebody.answer(Answer(answered, later.challenge))) is Refusal.PASSKEY_WRONG
    )
    clock.instant += timedelta(minutes=5)
    assert (
        await refused(somebody.answer(Answer(answered, asked.challenge))) is Refusal.PASSKEY_WRONG
    )


async def test_a_question_of_another_browser_or_for_something_else_is_refused(somebody):
    passkey = Authenticator()
    await somebody.add(passkey)
    to_add = await question_to_add(*somebody.tools, PARTY, ())
    asked = await somebody.ask()
    somebody.actor = Actor(somebody.actor.person_id, "o" * 64, passed_second_factor=True)

    for question in (asked, to_add):
        answer = Answer(passkey.sign(question.options), question.challenge)
        assert await refused(somebody.answer(answer)) is Refusal.PASSKEY_WRONG


async def test_a_counter_that_does_not_move_on_is_refused_and_told(somebody):
    passkey = Authenticator()
    await somebody.add(passkey)
    await somebody.show(passkey)
    passkey.uses = 0

    assert await refused(somebody.show(passkey)) is Refusal.PASSKEY_DOUBTED

    assert (await tags_of(somebody.database)).count(PasskeyDoubted.tag) == 1


async def test_a_copied_passkey_is_told_in_every_town_that_its_holder_works_for(somebody):
    passkey = Authenticator()
    await somebody.add(passkey)
    await somebody.show(passkey)
    who = somebody.actor.person_id
    async with unit_of_work(somebody.database, somebody.clock, Actor(is_operator=True)) as uow:
        for town in (AJDIR, NEIGHBOUR_TOWN):
            await give_role(uow, town, who, Role.CLERK)
    passkey.uses = 0

    assert await refused(somebody.show(passkey)) is Refusal.PASSKEY_DOUBTED

    async with somebody.database.read() as session:
        statement = text(
            "SELECT collectivity_id, role, person_id FROM event WHERE tag = :tag "
            "ORDER BY collectivity_id"
        )
        told = (await session.execute(statement, {"tag": PasskeyDoubted.tag})).all()
    assert told == [(town, "clerk", who) for town in sorted((AJDIR, NEIGHBOUR_TOWN))]


async def test_without_javascript_or_on_an_old_page_no_try_is_used_up(somebody):
    passkey = Authenticator()
    await somebody.add(passkey)
    for _ in range(12):
        asked = await somebody.ask()
        empty = Answer("", asked.challenge)
        assert await refused(somebody.answer(empty)) is Refusal.PASSKEY_NEEDS_SCRIPT
        forged = Answer(passkey.sign(asked.options), "AAAA")
        assert await refused(somebody.answer(forged)) is Refusal.PASSKEY_WRONG

    await somebody.show(passkey)


async def test_a_forged_signature_with_an_old_counter_is_not_told_as_a_copy(somebody):
    passkey = Authenticator()
    await somebody.add(passkey)
    await somebody.show(passkey)
    forger = Authenticator(credential_id=passkey.credential_id)

    assert await refused(somebody.show(forger)) is Refusal.PASSKEY_WRONG
    assert PasskeyDoubted.tag not in await tags_of(somebody.database)


async def test_what_was_verified_when_added_is_verified_every_time(somebody):
    verifying, plain = Authenticator(), Authenticator(verifies=False)
    await somebody.add(verifying)
    assert json.loads((await somebody.ask()).options)["userVerification"] == "required"
    await somebody.add(plain)
    assert json.loads((await somebody.ask()).options)["userVerification"] == "preferred"

    await somebody.show(plain)
    verifying.verifies = False

    assert await refused(somebody.show(verifying)) is Refusal.PASSKEY_WRONG


async def test_guessing_stops_and_what_is_right_is_not_counted(somebody):
    passkey = Authenticator()
    await somebody.add(passkey)
    for _ in range(12):
        await somebody.show(passkey)

    for _ in range(10):
        assert await refused(somebody.show(Authenticator())) is Refusal.PASSKEY_WRONG

    with pytest.raises(TooMany):
        await somebody.show(passkey)


@pytest.mark.parametrize("text", HOSTILE)
async def test_what_is_no_answer_proves_nothing(somebody, text):
    passkey = Authenticator()
    await somebody.add(passkey)
    why = Refusal.PASSKEY_WRONG if text else Refusal.PASSKEY_NEEDS_SCRIPT

    asked = await somebody.ask()
    assert await refused(somebody.answer(Answer(text, asked.challenge))) is why
    asked = await question_to_add(*somebody.tools, PARTY, ())
    assert await refused(prove_new(*somebody.tools, PARTY, Answer(text, asked.challenge))) is why
    signed = passkey.sign((await somebody.ask()).options)
    assert await refused(somebody.answer(Answer(signed, text))) is Refusal.PASSKEY_WRONG


@pytest.mark.parametrize(
    "part", ["clientDataJSON", "authenticatorData", "signature", "attestationObject"]
)
async def test_an_answer_with_a_broken_part_proves_nothing(somebody, part):
    passkey = Authenticator()
    await somebody.add(passkey)
    for broken in ("", "AAAA", "!", "o2Nmb", 7, None, ["x"], "_" * 9_000):
        asked, to_add = await somebody.ask(), await question_to_add(*somebody.tools, PARTY, ())
        shown, made = json.loads(passkey.sign(asked.options)), None
        if part in shown["response"]:
            shown["response"][part] = broken
            answer = Answer(json.dumps(shown), asked.challenge)
            somebody.clock.instant += timedelta(minutes=16)  # a new window of tries
            assert await refused(somebody.answer(answer)) is Refusal.PASSKEY_WRONG
            continue
        made = json.loads(Authenticator().make(to_add.options))
        made["response"][part] = broken
        answer = Answer(json.dumps(made), to_add.challenge)
        assert await refused(prove_new(*somebody.tools, PARTY, answer)) is Refusal.PASSKEY_WRONG


async def test_a_passkey_is_removed_by_its_holder_only(somebody, colleague):
    await somebody.add(Authenticator())
    await colleague.add(Authenticator())
    (theirs,) = await colleague.held()

    with pytest.raises(NotFound):
        async with somebody.work() as uow:
            await remove_passkey(uow, theirs.passkey_id)
    await somebody.remove()

    assert not await somebody.held()
    assert len(await colleague.held()) == 1
    async with somebody.database.read() as session:
        left = select(func.count()).where(RECOVERY_CODE.c.person_id == somebody.actor.person_id)
        assert (await session.execute(left)).scalar_one() == 0


async def test_the_last_second_factor_of_an_administrator_stays(somebody):
    somebody.actor = Actor(
        somebody.actor.person_id, "s" * 64, roles=ADMINISTRATOR, passed_second_factor=True
    )
    await somebody.add(Authenticator())

    assert await refused(somebody.remove()) is Refusal.SECOND_FACTOR_NEEDED
    assert len(await somebody.held()) == 1
    await somebody.add(Authenticator())
    await somebody.remove()
    assert await refused(somebody.remove()) is Refusal.SECOND_FACTOR_NEEDED
    async with somebody.work() as uow:
        await set_up_at_once(uow, somebody.secrets)
    await somebody.remove()

    assert not await somebody.held()


async def test_with_a_passkey_an_administrator_may_turn_the_codes_off(somebody):
    somebody.actor = Actor(
        somebody.actor.person_id, "s" * 64, roles=ADMINISTRATOR, passed_second_factor=True
    )
    async with somebody.work() as uow:
        await set_up_at_once(uow, somebody.secrets)
    assert await somebody.add(Authenticator()) == ()

    async with somebody.work() as uow:
        await turn_off(uow)

    async with somebody.database.read() as session:
        found = await second_factor_of(session, somebody.secrets, somebody.actor.person_id)
    assert (found.has_codes, found.codes_left, len(found.passkeys)) == (False, 10, 1)


async def test_two_browsers_cannot_remove_the_last_two_at_once(somebody):
    somebody.actor = Actor(
        somebody.actor.person_id, "s" * 64, roles=ADMINISTRATOR, passed_second_factor=True
    )
    await somebody.add(Authenticator())
    await somebody.add(Authenticator())

    first, _ = await somebody.held()

    async with somebody.work() as uow:
        await remove_passkey(uow, first.passkey_id)
        other = asyncio.create_task(somebody.remove(1))
        await asyncio.sleep(0.3)  # it has begun, and waits

    assert await refused(other) is Refusal.SECOND_FACTOR_NEEDED
    assert len(await somebody.held()) == 1


async def test_who_has_not_shown_theirs_changes_nothing(somebody):
    passkey = Authenticator()
    await somebody.add(passkey)
    somebody.actor = Actor(somebody.actor.person_id, "s" * 64)

    assert await refused(somebody.add(Authenticator())) is Refusal.SECOND_FACTOR_FIRST
    assert await refused(somebody.remove()) is Refusal.SECOND_FACTOR_FIRST


async def test_one_person_has_twenty_passkeys_at_most(somebody):
    for _ in range(MOST_PASSKEYS):
        await somebody.add(Authenticator())

    assert await refused(somebody.add(Authenticator())) is Refusal.PASSKEYS_FULL


async def test_who_closes_the_account_takes_the_passkeys_along(somebody, work):
    await somebody.add(Authenticator())

    async with work() as uow:
        await close_account(uow, somebody.actor.person_id)

    assert not await somebody.held()


async def test_questions_that_were_answered_are_forgotten_in_an_hour(somebody, work, clock):
    await somebody.add(Authenticator())
    (codes,) = [kind for feature in FEATURES for kind in feature.kept if kind.name == "codes"]
    clock.instant += timedelta(hours=2)

    async with work() as uow:
        gone = await codes.forget(uow, clock.now() - codes.period, 500)

    assert gone == 1
    async with somebody.database.read() as session:
        assert not (await session.execute(select(SPENT_CHALLENGE))).all()


async def sign_in_alone(person, passkey, browser="b" * 32, *, asked=None):
    """By somebody who is nobody yet: what is said of `person` is only the database."""
    tools = person.database, person.secrets, person.clock
    asked = asked or await question_to_sign_in(person.secrets, person.clock, "b" * 32, PARTY)
    answer = Answer(passkey.sign(asked.options), asked.challenge)
    held = await sign_in_with_passkey(*tools, browser, PARTY, answer, client="10.0.0.1")
    return held.person_id


async def test_a_passkey_alone_says_who_it_is(somebody, colleague):
    mine, theirs = Authenticator(), Authenticator()
    await somebody.add(mine)
    await colleague.add(theirs)

    assert await sign_in_alone(somebody, mine) == somebody.actor.person_id
    assert await sign_in_alone(somebody, theirs) == colleague.actor.person_id


async def test_a_passkey_that_did_not_see_who_holds_it_does_not_do_alone(somebody):
    passkey = Authenticator(verifies=False)
    await somebody.add(passkey)
    asked = await question_to_sign_in(somebody.secrets, somebody.clock, "b" * 32, PARTY)
    assert json.loads(asked.options)["userVerification"] == "required"
    assert json.loads(asked.options).get("allowCredentials", []) == []

    assert await refused(sign_in_alone(somebody, passkey)) is Refusal.PASSKEY_WRONG
    await somebody.show(passkey)


async def test_alone_too_an_answer_serves_once_in_the_browser_that_was_asked(somebody):
    passkey = Authenticator(counts=False)
    await somebody.add(passkey)
    asked = await question_to_sign_in(somebody.secrets, somebody.clock, "b" * 32, PARTY)

    other = sign_in_alone(somebody, passkey, "o" * 32, asked=asked)
    assert await refused(other) is Refusal.PASSKEY_WRONG
    second_step = await somebody.ask()
    assert (
        await refused(sign_in_alone(somebody, passkey, asked=second_step)) is Refusal.PASSKEY_WRONG
    )
    await sign_in_alone(somebody, passkey, asked=asked)
    assert await refused(sign_in_alone(somebody, passkey, asked=asked)) is Refusal.PASSKEY_WRONG


async def test_a_copy_is_told_and_a_stranger_refused_until_nobody_is_asked_any_more(somebody):
    passkey = Authenticator()
    await somebody.add(passkey)
    await sign_in_alone(somebody, passkey)
    passkey.uses = 0

    assert await refused(sign_in_alone(somebody, passkey)) is Refusal.PASSKEY_DOUBTED
    for _ in range(59):
        assert await refused(sign_in_alone(somebody, Authenticator())) is Refusal.PASSKEY_WRONG

    with pytest.raises(TooMany):
        await sign_in_alone(somebody, passkey)
    assert (await tags_of(somebody.database)).count(PasskeyDoubted.tag) == 1


# The pages


@pytest.fixture
async def town_hall(sqlite_url, tmp_path, clock, monkeypatch):
    """The application at an address that can have passkeys."""
    with_signpost(monkeypatch)
    settings = Settings(
        mode="demo", database_url=sqlite_url, data_dir=tmp_path, base_url=PARTY.origin
    )
    app = create_app(settings, clock=clock, background=False)
    async with app.router.lifespan_context(app):
        hall = TownHall(app, clock)
        async with hall.work(PLATFORM) as uow:
            await found_towns(uow)
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

    assert held["passkeys"] == [{"name": "Téléphone", "added_at": NOW.isoformat(), "used_at": None}]


async def test_an_operator_takes_lost_passkeys_away(town_hall, visitor, without_codes, monkeypatch):
    await by_password(visitor)
    await add_on(visitor, await visitor.get(PAGE), Authenticator())
    await add_on(visitor, await visitor.get(PAGE), Authenticator())
    settings = town_hall.web.settings
    monkeypatch.setenv("PACTO_MODE", "test")
    monkeypatch.setenv("PACTO_DATABASE_URL", settings.database)
    monkeypatch.setenv("PACTO_SECRETS_DIR", str(settings.secrets))
    words = ["reset-second-factor", "--email", "admin@example.ma"]

    told = await asyncio.to_thread(lambda: CliRunner().invoke(staff_commands, words))

    assert told.exit_code == 0, told.output
    assert (await visitor.get(PEOPLE)).path.startswith("/fr/sign-in")
    assert (await tags_of(town_hall.web.database)).count("accounts:passkey:removed") == 2
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


def test_the_library_is_loaded_by_nobody_who_has_no_passkey() -> None:
    """Where it is missing, everything else works; where it is there, a start does not wait for it."""
    program = (
        "import sys, pacto_participe.app\n"
        "from pacto_participe.accounts.services.authenticators import relying_party\n"
        "assert relying_party('https://vote.example.ma') is not None\n"
        "assert 'webauthn' not in sys.modules\n"
        "sys.modules['webauthn'] = None\n"
        "assert relying_party('https://vote.example.ma') is None\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
