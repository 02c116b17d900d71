"""Questions about projects."""

import json

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.kernel.languages import Texts
from pacto_participe.proposals.domain import Project
from pacto_participe.proposals.tables import ProjectRow


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
        )
        for row in rows
    )
