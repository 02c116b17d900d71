"""Group commit: one transaction for everything that waits, acknowledged after the commit.

A ballot is on the disk before its voter is told so, and still the disk is asked once for many
ballots. There is one writer per SQLite file (a thread), and two per server process on PostgreSQL.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

LARGEST_BATCH = 256
PATIENCE_SECONDS = 30  # for the lock of the file, which a sealing or a publication may hold


class Work(Protocol):
    """Something that can be done for many at once, inside a transaction that the writer holds.

    Both methods give one result per item, in the items' order. They raise only for a fault of the
    database: what is refused is a result. On PostgreSQL work may be done twice (a lost connection).
    """

    def on_sqlite(self, connection: sqlite3.Connection, items: Sequence[Any]) -> list[Any]: ...

    async def on_postgres(self, connection: Any, items: Sequence[Any]) -> list[Any]: ...


@dataclass(slots=True)
class Waiting:
    """One request that waits for the next commit."""

    work: Work
    item: Any
    answer: asyncio.Future[Any]


class GroupWriter(Protocol):
    """Takes items of work and answers each after its transaction is committed."""

    async def submit(self, work: Work, item: Any) -> Any: ...

    async def close(self) -> None: ...


def _by_work(batch: Sequence[Waiting]) -> list[tuple[Work, list[Waiting]]]:
    """The batch in runs of the same work, each in order of arrival."""
    runs: dict[int, tuple[Work, list[Waiting]]] = {}
    for waiting in batch:
        runs.setdefault(id(waiting.work), (waiting.work, []))[1].append(waiting)
    return list(runs.values())


def _tell(outcomes: list[tuple[asyncio.Future[Any], Any]]) -> None:
    """Wake every request of a batch, in the loop's thread."""
    for answer, outcome in outcomes:
        if answer.done():
            continue
        if isinstance(outcome, BaseException):
            answer.set_exception(outcome)
        else:
            answer.set_result(outcome)


class SqliteGroupWriter:
    """A thread with its own connection. Started by the first submission, so that a reader needs none."""

    def __init__(self, path: str, pragmas: Sequence[str]) -> None:
        self._path = path
        self._pragmas = pragmas
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def submit(self, work: Work, item: Any) -> Any:
        loop = asyncio.get_running_loop()
        if self._thread is None:
            self._loop = loop
            self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
            self._thread.start()
        answer: asyncio.Future[Any] = loop.create_future()
        self._queue.put(Waiting(work, item, answer))
        return await answer

    async def close(self) -> None:
        if self._thread is not None:
            self._queue.put(None)
            await asyncio.to_thread(self._thread.join)
            self._thread = None

    def _run(self) -> None:
        connection: sqlite3.Connection | None = None
        try:
            while batch := self._next_batch():
                try:
                    connection = connection or self._connect()
                except sqlite3.Error as fault:
                    self._answer([(one.answer, fault) for one in batch])
                else:
                    self._commit(connection, batch)
        finally:
            if connection is not None:
                connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, cached_statements=256)
        try:
            for pragma in (*self._pragmas, f"PRAGMA busy_timeout={PATIENCE_SECONDS * 1000}"):
                connection.execute(pragma)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _next_batch(self) -> list[Waiting]:
        """Everything that waits, at most LARGEST_BATCH; empty when the writer is to stop."""
        first = self._queue.get()
        if first is None:
            return []
        batch = [first]
        while len(batch) < LARGEST_BATCH:
            try:
                waiting = self._queue.get_nowait()
            except queue.Empty:
                break
            if waiting is None:
                self._queue.put(None)
                break
            batch.append(waiting)
        return batch

    def _commit(self, connection: sqlite3.Connection, batch: list[Waiting]) -> None:
        try:
            outcomes = self._transaction(connection, batch)
        except Exception as fault:
            # Whatever it is: a thread that ended would let every voter wait for ever.
            # One item may be at fault: give each its own transaction, so that no other voter pays.
            # Nobody is when the file is busy or full, and trying each would take its time each time.
            outcomes = (
                [(one.answer, fault) for one in batch]
                if len(batch) == 1 or isinstance(fault, sqlite3.OperationalError)
                else [outcome for one in batch for outcome in self._alone(connection, one)]
            )
        self._answer(outcomes)

    def _answer(self, outcomes: list[tuple[asyncio.Future[Any], Any]]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(_tell, outcomes)

    def _alone(
        self, connection: sqlite3.Connection, one: Waiting
    ) -> list[tuple[asyncio.Future[Any], Any]]:
        try:
            return self._transaction(connection, [one])
        except Exception as fault:
            return [(one.answer, fault)]

    def _transaction(
        self, connection: sqlite3.Connection, batch: list[Waiting]
    ) -> list[tuple[asyncio.Future[Any], Any]]:
        connection.execute("BEGIN IMMEDIATE")
        try:
            outcomes: list[tuple[asyncio.Future[Any], Any]] = []
            for work, run in _by_work(batch):
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


class PostgresGroupWriter:
    """Two tasks, each with a connection of its own, so that one prepares while the other commits."""

    WRITERS = 2

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._queue: asyncio.Queue[Waiting] | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def submit(self, work: Work, item: Any) -> Any:
        if self._queue is None:
            self._queue = asyncio.Queue()
            self._tasks = [asyncio.create_task(self._run(self._queue)) for _ in range(self.WRITERS)]
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait(Waiting(work, item, answer))
        return await answer

    async def close(self) -> None:
        if self._queue is not None:
            await self._queue.join()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            self._queue = None

    async def _run(self, waiting_queue: asyncio.Queue[Waiting]) -> None:
        import psycopg

        connection: Any = None
        try:
            while True:
                batch = [await waiting_queue.get()]
                while len(batch) < LARGEST_BATCH and not waiting_queue.empty():
                    batch.append(waiting_queue.get_nowait())
                try:
                    for tries_left in (1, 0):
                        if connection is None or connection.closed:
                            connection = await psycopg.AsyncConnection.connect(
                                self._dsn, autocommit=True
                            )
                            await connection.execute(_DURABLE)
                        outcomes = await self._commit(connection, batch)
                        # A server that was restarted ends the connections it had. Doing the work
                        # again is safe even if it was committed: a confirmation counts once.
                        if not (connection.closed and tries_left):
                            break
                    _tell(outcomes)
                except Exception as fault:
                    _tell([(one.answer, fault) for one in batch])
                finally:
                    for _ in batch:
                        waiting_queue.task_done()
        finally:
            if connection is not None:
                await connection.close()

    async def _commit(
        self, connection: Any, batch: list[Waiting]
    ) -> list[tuple[asyncio.Future[Any], Any]]:
        import psycopg

        try:
            return await self._transaction(connection, batch)
        except psycopg.Error as fault:
            if len(batch) == 1 or connection.closed:
                return [(one.answer, fault) for one in batch]
            outcomes: list[tuple[asyncio.Future[Any], Any]] = []
            for one in batch:
                try:
                    outcomes += await self._transaction(connection, [one])
                except psycopg.Error as own_fault:
                    outcomes.append((one.answer, own_fault))
            return outcomes

    async def _transaction(
        self, connection: Any, batch: list[Waiting]
    ) -> list[tuple[asyncio.Future[Any], Any]]:
        outcomes: list[tuple[asyncio.Future[Any], Any]] = []
        async with connection.transaction():
            for work, run in _by_work(batch):
                results = await work.on_postgres(connection, [waiting.item for waiting in run])
                outcomes += zip((w.answer for w in run), results, strict=True)
        return outcomes
