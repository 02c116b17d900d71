"""Questions about four eyes. Every one says how many statements it sends."""

from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.approvals.domain import Act, Approval, Verdict
from pacto_participe.approvals.tables import APPROVAL, DECISION, FOUR_EYES

MOST_SHOWN = 50

_a, _d = APPROVAL.c, DECISION.c
_JOINED = APPROVAL.outerjoin(
    DECISION, and_(_a.collectivity_id == _d.collectivity_id, _a.approval_id == _d.approval_id)
)
_COLUMNS = (
    _a.approval_id, _a.act, _a.subject, _a.reason, _a.asked_by, _a.asked_at, _d.verdict, _d.decided_at,
)  # fmt: skip


async def four_eyes_of(session: AsyncSession, collectivity_id: str) -> tuple[bool, int]:
    """Whether a town asks for a second person, and how often that changed. One statement."""
    found = await session.execute(
        select(FOUR_EYES.c.is_on, FOUR_EYES.c.changes).where(
            FOUR_EYES.c.collectivity_id == collectivity_id
        )
    )
    row = found.one_or_none()
    return (bool(row.is_on), int(row.changes)) if row else (False, 0)


async def approval_by_id(
    session: AsyncSession, collectivity_id: str, approval_id: str
) -> Approval | None:
    """One statement."""
    found = await _approvals(session, collectivity_id, _a.approval_id == approval_id)
    return found[0] if found else None


async def approvals_of(session: AsyncSession, collectivity_id: str) -> tuple[Approval, ...]:
    """The newest 50 requests of a town, the newest first. One statement."""
    return await _approvals(session, collectivity_id)


async def approvals_on(
    session: AsyncSession, collectivity_id: str, act: Act, subject: str
) -> tuple[Approval, ...]:
    """Every request for one act on one thing. One statement."""
    return await _approvals(session, collectivity_id, _a.act == act, _a.subject == subject)


async def is_confirmed(session: AsyncSession, collectivity_id: str, act: Act, subject: str) -> bool:
    """Whether two agreed on this act on this very thing. One statement."""
    found = await session.execute(
        select(_a.approval_id)
        .select_from(_JOINED)
        .where(
            _a.collectivity_id == collectivity_id,
            _a.act == act,
            _a.subject == subject,
            _d.verdict == Verdict.CONFIRMED,
        )
        .limit(1)
    )
    return found.first() is not None


async def _approvals(
    session: AsyncSession, collectivity_id: str, *conditions: ColumnElement[bool]
) -> tuple[Approval, ...]:
    rows: Any = await session.execute(
        select(*_COLUMNS)
        .select_from(_JOINED)
        .where(_a.collectivity_id == collectivity_id, *conditions)
        .order_by(_a.asked_at.desc(), _a.approval_id)
        .limit(MOST_SHOWN)
    )
    return tuple(Approval(**row) for row in rows.mappings())
