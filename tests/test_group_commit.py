"""The group writer: what is wrong with one item, or with the file, leaves nobody waiting for ever."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from pacto_participe.storage.database import Database
from pacto_participe.storage.group_commit import SqliteGroupWriter
from pacto_participe.storage.outages import is_outage, with_limits
from pacto_participe.storage.turns import Turns


class Writing:
    """Writes each number down; 13 is a fault of the program, not of the database."""

    def on_sqlite(self, connection: sqlite3.Connection, items: Sequence[int]) -> list[int]:
        for item in items:
            if item == 13:
                raise RuntimeError("13")
            connection.execute("INSERT INTO number VALUES (?)", (item,))
        return list(items)

    def on_postgres(self, connection: Any, items: Sequence[int]) -> list[int]:
        raise NotImplementedError


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = str(tmp_path / "numbers.db")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE number (number INTEGER)")
    connection.close()
    return path


def numbers(path: str) -> list[int]:
    connection = sqlite3.connect(path)
    rows = [row[0] for row in connection.execute("SELECT number FROM number ORDER BY number")]
    connection.close()
    return rows


async def test_a_fault_of_one_item_is_told_to_it_alone_and_the_writer_lives_on(file: str) -> None:
    writer, work = SqliteGroupWriter(file, (), Turns()), Writing()

    async with asyncio.timeout(20):
        answers = await asyncio.gather(
            *(writer.submit(work, n) for n in (12, 13, 14)), return_exceptions=True
        )
        after = await writer.submit(work, 15)
    await writer.close()

    assert [answers[0], answers[2], after] == [12, 14, 15]
    assert isinstance(answers[1], RuntimeError)
    assert numbers(file) == [12, 14, 15]


class Batches(Writing):
    """Remembers how many came together."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def on_sqlite(self, connection: sqlite3.Connection, items: Sequence[int]) -> list[int]:
        self.sizes.append(len(items))
        return super().on_sqlite(connection, items)


async def test_in_a_rush_those_who_come_one_after_the_other_share_a_commit(
    file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SqliteGroupWriter, "seconds_between", 2.0)
    writer, work = SqliteGroupWriter(file, (), Turns()), Batches()

    async with asyncio.timeout(20):
        await writer.submit(work, 1)
        rush = []
        for n in range(2, 7):
            rush.append(asyncio.create_task(writer.submit(work, n)))
            await asyncio.sleep(0.01)
        await asyncio.gather(*rush)
    await writer.close()

    assert work.sizes == [1, 5]


class Odd(Writing):
    """The first item takes long, so that the others come together; 17 is a fault that futures refuse."""

    def on_sqlite(self, connection: sqlite3.Connection, items: Sequence[int]) -> list[int]:
        if 1 in items:
            time.sleep(0.3)
        if 17 in items:
            raise StopIteration
        return super().on_sqlite(connection, items)


async def test_an_odd_fault_leaves_nobody_waiting(file: str) -> None:
    writer, work = SqliteGroupWriter(file, (), Turns()), Odd()

    async with asyncio.timeout(20):
        answers = await asyncio.gather(
            *(writer.submit(work, n) for n in (1, 17, 18)), return_exceptions=True
        )
    await writer.close()

    assert (answers[0], answers[2]) == (1, 18)
    assert isinstance(answers[1], RuntimeError)


class Ending(Odd):
    """19 is what ends a thread, or a whole server, where nobody minds it."""

    def __init__(self, fault: type[BaseException]) -> None:
        self.fault = fault

    def on_sqlite(self, connection: sqlite3.Connection, items: Sequence[int]) -> list[int]:
        numbers = super().on_sqlite(connection, items)
        if 19 in items:
            raise self.fault
        return numbers


@pytest.mark.parametrize("fault", [SystemExit, asyncio.CancelledError, GeneratorExit])
async def test_what_would_end_a_thread_is_told_to_its_item_alone(
    file: str, fault: type[BaseException]
) -> None:
    writer, work = SqliteGroupWriter(file, (), Turns()), Ending(fault)

    async with asyncio.timeout(20):
        answers = await asyncio.gather(
            *(writer.submit(work, n) for n in (1, 19, 20)), return_exceptions=True
        )
        after = await writer.submit(work, 21)
    await writer.close()

    assert [answers[0], answers[2], after] == [1, 20, 21]
    assert isinstance(answers[1], RuntimeError)
    assert fault.__name__ in str(answers[1])
    assert numbers(file) == [1, 20, 21]


async def test_who_comes_while_the_server_stops_is_told_so_and_who_waits_is_served(
    file: str,
) -> None:
    writer, work = SqliteGroupWriter(file, (), Turns()), Odd()

    async with asyncio.timeout(20):
        waits = asyncio.create_task(writer.submit(work, 1))
        await asyncio.sleep(0)  # it stands in the queue
        stopping = asyncio.create_task(writer.close())
        await asyncio.sleep(0)
        with pytest.raises(NoFreeConnection) as late:
            await writer.submit(work, 2)
        await stopping

    assert is_outage(late.value)
    assert await waits == 1
    assert numbers(file) == [1]


async def test_each_is_told_where_it_waits(file: str) -> None:
    """A command of the same process may have a loop of its own."""
    writer, work = SqliteGroupWriter(file, (), Turns()), Odd()

    async with asyncio.timeout(20):
        first = asyncio.create_task(writer.submit(work, 1))
        await asyncio.sleep(0.1)  # it is being written now; those that follow come in one batch
        elsewhere = asyncio.to_thread(asyncio.run, writer.submit(work, 2))
        answers = await asyncio.gather(first, writer.submit(work, 3), elsewhere)
    await writer.close()

    assert answers == [1, 3, 2]


