"""PostgreSQL is restarted, or an operator ends its connections: whoever comes next notices nothing."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from pacto_participe.storage.database import Database
from pacto_participe.storage.sql import SharedSql, Sql
from pacto_participe.storage.steps import Step, only

COUNT = Sql("SELECT count(*) AS people FROM person")
NAME = SharedSql("SELECT name FROM person WHERE person_id = :person", person="text")
INSERT = (
    "INSERT INTO person (person_id, name, language, is_operator, created_at) "
    "VALUES (%s, '', 'ar', false, now())"
)


class Newcomers:
    """Work of the group writer."""

    def on_postgres(self, connection: Any, items: Sequence[str]) -> list[str]:
        for person_id in items:
            connection.execute(INSERT, (person_id,))
        return list(items)

    def on_sqlite(self, connection: Any, items: Sequence[str]) -> list[str]:
        raise NotImplementedError


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    opened = Database(postgres_url)
    yield opened
    await opened.close()


async def end_every_connection(url: str) -> None:
    """What the server does to its connections when it is restarted."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


async def use_every_door(database: Database, name: str) -> int:
    """Read, write, steps, quick reads and group writer, several at once so that every pool is filled."""

    async def read() -> None:
        async with database.read() as session:
            await session.execute(text("SELECT 1 FROM person"))
            await asyncio.sleep(0.01)

    async def write(number: int) -> None:
        async with database.write() as session:
            await session.execute(
                text(
                    "INSERT INTO person (person_id, name, language, is_operator, created_at) "
                    "VALUES (:person, '', 'ar', false, now())"
                ),
                {"person": f"{name}-w{number}"},
            )
            await asyncio.sleep(0.01)

    work = Newcomers()
    await asyncio.gather(
        *(read() for _ in range(4)),
        *(write(number) for number in range(4)),
        *(database.quick.one(COUNT) for _ in range(4)),
        *(database.quick.one(NAME, person=str(number)) for number in range(4)),
        *(database.group_writer.submit(work, f"{name}-g{number}") for number in range(4)),
        *(database.follow(lambda: only(Step(COUNT))) for _ in range(8)),
    )
    row = await database.quick.one(COUNT)
    return int(row["people"]) if row else 0


async def test_after_a_restart_every_door_opens_as_before(
    database: Database, postgres_url: str
) -> None:
    assert await use_every_door(database, "before") == 8

    await end_every_connection(postgres_url)

    assert await use_every_door(database, "after") == 16


async def test_a_restart_again_and_again_loses_nothing_and_doubles_nothing(
    database: Database, postgres_url: str
) -> None:
    for number in range(5):
        assert await use_every_door(database, str(number)) == 8 * (number + 1)
        await end_every_connection(postgres_url)


async def test_a_transaction_that_a_restart_ends_is_rolled_back_whole_and_the_next_is_well(
    database: Database, postgres_url: str
) -> None:
    async def halfway() -> None:
        async with database.write() as session:
            await session.execute(text(INSERT % "'half'"))
            await end_every_connection(postgres_url)
            await session.execute(text("SELECT 1"))

    with pytest.raises(DBAPIError):
        await halfway()

    assert await use_every_door(database, "next") == 8
