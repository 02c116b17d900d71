"""Staff prove who they are with what unlocks their telephone; nobody else's passkey does, and none twice."""

import asyncio
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text

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
    second_factor_of,
    set_up_at_once,
    turn_off,
)
from pacto_participe.accounts.services.staff import give_role
from pacto_participe.accounts.tables import (
    RECOVERY_CODE,
    SPENT_CHALLENGE,
)
from pacto_participe.features import FEATURES
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.errors import NotFound, Refused, TooMany
from pacto_participe.storage.unit_of_work import unit_of_work
from tests.accounts.authenticator import PARTY, Authenticator
from tests.accounts.town_hall import AJDIR, NEIGHBOUR_TOWN
from tests.recorded import recorded

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
KEY = b"k" * 32
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

    assert len(await recorded(somebody.database, PasskeyDoubted.tag)) == 1


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
    assert not await recorded(somebody.database, PasskeyDoubted.tag)


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
    assert len(await recorded(somebody.database, PasskeyDoubted.tag)) == 1


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
