"""Passkeys of staff: added, removed, and shown as the second step of signing in."""

import asyncio
import base64
import binascii
import secrets as chance
from dataclasses import dataclass

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from pacto_participe.accounts.domain.passkeys import (
    CHANCE_BYTES,
    LONGEST_NAME,
    MOST_PASSKEYS,
    Purpose,
    challenge_of,
    fingerprint_of,
    over_at,
)
from pacto_participe.accounts.events import PasskeyAdded, PasskeyDoubted, PasskeyRemoved
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.queries.passkeys import Passkey
from pacto_participe.accounts.services.authenticators import (
    NewCredential,
    NotProved,
    RelyingParty,
    creation_options,
    credential_of,
    new_credential,
    request_options,
    shown_count,
)
from pacto_participe.accounts.services.second_factor import (
    SECOND_FACTOR_KEY,
    after_removal,
    holder,
    make_codes,
    second_factor_of,
)
from pacto_participe.accounts.services.tries import (
    SECOND_BY_PERSON,
    SECOND_BY_PERSON_AND_DAY,
    count,
    forgive,
)
from pacto_participe.accounts.tables import CONTACT, PASSKEY, PERSON, SPENT_CHALLENGE
from pacto_participe.kernel.actors import Actor
from pacto_participe.kernel.clock import Clock
from pacto_participe.kernel.errors import NotFound, Problem, Refused
from pacto_participe.storage.database import Database
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import UnitOfWork, unit_of_work
from pacto_participe.web import sessions

_passkey = PASSKEY.c


