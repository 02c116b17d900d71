"""The database and its two doors.

`read()` gives a session that cannot write, `write()` one whose transaction takes the write lock at
its beginning. On SQLite that is two engines: one writer (BEGIN IMMEDIATE, synchronous=FULL) and a few
readers (query_only). The driver's own transactions would lose updates without a word, and a plain
BEGIN would answer "database is locked". On PostgreSQL both doors share one pool.

`quick` answers single reads on the hot paths without an object mapper; `group_writer` commits what
many requests wait for in one transaction.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import URL, event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.ext.asyncio import AsyncSession as PlainAsyncSession
from sqlalchemy.util import await_only
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.storage.group_commit import (
    PATIENCE_SECONDS,
    GroupWriter,
    PostgresGroupWriter,
    SqliteGroupWriter,
)
from pacto_participe.storage.outages import (
    POOL_PATIENCE_SECONDS,
    STATEMENT_SECONDS,
    waited_in_vain,
    with_limits,
    with_patience,
)
from pacto_participe.storage.shared_reads import PostgresSharedReader
from pacto_participe.storage.sql import Record, SharedSql, Sql, for_sqlite
from pacto_participe.storage.steps import FOLLOWING, PostgresFollower, Steps, T
from pacto_participe.storage.turns import Turns

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # a receipt promises that the ballot is on the disk
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=5000",
    "PRAGMA secure_delete=ON",  # what is deleted (drafts, links) is overwritten
    # What a statement may have to undo, and what it sorts, is in no file that outlives it; a file
    # would also double the time of a statement that puts many ballots in.
    "PRAGMA temp_store=MEMORY",
    # Pages that many ballots touch are copied from the log once: 8,000 pages of 4 KiB are 32 MiB of
    # log, and a fifth less work for each commit than the usual 1,000.
    "PRAGMA wal_autocheckpoint=8000",
)


_HAS_TURN = "has_turn"


class QuickReader(Protocol):
    """Single reads by prepared statements. Rows come as mappings."""

    async def one(self, sql: Sql, **values: Any) -> Record | None: ...

    async def all(self, sql: Sql, **values: Any) -> list[Record]: ...


class SqliteQuickReader:
    """Reads in the loop's own thread: SQLite answers a key in some microseconds, a thread hop costs 180."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(
            path, check_same_thread=False, isolation_level=None, cached_statements=256
        )
        self._connection.row_factory = sqlite3.Row
        for pragma in (*SQLITE_PRAGMAS, "PRAGMA query_only=ON"):
            self._connection.execute(pragma)

    async def one(self, sql: Sql, **values: Any) -> Record | None:
        row: Record | None = self._run(sql, values).fetchone()
        return row

    async def all(self, sql: Sql, **values: Any) -> list[Record]:
        return self._run(sql, values).fetchall()

    def _run(self, sql: Sql, values: dict[str, Any]) -> sqlite3.Cursor:
        stored = {name: for_sqlite(value) for name, value in values.items()}
        return self._connection.execute(sql.sqlite, stored)

    async def close(self) -> None:
        self._connection.close()


class PostgresQuickReader:
    """Reads over a small pool of psycopg connections in autocommit; shared ones together."""

    def __init__(self, dsn: str) -> None:
        from psycopg.rows import dict_row
        from psycopg_pool import AsyncConnectionPool

        self._pool: Any = AsyncConnectionPool(
            dsn,
            min_size=1,
            max_size=8,
            open=False,
            timeout=POOL_PATIENCE_SECONDS,
            kwargs={"autocommit": True, "row_factory": dict_row},
        )
        self._opened = asyncio.Lock()
        self._shared = PostgresSharedReader(dsn)

    async def _connections(self) -> Any:
        if self._pool.closed:
            async with self._opened:
                if self._pool.closed:
                    await self._pool.open()
        return self._pool

    async def one(self, sql: Sql, **values: Any) -> Record | None:
        if isinstance(sql, SharedSql):
            rows = await self._shared.submit(sql, values)
            return rows[0] if rows else None
        row: Record | None = await self._read("fetchone", sql, values)
        return row

    async def all(self, sql: Sql, **values: Any) -> list[Record]:
        rows: list[Record] = await (
            self._shared.submit(sql, values)
            if isinstance(sql, SharedSql)
            else self._read("fetchall", sql, values)
        )
        return rows

    async def _read(self, fetch: str, sql: Sql, values: dict[str, Any]) -> Any:
        async def read(pool: Any) -> Any:
            async with pool.connection() as connection:
                cursor = await connection.execute(sql.postgres, values)
                return await getattr(cursor, fetch)()

        return await self._perhaps_again(read)

    async def _perhaps_again(self, ask: Callable[[Any], Awaitable[T]]) -> T:
        """Once more on fresh connections when the server, restarted, has ended those of the pool."""
        from psycopg import OperationalError
        from psycopg_pool import PoolTimeout

        pool = await self._connections()
        try:
            return await ask(pool)
        except PoolTimeout:
            raise  # the server is away, or all are at work: waiting as long again helps nobody
        except OperationalError as fault:
            if waited_in_vain(fault):
                raise
            await pool.check()
            return await ask(pool)

    async def close(self) -> None:
        await self._shared.close()
        if not self._pool.closed:
            await self._pool.close()


