"""serve, work, migrate."""

import asyncio
import ctypes
import gc
from contextlib import suppress

import click
import uvicorn
from starlette.applications import Starlette

from pacto_participe.app import build_web, create_app
from pacto_participe.background import work_for_ever
from pacto_participe.consultations.queries import holds_demonstration
from pacto_participe.kernel.clock import knows_morocco
from pacto_participe.migrations import runner
from pacto_participe.settings import Settings
from pacto_participe.storage.database import Database
from pacto_participe.web.command_line import BadInput
from pacto_participe.web.logs import set_up_logs_of_libraries

CLOCK_FAULT = (
    "the time-zone data in use do not know that Morocco is at UTC+0 since September 2026: "
    "install tzdata 2026.6 or newer; every closing time would be one hour wrong"
)


M_ARENA_MAX, ARENAS = -8, 2  # the first is of glibc's malloc.h


def keep_memory_together() -> None:
    """Let threads share their free memory: 3 MiB a process. To be said before they are started.

    glibc gives each thread a heap of its own, to spare them waiting; the interpreter lets one of them run
    at a time anyway. Other C libraries have no such call. The threshold for pieces that go back to the
    system at once stays as it is: a password needs 19 MiB, and with fresh pages each time costs a half more.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


def app_from_environment() -> Starlette:
    """What uvicorn's worker processes start."""
    keep_memory_together()
    set_up_logs_of_libraries()
    return _settled(create_app(Settings()))


def _settled(app: Starlette) -> Starlette:
    """Modules and tables live as long as the process: the collector need not walk them again and again.

    Walking them stops every request for some tens of milliseconds.
    """
    gc.collect()
    gc.freeze()
    return app


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="More than one needs PostgreSQL.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the pages. Refuses to start on a wrong clock or an old schema."""
    settings = Settings()
    if not knows_morocco():
        raise BadInput(CLOCK_FAULT)
    if not runner.is_at_head(settings.database):
        raise BadInput("the schema is not the newest: run `pacto-participe migrate` first")
    refuse_a_demonstration(settings)
    if workers > 1 and settings.database.startswith("sqlite"):
        raise BadInput("one SQLite file has one writer: use --workers 1, or PostgreSQL")
    run(settings, host=host, port=port, workers=workers)


def refuse_a_demonstration(settings: Settings) -> None:
    """Exit when production is to run on invented residents, and on staff whose password is printed."""

    async def holds_one() -> bool:
        database = Database(settings.database)
        try:
            return await holds_demonstration(database)
        finally:
            await database.close()

    if settings.is_production and asyncio.run(holds_one()):
        raise BadInput(
            "this database was made by `demo`, with known passwords and invented residents: "
            "production needs a new one"
        )


def run(settings: Settings, *, host: str, port: int, workers: int = 1) -> None:
    """uvicorn without an access log: addresses beside the times of votes would break secrecy."""
    is_single = workers == 1
    keep_memory_together()
    set_up_logs_of_libraries()
    uvicorn.run(
        _settled(create_app(settings))
        if is_single
        else "pacto_participe.cli.server:app_from_environment",
        host=host,
        port=port,
        workers=None if is_single else workers,
        factory=not is_single,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
        log_config=None,  # its own would write out exceptions, and PostgreSQL's quote what was typed
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=20,
    )


@click.command()
def work() -> None:
    """Do the queue's jobs, and close the votes whose time has come, until stopped."""
    settings = Settings()
    refuse_a_demonstration(settings)
    set_up_logs_of_libraries()
    asyncio.run(work_for_ever(build_web(settings)))


@click.command()
def migrate() -> None:
    """Bring the schema to the newest version."""
    settings = Settings()
    runner.migrate(settings.database)
    click.echo("The schema is the newest.")
