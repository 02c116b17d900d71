"""Group commit: one transaction for everything that waits, acknowledged after the commit.

A ballot is on the disk before its voter is told so, and still the disk is asked once for many
ballots. There is one writer per SQLite file, and two per server process on PostgreSQL.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy.exc import TimeoutError as NoFreeConnection

from pacto_participe.storage.crew import Crew, Outcome, PostgresCrew, Waiting, by_work
from pacto_participe.storage.turns import Turns

SECONDS_BETWEEN_COMMITS = (
    0.01  # by one thread; nobody notices, and a rush needs a third less of each commit
)
PATIENCE_SECONDS = 30  # for the lock of the file, which a sealing or a publication may hold


class Work(Protocol):
    """Something that can be done for many at once, inside a transaction that the writer holds.

    Both methods give one result per item, in the items' order. They raise only for a fault of the
    database: what is refused is a result. On PostgreSQL work may be done twice (a lost connection).
    """

    def on_sqlite(self, connection: sqlite3.Connection, items: Sequence[Any]) -> list[Any]: ...

    def on_postgres(self, connection: Any, items: Sequence[Any]) -> list[Any]: ...


class GroupWriter(Protocol):
    """Takes items of work and answers each after its transaction is committed."""

    async def submit(self, work: Work, item: Any) -> Any: ...

    async def close(self) -> None: ...


class SqliteGroupWriter(Crew):
    """One thread, since a file has one writer. `turns` are shared with the door of the mapper."""

    seconds_between = SECONDS_BETWEEN_COMMITS

    def __init__(self, path: str, pragmas: Sequence[str], turns: Turns) -> None:
        super().__init__("group-commit", 1)
        self._turns = turns
        self._path = path
        self._pragmas = pragmas

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, cached_statements=256)
        try:
            for pragma in (*self._pragmas, f"PRAGMA busy_timeout={PATIENCE_SECONDS * 1000}"):
                connection.execute(pragma)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _is_everyones(self, connection: sqlite3.Connection, fault: BaseException) -> bool:
        return isinstance(fault, sqlite3.OperationalError | NoFreeConnection)

    def _serve(self, connection: sqlite3.Connection, batch: Sequence[Waiting]) -> list[Outcome]:
        with self._turns.in_thread(PATIENCE_SECONDS):
            return self._commit(connection, batch)

    def _commit(self, connection: sqlite3.Connection, batch: Sequence[Waiting]) -> list[Outcome]:
        connection.execute("BEGIN IMMEDIATE")
        try:
            outcomes: list[Outcome] = []
            for work, run in by_work(batch):
                results = work.on_sqlite(connection, [waiting.item for waiting in run])
                outcomes += zip((w.answer for w in run), results, strict=True)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return outcomes


# A receipt promises that the ballot is on the disk, whatever the server was set to for other programs.
# What promises more than "on" (a standby that has it too) stays.
_DURABLE = (
    "SELECT set_config('synchronous_commit', 'on', false) "
    "WHERE current_setting('synchronous_commit') = 'off'"
)


class PostgresGroupWriter(PostgresCrew):
    """Two threads, so that one prepares while the other commits.

    Doing work again after a lost connection is safe even if it was committed: a confirmation counts once.
    """

    seconds_between = SECONDS_BETWEEN_COMMITS

    def __init__(self, dsn: str) -> None:
        super().__init__("group-commit", 2, dsn)

    def _connect(self) -> Any:
        connection = super()._connect()
        connection.execute(_DURABLE)
        return connection

    def _serve(self, connection: Any, batch: Sequence[Waiting]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        with connection.transaction():
            for work, run in by_work(batch):
                results = work.on_postgres(connection, [waiting.item for waiting in run])
                outcomes += zip((w.answer for w in run), results, strict=True)
        return outcomes
