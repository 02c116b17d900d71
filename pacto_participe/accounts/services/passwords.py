"""Passwords of staff: argon2id, two at once at most, so that a burst of sign-ins does not fill the memory."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.dialects.postgresql import insert as insert_or

from pacto_participe.accounts.domain.people import Contact
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.services.tries import (
    PASSWORDS_BY_ADDRESS,
    PASSWORDS_BY_CONTACT,
    Asked,
    count,
)
from pacto_participe.accounts.tables import PASSWORD
from pacto_participe.kernel.clock import Clock
from pacto_participe.kernel.errors import Problem, Refused
from pacto_participe.storage.database import Database
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.sql import Sql
from pacto_participe.storage.steps import Step, Steps
from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.web.rate_limits import giving_back

Result = TypeVar("Result")
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_TWO_AT_ONCE = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
# Someone unknown takes as long to refuse as someone known.
_NOBODYS = (
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
    "Nd3zfQkvmxKxjyYzJp5FgGCrmFZV0mNcFLZyGRGg9y8"
)


async def hash_of(password: str) -> str:
    """About 30 ms in a thread. Raises Refused when it is too short or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Refused(Problem(Refusal.PASSWORD_WEAK, "new_password", {"least": SHORTEST_PASSWORD}))
    return await _in_thread(_HASHER.hash, password)


async def hash_of_pin(pin: str) -> str:
    """The hash of a short secret whose shape the caller has checked. About 30 ms in a thread."""
    return await _in_thread(_HASHER.hash, pin)


async def is_pin(hashed: str, typed: str) -> bool:
    """Whether a short secret is the one whose hash is kept. The caller counts the tries."""
    return await _in_thread(_matches, hashed, typed[:LONGEST_PASSWORD])


async def set_password(uow: UnitOfWork, person_id: str, hashed: str) -> None:
    """Keep a hash made by `hash_of`. One statement."""
    row = insert_or(PASSWORD).values(person_id=person_id, hash=hashed, changed_at=uow.now())
    await uow.session.execute(
        row.on_conflict_do_update(
            index_elements=["person_id"],
            set_={"hash": row.excluded.hash, "changed_at": row.excluded.changed_at},
        )
    )


# Changes nothing: it holds the row until the session has begun, so that a new password comes before or after.
_STILL_RIGHT = Sql("""
    UPDATE password SET hash = hash WHERE person_id = :person AND hash = :hash RETURNING person_id
""")


@dataclass(frozen=True, slots=True)
class RightPassword:
    """Whose password was right, by which hash, and the tries that it took."""

    person_id: str
    hashed: str
    tries: Asked

    def holding(self) -> Steps[bool]:
        """Give the tries back and hold the password; False when it was changed since. Three statements."""
        yield from giving_back(self.tries)
        return bool((yield Step(_STILL_RIGHT, {"person": self.person_id, "hash": self.hashed})))


async def check_password(
    database: Database,
    secrets: Secrets,
    clock: Clock,
    contact: Contact | None,
    password: str,
    *,
    client: str,
) -> RightPassword:
    """Whose contact and password these are. Raises Refused and TooMany.

    Tries are counted before the answer is known; the caller gives them back with what a right one opens
    (`RightPassword.holding`): one transaction less for each sign-in.
    """
    name = contact.value if contact else "?"
    limits = ((PASSWORDS_BY_CONTACT, name), (PASSWORDS_BY_ADDRESS, client))
    tries = await count(database, secrets, clock, *limits)
    found = await _hashes_of(database, contact) if contact else []
    right = None
    for person_id, hashed in found or [("", _NOBODYS)]:
        if await _in_thread(_matches, hashed, password) and person_id:
            right = RightPassword(person_id, hashed, tries)
    if right is None:
        raise Refused(Problem(Refusal.PASSWORD_WRONG, "password"))
    return right


_HASHES = Sql("""
    SELECT w.person_id, w.hash FROM contact c
    JOIN password w ON w.person_id = c.person_id
    JOIN person p ON p.person_id = c.person_id AND p.closed_at IS NULL
    WHERE c.value = :value ORDER BY c.place
""")


async def _hashes_of(database: Database, contact: Contact) -> list[tuple[str, str]]:
    """The people on this contact who have a password. One quick statement."""
    rows = await database.quick.all(_HASHES, value=contact.value)
    return [(row["person_id"], row["hash"]) for row in rows]


def _matches(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


async def _in_thread(function: Callable[..., Result], *arguments: str) -> Result:
    return await asyncio.get_running_loop().run_in_executor(_TWO_AT_ONCE, function, *arguments)