class Session(AsyncSession):
    """SQLModel's session with SQLAlchemy's own `execute`.

    SQLModel warns whoever calls it, and warnings are errors here; but plain SQL, columns and bulk
    writes are meant to go that way, without rows.
    """

    execute = PlainAsyncSession.execute


class Database:
    """One database, by its URL: sqlite:///FILE or postgresql://…"""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.quick: SqliteQuickReader | PostgresQuickReader
        self.group_writer: GroupWriter
        self._follower: PostgresFollower | None = None
        if self.is_sqlite:
            path = str(self.url.database)
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            turns = Turns()
            self._writer = sqlite_engine(path, turns)
            self._reader = sqlite_engine(path)
            self.quick = SqliteQuickReader(path)
            self.group_writer = SqliteGroupWriter(path, SQLITE_PRAGMAS, turns)
        else:
            self.url = with_patience(self.url).set(drivername="postgresql+psycopg")
            self._writer = self._reader = create_async_engine(
                with_limits(self.url, lock_timeout=PATIENCE_SECONDS),
                pool_size=8,
                max_overflow=8,
                hide_parameters=True,
                # Whatever the server was set to: a sealing first waits for ballots that are being
                # committed. From a snapshot of the time before, it would seal the box without them.
                isolation_level="READ COMMITTED",
                # A server that was restarted has ended the connections of the pool: one round trip
                # each time finds out before a transaction begins.
                pool_pre_ping=True,
            )
            self.group_writer = PostgresGroupWriter(_dsn(self.url, locks=PATIENCE_SECONDS))
            dsn = _dsn(self.url, locks=POOL_PATIENCE_SECONDS)
            self.quick = PostgresQuickReader(dsn)
            self._follower = PostgresFollower(dsn)
        self._read_sessions = async_sessionmaker(
            self._reader, class_=Session, expire_on_commit=False
        )
        self._write_sessions = async_sessionmaker(
            self._writer, class_=Session, expire_on_commit=False
        )

    @property
    def engines(self) -> tuple[AsyncEngine, ...]:
        """The engines behind the doors, for tests that count statements."""
        return (self._reader,) if self._reader is self._writer else (self._reader, self._writer)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session for questions. On SQLite a stray write in it is refused by the database."""
        async with self._read_sessions() as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One transaction: commits on the way out, rolls back on any error."""
        async with self._write_sessions() as session, session.begin():
            yield session

    async def follow(self, begin: Callable[[], Steps[T]]) -> T:
        """Take the steps that `begin` begins, in a transaction of their own; answers after its commit.

        `begin` may be asked again: for steps that a neighbour's fault undid, and for those of a connection
        that was lost, whose commit was perhaps not heard of. Steps must bear being taken twice.
        Whoever is told that the database is away finds nothing done, but for a fault at the commit itself.
        """
        if self._follower is not None:
            return await self._follower.follow(begin)
        answer: T = await self.group_writer.submit(FOLLOWING, begin)
        return answer

    async def close(self) -> None:
        """Let what waits be committed, then let go of everything."""
        await self.group_writer.close()
        if self._follower is not None:
            await self._follower.close()
        await self.quick.close()
        for engine in self.engines:
            await engine.dispose()


def _dsn(url: URL, *, locks: int) -> str:
    """The address as psycopg takes it, for a door at which many wait: every statement has its limit.

    SQLAlchemy's own text writes a space of the options as a plus, which PostgreSQL does not understand.
    """
    from psycopg.conninfo import make_conninfo

    limited = with_limits(url, lock_timeout=locks, statement_timeout=STATEMENT_SECONDS)
    _, parts = url.get_dialect()().create_connect_args(limited)
    return make_conninfo(**parts)


def sqlite_engine(path: str, turns: Turns | None = None) -> AsyncEngine:
    """An engine that says BEGIN itself. With `turns` it writes: IMMEDIATE, by one connection."""
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{path}",
        pool_size=1 if turns else 4,
        max_overflow=0,
        hide_parameters=True,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in SQLITE_PRAGMAS:
            cursor.execute(pragma)
        # Each of the five would fill 2 MiB with pages that the system holds already; what is
        # quick goes by `quick` and by the group's writer, which keep theirs.
        cursor.execute("PRAGMA cache_size=-400")
        if not turns:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    if turns:
        _write_in_turn(engine, turns)
    else:

        @event.listens_for(engine.sync_engine, "begin")
        def _begin(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN")

    return engine


def _write_in_turn(engine: AsyncEngine, turns: Turns) -> None:
    """A turn lasts from the first statement of a transaction until its connection is given back."""

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        if not connection.info.get(_HAS_TURN):
            await_only(turns.come(PATIENCE_SECONDS))
            connection.info[_HAS_TURN] = True
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine.sync_engine, "checkin")
    def _give_back(_connection: Any, record: Any) -> None:
        if record.info.pop(_HAS_TURN, False):
            turns.pass_on()
