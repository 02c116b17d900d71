"""One-time codes and recovery codes: set up, shown at sign-in, moved, turned off."""

import secrets as chance
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.accounts.domain.people import Contact
from pacto_participe.accounts.domain.second_factor import (
    RECOVERY_CODES,
    RECOVERY_SIGNS,
    code_at,
    is_needed,
    matching_step,
    read_recovery,
    recovery_code,
    recovery_fingerprint,
    secret_of,
    shown_recovery,
    step_of,
)
from pacto_participe.accounts.events import (
    RecoveryCodesMade,
    RecoveryCodeUsed,
    SecondFactorRemoved,
    SecondFactorSet,
)
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.services.tries import (
    SECOND_BY_PERSON,
    SECOND_BY_PERSON_AND_DAY,
    count,
    forgive,
)
from pacto_participe.accounts.tables import CONTACT, RECOVERY_CODE, SECOND_FACTOR
from pacto_participe.kernel.actors import Actor
from pacto_participe.kernel.clock import Clock
from pacto_participe.kernel.errors import NotAllowed, Problem, Refused
from pacto_participe.storage.database import Database
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import UnitOfWork, unit_of_work
from pacto_participe.web import sessions

SECOND_FACTOR_KEY = "second-factor"
_factor, _recovery = SECOND_FACTOR.c, RECOVERY_CODE.c


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """What someone has. The secrets are for who holds the account alone; "" when there is none."""

    is_set_up: bool = False
    secret: str = ""
    pending_secret: str = ""
    codes_left: int = 0


async def second_factor_of(session: AsyncSession, secrets: Secrets, person_id: str) -> SecondFactor:
    """Two statements."""
    statement = select(_factor.nonce, _factor.pending_nonce, _factor.confirmed_at)
    row = (await session.execute(statement.where(_factor.person_id == person_id))).one_or_none()
    if row is None:
        return SecondFactor()
    left = select(func.count()).where(_recovery.person_id == person_id, _recovery.used_at.is_(None))
    return SecondFactor(
        is_set_up=row.confirmed_at is not None,
        secret=_secret(secrets, row.nonce),
        pending_secret=_secret(secrets, row.pending_nonce),
        codes_left=(await session.execute(left)).scalar_one(),
    )


async def holders_on(session: AsyncSession, contact: Contact) -> list[str]:
    """The people on a contact who have a second factor, or began to set one up. One statement."""
    statement = select(CONTACT.c.person_id).join(
        SECOND_FACTOR, _factor.person_id == CONTACT.c.person_id
    )
    found = await session.execute(statement.where(CONTACT.c.value == contact.value))
    return list(found.scalars())


async def begin(uow: UnitOfWork) -> None:
    """Show a new secret, for a first telephone or another one. The one in use goes on serving.

    One statement. Raises Refused when there is a second factor that this browser has not shown.
    """
    person_id = await _holder(uow)
    row = insert_or(SECOND_FACTOR).values(
        person_id=person_id, nonce="", pending_nonce=chance.token_hex(32), last_step=0
    )
    await uow.session.execute(
        row.on_conflict_do_update(
            index_elements=["person_id"], set_={"pending_nonce": row.excluded.pending_nonce}
        )
    )


async def confirm(uow: UnitOfWork, secrets: Secrets, typed: str) -> tuple[str, ...]:
    """The telephone shows the right code: from now on it is asked for. Returns the recovery codes.

    They are shown this once. Every browser of theirs is signed out; the caller signs this one in anew.
    Raises Refused.
    """
    person_id = await _holder(uow)
    found = await second_factor_of(uow.session, secrets, person_id)
    step = found.pending_secret and matching_step(found.pending_secret, typed, uow.now())
    if not step:
        raise Refused(Problem(Refusal.SECOND_CODE_WRONG, "code"))
    await uow.session.execute(
        update(SECOND_FACTOR)
        .where(_factor.person_id == person_id)
        .values(
            nonce=_factor.pending_nonce, pending_nonce="", last_step=step, confirmed_at=uow.now()
        )
    )
    uow.record(SecondFactorSet(is_first=not found.is_set_up))
    await sessions.end_all(uow.session, person_id)
    return await _make_codes(uow, secrets, person_id)


async def set_up_at_once(uow: UnitOfWork, secrets: Secrets) -> None:
    """The whole way without a telephone, for invented people: a demonstration, a test.

    It takes the code before the newest, so that the newest one still serves to sign in.
    """
    await begin(uow)
    found = await second_factor_of(uow.session, secrets, uow.actor.person_id or "")
    await confirm(uow, secrets, code_at(found.pending_secret, step_of(uow.now()) - 1))


async def make_recovery_codes(uow: UnitOfWork, secrets: Secrets) -> tuple[str, ...]:
    """Ten new codes; those before are worth nothing. Three statements. Raises Refused."""
    person_id = await _holder(uow, has_one=True)
    return await _make_codes(uow, secrets, person_id)


