"""Reads that many ask at once: each gets its own answer, and nobody pays for another's question."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from pacto_participe.storage.database import Database
from pacto_participe.storage.sql import SharedSql

OF_TOWN = SharedSql("SELECT version FROM data_version WHERE collectivity_id = :town", town="text")
UP_TO = SharedSql(
    "SELECT collectivity_id, version FROM data_version WHERE version <= :most ORDER BY version",
    most="int",
)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    async with opened.write() as session:
        for number in range(1, 41):
            await session.execute(
                text(
                    "INSERT INTO data_version (collectivity_id, version) VALUES (:town, :version)"
                ),
                {"town": f"town-{number}", "version": number},
            )
    yield opened
    await opened.close()


async def test_each_asker_gets_its_own_answer_and_nothing_when_there_is_none(
    database: Database,
) -> None:
    numbers = [7, 40, 7, 99, *range(1, 41)]

    async with asyncio.timeout(60):
        found = await asyncio.gather(
            *(database.quick.one(OF_TOWN, town=f"town-{number}") for number in numbers)
        )

    told = [row["version"] if row else None for row in found]
    assert told == [number if number <= 40 else None for number in numbers]


async def test_different_questions_at_once_and_the_rows_of_each_in_their_order(
    database: Database,
) -> None:
    async with asyncio.timeout(60):
        *lists, one = await asyncio.gather(
            *(database.quick.all(UP_TO, most=most) for most in (3, 0, 5)),
            database.quick.one(OF_TOWN, town="town-9"),
        )

    assert [[row["version"] for row in rows] for rows in lists] == [[1, 2, 3], [], [1, 2, 3, 4, 5]]
    assert one is not None
    assert one["version"] == 9


async def test_what_is_written_is_read_by_whoever_asks_afterwards(database: Database) -> None:
    """A session that was ended a moment ago lets nobody in."""
    for version in range(100, 105):
        async with database.write() as session:
            await session.execute(
                text("UPDATE data_version SET version = :version WHERE collectivity_id = 'town-1'"),
                {"version": version},
            )
        row = await database.quick.one(OF_TOWN, town="town-1")
        assert row is not None
        assert row["version"] == version


async def test_a_value_that_is_refused_is_told_to_its_asker_alone(database: Database) -> None:
    towns = ("town-1", "town\0-2", "town-3", "\ud800", "town-5")

    async with asyncio.timeout(60):
        answers = await asyncio.gather(
            *(database.quick.one(OF_TOWN, town=town) for town in towns), return_exceptions=True
        )

    assert [answer["version"] for answer in answers[::2]] == [1, 3, 5]
    of_zero, of_half_a_sign = answers[1::2]
    assert isinstance(of_half_a_sign, Exception)
    # A text of SQLite may hold a zero: there the town is only not found.
    assert of_zero is None if database.is_sqlite else isinstance(of_zero, Exception)