async def test_a_writer_that_died_is_replaced(file: str) -> None:
    writer, work = SqliteGroupWriter(file, (), Turns()), Writing()
    await writer.submit(work, 1)
    writer._queue.put(None)  # as if its thread had ended
    (thread,) = writer._threads
    await asyncio.to_thread(thread.join)

    async with asyncio.timeout(20):
        assert await writer.submit(work, 2) == 2
    await writer.close()

    assert numbers(file) == [1, 2]


async def test_a_file_that_cannot_be_opened_is_told_and_opened_when_it_can(tmp_path: Path) -> None:
    folder = tmp_path / "later"
    writer, work = SqliteGroupWriter(str(folder / "numbers.db"), (), Turns()), Writing()

    async with asyncio.timeout(20):
        with pytest.raises(sqlite3.OperationalError):
            await writer.submit(work, 1)
        folder.mkdir()
        with sqlite3.connect(folder / "numbers.db") as connection:
            connection.execute("CREATE TABLE number (number INTEGER)")
        connection.close()
        assert await writer.submit(work, 2) == 2
    await writer.close()


async def test_a_lock_held_for_long_is_waited_for(file: str) -> None:
    """A sealing or a publication holds the file for some seconds: no voter pays for that."""
    pragmas = ("PRAGMA journal_mode=WAL", "PRAGMA busy_timeout=50")
    writer, work = SqliteGroupWriter(file, pragmas, Turns()), Writing()
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async with asyncio.timeout(20):
        waits = asyncio.create_task(writer.submit(work, 7))
        await asyncio.sleep(0.6)
        other.execute("COMMIT")
        assert await waits == 7
    other.close()
    await writer.close()


class Locking:
    """Wants a row for each batch, and notes who was in it; the first lets the others come."""

    def __init__(self) -> None:
        self.may_go = threading.Event()
        self.served: list[int] = []

    def on_postgres(self, connection: Any, items: Sequence[int]) -> list[int]:
        assert self.may_go.wait(20)
        self.served += items
        connection.execute("SELECT 1 FROM data_version FOR SHARE")
        return list(items)

    def on_sqlite(self, connection: sqlite3.Connection, items: Sequence[int]) -> list[int]:
        raise NotImplementedError


@pytest.mark.parametrize("limit", ["lock_timeout", "statement_timeout"])
async def test_a_batch_that_waited_in_vain_is_told_at_once_and_nobody_waits_again(
    postgres_url: str, limit: str
) -> None:
    """Each alone would wait as long as all together did: the last of twenty ten minutes."""
    async with await psycopg.AsyncConnection.connect(postgres_url) as somebody:
        await somebody.execute(
            "INSERT INTO data_version (collectivity_id, version) VALUES ('town', 1)"
        )
        await somebody.commit()
        await somebody.execute("SELECT 1 FROM data_version FOR UPDATE")
        limited = with_limits(make_url(postgres_url), **{limit: 1})
        writer, work = Database(str(limited)), Locking()

        waiting = [asyncio.create_task(writer.group_writer.submit(work, n)) for n in range(20)]
        await asyncio.sleep(0)  # all of them stand in the queue
        work.may_go.set()
        answers = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 60)

    assert all(isinstance(answer, Exception) and is_outage(answer) for answer in answers)
    assert sorted(work.served) == list(range(20))
    assert await writer.group_writer.submit(work, 20) == 20
    await writer.close()


class Asking:
    """Asks the connection that ballots are written by what it promises of a commit."""

    def on_sqlite(self, connection: sqlite3.Connection, items: Sequence[str]) -> list[str]:
        row = connection.execute("PRAGMA synchronous").fetchone()
        return [{2: "full", 3: "extra"}.get(row[0], "less") for _ in items]

    def on_postgres(self, connection: Any, items: Sequence[str]) -> list[str]:
        row = connection.execute("SHOW synchronous_commit").fetchone()
        return [row[0] for _ in items]


async def test_what_is_answered_is_on_the_disk_whatever_the_servers_own_setting(
    database_url: str,
) -> None:
    """PostgreSQL runs with synchronous_commit off in these tests, as an operator's might."""
    database = Database(database_url)

    promised = await database.group_writer.submit(Asking(), "")

    await database.close()
    assert promised == ("full" if database.is_sqlite else "on")


@pytest.mark.parametrize(
    ("promise", "kept"),
    [("synchronous", 2), ("secure_delete", 1), ("foreign_keys", 1), ("query_only", 0)],
)
async def test_the_door_for_writing_promises_what_the_ballots_writer_does(
    sqlite_url: str, promise: str, kept: int
) -> None:
    """FULL: told is stored. secure_delete: what is deleted, drafts and links, is overwritten."""
    database = Database(sqlite_url)

    async with database.write() as session:
        by_door = (await session.execute(text(f"PRAGMA {promise}"))).scalar_one()
    by_writer = await database.group_writer.submit(Pragma(), promise)

    await database.close()
    assert by_door == by_writer == kept


class Pragma:
    """Asks for a setting by its name."""

    def on_sqlite(self, connection: sqlite3.Connection, items: Sequence[str]) -> list[int]:
        return [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in items]

    def on_postgres(self, connection: Any, items: Sequence[str]) -> list[int]:
        raise NotImplementedError


async def test_the_door_for_reading_refuses_a_stray_write(sqlite_url: str) -> None:
    database = Database(sqlite_url)

    with pytest.raises(OperationalError, match="readonly"):
        async with database.read() as session:
            await session.execute(text("DELETE FROM event"))

    await database.close()
