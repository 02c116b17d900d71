"""A clerk's page in the middle of a busy vote: one writes after the other, in the order of asking."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from pacto_participe.storage.database import Database
from pacto_participe.storage.outages import is_outage
from pacto_participe.storage.turns import Turns

PATIENCE = 20.0
BUMP = (
    "INSERT INTO data_version (collectivity_id, version) VALUES ({town}, 1) "
    "ON CONFLICT (collectivity_id) DO UPDATE SET version = data_version.version + 1"
)


class Ballots:
    """Each batch writes down that it was there, and waits until it is let go."""

    def __init__(self, order: list[str]) -> None:
        self.order = order
        self.is_begun = threading.Event()
        self.may_end = threading.Event()

    def on_sqlite(self, connection: sqlite3.Connection, items: Sequence[str]) -> list[str]:
        connection.execute(BUMP.format(town="'ballots'"))
        self.order += items
        self.is_begun.set()
        assert self.may_end.wait(PATIENCE)
        return list(items)

    def on_postgres(self, connection: Any, items: Sequence[str]) -> list[str]:
        raise NotImplementedError


@asynccontextmanager
async def turn_of(turns: Turns, patience: float = PATIENCE) -> AsyncIterator[None]:
    await turns.come(patience)
    try:
        yield
    finally:
        turns.pass_on()


async def test_a_clerk_waits_for_the_ballots_before_and_not_for_those_that_come_after(
    sqlite_url: str,
) -> None:
    database, order = Database(sqlite_url), list[str]()
    ballots = Ballots(order)

    async def verify_a_resident() -> None:
        async with database.write() as session:
            await session.execute(text(BUMP.format(town="'clerk'")))
            order.append("clerk")

    first = asyncio.create_task(database.group_writer.submit(ballots, "first"))
    await asyncio.to_thread(ballots.is_begun.wait, PATIENCE)
    clerk = asyncio.create_task(verify_a_resident())
    await asyncio.sleep(0.05)  # it stands in the queue
    later = asyncio.create_task(database.group_writer.submit(ballots, "later"))
    ballots.may_end.set()
    await asyncio.wait_for(asyncio.gather(first, clerk, later), PATIENCE)
    await database.close()

    assert order == ["first", "clerk", "later"]


async def test_threads_and_coroutines_stand_in_one_queue() -> None:
    turns, order = Turns(), list[int]()

    def by_thread(number: int) -> None:
        with turns.in_thread(PATIENCE):
            order.append(number)

    async def by_loop(number: int) -> None:
        async with turn_of(turns):
            order.append(number)

    waiting = []
    async with asyncio.timeout(PATIENCE), turn_of(turns):
        for number in range(10):
            work = asyncio.to_thread(by_thread, number) if number % 2 else by_loop(number)
            waiting.append(asyncio.create_task(work))
            while len(turns._waiting) <= number:  # noqa: ASYNC110  a thread starts late and tells nobody
                await asyncio.sleep(0.001)
        assert order == []
    await asyncio.wait_for(asyncio.gather(*waiting), PATIENCE)

    assert order == list(range(10))


async def test_who_is_not_served_in_time_is_told_so_and_keeps_nobody_waiting() -> None:
    turns = Turns()

    async with turn_of(turns):
        with pytest.raises(NoFreeConnection) as late:
            async with turn_of(turns, 0.01):
                pass
        with pytest.raises(NoFreeConnection):
            await asyncio.to_thread(turns.in_thread(0.01).__enter__)

    assert is_outage(late.value)
    async with turn_of(turns):
        pass


@pytest.mark.parametrize("pauses", range(4))
async def test_who_goes_away_in_the_moment_of_its_turn_passes_it_on(pauses: int) -> None:
    """A browser that closes its page, at every moment around the one in which its turn comes."""
    turns = Turns()

    async def turn() -> None:
        async with turn_of(turns):
            await asyncio.sleep(0)

    await turns.come(PATIENCE)
    waiting = [asyncio.create_task(turn()) for _ in range(3)]
    await asyncio.sleep(0)
    turns.pass_on()
    for _ in range(pauses):
        await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), PATIENCE)

    async with asyncio.timeout(PATIENCE), turn_of(turns):
        pass


async def test_whoever_reads_a_long_list_before_the_first_statement_keeps_no_ballot_waiting(
    sqlite_url: str,
) -> None:
    database, ballots = Database(sqlite_url), Ballots([])
    ballots.may_end.set()

    async with asyncio.timeout(PATIENCE), database.write() as session:
        await database.group_writer.submit(ballots, "meanwhile")
        await session.execute(text(BUMP.format(town="'clerk'")))
    await database.close()

    assert ballots.order == ["meanwhile"]


async def test_a_page_that_fails_gives_its_turn_back(sqlite_url: str) -> None:
    database = Database(sqlite_url)

    async def fail() -> None:
        async with asyncio.timeout(PATIENCE), database.write() as session:
            await session.execute(text(BUMP.format(town="'clerk'")))
            raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            await fail()
    await database.close()


@pytest.mark.parametrize("pauses", range(12))
async def test_a_page_that_is_closed_half_way_gives_its_turn_back(
    sqlite_url: str, pauses: int
) -> None:
    """At every moment of its transaction, the middle of a statement too."""
    database, ballots = Database(sqlite_url), Ballots([])
    ballots.may_end.set()

    async def verify_residents() -> None:
        async with database.write() as session:
            for _ in range(3):
                await session.execute(text(BUMP.format(town="'clerk'")))

    clerk = asyncio.create_task(verify_residents())
    for _ in range(pauses):
        await asyncio.sleep(0)
    clerk.cancel()
    await asyncio.gather(clerk, return_exceptions=True)

    async with asyncio.timeout(PATIENCE):
        await database.group_writer.submit(ballots, "after")
        await verify_residents()
    await database.close()


async def test_a_statement_that_is_refused_gives_its_turn_back(sqlite_url: str) -> None:
    database, ballots = Database(sqlite_url), Ballots([])
    ballots.may_end.set()

    with pytest.raises(DBAPIError):
        async with database.write() as session:
            await session.execute(text("INSERT INTO nothing VALUES (1)"))
    async with asyncio.timeout(PATIENCE):
        await database.group_writer.submit(ballots, "after")
    await database.close()
