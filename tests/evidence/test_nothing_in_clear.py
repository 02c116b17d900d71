"""A search of the database, the logs and the backups of a town's life for everything personal and secret.

No number of a card, no birth date, no code, ticket, password or word of a receipt is found in any byte.
Phones, addresses and names stand in their own columns and in no log; let go of, they are in no byte.
The tests at the end plant leaks of each kind, and the search finds them.
"""

import json
import logging
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from pacto_participe.demo import town as demo
from pacto_participe.migrations.runner import sync_engine
from pacto_participe.settings import Settings
from pacto_participe.storage.database import SQLITE_PRAGMAS
from pacto_participe.web.logs import PlacesOnly
from tests.evidence import life as lived
from tests.evidence.life import AICHA, Known, Life
from tests.evidence.searching import (
    birth_secret,
    bytes_of,
    card_secret,
    cells,
    columns_with,
    found,
    has_code,
    phone_secret,
)
from tests.postgres import Cluster, _find

# The columns that are meant for what reaches people, and for what they are called.
CONTACTS = {
    ("contact", "value"),
    ("login_code", "value"),
    ("invitation", "value"),
    ("activation_slip", "phone"),
    ("person", "name"),
}


@pytest.fixture
async def life(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Life:
    """A day in the demonstration's town, lived already; the server still runs for none of it."""
    for name, value in (("RESIDENTS", 150), ("VOTED_NOW", 40), ("VOTED_LAST_YEAR", 60),
                         ("VOTED_FIRST_YEAR", 60), ("BUNDLED", tmp_path),
                         ("PASSWORD", "une phrase que personne ne dit")):  # fmt: skip
        monkeypatch.setattr(demo, name, value)
    settings = Settings(mode="demo", database_url=database_url, data_dir=tmp_path / "data")
    await lived.fill(settings)
    return Life(settings, log=tmp_path / "log")


async def test_nothing_personal_or_secret_is_found_in_clear(
    life: Life, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    async with life.served():
        await lived.live(life)
        running = _stored(life, request)
        backup = _back_up(life, tmp_path)
    ended = _stored(life, request)
    log = life.log.read_bytes()
    known = life.known
    personal = [*known.nowhere, *known.contacts, *known.forgotten]

    assert found(running, known.nowhere) == []
    assert found(ended, known.nowhere) == []
    assert found(backup, [*known.nowhere, *known.forgotten]) == []
    assert found(log, personal) == []
    assert log.count(b'"fault"') >= 3, "the faults are told, without what was typed"
    assert known.receipt.encode() not in log
    if life.settings.database.startswith("sqlite"):
        assert found(ended, known.forgotten) == []  # secure_delete: not even in a free page
    _look_into_every_column(life, known)
    _look_for_codes(known, running=running, backup=backup, log=log)


def _look_into_every_column(life: Life, known: Known) -> None:
    engine = sync_engine(life.settings.database)
    everything = list(cells(engine))
    engine.dispose()
    for contact in known.contacts:
        places = columns_with(everything, contact)
        assert places, f"{contact.name} is nowhere: the search looks in the wrong place"
        assert places <= CONTACTS, contact.name
    for forgotten in known.forgotten:
        assert columns_with(everything, forgotten) == set(), forgotten.name
    with_receipt = {(c.table, c.column) for c in everything if known.receipt in c.value}
    assert with_receipt == {("receipt", "code")}
    for code in known.codes:
        assert not [c for c in everything if has_code(c.value.encode(), code)], code


def _look_for_codes(known: Known, *, running: bytes, backup: bytes, log: bytes) -> None:
    """Six digits stand in some id by chance, but not all of the codes do."""
    assert len(known.codes) >= 4
    for code in known.codes:
        assert not has_code(log, code), code
    for content in (running, backup):
        assert not all(code.encode() in content for code in known.codes)


def _stored(life: Life, request: pytest.FixtureRequest) -> bytes:
    """Every byte that the database has on the disk: SQLite's file and log, PostgreSQL's whole folder."""
    url = make_url(life.settings.database)
    if url.get_backend_name() == "sqlite":
        path = str(url.database)
        return bytes_of(Path(path), Path(f"{path}-wal"), Path(f"{path}-shm"))
    cluster: Cluster = request.getfixturevalue("postgres")
    engine = sync_engine(life.settings.database)
    with engine.connect() as connection:
        own = connection.execute(
            text("SELECT oid FROM pg_database WHERE datname = current_database()")
        ).scalar_one()
        connection.rollback()
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("CHECKPOINT"))
    engine.dispose()
    data = cluster.socket_folder / "data"
    tables = sorted((data / "base" / str(own)).iterdir())
    return bytes_of(*tables, *sorted((data / "pg_wal").iterdir()), cluster.socket_folder / "log")


def _back_up(life: Life, tmp_path: Path) -> bytes:
    """The product's own backup, or PostgreSQL's dump, while the server runs."""
    file = tmp_path / "backup"
    url = make_url(life.settings.database)
    command = (
        [sys.executable, "-m", "pacto_participe", "backup", str(file)]
        if url.get_backend_name() == "sqlite"
        else [_find("pg_dump"), "--file", str(file), url.render_as_string(hide_password=False)]
    )
    done = subprocess.run(
        command, cwd=lived.ROOT, env=life.environment(), check=False, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    return file.read_bytes()


# The search itself: a leak of each kind is planted, and found.

CARD, BORN, A_PHONE = card_secret(AICHA[0]), birth_secret(AICHA[1]), phone_secret("+212655918273")


@pytest.mark.parametrize(
    "leak",
    [
        "QX87123498", "qx 87123498", "QX-087123498", "QX0087123498", "number 87123498 refused",
        "QX٨٧١٢٣٤٩٨", "51583837313233343938", "UVg4NzEyMzQ5OA==",
    ],
)  # fmt: skip
def test_a_card_is_found_in_any_writing(leak: str) -> None:
    assert found(f'{{"event": "{leak}"}}'.encode(), [CARD, BORN]) == [CARD.name]


def test_a_bare_hash_of_a_card_is_found_too() -> None:
    for digest in CARD.digests:
        assert found(digest.encode(), [CARD]) == [CARD.name]


@pytest.mark.parametrize("leak", ["1943-02-27", "27/02/1943", "27.02.1943", "19430227"])
def test_a_birth_date_is_found_in_any_order(leak: str) -> None:
    assert found(leak.encode(), [CARD, BORN]) == [BORN.name]


@pytest.mark.parametrize("leak", ["+212655918273", "0655918273", "%2B212655918273"])
def test_a_phone_is_found_in_any_writing(leak: str) -> None:
    assert found(leak.encode(), [A_PHONE, CARD]) == [A_PHONE.name]


def test_a_code_is_told_from_a_part_of_a_number() -> None:
    assert has_code(b'{"code": "123456"}', "123456")
    assert not has_code(b'{"timestamp": "2026-11-28T07:00:00.123456Z"}', "123456")
    assert not has_code(b"ab123456ef", "123456")


def test_a_card_in_any_column_is_found(database_url: str) -> None:
    engine = sync_engine(database_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO event (collectivity_id, event_id, at, tag, body) "
                "VALUES ('09', 'e1', '2026-11-24 10:00:00', 'x', '{\"who\": \"qx 87123498\"}')"
            )
        )

    places = columns_with(cells(engine), CARD)

    engine.dispose()
    assert places == {("event", "body")}


@pytest.mark.parametrize("erases", [True, False])
def test_what_was_deleted_is_found_unless_it_is_overwritten(sqlite_url: str, erases: bool) -> None:
    """Free pages are searched; secure_delete, which the product sets, is what empties them."""
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in SQLITE_PRAGMAS:
            connection.execute(pragma)
        if not erases:
            connection.execute("PRAGMA secure_delete=OFF")
        connection.execute(
            "INSERT INTO person (person_id, name, language, is_operator, created_at) "
            "VALUES ('p', 'QX87123498', 'ar', false, '2026-11-24 10:00:00')"
        )
        connection.execute("DELETE FROM person")

    content = bytes_of(file, file.with_name(f"{file.name}-wal"))

    assert found(content, [CARD]) == ([] if erases else [CARD.name])


def test_a_fault_of_the_server_is_logged_without_its_message() -> None:
    """What PostgreSQL says of a key that is there already quotes the key."""
    try:
        raise LookupError("Key (value)=(+212655918273) already exists.")
    except LookupError:
        record = logging.makeLogRecord(
            {
                "name": "uvicorn.error",
                "msg": "Exception in ASGI application\nfuture: LookupError('+212655918273')",
                "levelname": "ERROR",
                "exc_info": sys.exc_info(),
            }
        )

    line = PlacesOnly().format(record)

    assert json.loads(line)["event"] == "Exception in ASGI application"
    assert json.loads(line)["fault"] == "LookupError"
    assert found(line.encode(), [A_PHONE]) == []
