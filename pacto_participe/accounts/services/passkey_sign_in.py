"""A passkey shown: after the code or the password as the second step, or alone as both."""

import asyncio
from dataclasses import dataclass

from sqlalchemy import or_, select, update

from pacto_participe.accounts.domain.passkeys import Purpose, fingerprint_of
from pacto_participe.accounts.events import PasskeyDoubted
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.queries.passkeys import Passkey
from pacto_participe.accounts.services.authenticators import (
    NotProved,
    RelyingParty,
    credential_of,
    request_options,
    shown_count,
)
from pacto_participe.accounts.services.challenges import (
    Answer,
    Question,
    as_text,
    from_text,
    new_challenge,
    require_answer,
    spend,
)
from pacto_participe.accounts.services.second_factor import tell_where_they_work
from pacto_participe.accounts.services.tries import (
    SECOND_BY_PERSON,
    SECOND_BY_PERSON_AND_DAY,
    WRONG_PASSKEYS_BY_ADDRESS,
    count,
    forgive,
    wrong_tries,
)
from pacto_participe.accounts.tables import PASSKEY
from pacto_participe.kernel.actors import Actor
from pacto_participe.kernel.clock import Clock
from pacto_participe.kernel.errors import Problem, Refused
from pacto_participe.storage.database import Database
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.sql import Sql
from pacto_participe.storage.steps import Step, Steps
from pacto_participe.storage.unit_of_work import unit_of_work

_passkey = PASSKEY.c


async def question_to_pass(
    secrets: Secrets, clock: Clock, actor: Actor, party: RelyingParty, known: tuple[Passkey, ...]
) -> Question:
    """For one of the passkeys of who is signing in."""
    challenge = new_challenge(secrets, clock, Purpose.SHOW, bound_to=actor.session_id or "")
    options = await asyncio.to_thread(
        request_options,
        party,
        challenge,
        known=tuple(passkey.credential_id for passkey in known),
        must_verify=all(passkey.verifies_user for passkey in known),
    )
    return Question(options, as_text(challenge))


async def question_to_sign_in(
    secrets: Secrets, clock: Clock, browser: str, party: RelyingParty
) -> Question:
    """For whoever holds a passkey of this site; their device asks which. `browser`: its cookie."""
    challenge = new_challenge(secrets, clock, Purpose.SIGN_IN, bound_to=browser)
    options = await asyncio.to_thread(request_options, party, challenge, known=(), must_verify=True)
    return Question(options, as_text(challenge))


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
    person_id, session_id = actor.person_id or "", actor.session_id or ""
    require_answer(secrets, clock, answer, Purpose.SHOW, bound_to=session_id)
    tries = ((SECOND_BY_PERSON, person_id), (SECOND_BY_PERSON_AND_DAY, person_id))
    await count(database, secrets, clock, *tries)
    challenge = await spend(database, secrets, clock, answer, Purpose.SHOW, bound_to=session_id)
    held = await _found(database, answer)
    if held.person_id != person_id:
        raise Refused(Problem(Refusal.PASSKEY_WRONG))
    await _prove(database, clock, held, party, answer, challenge, must_verify=held.verifies_user)
    await forgive(database, secrets, *tries)


async def sign_in_with_passkey(
    database: Database,
    secrets: Secrets,
    clock: Clock,
    browser: str,
    party: RelyingParty,
    answer: Answer,
    *,
    client: str,
) -> "ShownPasskey":
    """Whose passkey signed the question, having seen who holds it: both proofs in one.

    Only what fails is counted, against the address: nobody can lock a colleague out. Raises Refused and
    TooMany.
    """
    async with wrong_tries(database, secrets, clock, WRONG_PASSKEYS_BY_ADDRESS, client):
        challenge = await spend(database, secrets, clock, answer, Purpose.SIGN_IN, bound_to=browser)
        held = await _found(database, answer)
        await _prove(database, clock, held, party, answer, challenge, must_verify=True)
    return held


# Changes nothing: it holds the row until the session has begun, so that a reset comes before or after.
_STILL_THERE = Sql("""
    UPDATE passkey SET name = name WHERE passkey_id = :passkey RETURNING passkey_id
""")


@dataclass(frozen=True, slots=True)
class ShownPasskey:
    """What is known of the passkey that an answer names."""

    person_id: str
    passkey_id: str
    public_key: bytes
    verifies_user: bool

    def holding(self) -> Steps[bool]:
        """Hold the passkey; False when it was removed since. One statement."""
        return bool((yield Step(_STILL_THERE, {"passkey": self.passkey_id})))


async def _found(database: Database, answer: Answer) -> ShownPasskey:
    """Before anything is proved. One statement. Raises Refused."""
    try:
        passkey_id = fingerprint_of(await asyncio.to_thread(credential_of, answer.text))
    except NotProved:
        raise Refused(Problem(Refusal.PASSKEY_WRONG)) from None
    statement = select(_passkey.person_id, _passkey.public_key, _passkey.verifies_user).where(
        _passkey.passkey_id == passkey_id
    )
    async with database.read() as session:
        row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise Refused(Problem(Refusal.PASSKEY_WRONG))
    return ShownPasskey(row.person_id, passkey_id, from_text(row.public_key), row.verifies_user)


async def _prove(
    database: Database,
    clock: Clock,
    held: ShownPasskey,
    party: RelyingParty,
    answer: Answer,
    challenge: bytes,
    *,
    must_verify: bool,
) -> None:
    """The signature is right, and the counter moved on. Raises Refused."""
    try:
        shown = await asyncio.to_thread(
            shown_count, party, answer.text, challenge, held.public_key, must_verify=must_verify
        )
    except NotProved:
        raise Refused(Problem(Refusal.PASSKEY_WRONG)) from None
    if not await _move_counter(database, clock, held, shown):
        raise Refused(Problem(Refusal.PASSKEY_DOUBTED))


async def _move_counter(database: Database, clock: Clock, held: ShownPasskey, shown: int) -> bool:
    """Whether the counter moved on; those of a key that is kept in several devices on purpose always say 0.

    By one statement: of two who show one count at once, one is doubted.
    Source: Web Authentication Level 3, section 7.2, step 22.
    """
    moved = or_(_passkey.sign_count < shown, _passkey.sign_count + shown == 0)
    statement = (
        update(PASSKEY)
        .where(_passkey.passkey_id == held.passkey_id, moved)
        .values(sign_count=shown, used_at=clock.now())
        .returning(_passkey.passkey_id)
    )
    async with unit_of_work(database, clock, Actor(held.person_id)) as uow:
        if (await uow.session.execute(statement)).scalar_one_or_none() is not None:
            return True
        still = select(_passkey.passkey_id).where(_passkey.passkey_id == held.passkey_id)
        if (await uow.session.execute(still)).scalar_one_or_none() is None:
            raise Refused(Problem(Refusal.PASSKEY_WRONG))  # removed at this very instant
        await tell_where_they_work(uow, held.person_id, PasskeyDoubted())
        return False
