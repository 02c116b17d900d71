"""A real PostgreSQL of our own for the tests: made in a temporary folder, reached by a Unix socket.

PostgreSQL refuses to run as root, so root steps down to the user that Debian's package makes. Nothing
is synced to disk: what these databases hold is thrown away.
"""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg

SYSTEM_USER = "postgres"
OPTIONS = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    " -c max_connections=120 -c shared_buffers=64MB"
)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running PostgreSQL. Databases are made from templates, in some hundredths of a second."""

    socket_folder: Path
    _names: Iterator[int]

    def url(self, database: str) -> str:
        """As PACTO_DATABASE_URL has it."""
        return f"postgresql://{SYSTEM_USER}@/{database}?host={self.socket_folder}"

    def create(self, *, template: str = "template0") -> str:
        """The name of a new database, like the template."""
        name = f"test_{next(self._names)}"
        self._say(f'CREATE DATABASE {name} TEMPLATE {template} ENCODING "UTF8"')
        return name

    def drop(self, database: str) -> None:
        self._say(f"DROP DATABASE {database} WITH (FORCE)")

    def _say(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def temporary_cluster() -> Iterator[Cluster]:
    """A PostgreSQL that lives as long as the block: about two seconds to make."""
    folder = Path(tempfile.mkdtemp(prefix="pacto-pg-"))
    folder.chmod(0o755)
    if os.geteuid() == 0:
        shutil.chown(folder, SYSTEM_USER, SYSTEM_USER)
    data = folder / "data"
    try:
        _run("initdb", "--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C",
             f"--username={SYSTEM_USER}", "--pgdata", data)  # fmt: skip
        options = f"{OPTIONS} -c unix_socket_directories='{folder}'"
        _run("pg_ctl", "start", "--wait", "--silent", "--pgdata", data,
             "--log", folder / "log", "--options", options)  # fmt: skip
        try:
            yield Cluster(folder, count(1))
        finally:
            _run("pg_ctl", "stop", "--silent", "--mode=immediate", "--pgdata", data)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def until_so_many_wait(url: str, sessions: int) -> None:
    """Until so many sessions of a database wait for what another one holds."""
    waiting = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with (
        asyncio.timeout(60),
        await psycopg.AsyncConnection.connect(url, autocommit=True) as connection,
    ):
        found = await connection.execute(waiting)
        while await found.fetchone() != (sessions,):
            await asyncio.sleep(0.01)
            found = await connection.execute(waiting)


def _run(program: str, *words: str | Path) -> None:
    """Run one of PostgreSQL's programs, as its own user when we are root."""
    step_down = (
        ("setpriv", f"--reuid={SYSTEM_USER}", f"--regid={SYSTEM_USER}", "--clear-groups")
        if os.geteuid() == 0
        else ()
    )
    # Output goes to a file: the server keeps it open, and a pipe would wait for the server's end.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            [*step_down, _find(program), *words],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", check=False,
        )  # fmt: skip
        output.seek(0)
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed:\n{output.read().decode()}")


def _find(program: str) -> Path:
    """Debian keeps the server's programs out of PATH, one folder a version."""
    on_path = shutil.which(program)
    found = (
        [Path(on_path)] if on_path else sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    )
    if not found:
        raise RuntimeError(
            f"{program} was not found. Type: sudo apt-get install -y --no-install-recommends postgresql"
        )
    return found[-1]
