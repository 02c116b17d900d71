"""One-time codes and recovery codes: set up, shown at sign-in, moved, turned off.

A passkey is a second factor as they are (passkeys.py); recovery codes serve for whichever was lost.
"""

import secrets as chance
from dataclasses import dataclass

from sqlalchemy import delete, exists, func, insert, or_, select, update
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
    PasskeyRemoved,
    RecoveryCodesMade,
    RecoveryCodeUsed,
    SecondFactorRemoved,
    SecondFactorSet,
)
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.queries.passkeys import Passkey, passkeys_of
from pacto_participe.accounts.services.people import lock_person
from pacto_participe.accounts.services.tries import (
    SECOND_BY_PERSON,
    SECOND_BY_PERSON_AND_DAY,
    count,
    forgive,
)
from pacto_participe.accounts.tables import (
    CONTACT,
    MEMBERSHIP,
    PASSKEY,
    RECOVERY_CODE,
    SECOND_FACTOR,
    SESSION,
)
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.clock import Clock
from pacto_participe.kernel.errors import NotAllowed, Problem, Refused
from pacto_participe.kernel.events import Event
from pacto_participe.storage.database import Database
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import NATION, UnitOfWork, unit_of_work
from pacto_participe.web import sessions

SECOND_FACTOR_KEY = "second-factor"
_factor, _recovery = SECOND_FACTOR.c, RECOVERY_CODE.c


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """What someone has. The secrets are for who holds the account alone; "" when there is none.

    `has_codes`: a telephone shows one-time codes; `last_step`: the step of the last one that served.
    """

    has_codes: bool = False
    secret: str = ""
    pending_secret: str = ""
    last_step: int = 0
    codes_left: int = 0
    passkeys: tuple[Passkey, ...] = ()

    @property
    def is_set_up(self) -> bool:
        """Whether there is any: one-time codes or a passkey."""
        return self.has_codes or bool(self.passkeys)


async def second_factor_of(session: AsyncSession, secrets: Secrets, person_id: str) -> SecondFactor:
    """Three statements."""
    statement = select(
        _factor.nonce, _factor.pending_nonce, _factor.last_step, _factor.confirmed_at
    )
    row = (await session.execute(statement.where(_factor.person_id == person_id))).one_or_none()
    return SecondFactor(
        has_codes=row is not None and row.confirmed_at is not None,
        secret=_secret(secrets, row.nonce if row else ""),
        pending_secret=_secret(secrets, row.pending_nonce if row else ""),
        last_step=row.last_step if row else 0,
        codes_left=await recovery_codes_left(session, person_id),
        passkeys=await passkeys_of(session, person_id),
    )


async def recovery_codes_left(session: AsyncSession, person_id: str) -> int:
    """One statement."""
    left = select(func.count()).where(_recovery.person_id == person_id, _recovery.used_at.is_(None))
    return int((await session.execute(left)).scalar_one())


async def holders_on(session: AsyncSession, contact: Contact) -> list[str]:
    """The people on a contact who have a second factor, or began to set one up. One statement."""
    person_id = CONTACT.c.person_id
    statement = select(person_id).where(
        CONTACT.c.value == contact.value,
        or_(
            exists().where(_factor.person_id == person_id),
            exists().where(PASSKEY.c.person_id == person_id),
        ),
    )
    return list((await session.execute(statement)).scalars())


async def begin(uow: UnitOfWork) -> None:
    """Show a new secret, for a first telephone or another one. The one in use goes on serving.

    Four statements. Raises Refused when there is a second factor that this browser has not shown.
    """
    person_id = await holder(uow)
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
    person_id = await holder(uow)
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
    uow.record(SecondFactorSet(is_first=not found.has_codes))
    await sessions.end_all(uow.session, person_id)
    return await make_codes(uow, secrets, person_id)


async def set_up_at_once(uow: UnitOfWork, secrets: Secrets) -> None:
    """The whole way without a telephone, for invented people: a demonstration, a test.

    It takes the code before the newest, so that the newest one still serves to sign in.
    """
    await begin(uow)
    found = await second_factor_of(uow.session, secrets, uow.actor.person_id or "")
    await confirm(uow, secrets, code_at(found.pending_secret, step_of(uow.now()) - 1))


async def make_recovery_codes(uow: UnitOfWork, secrets: Secrets) -> tuple[str, ...]:
    """Ten new codes; those before are worth nothing. Six statements. Raises Refused."""
    person_id = await holder(uow, has_one=True)
    return await make_codes(uow, secrets, person_id)


async def turn_off(uow: UnitOfWork) -> None:
    """No one-time codes any more. Refused to whose work needs them, unless a passkey is there.

    Every browser of theirs is signed out; the caller signs this one in anew.
    """
    person_id = await holder(uow, has_one=True)
    await _remove_codes(uow, person_id, by_operator=False)
    await after_removal(uow, person_id)


