"""What one request does in one transaction, written once as steps, taken by each database in its own way.

A mapped statement costs some hundred times what the database needs for it. Where a whole town comes at
once and one statement is not enough (signing in by a code: a try, who shares the phone, the session), the
work is a generator: it yields a step, is given the rows, and returns its answer.

    def noting(who: str) -> Steps[int]:
        rows = yield Step(_NOTE, {"who": who})
        return rows[0]["times"]

`Database.follow` takes the steps in a transaction of their own: on SQLite with all others that wait, on
PostgreSQL by a few threads, each with a connection of its own. `follow_in` takes them within a transaction
that exists already. What raises undoes its own steps and nobody else's.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.storage.crew import Outcome, PostgresCrew, Waiting
from pacto_participe.storage.outages import POOL_PATIENCE_SECONDS, waited_in_vain
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
            answer = _take(begin(), lambda step: _rows_on_sqlite(cursor, step))
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


def _rows_on_sqlite(cursor: sqlite3.Cursor, step: Step) -> Sequence[Record]:
    stored = {name: for_sqlite(value) for name, value in step.values.items()}
    return cursor.execute(step.sql.sqlite, stored).fetchall()


# Of two who wait for each other the database ends one, who steps aside until the other is through.
_PAUSES = (0.02, 0.1)


class PostgresFollower(PostgresCrew):
    """Four threads, each taking the steps of one request at a time, in a transaction of its own."""

    most_at_once = 1

    def __init__(self, dsn: str) -> None:
        super().__init__("following", 4, dsn)

    async def follow(self, begin: Callable[[], Steps[T]]) -> T:
        """Answers after the commit. Raises sqlalchemy's TimeoutError when that does not come in time.

        Then nothing is done, now or later, unless the commit had begun in that very moment.
        """
        try:
            async with asyncio.timeout(POOL_PATIENCE_SECONDS):
                answer: T = await self.submit(None, begin)
        except TimeoutError as late:
            raise NoFreeConnection("the steps were not taken in time") from late
        return answer

    def _connect(self) -> Any:
        from psycopg.rows import dict_row

        connection = super()._connect()
        connection.row_factory = dict_row
        return connection

    def _serve(self, connection: Any, batch: Sequence[Waiting]) -> list[Outcome]:
        from psycopg import OperationalError

        (one,) = batch
        if one.answer.cancelled():
            return []  # who waited has gone, and was told to come again
        for pause_seconds in _PAUSES:
            try:
                return [(one.answer, self._take(connection, one))]
            except OperationalError as fault:
                if connection.closed or waited_in_vain(fault):
                    raise  # the first is done once more on another connection
            time.sleep(pause_seconds)
        return [(one.answer, self._take(connection, one))]

    def _take(self, connection: Any, one: Waiting) -> Any:
        from psycopg import Rollback

        cursor = connection.cursor()  # one for all steps: making it costs a third of a step

        def rows(step: Step) -> Sequence[Record]:
            cursor.execute(step.sql.postgres, step.values)
            found: Sequence[Record] = cursor.fetchall() if cursor.description else []
            return found

        answer = None
        with connection.transaction():
            answer = _take(one.item(), rows)
            if one.answer.cancelled():
                raise Rollback  # who was told to come again must not find it done
        return answer


def _take(steps: Steps[T], rows: Callable[[Step], Sequence[Record]]) -> T:
    """Each step in turn, given what the one before it found."""
    try:
        step = next(steps)
        while True:
            step = steps.send(rows(step))
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
