"""Questions about votes and their frozen rules."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from pacto_participe.kernel.languages import Texts
from pacto_participe.storage.database import Database
from pacto_participe.storage.sql import Record, Sql, instant
from pacto_participe.voting.charter import Charter, VoteState, state_of


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote as pages and services read it: its charter, and what happened since."""

    charter: Charter
    consultation_id: str
    sealed_at: datetime | None
    counted_at: datetime | None
    awaits_lot: bool
    lot_completion: str | None
    is_imported: bool

    @property
    def key(self) -> tuple[str, str]:
        return self.charter.collectivity_id, self.charter.vote_id

    def state(self, now: datetime) -> VoteState:
        return state_of(
            self.charter, now, counted=self.counted_at is not None, awaits_lot=self.awaits_lot
        )


@lru_cache(maxsize=128)
def read_charter(text: str) -> Charter:
    """The same text is the same charter. Its reading is kept: those of a hundred votes are some megabytes."""
    return Charter.from_text(text)


COLUMNS = "charter, consultation_id, sealed_at, counted_at, awaits_lot, lot_completion, is_imported"
_BY_EDITION = Sql(
    f"SELECT {COLUMNS} FROM vote WHERE collectivity_id = :town AND edition = :edition"
)
_OF_TOWN = Sql(
    f"SELECT {COLUMNS} FROM vote WHERE collectivity_id = :town ORDER BY closes_at DESC LIMIT 50"
)
_TO_CLOSE = Sql(
    "SELECT collectivity_id, edition FROM vote WHERE closes_at <= :before "
    "AND counted_at IS NULL AND NOT awaits_lot ORDER BY closes_at LIMIT 50"
)


def vote_of_row(row: Record) -> Vote:
    """A row of COLUMNS as it is read."""
    return Vote(
        charter=read_charter(row["charter"]),
        consultation_id=row["consultation_id"],
        sealed_at=instant(row["sealed_at"]) if row["sealed_at"] else None,
        counted_at=instant(row["counted_at"]) if row["counted_at"] else None,
        awaits_lot=bool(row["awaits_lot"]),
        lot_completion=row["lot_completion"],
        is_imported=bool(row["is_imported"]),
    )


async def vote_by_edition(database: Database, town: str, edition: str) -> Vote | None:
    """One quick statement."""
    row = await database.quick.one(_BY_EDITION, town=town, edition=edition)
    return vote_of_row(row) if row else None


async def votes_of(database: Database, town: str) -> tuple[Vote, ...]:
    """The newest 50 votes of a town, the last to close first. One quick statement."""
    return tuple(vote_of_row(row) for row in await database.quick.all(_OF_TOWN, town=town))


async def name_of_area(database: Database, town: str, said: str) -> Texts | None:
    """What a quarter is called in every language, as the newest vote that knows it has it.

    None when no vote does. One quick statement.
    """
    for vote in await votes_of(database, town):
        area = vote.charter.area_called(said)
        if area in dict(vote.charter.areas):
            return vote.charter.area_name(area)
    return None


_RULES = Sql(
    "SELECT charter, fingerprint FROM vote WHERE collectivity_id = :town AND edition = :edition"
)


async def frozen_rules(database: Database, town: str, edition: str) -> tuple[str, str] | None:
    """The canonical text as it was frozen, and its fingerprint. One quick statement."""
    row = await database.quick.one(_RULES, town=town, edition=edition)
    return (row["charter"], row["fingerprint"]) if row else None


async def votes_to_close(database: Database, *, before: datetime) -> list[tuple[str, str]]:
    """(collectivity, edition) of votes that closed before an instant and wait for their count."""
    rows = await database.quick.all(_TO_CLOSE, before=before)
    return [(row["collectivity_id"], row["edition"]) for row in rows]
