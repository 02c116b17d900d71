"""Questions about votes that closed: the sealed box, who took part, and what is awaited."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.storage.database import Database
from pacto_participe.storage.sql import Sql
from pacto_participe.voting.events import BoxSealed, LotAwaited
from pacto_participe.voting.queries.votes import Vote
from pacto_participe.voting.tables import AreaContentRow, CountedBallotRow, TurnoutRow

_VOTED = Sql(
    "SELECT voted FROM turnout WHERE collectivity_id = :town AND vote_id = :vote "
    "AND dimension = 'all' AND name = ''"
)


async def voters_of_sealed(database: Database, vote: tuple[str, str]) -> int:
    """How many ballots the box held when it was sealed. One quick statement."""
    row = await database.quick.one(_VOTED, town=vote[0], vote=vote[1])
    return int(row["voted"]) if row else 0


async def contents_of(session: AsyncSession, vote: tuple[str, str]) -> Mapping[str, int]:
    """The sealed box: content -> how many ballots. One statement."""
    rows = await session.exec(
        select(CountedBallotRow.content, CountedBallotRow.weight).where(
            CountedBallotRow.collectivity_id == vote[0], CountedBallotRow.vote_id == vote[1]
        )
    )
    return dict(rows.all())


async def area_contents_of(
    session: AsyncSession, vote: tuple[str, str]
) -> Mapping[str, Mapping[str, int]]:
    """Area -> content -> how many ballots, between sealing and publication. One statement."""
    rows = await session.exec(
        select(AreaContentRow).where(
            AreaContentRow.collectivity_id == vote[0], AreaContentRow.vote_id == vote[1]
        )
    )
    areas: dict[str, dict[str, int]] = {}
    for row in rows:
        areas.setdefault(row.area, {})[row.content] = row.weight
    return areas


async def turnout_of(
    session: AsyncSession, vote: tuple[str, str]
) -> dict[str, dict[str, tuple[int, int | None]]]:
    """dimension -> name -> (voted, entitled or None). One statement."""
    rows = await session.exec(
        select(TurnoutRow).where(
            TurnoutRow.collectivity_id == vote[0], TurnoutRow.vote_id == vote[1]
        )
    )
    found: dict[str, dict[str, tuple[int, int | None]]] = {}
    for row in rows:
        found.setdefault(row.dimension, {})[row.name] = (row.voted, row.entitled)
    return found


@dataclass(frozen=True, slots=True)
class SinceClose:
    """What the record says of a closed vote that is not counted yet.

    `box_fingerprint` is None until the box is sealed; `tied` holds the keys of the projects of each
    tie that waits for the public draw.
    """

    box_fingerprint: str | None = None
    ballots: int = 0
    tied: tuple[tuple[str, ...], ...] = ()


_SINCE_CLOSE = Sql(
    "SELECT tag, body FROM event WHERE collectivity_id = :town AND at >= :closed "
    "AND tag IN (:sealed, :awaited) ORDER BY at LIMIT 200"
)


async def since_close(database: Database, vote: Vote) -> SinceClose:
    """One quick statement."""
    rows = await database.quick.all(
        _SINCE_CLOSE,
        town=vote.charter.collectivity_id,
        closed=vote.charter.closes_at,
        sealed=BoxSealed.tag,
        awaited=LotAwaited.tag,
    )
    found = SinceClose()
    for row in rows:
        body = json.loads(row["body"])
        if body["vote_id"] != vote.charter.vote_id:
            continue
        if row["tag"] == BoxSealed.tag:
            found = replace(found, box_fingerprint=body["fingerprint"], ballots=body["ballots"])
        else:
            found = replace(found, tied=tuple(tuple(keys) for keys in body["tied"]))
    return found
