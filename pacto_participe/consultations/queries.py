"""Questions about consultations."""

import json

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
    """The collectivity's consultations, the newest stage first. Two statements."""
    rows = (
        await session.exec(
            select(ConsultationRow)
            .where(ConsultationRow.collectivity_id == collectivity_id)
            .limit(limit)
        )
    ).all()
    found = await _with_stages(session, collectivity_id, list(rows))
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
    (found,) = await _with_stages(session, collectivity_id, [row])
    return found


async def _with_stages(
    session: AsyncSession, collectivity_id: str, rows: list[ConsultationRow]
) -> list[Consultation]:
    stages = (
        await session.exec(
            select(StageRow)
            .where(
                StageRow.collectivity_id == collectivity_id,
                col(StageRow.consultation_id).in_([row.consultation_id for row in rows]),
            )
            .order_by(col(StageRow.starts_at))
        )
    ).all()
    by_consultation: dict[str, list[Stage]] = {}
    for stage in stages:
        by_consultation.setdefault(stage.consultation_id, []).append(
            Stage(stage.activity, stage.starts_at, stage.ends_at)
        )
    return [
        Consultation(
            collectivity_id=row.collectivity_id,
            consultation_id=row.consultation_id,
            kind=row.kind,
            slug=row.slug,
            title=Texts.of(json.loads(row.title)),
            summary=Texts.of(json.loads(row.summary)),
            budget_cents=row.budget_cents,
            stages=tuple(by_consultation.get(row.consultation_id, ())),
            is_demo=row.is_demo,
            currency=row.currency,
        )
        for row in rows
    ]
