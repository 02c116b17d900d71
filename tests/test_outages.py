"""The database is away: whoever comes is told so in seconds, and is told to come again."""

import asyncio
import socket
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from pacto_participe.storage import database as doors
from pacto_participe.storage.database import Database
from pacto_participe.storage.outages import PATIENCE, is_outage, with_limits, with_patience
from pacto_participe.storage.sql import SharedSql, Sql
from pacto_participe.storage.steps import Step, only
from tests.town import LiveSite

COUNT = Sql("SELECT count(*) AS people FROM person")
NAME = SharedSql("SELECT name FROM person WHERE person_id = :person", person="text")


def test_what_the_address_says_of_waiting_holds() -> None:
    url = with_patience(
        make_url("postgresql://db.example/pacto?connect_timeout=60&sslmode=require")
    )

    assert dict(url.query) == {**PATIENCE, "connect_timeout": "60", "sslmode": "require"}
    assert with_patience(url) == url


async def test_every_door_to_postgres_has_that_patience(postgres_url: str) -> None:
    database = Database(postgres_url)
    asked = text("SHOW tcp_user_timeout")  # a socket of the same machine has none to show
    async with database.read() as session:
        await session.execute(asked)
    assert await database.quick.one(COUNT) is not None
    assert "tcp_user_timeout=10000" in str(database.url)
    await database.close()


async def test_a_server_that_never_answers_is_given_up_in_seconds_at_every_door() -> None:
    """It takes the connection and says nothing, as behind a firewall."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"postgresql://u:p@127.0.0.1:{silent.getsockname()[1]}/pacto?connect_timeout=2"
        database = Database(address)
        begun = time.monotonic()

        asked = asyncio.gather(
            database.quick.one(NAME, person="p"),
            database.quick.one(COUNT),
            database.follow(lambda: only(Step(COUNT))),
            count_by_mapper(database),
            return_exceptions=True,
        )
        answers = await asyncio.wait_for(asked, 90)

        assert time.monotonic() - begun < 15
        assert [isinstance(a, Exception) and is_outage(a) for a in answers] == [True] * 4
        await database.close()


LIMITS = (
    "SELECT current_setting('lock_timeout') AS locks, "
    "current_setting('statement_timeout') AS statements"
)


class Reading:
    """Asks the connection that ballots are written by."""

    def __init__(self, question: str) -> None:
        self.question = question

    def on_postgres(self, connection: Any, items: Sequence[str]) -> list[Any]:
        return [connection.execute(self.question).fetchone() for _ in items]

    def on_sqlite(self, connection: sqlite3.Connection, items: Sequence[str]) -> list[Any]:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("said", "of_mapper", "of_ballots", "of_others"),
    [
        ("", ("30s", "0"), ("30s", "1min"), ("10s", "1min")),
        ("-c lock_timeout=7s", ("7s", "0"), ("7s", "1min"), ("7s", "1min")),
        ("-c lock_timeout=0 -c statement_timeout=5min", *[("0", "5min")] * 3),
    ],
)
async def test_every_door_to_postgres_has_its_limits_and_those_of_the_address_hold(
    postgres_url: str,
    said: str,
    of_mapper: tuple[str, str],
    of_ballots: tuple[str, str],
    of_others: tuple[str, str],
) -> None:
    """A sealing of a million ballots, a list of 50,000 residents: their statements may be long."""
    url = make_url(postgres_url).update_query_dict({"options": said} if said else {})
    database = Database(str(url))
    shared = SharedSql(f"{LIMITS} WHERE :asked = ''", asked="text")
    async with database.read() as session:
        mapped = (await session.execute(text(LIMITS))).one()
    ballots = await database.group_writer.submit(Reading(LIMITS), "")
    followed = await database.follow(lambda: only(Step(Sql(LIMITS))))
    quick = (await database.quick.one(Sql(LIMITS)), await database.quick.one(shared, asked=""))
    await database.close()

    assert tuple(mapped) == of_mapper
    assert ballots == of_ballots
    assert [tuple(row.values()) for row in (*followed, *quick) if row] == [of_others] * 3


async def test_what_somebody_holds_is_given_up_at_every_door(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An administrator's open transaction, or a migration, keeps nobody waiting for ever."""
    monkeypatch.setattr(doors, "PATIENCE_SECONDS", 1)
    monkeypatch.setattr(doors, "POOL_PATIENCE_SECONDS", 1)
    database = Database(postgres_url)

    async with await psycopg.AsyncConnection.connect(postgres_url) as somebody:
        await somebody.execute("LOCK TABLE person IN ACCESS EXCLUSIVE MODE")
        asked = asyncio.gather(
            database.quick.one(NAME, person="p"),
            database.quick.one(COUNT),
            database.follow(lambda: only(Step(COUNT))),
            database.group_writer.submit(Reading(COUNT.postgres), ""),
            count_by_mapper(database),
            return_exceptions=True,
        )
        faults = await asyncio.wait_for(asked, 60)

    assert {type(getattr(fault, "orig", fault)) for fault in faults} == {
        psycopg.errors.LockNotAvailable
    }
    assert all(is_outage(fault) for fault in faults if isinstance(fault, Exception))
    await database.close()


