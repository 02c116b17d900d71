"""Questions about polling desks."""

from dataclasses import dataclass
from datetime import datetime

from pacto_participe.storage.database import Database
from pacto_participe.storage.sql import Sql, instant


@dataclass(frozen=True, slots=True)
class Desk:
    """A shared device as it stands: who holds it now, None between two turns."""

    collectivity_id: str
    desk_id: str
    vote_id: str
    edition: str
    pin: str
    opened_by: str
    turns: int
    turn: str
    residence_id: str | None
    has_cast: bool

    @property
    def is_held(self) -> bool:
        return self.residence_id is not None


_DESK = Sql(
    "SELECT desk.collectivity_id, desk.desk_id, desk.vote_id, vote.edition, desk.pin, "
    "desk.opened_by, desk.turns, desk.turn, desk.residence_id, desk.turn_until, desk.has_cast "
    "FROM desk JOIN vote ON vote.collectivity_id = desk.collectivity_id "
    "AND vote.vote_id = desk.vote_id "
    "WHERE desk.ticket = :ticket AND desk.collectivity_id = :town AND desk.expires_at > :now"
)


async def desk_of(database: Database, town: str, ticket: str, now: datetime) -> Desk | None:
    """The desk whose ticket a browser shows. A turn whose time is over holds nothing. One statement."""
    row = await database.quick.one(_DESK, town=town, ticket=ticket, now=now)
    if row is None:
        return None
    runs = row["turn_until"] is not None and instant(row["turn_until"]) > now
    return Desk(
        collectivity_id=row["collectivity_id"],
        desk_id=row["desk_id"],
        vote_id=row["vote_id"],
        edition=row["edition"],
        pin=row["pin"],
        opened_by=row["opened_by"],
        turns=row["turns"],
        turn=row["turn"],
        residence_id=row["residence_id"] if runs else None,
        has_cast=bool(row["has_cast"]) and runs,
    )