async def reset(uow: UnitOfWork, person_id: str) -> None:
    """An operator takes the codes and passkeys of a lost telephone away, and every sign-in with them.

    Raises NotAllowed.
    """
    if not uow.actor.is_operator:
        raise NotAllowed(Refusal.SECOND_FACTOR_NEEDED)
    await lock_person(uow, person_id)
    await _remove_codes(uow, person_id, by_operator=True)
    await uow.session.execute(delete(RECOVERY_CODE).where(_recovery.person_id == person_id))
    removed = delete(PASSKEY).where(PASSKEY.c.person_id == person_id).returning(PASSKEY.c.person_id)
    for _ in (await uow.session.execute(removed)).all():
        uow.record(PasskeyRemoved(by_operator=True))
    await sessions.end_all(uow.session, person_id)


async def require_still_signed_in(uow: UnitOfWork) -> None:
    """Nobody ended the session meanwhile that showed the second factor: what a reset ended stays ended.

    Two statements. Raises Refused.
    """
    session_id, person_id = uow.actor.session_id, uow.actor.person_id
    if person_id is None or session_id is None:
        raise Refused(Problem(Refusal.SIGN_IN_FIRST))
    await lock_person(uow, person_id)
    statement = select(SESSION.c.session_id).where(SESSION.c.session_id == session_id)
    if (await uow.session.execute(statement)).scalar_one_or_none() is None:
        raise Refused(Problem(Refusal.SIGN_IN_FIRST))


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
    step = matching_step(found.secret, typed, uow.now()) if found.has_codes else None
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
    await tell_where_they_work(uow, person_id, RecoveryCodeUsed(found.codes_left))


async def tell_where_they_work(uow: UnitOfWork, person_id: str, event: Event) -> None:
    """Write down what happened to the second factor of one of the staff, before it is shown: in the journal
    of each town they work for, with their role, so that its administrator sees it; else in that of the
    installation. One statement."""
    member = MEMBERSHIP.c
    statement = select(member.collectivity_id, member.role).where(
        member.person_id == person_id,
        member.since <= uow.now(),
        or_(member.until.is_(None), member.until > uow.now()),
    )
    rows = (await uow.session.execute(statement)).all()
    staff = Actor(person_id, roles=frozenset((row.collectivity_id, Role(row.role)) for row in rows))
    for town in sorted({town for town, _ in staff.roles}) or [NATION]:
        uow.record(event, collectivity_id=town, by=staff)


async def holder(uow: UnitOfWork, *, has_one: bool = False) -> str:
    """Who acts, if they may change their second factor: once there is one, only who has shown it.

    Two of their browsers change it one after the other. Three statements. Raises NotAllowed and Refused.
    """
    person_id = uow.actor.person_id
    if person_id is None:
        raise NotAllowed(Refusal.SIGN_IN_FIRST)
    await lock_person(uow, person_id)
    is_set_up = await _has_any(uow.session, person_id)
    if (is_set_up or has_one) and not (is_set_up and uow.actor.passed_second_factor):
        raise Refused(Problem(Refusal.SECOND_FACTOR_FIRST))
    return person_id


async def after_removal(uow: UnitOfWork, person_id: str) -> None:
    """Something of a second factor was removed: sign every browser out, the caller this one in anew.

    Without any left, recovery codes are worth nothing. Raises Refused when the work of who acts needs one.
    """
    if not await _has_any(uow.session, person_id):
        if is_needed(uow.actor):
            raise Refused(Problem(Refusal.SECOND_FACTOR_NEEDED))
        await uow.session.execute(delete(RECOVERY_CODE).where(_recovery.person_id == person_id))
    await sessions.end_all(uow.session, person_id)


async def _has_any(session: AsyncSession, person_id: str) -> bool:
    """Two statements."""
    codes = select(_factor.confirmed_at).where(_factor.person_id == person_id)
    has_codes = (await session.execute(codes)).scalar_one_or_none() is not None
    return bool(await passkeys_of(session, person_id)) or has_codes


async def make_codes(uow: UnitOfWork, secrets: Secrets, person_id: str) -> tuple[str, ...]:
    """Ten new recovery codes, as they are printed. Two statements."""
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


async def _remove_codes(uow: UnitOfWork, person_id: str, *, by_operator: bool) -> None:
    statement = delete(SECOND_FACTOR).where(_factor.person_id == person_id)
    removed = await uow.session.execute(statement.returning(_factor.person_id))
    if removed.scalar_one_or_none() is not None:
        uow.record(SecondFactorRemoved(by_operator))


def _secret(secrets: Secrets, nonce: str) -> str:
    return secret_of(secrets.get_or_make(SECOND_FACTOR_KEY), nonce) if nonce else ""
