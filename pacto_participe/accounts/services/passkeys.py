"""Passkeys of staff: added and removed in the account."""

import asyncio

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert as insert_or

from pacto_participe.accounts.domain.passkeys import (
    LONGEST_NAME,
    MOST_PASSKEYS,
    Purpose,
    fingerprint_of,
)
from pacto_participe.accounts.events import PasskeyAdded, PasskeyRemoved
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.queries.passkeys import Passkey
from pacto_participe.accounts.services.authenticators import (
    NewCredential,
    NotProved,
    RelyingParty,
    creation_options,
    new_credential,
)
from pacto_participe.accounts.services.challenges import (
    Answer,
    Question,
    as_text,
    new_challenge,
    spend,
)
from pacto_participe.accounts.services.second_factor import (
    after_removal,
    holder,
    make_codes,
    second_factor_of,
)
from pacto_participe.accounts.tables import CONTACT, PASSKEY, PERSON
from pacto_participe.kernel.actors import Actor
from pacto_participe.kernel.clock import Clock
from pacto_participe.kernel.errors import NotFound, Problem, Refused
from pacto_participe.storage.database import Database
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.web import sessions

_passkey = PASSKEY.c


async def question_to_add(
    database: Database,
    secrets: Secrets,
    clock: Clock,
    actor: Actor,
    party: RelyingParty,
    known: tuple[Passkey, ...],
) -> Question:
    """For a device that has no passkey of theirs yet. One statement."""
    challenge = new_challenge(secrets, clock, Purpose.ADD, bound_to=actor.session_id or "")
    person_id = actor.person_id or ""
    options = await asyncio.to_thread(
        creation_options,
        party,
        challenge,
        person_id=person_id,
        name=await _shown_name(database, person_id),
        known=tuple(passkey.credential_id for passkey in known),
    )
    return Question(options, as_text(challenge))


async def prove_new(
    database: Database,
    secrets: Secrets,
    clock: Clock,
    actor: Actor,
    party: RelyingParty,
    answer: Answer,
) -> NewCredential:
    """What a device made for this question. Raises Refused. The question is spent whatever follows."""
    challenge = await spend(
        database, secrets, clock, answer, Purpose.ADD, bound_to=actor.session_id or ""
    )
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
        credential_id=as_text(credential.credential_id),
        public_key=as_text(credential.public_key),
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


async def _shown_name(database: Database, person_id: str) -> str:
    """How a device tells the passkeys of several colleagues apart: a name, else an address. One statement."""
    first = select(func.min(CONTACT.c.value)).where(CONTACT.c.person_id == person_id)
    statement = select(PERSON.c.name, first.scalar_subquery()).where(
        PERSON.c.person_id == person_id
    )
    async with database.read() as session:
        name, contact = (await session.execute(statement)).one()
    return name or contact or "–"
