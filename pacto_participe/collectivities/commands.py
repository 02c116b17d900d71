"""The commands about collectivities."""

import asyncio
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError

from pacto_participe.collectivities import services
from pacto_participe.collectivities.domain.register import BadRegister
from pacto_participe.collectivities.wording import FAULTS
from pacto_participe.kernel.clock import SystemClock
from pacto_participe.settings import Settings
from pacto_participe.storage.database import Database
from pacto_participe.storage.unit_of_work import unit_of_work
from pacto_participe.web.command_line import BadInput

BUNDLED_REGISTER = Path(__file__).parent / "data" / "collectivities.csv"


@click.group()
def collectivities() -> None:
    """Regions, provinces and communes."""


@collectivities.command()
@click.argument("file", type=click.Path(path_type=Path), default=BUNDLED_REGISTER)
def load(file: Path) -> None:
    """Load a register of collectivities; without FILE.csv, the bundled one of 1,631.

    May be repeated: what is there already is brought up to date, and nothing is removed.
    """
    lines = _lines_of(file)
    try:
        loaded = asyncio.run(_load(Settings().database, lines))
    except BadRegister as bad:
        raise BadInput(f"{file}, line {bad.line}: {FAULTS[bad.fault].format(bad.found)}.") from None
    except DBAPIError as fault:
        reason = str(fault.orig).splitlines()[0]
        raise BadInput(f"{file} was not loaded: the database says: {reason}.") from None
    click.echo(
        f"{loaded.read} read: {loaded.added} added, {loaded.changed} changed, "
        f"{loaded.unchanged} unchanged; {loaded.kept} kept that the file does not name."
    )


async def _load(database_url: str, lines: list[str]) -> services.Loaded:
    database = Database(database_url)
    try:
        async with unit_of_work(database, SystemClock()) as uow:
            return await services.load_register(uow, lines)
    finally:
        await database.close()


def _lines_of(file: Path) -> list[str]:
    """The lines of a UTF-8 file, with or without the mark that spreadsheets put in front."""
    try:
        content = file.read_bytes()
    except OSError as fault:
        raise BadInput(f"{file} cannot be read: {fault.strerror}.") from None
    try:
        return content.decode("utf-8-sig").splitlines(keepends=True)
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise BadInput(f"{file}, line {line}: the text is not UTF-8.") from None
