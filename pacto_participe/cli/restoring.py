"""restore: a backup comes back as a whole, with a schema and keys that it can be used with, or not at all."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import click

from pacto_participe.accounts.domain.identity import check_of
from pacto_participe.accounts.services.card_keys import key_name
from pacto_participe.cli.upkeep import sqlite_path
from pacto_participe.kernel.clock import SystemClock
from pacto_participe.migrations import runner
from pacto_participe.settings import Settings
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.sql import for_sqlite
from pacto_participe.web.command_line import BadInput

SIDE_FILES = ("-wal", "-shm", "-journal")


class Unfit(Exception):
    """Why a backup cannot come back: one sentence."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--without-keys", is_flag=True, help="The keys are lost for good: restore all the same."
)
def restore(file: Path, without_keys: bool) -> None:
    """Put a backup into an empty place. Refuses to overwrite, and what could not be used there."""
    settings = Settings()
    target = sqlite_path(settings)
    draft = target.with_name(f".{target.name}.restoring")
    try:
        _require_empty(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, draft)
        with closing(sqlite3.connect(draft)) as copy:
            _require_whole(copy)
            _require_known_schema(copy)
            if not without_keys:
                _require_keys(copy, settings.secrets)
        draft.replace(target)
    except Unfit as unfit:
        raise BadInput(f"{file}: {unfit}") from None
    finally:
        for left in (draft, *_beside(draft)):
            left.unlink(missing_ok=True)
    click.echo(f"{target}: restored. Run `pacto-participe migrate`, then `doctor`.")


def _beside(database: Path) -> list[Path]:
    return [database.with_name(database.name + end) for end in SIDE_FILES]


def _require_empty(target: Path) -> None:
    """A log that an older database left would be played into the new one."""
    for there in (target, *_beside(target)):
        if there.exists():
            raise Unfit(f"{there} is there already; restore into an empty place")


def _require_whole(copy: sqlite3.Connection) -> None:
    try:
        verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as fault:
        verdict = str(fault)
    if verdict != "ok":
        raise Unfit(f"the file is damaged, or no database: {verdict}")


def _require_known_schema(copy: sqlite3.Connection) -> None:
    """An older schema is migrated afterwards; of a newer one this program knows nothing."""
    if not _has(copy, "alembic_version"):
        raise Unfit("this is no database of pacto-participe: it names no schema")
    found = [row[0] for row in copy.execute("SELECT version_num FROM alembic_version")]
    if len(found) != 1 or found[0] not in runner.known_revisions():
        raise Unfit(
            f"its schema is {', '.join(found) or 'unknown'}, and this program knows up to "
            f"{runner.newest_revision()}: install the version that made the backup, or a newer one"
        )


def _has(copy: sqlite3.Connection, table: str) -> bool:
    asked = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    return copy.execute(asked, (table,)).fetchone() is not None


def _require_keys(copy: sqlite3.Connection, folder: Path) -> None:
    """Without the keys of the cards everybody is somebody new, and without that of an open vote its
    voters cannot change or find their ballots."""
    wanting = sorted({*_keys_of_cards_wanting(copy, folder), *_keys_of_votes_wanting(copy, folder)})
    if wanting:
        raise Unfit(
            f"these keys are missing in {folder}, or are others than the backup was used with: "
            f"{', '.join(wanting)}. Put the folder of keys back first, or say --without-keys if "
            "they are lost for good"
        )


def _keys_of_cards_wanting(copy: sqlite3.Connection, folder: Path) -> list[str]:
    secrets = Secrets(folder)
    if _has(copy, "card_key"):
        used = copy.execute("SELECT DISTINCT version, key_check FROM card_key").fetchall()
    else:  # before the rotation of keys: one key, and nothing to know it by
        has_residents = _has(copy, "residence") and copy.execute("SELECT 1 FROM residence LIMIT 1")
        used = [(1, "")] if has_residents and has_residents.fetchone() else []
    wanting = []
    for version, key_check in used:
        names = [key_name(each) for each in range(1, version + 1)]
        missing = [name for name in names if not secrets.exists(name)]
        wanting += missing
        if not missing and key_check and check_of(secrets.get(names[-1])) != key_check:
            wanting.append(names[-1])
    return wanting


def _keys_of_votes_wanting(copy: sqlite3.Connection, folder: Path) -> list[str]:
    """Of votes that are not closed: those of closed ones are destroyed."""
    if not _has(copy, "vote"):
        return []
    now = for_sqlite(SystemClock().now())
    asked = "SELECT vote_id FROM vote WHERE sealed_at IS NULL AND closes_at > ?"
    names = [f"vote-{vote_id}" for (vote_id,) in copy.execute(asked, (now,))]
    return [name for name in names if not Secrets(folder).exists(name)]
