"""A database that holds the national register, copied for each test."""

from collections.abc import AsyncIterator

import pytest

from pacto_participe.collectivities import services
from pacto_participe.kernel.clock import SystemClock
from pacto_participe.storage.database import Database
from pacto_participe.storage.unit_of_work import unit_of_work
from tests.collectivities.registers import national_lines


async def load(database: Database, lines: list[str]) -> services.Loaded:
    async with unit_of_work(database, SystemClock()) as uow:
        return await services.load_register(uow, lines)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An empty database at the newest schema, of both kinds."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
async def country(database: Database) -> Database:
    """A database with the national register, of both kinds."""
    await load(database, national_lines())
    return database