async def test_a_question_that_took_too_long_is_not_asked_twice(postgres_url: str) -> None:
    """Whoever asks again at once waits as long again."""
    async with await psycopg.AsyncConnection.connect(postgres_url, autocommit=True) as operator:
        await operator.execute("CREATE SEQUENCE asked")  # counts what is undone too
    limited = with_limits(make_url(postgres_url), statement_timeout=1)
    database = Database(str(limited))
    endless = "SELECT nextval('asked') AS times, pg_sleep(600)"

    for ask in (
        database.quick.one(Sql(endless)),
        database.follow(lambda: only(Step(Sql(endless)))),
    ):
        with pytest.raises(psycopg.errors.QueryCanceled) as late:
            await ask
        assert is_outage(late.value)

    row = await database.quick.one(Sql("SELECT last_value FROM asked"))
    assert row == {"last_value": 2}
    await database.close()


async def count_by_mapper(database: Database) -> None:
    async with database.read() as session:
        await session.execute(text(COUNT.sqlite))


def test_a_locked_file_is_an_outage_and_a_missing_table_is_a_fault(tmp_path: Path) -> None:
    path = str(tmp_path / "a.db")
    first, second = (sqlite3.connect(path, timeout=0, isolation_level=None) for _ in range(2))
    first.execute("BEGIN EXCLUSIVE")
    with pytest.raises(sqlite3.OperationalError) as locked:
        second.execute("BEGIN EXCLUSIVE")
    first.execute("ROLLBACK")
    with pytest.raises(sqlite3.OperationalError) as missing:
        second.execute("SELECT * FROM nothing")
    first.close()
    second.close()

    assert is_outage(locked.value)
    assert is_outage(OperationalError("SELECT 1", None, locked.value))
    assert not is_outage(missing.value)
    assert not is_outage(ValueError())
    assert is_outage(psycopg.OperationalError())
    assert is_outage(NoFreeConnection("QueuePool limit reached"))  # all are at work
    assert not is_outage(psycopg.ProgrammingError())


async def test_a_stray_write_is_a_fault_of_ours(sqlite_url: str) -> None:
    """The database refuses it at the doors for questions; tomorrow it will be as wrong."""
    database = Database(sqlite_url)
    with pytest.raises(OperationalError) as refused:
        async with database.read() as session:
            await session.execute(text("DELETE FROM person"))
    with pytest.raises(sqlite3.OperationalError) as refused_too:
        await database.quick.one(Sql("DELETE FROM person"))

    assert not is_outage(refused.value)
    assert not is_outage(refused_too.value)
    await database.close()


async def test_the_page_says_to_come_again(site: LiveSite, monkeypatch) -> None:
    def away(*_args: object, **_values: object) -> None:
        raise psycopg.OperationalError("the server closed the connection")

    for door in ("read", "write", "follow"):
        monkeypatch.setattr(site.web.database, door, away)
    monkeypatch.setattr(site.web.database.quick, "one", away)

    # Starlette raises it once more behind the page, for the log of the server.
    transport = httpx2.ASGITransport(app=site.app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as someone:
        answer = await someone.get("/fr/c/tiznit/")

    assert answer.status_code == 503
    assert "Réessayer" in answer.text
    assert "the server closed" not in answer.text
