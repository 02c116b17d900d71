"""The passkeys of someone."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.accounts.tables import PASSKEY

_passkey = PASSKEY.c


@dataclass(frozen=True, slots=True)
class Passkey:
    """One, as its holder sees it. `credential_id` in base64url: what a browser finds it by."""

    passkey_id: str
    name: str
    credential_id: str
    verifies_user: bool
    added_at: datetime
    used_at: datetime | None


async def passkeys_of(session: AsyncSession, person_id: str) -> tuple[Passkey, ...]:
    """In the order in which they were added. One statement."""
    statement = (
        select(
            _passkey.passkey_id,
            _passkey.name,
            _passkey.credential_id,
            _passkey.verifies_user,
            _passkey.added_at,
            _passkey.used_at,
        )
        .where(_passkey.person_id == person_id)
        .order_by(_passkey.added_at, _passkey.passkey_id)
    )
    return tuple(Passkey(*row) for row in (await session.execute(statement)).all())


async def has_any_passkey(session: AsyncSession) -> bool:
    """Whether anybody has one. One statement."""
    found = select(exists().select_from(PASSKEY))
    return bool((await session.execute(found)).scalar_one())
