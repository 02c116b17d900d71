"""What one request does in one transaction, written once as steps, taken by each database in its own way.

A mapped statement costs some hundred times what the database needs for it. Where a whole town comes at
once and one statement is not enough (signing in by a code: a try, who shares the phone, the session), the
work is a generator: it yields a step, is given the rows, and returns its answer.

    def noting(who: str) -> Steps[int]:
        rows = yield Step(_NOTE, {"who": who})
        return rows[0]["times"]

`Database.follow` takes the steps in a transaction of their own: on SQLite with all others that wait, on
PostgreSQL on a connection of the pool. `follow_in` takes them within a transaction that exists already.
What raises undoes its own steps and nobody else's.
"""

import sqlite3
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.storage.sql import Record, Sql, for_sqlite


@dataclass(frozen=True, slots=True)
class Step:
    """One statement and its values. Rows come back as mappings, none when it returns none."""

    sql: Sql
    values: Mapping[str, Any] = field(default_factory=dict)


T = TypeVar("T")
Steps = Generator[Step, Sequence[Record], T]
Beginning = Callable[[], Steps[Any]]


def only(step: Step) -> Steps[Sequence[Record]]:
    """A single step, and its rows."""
    return (yield step)


class Following:
    """The steps of many requests in one transaction of SQLite's one writer."""

    def on_sqlite(self, connection: sqlite3.Connection, items: Sequence[Beginning]) -> list[Any]:
        """For each its answer, or what it raised after its own steps were undone."""
        cursor = connection.cursor()
        cursor.row_factory = sqlite3.Row
        return [self._one(cursor, begin) for begin in items]

    def _one(self, cursor: sqlite3.Cursor, begin: Beginning) -> Any:
        cursor.execute("SAVEPOINT steps")
        try:
            answer = _take(cursor, begin())
        except sqlite3.OperationalError:
            raise  # the file is busy or full: nobody's own fault
        except Exception as fault:
            cursor.execute("ROLLBACK TO steps")
            answer = fault
        cursor.execute("RELEASE steps")
        return answer

    def on_postgres(self, connection: Any, items: Sequence[Any]) -> list[Any]:
        """Never asked: there, rows that two batches share would wait for each other in a ring."""
        raise NotImplementedError


FOLLOWING = Following()


def _take(cursor: sqlite3.Cursor, steps: Steps[T]) -> T:
    try:
        step = next(steps)
        while True:
            stored = {name: for_sqlite(value) for name, value in step.values.items()}
            step = steps.send(cursor.execute(step.sql.sqlite, stored).fetchall())
    except StopIteration as end:
        answer: T = end.value
        return answer


async def follow_on_postgres(connection: Any, steps: Steps[T]) -> T:
    """Take the steps on a connection of psycopg, whose transaction is the caller's."""
    try:
        step = next(steps)
        while True:
            cursor = await connection.execute(step.sql.postgres, dict(step.values))
            step = steps.send(await cursor.fetchall() if cursor.description else [])
    except StopIteration as end:
        answer: T = end.value
        return answer


async def follow_in(session: AsyncSession, steps: Steps[T]) -> T:
    """Take the steps within the transaction of a session."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    try:
        step = next(steps)
        while True:
            values = {
                name: for_sqlite(value) if is_sqlite else value
                for name, value in step.values.items()
            }
            result: Any = await session.execute(text(step.sql.sqlite), values)
            step = steps.send(result.mappings().all() if result.returns_rows else [])
    except StopIteration as end:
        answer: T = end.value
        return answer
