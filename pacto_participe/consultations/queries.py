"""Questions about consultations."""

import json
from collections.abc import Sequence

from sqlalchemy import and_
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.consultations.domain import Consultation, Stage
from pacto_participe.consultations.tables import ConsultationRow, StageRow
from pacto_participe.kernel.languages import Texts
from pacto_participe.storage.database import Database
from pacto_participe.storage.sql import Sql

_DEMONSTRATION = Sql("SELECT 1 AS found FROM consultation WHERE is_demo LIMIT 1")


async def holds_demonstration(database: Database) -> bool:
    """Whether anything in the database was invented for a demonstration. One quick statement."""
    return await database.quick.one(_DEMONSTRATION) is not None


async def consultations_of(
    session: AsyncSession, collectivity_id: str, *, limit: int = 20
) -> tuple[Consultation, ...]:
    """The collectivity's consultations, the newest stage first. One statement."""
    some = (
        select(ConsultationRow)
        .where(ConsultationRow.collectivity_id == collectivity_id)
        .limit(limit)
        .subquery()
    )
    listed = aliased(ConsultationRow, some)
    rows = await session.exec(
        select(listed, StageRow)
        .join(
            StageRow,
            and_(
                col(StageRow.collectivity_id) == listed.collectivity_id,
                col(StageRow.consultation_id) == listed.consultation_id,
            ),
        )
        .order_by(col(StageRow.starts_at))
    )
    by_id: dict[str, tuple[ConsultationRow, list[StageRow]]] = {}
    for row, stage in rows:
        by_id.setdefault(row.consultation_id, (row, []))[1].append(stage)
    found = [_consultation(row, stages) for row, stages in by_id.values()]
    return tuple(sorted(found, key=lambda item: item.stages[0].starts_at, reverse=True))


async def consultation_by_slug(
    session: AsyncSession, collectivity_id: str, slug: str
) -> Consultation | None:
    """Two statements."""
    row = (
        await session.exec(
            select(ConsultationRow).where(
                ConsultationRow.collectivity_id == collectivity_id, ConsultationRow.slug == slug
            )
        )
    ).first()
    if row is None:
        return None
    stages = await session.exec(
        select(StageRow)
        .where(
            StageRow.collectivity_id == collectivity_id,
            StageRow.consultation_id == row.consultation_id,
        )
        .order_by(col(StageRow.starts_at))
    )
    return _consultation(row, stages.all())


def _consultation(row: ConsultationRow, stages: Sequence[StageRow]) -> Consultation:
    return Consultation(
        collectivity_id=row.collectivity_id,
        consultation_id=row.consultation_id,
        kind=row.kind,
        slug=row.slug,
        title=Texts.of(json.loads(row.title)),
        summary=Texts.of(json.loads(row.summary)),
        budget_cents=row.budget_cents,
        stages=tuple(Stage(stage.activity, stage.starts_at, stage.ends_at) for stage in stages),
        is_demo=row.is_demo,
        currency=row.currency,
    )
