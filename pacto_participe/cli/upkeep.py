"""backup, doctor: what keeps an installation alive."""

import asyncio
import shutil
import sqlite3
import sys
from pathlib import Path

import click
from sqlalchemy.engine import make_url

from pacto_participe.accounts.queries.passkeys import has_any_passkey
from pacto_participe.accounts.services.authenticators import relying_party
from pacto_participe.accounts.services.card_keys import towns_without_their_keys
from pacto_participe.kernel.clock import SystemClock, knows_morocco
from pacto_participe.migrations import runner
from pacto_participe.migrations.guards import missing_guards
from pacto_participe.settings import Settings
from pacto_participe.storage.database import Database
from pacto_participe.storage.secrets import Secrets
from pacto_participe.web.command_line import BadInput
from pacto_participe.web.national import (
    ProviderDown,
    ProviderMissing,
    ProviderUntrue,
    make_provider,
)

FEWEST_FREE_BYTES = 500 * 1024 * 1024


def sqlite_path(settings: Settings) -> Path:
    """The file of the database; leaves with a sentence when it is no file."""
    url = make_url(settings.database)
    if url.get_backend_name() != "sqlite":
        raise BadInput("this command is for SQLite; on PostgreSQL use pg_dump and pg_restore")
    return Path(str(url.database))


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy the database to FILE while it is in use. Keys are not in it: keep them elsewhere."""
    source_path = sqlite_path(Settings())
    if file.exists():
        raise BadInput(f"{file} is there already; name a new file")
    source = sqlite3.connect(source_path)
    target = sqlite3.connect(file)
    with target:
        source.backup(target)
    verdict = target.execute("PRAGMA integrity_check").fetchone()[0]
    target.close()
    source.close()
    if verdict != "ok":
        click.echo(f"{file}: the copy is not whole: {verdict}", err=True)
        sys.exit(1)
    click.echo(f"{file}: {file.stat().st_size} bytes, whole.")


@click.command()
def doctor() -> None:
    """Check clock, database, schema, keys, disk and senders; exit 1 when something is wrong."""
    settings = Settings()
    free = shutil.disk_usage(settings.data_dir if settings.data_dir.exists() else Path()).free
    checks = {
        "clock: Morocco at UTC+0 since September 2026": knows_morocco(),
        "schema: the newest": _answers(settings),
        "guards: the journal and what is published can only be added to": _is_guarded(settings),
        "secrets: a directory of its own": settings.secrets.is_dir(),
        "secrets: readable by nobody else": _is_private(settings.secrets),
        "keys: those that made the fingerprints of cards": _has_its_keys(settings),
        "passkeys: those of staff can be used here": _may_use_passkeys(settings),
        "disk: 500 MB free at least": free >= FEWEST_FREE_BYTES,
        "mail: a sender is set": bool(settings.mail_url) or not settings.is_production,
        "text messages: a sender is set": bool(settings.sms_url) or not settings.is_production,
    }
    if settings.national_sign_in:
        checks["national sign-in: set up, and its provider answers"] = _has_provider(settings)
    for what, is_well in checks.items():
        click.echo(f"{'PASS' if is_well else 'FAIL'} {what}")
    sys.exit(0 if all(checks.values()) else 1)


def _answers(settings: Settings) -> bool:
    try:
        return runner.is_at_head(settings.database)
    except Exception:  # whatever the driver says, the database does not answer
        return False


def _is_guarded(settings: Settings) -> bool:
    """Names the guards that are gone."""
    try:
        missing = sorted(missing_guards(settings.database))
    except Exception:  # no database: another line says so
        return False
    for guard in missing:
        click.echo(f"guard missing: {guard}", err=True)
    return not missing


def _has_its_keys(settings: Settings) -> bool:
    """With another key than the one that made the fingerprints, everybody would be somebody new."""

    async def look() -> bool:
        database = Database(settings.database)
        try:
            async with database.read() as session:
                secrets = Secrets(settings.secrets)
                return not await towns_without_their_keys(session, secrets)
        finally:
            await database.close()

    try:
        return asyncio.run(look())
    except Exception:  # no database, or an old schema: another line says so
        return False


def _may_use_passkeys(settings: Settings) -> bool:
    """Without the extra, or at an address that cannot have them, who has only a passkey is shut out."""

    async def look() -> bool:
        database = Database(settings.database)
        try:
            async with database.read() as session:
                return not await has_any_passkey(session)
        finally:
            await database.close()

    if relying_party(settings.base_url) is not None:
        return True
    try:
        return asyncio.run(look())
    except Exception:  # no database, or an old schema: another line says so
        return False


def _has_provider(settings: Settings) -> bool:
    """Says on the way what is missing."""
    try:
        provider = make_provider(settings, SystemClock())
        if provider is not None:
            asyncio.run(provider.look())
    except (ProviderMissing, ProviderUntrue) as error:
        click.echo(f"national sign-in: {error}", err=True)
        return False
    except ProviderDown:
        return False
    return True


def _is_private(directory: Path) -> bool:
    return directory.is_dir() and not directory.stat().st_mode & 0o077


COMMANDS = (backup, doctor)
