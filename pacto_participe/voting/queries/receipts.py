"""Questions about receipts."""

from dataclasses import dataclass
from datetime import datetime

from pacto_participe.storage.database import Database
from pacto_participe.storage.sql import Record, Sql, instant


@dataclass(frozen=True, slots=True)
class ReceiptFound:
    """What a receipt code says: in the box since, and replaced by a later ballot at (or None)."""

    collectivity_id: str
    vote_id: str
    edition: str
    counted_at: datetime
    replaced_at: datetime | None


_RECEIPT = Sql(
    "SELECT receipt.collectivity_id, receipt.vote_id, vote.edition, receipt.counted_at, "
    "receipt.replaced_at FROM receipt JOIN vote ON vote.collectivity_id = receipt.collectivity_id "
    "AND vote.vote_id = receipt.vote_id "
    "WHERE receipt.collectivity_id = :town AND vote.edition = :edition AND receipt.code = :code"
)
_RECEIPT_ANYWHERE = Sql(
    "SELECT receipt.collectivity_id, receipt.vote_id, vote.edition, receipt.counted_at, "
    "receipt.replaced_at FROM receipt JOIN vote ON vote.collectivity_id = receipt.collectivity_id "
    "AND vote.vote_id = receipt.vote_id WHERE receipt.code = :code LIMIT 2"
)


def _receipt(row: Record) -> ReceiptFound:
    return ReceiptFound(
        collectivity_id=row["collectivity_id"],
        vote_id=row["vote_id"],
        edition=row["edition"],
        counted_at=instant(row["counted_at"]),
        replaced_at=instant(row["replaced_at"]) if row["replaced_at"] else None,
    )


async def receipt_by_code(
    database: Database, town: str, edition: str, code: str
) -> ReceiptFound | None:
    """In one vote. One quick statement."""
    row = await database.quick.one(_RECEIPT, town=town, edition=edition, code=code)
    return _receipt(row) if row else None


async def receipts_anywhere(database: Database, code: str) -> tuple[ReceiptFound, ...]:
    """For the short link /v/CODE, which names no town. One quick statement."""
    rows = await database.quick.all(_RECEIPT_ANYWHERE, code=code)
    return tuple(_receipt(row) for row in rows)