async def turn_off(uow: UnitOfWork) -> None:
    """No one-time codes any more. Refused to whose work needs them.

    Every browser of theirs is signed out; the caller signs this one in anew.
    """
    person_id = await _holder(uow, has_one=True)
    if is_needed(uow.actor):
        raise Refused(Problem(Refusal.SECOND_FACTOR_NEEDED))
    await _remove(uow, person_id, by_operator=False)
    await sessions.end_all(uow.session, person_id)


async def reset(uow: UnitOfWork, person_id: str) -> None:
    """An operator takes a lost telephone's codes away, and every sign-in with them. Raises NotAllowed."""
    if not uow.actor.is_operator:
        raise NotAllowed(Refusal.SECOND_FACTOR_NEEDED)
    await _remove(uow, person_id, by_operator=True)
    await sessions.end_all(uow.session, person_id)


async def pass_second_factor(
    database: Database, secrets: Secrets, clock: Clock, actor: Actor, typed: str
) -> None:
    """The code that the telephone shows now, or a recovery code. Raises Refused and TooMany.

    Tries are counted before the answer is known, so that many at once are no more than one after another.
    A code is taken by one statement: of two who show it at once, one is refused.
    """
    person_id = actor.person_id or ""
    tries = ((SECOND_BY_PERSON, person_id), (SECOND_BY_PERSON_AND_DAY, person_id))
    await count(database, secrets, clock, *tries)
    async with unit_of_work(database, clock, actor) as uow:
        code = read_recovery(typed)
        if code is not None:
            await _take_recovery(uow, secrets, person_id, code)
        else:
            await _take_step(uow, secrets, person_id, typed)
    await forgive(database, secrets, *tries)


async def _take_step(uow: UnitOfWork, secrets: Secrets, person_id: str, typed: str) -> None:
    found = await second_factor_of(uow.session, secrets, person_id)
    step = matching_step(found.secret, typed, uow.now()) if found.is_set_up else None
    if step is None:
        raise Refused(Problem(Refusal.SECOND_CODE_WRONG, "code"))
    statement = (
        update(SECOND_FACTOR)
        .where(_factor.person_id == person_id, _factor.last_step < step)
        .values(last_step=step)
        .returning(_factor.person_id)
    )
    if (await uow.session.execute(statement)).scalar_one_or_none() is None:
        raise Refused(Problem(Refusal.SECOND_CODE_USED, "code"))


async def _take_recovery(uow: UnitOfWork, secrets: Secrets, person_id: str, code: str) -> None:
    key = secrets.get_or_make(SECOND_FACTOR_KEY)
    statement = (
        update(RECOVERY_CODE)
        .where(
            _recovery.person_id == person_id,
            _recovery.fingerprint == recovery_fingerprint(key, person_id, code),
            _recovery.used_at.is_(None),
        )
        .values(used_at=uow.now())
        .returning(_recovery.person_id)
    )
    if (await uow.session.execute(statement)).scalar_one_or_none() is None:
        raise Refused(Problem(Refusal.SECOND_CODE_WRONG, "code"))
    found = await second_factor_of(uow.session, secrets, person_id)
    uow.record(RecoveryCodeUsed(found.codes_left))


async def _holder(uow: UnitOfWork, *, has_one: bool = False) -> str:
    """Who acts, if they may change their second factor: once there is one, only who has shown it."""
    person_id = uow.actor.person_id
    if person_id is None:
        raise NotAllowed(Refusal.SIGN_IN_FIRST)
    statement = select(_factor.confirmed_at).where(_factor.person_id == person_id)
    is_set_up = (await uow.session.execute(statement)).scalar_one_or_none() is not None
    if (is_set_up or has_one) and not (is_set_up and uow.actor.passed_second_factor):
        raise Refused(Problem(Refusal.SECOND_FACTOR_FIRST))
    return person_id


async def _make_codes(uow: UnitOfWork, secrets: Secrets, person_id: str) -> tuple[str, ...]:
    key = secrets.get_or_make(SECOND_FACTOR_KEY)
    codes = [recovery_code(chance.randbits(5 * RECOVERY_SIGNS)) for _ in range(RECOVERY_CODES)]
    await uow.session.execute(delete(RECOVERY_CODE).where(_recovery.person_id == person_id))
    await uow.session.execute(
        insert(RECOVERY_CODE),
        [
            {"person_id": person_id, "fingerprint": recovery_fingerprint(key, person_id, code)}
            for code in codes
        ],
    )
    uow.record(RecoveryCodesMade(len(codes)))
    return tuple(map(shown_recovery, codes))


async def _remove(uow: UnitOfWork, person_id: str, *, by_operator: bool) -> None:
    await uow.session.execute(delete(RECOVERY_CODE).where(_recovery.person_id == person_id))
    statement = delete(SECOND_FACTOR).where(_factor.person_id == person_id)
    removed = await uow.session.execute(statement.returning(_factor.person_id))
    if removed.scalar_one_or_none() is not None:
        uow.record(SecondFactorRemoved(by_operator))


def _secret(secrets: Secrets, nonce: str) -> str:
    return secret_of(secrets.get_or_make(SECOND_FACTOR_KEY), nonce) if nonce else ""
