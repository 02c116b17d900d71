"""The queue of jobs: rows, written in the transaction of the change that asks for them.

A job is claimed by one statement that works on both databases (SQLite ignores FOR UPDATE); it is
idempotent, named, and tried again later when it fails.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Text, tuple_
from sqlmodel import Field, col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.storage.database import Database
from pacto_participe.storage.sql import Sql
from pacto_participe.storage.steps import Step, follow_in, only
from pacto_participe.storage.tables import Row

MOST_TRIES = 12


class JobRow(Row, table=True):
    """One thing to do, not before `due_at`. `key` makes the same wish twice one job."""

    __tablename__ = "job"

    collectivity_id: str = Field(primary_key=True, max_length=20)
    job_id: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=80)
    body: str = Field(sa_type=Text)
    due_at: datetime = Field(index=True)
    tries: int = 0
    failure: str = Field(default="", max_length=200)


_ASK = Sql(
    "INSERT INTO job (collectivity_id, job_id, name, body, due_at, tries, failure) "
    "VALUES (:town, :key, :name, :body, :due_at, 0, '') ON CONFLICT (collectivity_id, job_id) DO NOTHING"
)


def asked(
    name: str, *, collectivity_id: str, due_at: datetime, key: str | None = None, **body: Any
) -> Step:
    """The step that asks for a job. With a key, asking again while it waits changes nothing."""
    return Step(
        _ASK,
        {
            "town": collectivity_id,
            "key": key or uuid4().hex,
            "name": name,
            "body": json.dumps(body),
            "due_at": due_at,
        },
    )


async def ask(
    session: AsyncSession,
    name: str,
    *,
    collectivity_id: str,
    due_at: datetime,
    key: str | None = None,
    **body: Any,
) -> None:
    """The same within the transaction of a session. One statement."""
    step = asked(name, collectivity_id=collectivity_id, due_at=due_at, key=key, **body)
    await follow_in(session, only(step))


_IS_DUE = Sql(f"SELECT 1 FROM job WHERE due_at <= :now AND tries < {MOST_TRIES} LIMIT 1")


async def is_one_due(database: Database, now: datetime) -> bool:
    """Whether there is anything to claim. One quick statement."""
    return await database.quick.one(_IS_DUE, now=now) is not None


async def claim(session: AsyncSession, now: datetime, *, most: int = 1) -> list[JobRow]:
    """The next due jobs, each put off by a growing delay in case it fails. At most two statements."""

    statement = (
        select(JobRow)
        .where(col(JobRow.due_at) <= now, col(JobRow.tries) < MOST_TRIES)
        .order_by(col(JobRow.due_at))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    claimed = list((await session.exec(statement)).all())
    for job in claimed:
        job.tries += 1
        job.due_at = now + timedelta(seconds=min(3600, 5 * 2**job.tries))
        session.add(job)
    return claimed


async def done(session: AsyncSession, finished: Sequence[JobRow]) -> None:
    """Take finished jobs off the queue. One statement."""

    names = [(job.collectivity_id, job.job_id) for job in finished]
    await session.exec(
        delete(JobRow).where(tuple_(col(JobRow.collectivity_id), col(JobRow.job_id)).in_(names))
    )


def values_of(job: JobRow) -> Mapping[str, Any]:
    values: Mapping[str, Any] = json.loads(job.body)
    return values
