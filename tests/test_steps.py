"""Steps of one request in one transaction: alone, with others who wait, and within a session."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from pacto_participe.accounts.policies import Refusal
from pacto_participe.kernel.errors import Problem, Refused
from pacto_participe.storage import steps
from pacto_participe.storage.database import Database
from pacto_participe.storage.outages import is_outage
from pacto_participe.storage.sql import Sql
from pacto_participe.storage.steps import Step, follow_in


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An empty database at the newest schema, of both kinds."""
    database = Database(database_url)
    yield database
    await database.close()


COUNT = Sql(
    "INSERT INTO data_version (collectivity_id, version) VALUES (:town, 1) "
    "ON CONFLICT (collectivity_id) DO UPDATE SET version = data_version.version + 1 RETURNING version"
)
TOWN = "MA-test"


def counting(*, fails: Exception | None = None):
    rows = yield Step(COUNT, {"town": TOWN})
    if fails is not None:
        raise fails
    return rows[0]["version"]


async def stored(database) -> int:
    async with database.read() as session:
        statement = text("SELECT version FROM data_version WHERE collectivity_id = :town")
        return (await session.execute(statement, {"town": TOWN})).scalar_one_or_none() or 0


async def test_what_was_answered_is_stored(database):
    assert await database.follow(counting) == 1
    assert await database.follow(counting) == 2
    assert await stored(database) == 2


async def test_what_raises_undoes_its_own_steps_and_nobody_elses(database):
    refused = Refused(Problem(next(iter(Refusal))))

    outcomes = await asyncio.gather(
        *(
            database.follow(
                lambda fails=refused if number % 3 == 0 else None: counting(fails=fails)
            )
            for number in range(30)
        ),
        return_exceptions=True,
    )

    assert [number for number in range(30) if outcomes[number] is refused] == list(range(0, 30, 3))
    assert sorted(answer for answer in outcomes if answer is not refused) == list(range(1, 21))
    assert await stored(database) == 20


async def test_a_fault_of_one_statement_is_its_own(database):
    def wrong():
        yield Step(COUNT, {"town": None})

    outcomes = await asyncio.gather(
        database.follow(counting), database.follow(wrong), database.follow(counting),
        return_exceptions=True,
    )  # fmt: skip

    assert isinstance(outcomes[1], Exception)
    assert {outcomes[0], outcomes[2]} == {1, 2}


async def test_within_a_session_they_are_part_of_its_transaction(database):
    async def change_of_mind():
        async with database.write() as session:
            assert await follow_in(session, counting()) == 1
            raise LookupError

    with pytest.raises(LookupError):
        await change_of_mind()

    assert await stored(database) == 0


@pytest.fixture
async def on_postgres(postgres_url: str) -> AsyncIterator[Database]:
    database = Database(postgres_url)
    yield database
    await database.close()


async def test_two_that_wait_for_each_other_are_both_done(on_postgres):
    """Each has a row that the other wants: PostgreSQL ends one of them, which is done again."""
    both_have_one = threading.Barrier(2, timeout=20)
    taken = []

    def two_towns(first, second):
        yield Step(COUNT, {"town": first})
        taken.append(first)
        if len(taken) <= 2:
            both_have_one.wait()
        rows = yield Step(COUNT, {"town": second})
        return rows[0]["version"]

    answers = await asyncio.wait_for(
        asyncio.gather(
            on_postgres.follow(lambda: two_towns("MA-a", "MA-b")),
            on_postgres.follow(lambda: two_towns("MA-b", "MA-a")),
        ),
        30,
    )

    assert sorted(answers) == [1, 2]
    assert len(taken) == 3


async def test_whom_nobody_serves_in_time_is_told_so_and_is_not_served_later(
    on_postgres, monkeypatch
):
    monkeypatch.setattr(steps, "POOL_PATIENCE_SECONDS", 0.2)
    may_go = threading.Event()

    def lingering():
        yield Step(COUNT, {"town": "MA-b"})
        assert may_go.wait(20)

    lingerers = [asyncio.create_task(on_postgres.follow(lingering)) for _ in range(4)]
    await asyncio.sleep(0.05)
    with pytest.raises(NoFreeConnection) as late:
        await on_postgres.follow(counting)
    may_go.set()
    told = await asyncio.gather(*lingerers, return_exceptions=True)
    monkeypatch.undo()

    assert is_outage(late.value)
    assert {type(answer) for answer in told} == {NoFreeConnection}
    assert await on_postgres.follow(counting) == 1


async def test_who_was_told_to_come_again_in_the_middle_of_it_finds_nothing_done(
    on_postgres, monkeypatch
):
    monkeypatch.setattr(steps, "POOL_PATIENCE_SECONDS", 0.2)
    may_go = threading.Event()

    def lingering():
        yield Step(COUNT, {"town": TOWN})
        assert may_go.wait(20)

    with pytest.raises(NoFreeConnection):
        await on_postgres.follow(lingering)
    monkeypatch.undo()
    may_go.set()

    assert await on_postgres.follow(counting) == 1  # after the other, whose row it wants
    assert await stored(on_postgres) == 1
