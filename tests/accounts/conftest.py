"""People of two towns: a resident of Ajdir and clerks, on a real database of each kind."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pacto_participe.accounts import services
from pacto_participe.accounts.services.mediators import Sheet
from pacto_participe.accounts.services.people import make_person
from pacto_participe.kernel.actors import PLATFORM, Actor, Role
from pacto_participe.kernel.clock import FrozenClock
from pacto_participe.storage.database import Database
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import UnitOfWork, unit_of_work
from tests.accounts.meetings import sheet_of
from tests.accounts.town_hall import AJDIR, TownHall, open_town_hall, with_signpost
from tests.pages import Browser

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

Work = Callable[..., AbstractAsyncContextManager[UnitOfWork]]


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    return Secrets(tmp_path / "keys")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def work(database: Database, clock: FrozenClock) -> Work:
    """One transaction, by whoever acts."""

    def begin(actor: Actor = PLATFORM) -> AbstractAsyncContextManager[UnitOfWork]:
        return unit_of_work(database, clock, actor)

    return begin


@pytest.fixture
async def clerk(work: Work) -> Actor:
    async with work() as uow:
        person_id = await make_person(uow)
    return Actor(person_id=person_id, roles=frozenset({(AJDIR, Role.CLERK)}))


@pytest.fixture
async def administrator(work: Work) -> Actor:
    async with work() as uow:
        person_id = await make_person(uow)
    return Actor(person_id=person_id, roles=frozenset({(AJDIR, Role.ADMINISTRATOR)}))


@pytest.fixture
async def fatima(work: Work) -> str:
    """A person with an account, verified nowhere."""
    async with work() as uow:
        return await make_person(uow, name="فاطمة")


@pytest.fixture
async def slip(work: Work, clerk: Actor, secrets: Secrets) -> services.Slip:
    """A slip just given at the counter of Ajdir."""
    async with work(clerk) as uow:
        return await services.issue_slip(uow, secrets, AJDIR, "BE 123456", "12/03/1987", "Centre")


@pytest.fixture
async def town_hall(
    sqlite_url: str, tmp_path: Path, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[TownHall]:
    """The whole application, in demonstration, with two towns."""
    with_signpost(monkeypatch)
    async with open_town_hall(sqlite_url, tmp_path, clock) as hall:
        yield hall


@pytest.fixture
async def visitor(town_hall: TownHall) -> AsyncIterator[Browser]:
    browser = town_hall.browser()
    yield browser
    await browser.close()


@pytest.fixture
async def other_visitor(town_hall: TownHall) -> AsyncIterator[Browser]:
    browser = town_hall.browser()
    yield browser
    await browser.close()


@pytest.fixture
async def sheet(work: Work, secrets: Secrets, administrator: Actor) -> Sheet:
    """Three strips of a mediator."""
    return await sheet_of(work, secrets, administrator)
