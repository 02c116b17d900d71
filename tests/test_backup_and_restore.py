"""A backup comes back whole, with a schema and keys that it can be used with; otherwise nothing happens."""

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from anyio import to_thread
from click.testing import CliRunner, Result

from pacto_participe.cli.restoring import restore
from pacto_participe.cli.upkeep import backup, doctor
from pacto_participe.kernel.clock import SystemClock
from pacto_participe.storage.secrets import Secrets
from tests.town import LiveSite, cast, make_edition


class Terminal:
    """An operator at an installation on SQLite whose folder of keys is that of the site."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.database = folder / "site.db"
        self.backup = folder / "backup.db"
        self.keys = folder / "data" / "secrets"
        monkeypatch.setenv("PACTO_MODE", "test")
        monkeypatch.setenv("PACTO_DATABASE_URL", f"sqlite:///{self.database}")
        monkeypatch.setenv("PACTO_DATA_DIR", str(folder / "data"))

    async def say(self, command, *words: str) -> Result:
        """Commands have a loop of their own: give them a thread of their own."""
        return await to_thread.run_sync(lambda: CliRunner().invoke(command, words))

    def lose_the_database(self) -> None:
        for end in ("", "-wal", "-shm"):
            self.database.with_name(self.database.name + end).unlink(missing_ok=True)

    def change_backup(self, statement: str) -> None:
        with closing(sqlite3.connect(self.backup)) as connection, connection:
            connection.execute(statement)


@pytest.fixture
async def terminal(
    site: LiveSite, resident, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    """A resident, a vote that is open long after the tests run, three ballots, and a backup of them."""
    site.clock.instant = SystemClock().now()
    opens = site.clock.now() + timedelta(hours=1)
    edition = await make_edition(site, opens_at=opens, closes_at=opens + timedelta(days=14))
    site.clock.move(timedelta(hours=2))
    await cast(site, edition, [("1", 3)])
    terminal = Terminal(tmp_path, monkeypatch)
    said = await terminal.say(backup, str(terminal.backup))
    assert said.exit_code == 0, said.output
    return terminal


async def test_a_backup_comes_back_with_everything(terminal: Terminal) -> None:
    terminal.lose_the_database()

    said = await terminal.say(restore, str(terminal.backup))

    assert said.exit_code == 0, said.output
    with closing(sqlite3.connect(terminal.database)) as connection:
        assert connection.execute("SELECT count(*) FROM ballot").fetchone() == (3,)
    checks = await terminal.say(doctor)
    assert "PASS schema" in checks.output
    assert "PASS keys" in checks.output


async def refused(terminal: Terminal, *words: str) -> str:
    """The sentence of a refusal, after which nothing new lies in the folder."""
    before = {file: file.stat().st_mtime_ns for file in terminal.folder.iterdir()}
    said = await terminal.say(restore, str(terminal.backup), *words)
    assert said.exit_code == 2, said.output
    assert "Traceback" not in said.output
    after = {file: file.stat().st_mtime_ns for file in terminal.folder.iterdir()}
    assert {f for f in after if f.suffix != ".db-shm"} == {
        f for f in before if f.suffix != ".db-shm"
    }
    return said.output


async def test_a_database_that_is_there_stays(terminal: Terminal) -> None:
    held = terminal.database.read_bytes()

    assert "is there already" in await refused(terminal)

    assert terminal.database.read_bytes() == held


async def test_a_log_that_an_older_database_left_is_not_played_into_the_new_one(
    terminal: Terminal,
) -> None:
    terminal.lose_the_database()
    terminal.database.with_name("site.db-wal").write_bytes(b"old")

    assert "site.db-wal is there already" in await refused(terminal)


@pytest.mark.parametrize("content", [b"", b"no database at all", None])
async def test_what_is_no_backup_is_refused(terminal: Terminal, content: bytes | None) -> None:
    terminal.lose_the_database()
    if content is None:  # cut in the middle, as by a full disk
        whole = terminal.backup.read_bytes()
        content = whole[: len(whole) // 2]
    terminal.backup.write_bytes(content)

    sentence = await refused(terminal)

    assert "damaged, or no database" in sentence or "names no schema" in sentence
    assert not terminal.database.exists()


async def test_a_backup_of_a_newer_version_is_refused(terminal: Terminal) -> None:
    terminal.lose_the_database()
    terminal.change_backup("UPDATE alembic_version SET version_num = '9999_of_tomorrow'")

    assert "its schema is 9999_of_tomorrow" in await refused(terminal)

    assert not terminal.database.exists()


async def test_a_backup_of_an_older_version_comes_back_and_is_migrated_afterwards(
    terminal: Terminal,
) -> None:
    terminal.lose_the_database()
    terminal.change_backup("UPDATE alembic_version SET version_num = '0009_the_roll_of_a_vote'")
    terminal.change_backup("DROP TABLE card_key")

    assert (await terminal.say(restore, str(terminal.backup))).exit_code == 0


async def test_without_its_keys_a_backup_is_refused_and_each_is_named(terminal: Terminal) -> None:
    terminal.lose_the_database()
    vote = next(terminal.keys.glob("vote-*.key"))
    for key in terminal.keys.iterdir():
        key.unlink()

    sentence = await refused(terminal)

    assert "identity" in sentence
    assert vote.stem in sentence
    assert not terminal.database.exists()
    assert (await terminal.say(restore, str(terminal.backup), "--without-keys")).exit_code == 0


async def test_with_another_key_of_cards_a_backup_is_refused(terminal: Terminal) -> None:
    """Everybody would be somebody new, and could vote once more."""
    terminal.lose_the_database()
    (terminal.keys / "identity.key").unlink()
    Secrets(terminal.keys).get_or_make("identity")

    sentence = await refused(terminal)

    assert "are others than the backup was used with: identity." in sentence


async def test_keys_of_closed_votes_are_not_missed(terminal: Terminal) -> None:
    terminal.lose_the_database()
    terminal.change_backup("UPDATE vote SET sealed_at = '2026-11-01 00:00:00.000000'")
    for key in terminal.keys.glob("vote-*.key"):
        key.unlink()

    assert (await terminal.say(restore, str(terminal.backup))).exit_code == 0


async def test_a_backup_has_no_keys_in_it(terminal: Terminal) -> None:
    content = terminal.backup.read_bytes()
    for key in terminal.keys.iterdir():
        assert key.read_bytes() not in content
        assert key.read_bytes().hex().encode() not in content.lower()
    shutil.rmtree(terminal.keys)
