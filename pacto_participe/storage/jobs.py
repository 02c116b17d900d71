"""The queue of jobs: rows, written in the transaction of the change that asks for them.

A job is claimed by one statement, for as long as whoever claims it says; it is idempotent, named, and tried
again later when it fails.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Text
from sqlmodel import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.storage.database import Database
from pacto_participe.storage.sql import Sql
from pacto_participe.storage.steps import Step, Steps, follow_in, only
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


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job in hand. `tries` counts this one too."""

    collectivity_id: str
    job_id: str
    name: str
    body: str
    tries: int

    @property
    def values(self) -> dict[str, Any]:
        values: dict[str, Any] = json.loads(self.body)
        return values


_CLAIM = Sql(
    f"""
    WITH due AS MATERIALIZED (
      SELECT collectivity_id, job_id FROM job WHERE due_at <= :now AND tries < {MOST_TRIES}
      ORDER BY due_at LIMIT :most {{locking}}
    )
    UPDATE job SET tries = tries + 1, due_at = :lapses_at
    WHERE (collectivity_id, job_id) IN (SELECT collectivity_id, job_id FROM due)
    RETURNING collectivity_id, job_id, name, body, tries
    """,
    locking="FOR UPDATE SKIP LOCKED",
)
# The jobs come as JSON, {"0": [town, job, tries], …}, which both databases read by the same words.
_DONE = Sql(
    "DELETE FROM job WHERE (collectivity_id, job_id) IN "
    "(SELECT value ->> 0, value ->> 1 FROM json_each(:jobs))"
)
# A job that failed is due again after 10 s, then 20, 40… at most an hour.
_AGAIN_AFTER = {
    tries: timedelta(seconds=min(3600, 10 * 2 ** (tries - 1))) for tries in range(1, MOST_TRIES + 1)
}
# By the number of the try: whoever was too late with it does not put off what another has in hand.
_PUT_OFF = Sql(f"""
    UPDATE job SET
      due_at = CASE tries {" ".join(f"WHEN {tries} THEN :after_{tries}" for tries in _AGAIN_AFTER)} END
    WHERE (collectivity_id, job_id, tries) IN
      (SELECT value ->> 0, value ->> 1, CAST(value ->> 2 AS INTEGER) FROM json_each(:jobs))
""")


async def claim(
    database: Database, now: datetime, *, lease: timedelta, most: int = 1
) -> list[Claimed]:
    """The next due jobs; nobody else is given them before the lease lapses. One statement, which waits
    with the ballots instead of holding them up.
    """
    step = Step(_CLAIM, {"now": now, "most": most, "lapses_at": now + lease})
    return [Claimed(**row) for row in await database.follow(lambda: only(step))]


async def note(
    database: Database, now: datetime, *, done: Sequence[Claimed], failed: Sequence[Claimed]
) -> None:
    """Take off the queue what is done, and put off what failed. A statement for each, none for nothing."""
    if done or failed:
        await database.follow(lambda: _noting(now, done, failed))


def _noting(now: datetime, done: Sequence[Claimed], failed: Sequence[Claimed]) -> Steps[None]:
    if done:
        yield Step(_DONE, {"jobs": _listed(done)})
    if failed:
        again = {f"after_{tries}": now + delay for tries, delay in _AGAIN_AFTER.items()}
        yield Step(_PUT_OFF, {"jobs": _listed(failed), **again})


def _listed(claimed: Sequence[Claimed]) -> str:
    keys = ([job.collectivity_id, job.job_id, job.tries] for job in claimed)
    return json.dumps(dict(enumerate(keys)))
