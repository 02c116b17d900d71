"""Batches of codes, whatever they are for: made once, listed with what became of them, cancelled."""

import secrets as chance
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import RowMapping, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.accounts.domain.batches import (
    LEAST_DAYS,
    MOST_DAYS,
    Batch,
    CancelReason,
    new_codes,
)
from pacto_participe.accounts.domain.cases import Clash
from pacto_participe.accounts.domain.people import Method
from pacto_participe.accounts.events import CodesCancelled, CodesMade
from pacto_participe.accounts.policies import Refusal, may_make_codes
from pacto_participe.accounts.services.cases import open_conflict
from pacto_participe.accounts.tables import BATCH_CODE, CODE_BATCH
from pacto_participe.kernel.decisions import require
from pacto_participe.kernel.errors import Conflict, NotFound, Problem, refuse_if
from pacto_participe.storage.unit_of_work import UnitOfWork

CODES_AT_ONCE = 500
MOST_SHOWN = 100

_batch, _code = CODE_BATCH.c, BATCH_CODE.c


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A batch and what became of its codes."""

    batch: Batch
    used: int

    @property
    def unused(self) -> int:
        return self.batch.size - self.used


def problems_of_days(days: int) -> tuple[Problem, ...]:
    """What is wrong with a number of days that codes are good for, if anything."""
    if LEAST_DAYS <= days <= MOST_DAYS:
        return ()
    values = {"least": LEAST_DAYS, "most": MOST_DAYS}
    return (Problem(Refusal.DAYS_UNREADABLE, "days", values),)


async def make_batch(
    uow: UnitOfWork,
    collectivity_id: str,
    batch_id: str,
    method: Method,
    *,
    district: str = "",
    size: int,
    days: int,
) -> Batch:
    """The line of a new batch. Raises NotAllowed, and Conflict when it was made already. Two statements."""
    require(may_make_codes(uow.actor, collectivity_id))
    refuse_if(problems_of_days(days))
    before = select(func.coalesce(func.max(_batch.number), 0)).where(
        _batch.collectivity_id == collectivity_id, _batch.method == method
    )
    values: dict[str, Any] = {
        "batch_id": batch_id,
        "method": method,
        "number": (await uow.session.execute(before)).scalar_one() + 1,
        "district": district,
        "size": size,
        "made_by": uow.acting_role(collectivity_id),
        "made_at": uow.now(),
        "expires_at": uow.now() + timedelta(days=days),
        "cancelled_by": "",
    }
    try:
        async with uow.session.begin_nested():
            await uow.session.execute(
                CODE_BATCH.insert().values(collectivity_id=collectivity_id, **values)
            )
    except IntegrityError:
        same = select(_batch.number).where(
            _batch.collectivity_id == collectivity_id, _batch.batch_id == batch_id
        )
        is_same = (await uow.session.execute(same)).scalar_one_or_none() is not None
        code = Refusal.BATCH_MADE_ALREADY if is_same else Refusal.BATCH_AT_ONCE
        raise Conflict(Problem(code)) from None
    uow.record(
        CodesMade(method.value, values["number"], size, days), collectivity_id=collectivity_id
    )
    return Batch(**values, cancelled_at=None, reason=None)


def make_codes(key: bytes, size: int) -> list[str]:
    """As many codes, by chance that is kept nowhere."""
    return new_codes(key, [chance.token_hex(16) for _ in range(size)])


async def store_codes(uow: UnitOfWork, rows: Sequence[dict[str, Any]]) -> None:
    """One statement for 500 codes."""
    for begin in range(0, len(rows), CODES_AT_ONCE):
        await uow.session.execute(BATCH_CODE.insert(), list(rows[begin : begin + CODES_AT_ONCE]))


_USED = (
    select(func.count())
    .where(
        _code.collectivity_id == _batch.collectivity_id,
        _code.batch_id == _batch.batch_id,
        _code.used_at.is_not(None),
    )
    .scalar_subquery()
    .label("used")
)


async def batches_of(
    uow: UnitOfWork, collectivity_id: str, method: Method
) -> tuple[BatchLine, ...]:
    """The batches of a town, the newest first. Raises NotAllowed. One statement."""
    require(may_make_codes(uow.actor, collectivity_id))
    statement = (
        select(CODE_BATCH, _USED)
        .where(_batch.collectivity_id == collectivity_id, _batch.method == method)
        .order_by(_batch.number.desc())
        .limit(MOST_SHOWN)
    )
    rows = (await uow.session.execute(statement)).mappings().all()
    return tuple(BatchLine(batch_of(row), row["used"]) for row in rows)


async def batch_line(uow: UnitOfWork, collectivity_id: str, batch_id: str) -> BatchLine:
    """One batch. Raises NotAllowed and NotFound. One statement."""
    require(may_make_codes(uow.actor, collectivity_id))
    statement = select(CODE_BATCH, _USED).where(
        _batch.collectivity_id == collectivity_id, _batch.batch_id == batch_id
    )
    row = (await uow.session.execute(statement)).mappings().one_or_none()
    if row is None:
        raise NotFound
    return BatchLine(batch_of(row), row["used"])


async def methods_in_use(session: AsyncSession, collectivity_id: str) -> frozenset[Method]:
    """For which methods a town has made codes that are still remembered. One statement."""
    statement = select(_batch.method).where(_batch.collectivity_id == collectivity_id).distinct()
    return frozenset(Method(one) for one in (await session.execute(statement)).scalars())


def batch_of(row: RowMapping) -> Batch:
    return Batch(
        batch_id=row["batch_id"],
        method=Method(row["method"]),
        number=row["number"],
        district=row["district"],
        size=row["size"],
        made_by=row["made_by"],
        made_at=row["made_at"],
        expires_at=row["expires_at"],
        cancelled_at=row["cancelled_at"],
        cancelled_by=row["cancelled_by"],
        reason=CancelReason(row["reason"]) if row["reason"] else None,
    )


async def held_batch(uow: UnitOfWork, collectivity_id: str, batch_id: str) -> Batch:
    """A batch, held against being cancelled until the transaction ends. One statement."""
    statement = (
        select(CODE_BATCH)
        .where(_batch.collectivity_id == collectivity_id, _batch.batch_id == batch_id)
        .with_for_update(read=True)
    )
    return batch_of((await uow.session.execute(statement)).mappings().one())


async def cancel_batch(
    uow: UnitOfWork, collectivity_id: str, batch_id: str, reason: CancelReason
) -> Batch:
    """Codes that nobody used are worth nothing any more; who was verified by one stays verified.

    Whom a sheet of a mediator verified goes to the queue: one of the staff looks. No ballot is touched.

    Whoever types a code at this very instant is either before it or after it. Raises NotAllowed,
    NotFound, and Conflict for a batch that is over. Three statements, and one for each who is looked at.
    """
    batch = (await batch_line(uow, collectivity_id, batch_id)).batch
    statement = (
        update(CODE_BATCH)
        .where(
            _batch.collectivity_id == collectivity_id,
            _batch.batch_id == batch_id,
            _batch.cancelled_at.is_(None),
            _batch.expires_at > uow.now(),
        )
        .values(
            cancelled_at=uow.now(), cancelled_by=uow.acting_role(collectivity_id), reason=reason
        )
        .returning(_batch.batch_id)
    )
    if (await uow.session.execute(statement)).scalar_one_or_none() is None:
        raise Conflict(Problem(Refusal.BATCH_OVER))
    of_used = select(_code.residence_id).where(
        _code.collectivity_id == collectivity_id,
        _code.batch_id == batch_id,
        _code.used_at.is_not(None),
    )
    residences = (await uow.session.execute(of_used)).scalars().all()
    used = len(residences)
    if batch.method is Method.MEDIATOR:
        for residence_id in sorted(filter(None, residences)):
            await open_conflict(uow, collectivity_id, Clash.SHEET_CANCELLED, residence_id)
    uow.record(
        CodesCancelled(batch.method.value, batch.number, used, batch.size - used, reason.value),
        collectivity_id=collectivity_id,
    )
    return batch


async def find_code(
    uow: UnitOfWork, collectivity_id: str, fingerprint: str
) -> tuple[Method, RowMapping] | None:
    """The line of a code in this town, and what it is for. One statement."""
    statement = (
        select(BATCH_CODE, _batch.method)
        .join_from(
            BATCH_CODE,
            CODE_BATCH,
            (_batch.collectivity_id == _code.collectivity_id) & (_batch.batch_id == _code.batch_id),
        )
        .where(_code.collectivity_id == collectivity_id, _code.code == fingerprint)
    )
    row = (await uow.session.execute(statement)).mappings().one_or_none()
    return (Method(row["method"]), row) if row is not None else None


async def is_code_elsewhere(uow: UnitOfWork, fingerprint: str) -> bool:
    """Whether another town made this code. One statement."""
    statement = select(_code.collectivity_id).where(_code.code == fingerprint).limit(1)
    return (await uow.session.execute(statement)).scalar_one_or_none() is not None


async def use_code(
    uow: UnitOfWork, collectivity_id: str, fingerprint: str, values: dict[str, Any]
) -> bool:
    """Mark a code as used, by a condition that only one of many at once can meet. One statement."""
    statement = (
        update(BATCH_CODE)
        .where(
            _code.collectivity_id == collectivity_id,
            _code.code == fingerprint,
            _code.used_at.is_(None),
        )
        .values(used_at=uow.now(), **values)
        .returning(_code.place)
    )
    return (await uow.session.execute(statement)).scalar_one_or_none() is not None
