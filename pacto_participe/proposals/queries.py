"""Questions about projects."""

import json

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.kernel.languages import Texts
from pacto_participe.kernel.positions import Position
from pacto_participe.proposals.domain import Project
from pacto_participe.proposals.tables import ProjectRow
from pacto_participe.storage.database import Database
from pacto_participe.storage.sql import Sql


async def projects_of(
    session: AsyncSession, collectivity_id: str, consultation_id: str
) -> tuple[Project, ...]:
    """All projects of an edition by number. One statement."""
    rows = await session.exec(
        select(ProjectRow)
        .where(
            ProjectRow.collectivity_id == collectivity_id,
            ProjectRow.consultation_id == consultation_id,
        )
        .order_by(col(ProjectRow.number))
    )
    return tuple(
        Project(
            number=row.number,
            title=Texts.of(json.loads(row.title)),
            summary=Texts.of(json.loads(row.summary)),
            place=Texts.of(json.loads(row.place)),
            cost_cents=row.cost_cents,
            pictogram=row.pictogram,
            area=row.area,
            position=_position(row),
        )
        for row in rows
    )


def _position(row: ProjectRow) -> Position | None:
    if row.latitude_e5 is None or row.longitude_e5 is None:
        return None
    return Position(row.latitude_e5, row.longitude_e5)


_SUMMARY = Sql(
    "SELECT summary FROM project WHERE collectivity_id = :town "
    "AND consultation_id = :consultation AND number = :number"
)


async def summary_of(
    database: Database, collectivity_id: str, consultation_id: str, number: int
) -> Texts | None:
    """What a project is, in its languages. One quick statement."""
    row = await database.quick.one(
        _SUMMARY, town=collectivity_id, consultation=consultation_id, number=number
    )
    return Texts.of(json.loads(row["summary"])) if row else None
