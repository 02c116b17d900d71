"""The keys of the fingerprints of cards: which ones a town uses, and the rotation to a new one.

A new key is put around every fingerprint that is there, and a look-up computes the same chain. No number is
needed for it. Who verifies holds the town's line while doing so, and the rotation waits for them and they
for it: no fingerprint is made with the keys of yesterday. Source: docs/decisions/0012.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import RowMapping, Table, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.accounts.domain.identity import IDENTITY_KEY, CardKeys, again, check_of
from pacto_participe.accounts.events import CardsRekeyed
from pacto_participe.accounts.tables import BATCH_CODE, CARD_KEY, LISTED_PERSON, RESIDENCE
from pacto_participe.storage.reckoning import reckoned
from pacto_participe.storage.secrets import SecretMissing, Secrets
from pacto_participe.storage.unit_of_work import UnitOfWork

ROWS_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class TownKey:
    """Which version a town uses."""

    collectivity_id: str
    version: int


def key_name(version: int) -> str:
    """The file of a version: identity, identity-2, identity-3, …"""
    return IDENTITY_KEY if version == 1 else f"{IDENTITY_KEY}-{version}"


def newest_version(secrets: Secrets) -> int:
    """The newest version of which the key is there; 1 when there is none yet."""
    version = 1
    while secrets.exists(key_name(version + 1)):
        version += 1
    return version


async def card_keys(uow: UnitOfWork, secrets: Secrets, collectivity_id: str) -> CardKeys:
    """The keys of a town, held against a rotation until the transaction ends. Two statements.

    Raises SecretMissing when a key is gone, or is another than the one that made the fingerprints:
    with a wrong key everybody would be somebody new, and could vote again.
    """
    row = await _line(uow, secrets, collectivity_id, is_exclusive=False)
    return CardKeys(tuple(_keys(secrets, row["version"], row["key_check"])))


async def first_key(uow: UnitOfWork, secrets: Secrets, collectivity_id: str) -> bytes:
    """The innermost key, to begin a long work with before the database is asked for anything.

    No statement where the key is there; whether it is the right one, `card_keys` says afterwards.
    """
    if secrets.exists(IDENTITY_KEY):
        return secrets.get(IDENTITY_KEY)
    return (await card_keys(uow, secrets, collectivity_id)).keys[0]


async def _line(
    uow: UnitOfWork, secrets: Secrets, collectivity_id: str, *, is_exclusive: bool
) -> RowMapping:
    """The town's line, locked; made when this town verifies for the first time."""
    select_line = (
        select(CARD_KEY.c.version, CARD_KEY.c.key_check)
        .where(CARD_KEY.c.collectivity_id == collectivity_id)
        .with_for_update(read=not is_exclusive)
    )
    row = (await uow.session.execute(select_line)).mappings().one_or_none()
    if row is None:
        version = newest_version(secrets)
        # Only here may the first key be made: no fingerprint of this town needs an older one.
        keys = [secrets.get_or_make(key_name(1))]
        keys += [secrets.get(key_name(each)) for each in range(2, version + 1)]
        await uow.session.execute(
            insert_or(CARD_KEY)
            .values(collectivity_id=collectivity_id, version=version, key_check=check_of(keys[-1]))
            .on_conflict_do_nothing(index_elements=["collectivity_id"])
        )
        row = (await uow.session.execute(select_line)).mappings().one()
    return row


def _keys(secrets: Secrets, version: int, key_check: str) -> Iterable[bytes]:
    keys = [secrets.get(key_name(each)) for each in range(1, version + 1)]
    # Lines from before the checks were kept have none until the next rotation.
    if key_check and check_of(keys[-1]) != key_check:
        raise SecretMissing(f"{key_name(version)!r} is not the key that made the fingerprints")
    return keys


async def keys_in_use(session: AsyncSession) -> tuple[TownKey, ...]:
    """Every town that verified anybody, with its version. One statement."""
    statement = select(CARD_KEY.c.collectivity_id, CARD_KEY.c.version).order_by(
        CARD_KEY.c.collectivity_id
    )
    return tuple(TownKey(*row) for row in (await session.execute(statement)).all())


async def towns_without_their_keys(session: AsyncSession, secrets: Secrets) -> tuple[str, ...]:
    """Towns whose keys are gone or are others. One statement."""
    statement = select(CARD_KEY.c.collectivity_id, CARD_KEY.c.version, CARD_KEY.c.key_check)
    lost = []
    for town, version, key_check in (await session.execute(statement)).all():
        try:
            _keys(secrets, version, key_check)
        except SecretMissing:
            lost.append(town)
    return tuple(lost)


def make_next_key(secrets: Secrets) -> int:
    """Make the key of the next version, on the disk before it is used. Returns the version."""
    version = newest_version(secrets) + 1
    secrets.get_or_make(key_name(version))
    return version


async def rekey_town(uow: UnitOfWork, secrets: Secrets, collectivity_id: str, to: int) -> int:
    """Put the keys up to version `to` around a town's fingerprints. Returns how many rows.

    In one transaction, so that there is never a town with two versions; done again, it does nothing.
    Verifying and importing wait for it meanwhile; voting does not.
    """
    row = await _line(uow, secrets, collectivity_id, is_exclusive=True)
    list(_keys(secrets, row["version"], row["key_check"]))  # what is there is what we think
    around = [secrets.get(key_name(each)) for each in range(row["version"] + 1, to + 1)]
    if not around:
        return 0
    residents = await _rewrap(uow, RESIDENCE, collectivity_id, ("card",), "residence_id", around)
    listed = await _rewrap(
        uow, LISTED_PERSON, collectivity_id, ("identity", "birth"), "identity", around
    )
    await _rewrap(uow, BATCH_CODE, collectivity_id, ("card", "birth"), "code", around)
    await uow.session.execute(
        update(CARD_KEY)
        .where(CARD_KEY.c.collectivity_id == collectivity_id)
        .values(version=to, key_check=check_of(around[-1]))
    )
    uow.record(CardsRekeyed(to, residents, listed), collectivity_id=collectivity_id)
    return residents + listed


async def _rewrap(
    uow: UnitOfWork,
    table: Table,
    collectivity_id: str,
    names: tuple[str, ...],
    key: str,
    around: list[bytes],
) -> int:
    """Wrap the fingerprints `names` of a town's rows. Two statements for every 5,000 rows."""
    connection = await uow.session.connection()
    columns = list(dict.fromkeys((key, *names)))
    found = await connection.execute(
        select(*(table.c[name] for name in columns)).where(
            table.c.collectivity_id == collectivity_id, table.c[names[0]].is_not(None)
        )
    )
    rows = found.mappings().all()
    statement = (
        update(table)
        .where(table.c.collectivity_id == collectivity_id, table.c[key] == bindparam("old_key"))
        .values({name: bindparam(f"new_{name}") for name in names})
    )

    def wrapped(portion: list[RowMapping]) -> list[dict[str, str | None]]:
        return [
            {
                "old_key": row[key],
                **{f"new_{name}": _all_around(around, row[name]) for name in names},
            }
            for row in portion
        ]

    for begin in range(0, len(rows), ROWS_AT_ONCE):
        portion = list(rows[begin : begin + ROWS_AT_ONCE])
        await connection.execute(statement, await reckoned(wrapped, portion))
    return len(rows)


def _all_around(keys: list[bytes], fingerprint: str | None) -> str | None:
    for key in keys if fingerprint is not None else ():
        fingerprint = again(key, fingerprint or "")
    return fingerprint