@dataclass(frozen=True, slots=True)
class Question:
    """What a page asks a passkey: JSON for the browser, and the challenge that comes back with the answer."""

    options: str
    challenge: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: JSON of the browser, "" without JavaScript."""

    text: str
    challenge: str


async def question_to_add(
    database: Database,
    secrets: Secrets,
    clock: Clock,
    actor: Actor,
    party: RelyingParty,
    known: tuple[Passkey, ...],
) -> Question:
    """For a device that has no passkey of theirs yet. One statement."""
    challenge = _challenge(secrets, clock, actor, Purpose.ADD)
    person_id = actor.person_id or ""
    options = await asyncio.to_thread(
        creation_options,
        party,
        challenge,
        person_id=person_id,
        name=await _shown_name(database, person_id),
        known=_credentials(known),
    )
    return Question(options, _as_text(challenge))


async def question_to_pass(
    secrets: Secrets, clock: Clock, actor: Actor, party: RelyingParty, known: tuple[Passkey, ...]
) -> Question:
    """For one of the passkeys of who is signing in."""
    challenge = _challenge(secrets, clock, actor, Purpose.SHOW)
    options = await asyncio.to_thread(
        request_options,
        party,
        challenge,
        known=_credentials(known),
        must_verify=all(passkey.verifies_user for passkey in known),
    )
    return Question(options, _as_text(challenge))


async def prove_new(
    database: Database,
    secrets: Secrets,
    clock: Clock,
    actor: Actor,
    party: RelyingParty,
    answer: Answer,
) -> NewCredential:
    """What a device made for this question. Raises Refused. The question is spent whatever follows."""
    challenge = await _spend(database, secrets, clock, actor, answer, Purpose.ADD)
    try:
        return await asyncio.to_thread(new_credential, party, answer.text, challenge)
    except NotProved:
        raise Refused(Problem(Refusal.PASSKEY_WRONG)) from None


async def add_passkey(
    uow: UnitOfWork, secrets: Secrets, credential: NewCredential, name: str
) -> tuple[str, ...]:
    """From now on it serves as the second step. Raises Refused.

    Who had no second factor gets recovery codes, shown this once, and every browser of theirs is signed
    out; the caller signs this one in anew. Nothing is returned to who has some already.
    """
    person_id = await holder(uow)
    found = await second_factor_of(uow.session, secrets, person_id)
    if len(found.passkeys) >= MOST_PASSKEYS:
        raise Refused(Problem(Refusal.PASSKEYS_FULL))
    row = insert_or(PASSKEY).values(
        person_id=person_id,
        passkey_id=fingerprint_of(credential.credential_id),
        name=name.strip()[:LONGEST_NAME],
        credential_id=_as_text(credential.credential_id),
        public_key=_as_text(credential.public_key),
        sign_count=credential.sign_count,
        verifies_user=credential.verifies_user,
        added_at=uow.now(),
    )
    new = row.on_conflict_do_nothing().returning(_passkey.passkey_id)
    if (await uow.session.execute(new)).scalar_one_or_none() is None:
        raise Refused(Problem(Refusal.PASSKEY_KNOWN))
    uow.record(PasskeyAdded(is_first=not found.is_set_up))
    if found.is_set_up:
        return ()
    await sessions.end_all(uow.session, person_id)
    return await make_codes(uow, secrets, person_id)


async def remove_passkey(uow: UnitOfWork, passkey_id: str) -> None:
    """It serves no more. Refused when it is the last second factor of whose work needs one.

    Every browser of theirs is signed out; the caller signs this one in anew. Raises NotFound and Refused.
    """
    person_id = await holder(uow, has_one=True)
    statement = delete(PASSKEY).where(
        _passkey.person_id == person_id, _passkey.passkey_id == passkey_id
    )
    removed = await uow.session.execute(statement.returning(_passkey.passkey_id))
    if removed.scalar_one_or_none() is None:
        raise NotFound
    uow.record(PasskeyRemoved(by_operator=False))
    await after_removal(uow, person_id)


async def pass_with_passkey(
    database: Database,
    secrets: Secrets,
    clock: Clock,
    actor: Actor,
    party: RelyingParty,
    answer: Answer,
) -> None:
    """One of their passkeys signed the question. Raises Refused and TooMany.

    Tries are counted as those of codes are. A passkey whose counter did not move on is refused, and the
    journal says so.
    """
    person_id = actor.person_id or ""
    tries = ((SECOND_BY_PERSON, person_id), (SECOND_BY_PERSON_AND_DAY, person_id))
    await count(database, secrets, clock, *tries)
    challenge = await _spend(database, secrets, clock, actor, answer, Purpose.SHOW)
    try:
        passkey_id = fingerprint_of(await asyncio.to_thread(credential_of, answer.text))
        public_key, must_verify = await _held(database, person_id, passkey_id)
        shown = await asyncio.to_thread(
            shown_count, party, answer.text, challenge, public_key, must_verify=must_verify
        )
    except NotProved:
        raise Refused(Problem(Refusal.PASSKEY_WRONG)) from None
    if not await _move_counter(database, clock, actor, passkey_id, shown):
        raise Refused(Problem(Refusal.PASSKEY_DOUBTED))
    await forgive(database, secrets, *tries)


async def _held(database: Database, person_id: str, passkey_id: str) -> tuple[bytes, bool]:
    """The public key of a passkey of theirs, and whether it must see who holds it. Raises NotProved."""
    statement = select(_passkey.public_key, _passkey.verifies_user).where(
        _passkey.person_id == person_id, _passkey.passkey_id == passkey_id
    )
    async with database.read() as session:
        row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotProved
    return _from_text(row.public_key), row.verifies_user


async def _move_counter(
    database: Database, clock: Clock, actor: Actor, passkey_id: str, shown: int
) -> bool:
    """Whether the counter moved on; those of a key that is kept in several devices on purpose always say 0.

    By one statement: of two who show one count at once, one is doubted.
    Source: Web Authentication Level 3, section 7.2, step 22.
    """
    moved = or_(_passkey.sign_count < shown, _passkey.sign_count + shown == 0)
    statement = (
        update(PASSKEY)
        .where(_passkey.person_id == actor.person_id, _passkey.passkey_id == passkey_id, moved)
        .values(sign_count=shown, used_at=clock.now())
        .returning(_passkey.passkey_id)
    )
    async with unit_of_work(database, clock, actor) as uow:
        if (await uow.session.execute(statement)).scalar_one_or_none() is not None:
            return True
        uow.record(PasskeyDoubted())
        return False


async def _spend(
    database: Database,
    secrets: Secrets,
    clock: Clock,
    actor: Actor,
    answer: Answer,
    purpose: Purpose,
) -> bytes:
    """The challenge of an answer, good for this once: of two who show it at once, one is refused.

    One statement, in a transaction of its own. Raises Refused.
    """
    if not answer.text:
        raise Refused(Problem(Refusal.PASSKEY_NEEDS_SCRIPT))
    challenge = _from_text(answer.challenge)
    until = over_at(
        secrets.get_or_make(SECOND_FACTOR_KEY),
        challenge,
        purpose=purpose,
        bound_to=actor.session_id or "",
        now=clock.now(),
    )
    if until is None:
        raise Refused(Problem(Refusal.PASSKEY_WRONG))
    spent = insert_or(SPENT_CHALLENGE).values(
        fingerprint=fingerprint_of(challenge), expires_at=until
    )
    once = spent.on_conflict_do_nothing().returning(SPENT_CHALLENGE.c.fingerprint)
    async with database.write() as session:
        is_new = (await session.execute(once)).scalar_one_or_none() is not None
    if not is_new:
        raise Refused(Problem(Refusal.PASSKEY_WRONG))
    return challenge


async def _shown_name(database: Database, person_id: str) -> str:
    """How a device tells the passkeys of several colleagues apart: a name, else an address. One statement."""
    first = select(func.min(CONTACT.c.value)).where(CONTACT.c.person_id == person_id)
    statement = select(PERSON.c.name, first.scalar_subquery()).where(
        PERSON.c.person_id == person_id
    )
    async with database.read() as session:
        name, contact = (await session.execute(statement)).one()
    return name or contact or "–"


def _challenge(secrets: Secrets, clock: Clock, actor: Actor, purpose: Purpose) -> bytes:
    return challenge_of(
        secrets.get_or_make(SECOND_FACTOR_KEY),
        chance.token_bytes(CHANCE_BYTES),
        purpose=purpose,
        bound_to=actor.session_id or "",
        now=clock.now(),
    )


def _credentials(known: tuple[Passkey, ...]) -> tuple[str, ...]:
    return tuple(passkey.credential_id for passkey in known)


def _as_text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _from_text(text: str) -> bytes:
    """Base64url without its padding; nothing at all when it is not that."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        return b""
