"""A commune's list of 50,000 people with one bad line in a hundred: how long, how much memory, how true.

    python -m benchmarks.residents_list [sqlite|postgres] [--people 50000]

The command `list import` runs in a process of its own, as an operator types it: a list of 500 for the
memory that a process needs anyway, the whole list (refused, every bad line named), the good lines, and
the same once more. Meanwhile a ballot's statement is asked for again and again on SQLite, to see how
long the list keeps voters from the one writer.
"""

import argparse
import asyncio
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rig.data import TOWN
from benchmarks.rig.places import ROOT
from benchmarks.rig.race import verdict
from benchmarks.rig.servers import synced_postgres
from pacto_participe.collectivities.commands import BUNDLED_REGISTER
from pacto_participe.collectivities.services import load_register
from pacto_participe.kernel.clock import SystemClock
from pacto_participe.migrations.runner import migrate
from pacto_participe.storage.database import Database
from pacto_participe.storage.unit_of_work import unit_of_work

MOST_SECONDS = 60
BAD_LINES = (
    "?;01/02/1980;Souk",
    "JT9;tomorrow;Souk",
    f"JT9;01/02/1980;{'x' * 61}",
    'JT9;01/02/1980;"Souk',
)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the command."""

    seconds: float
    peak_mib: float
    code: int
    output: str


def write_list(file: Path, people: int) -> int:
    """One bad line in a hundred, of each kind in turn. Returns how many are bad."""
    bad = 0
    with file.open("w", encoding="utf-8") as target:
        target.write("cnie;date_naissance;quartier\n")
        for number in range(people):
            if number % 100 == 99:
                target.write(BAD_LINES[bad % len(BAD_LINES)] + "\n")
                bad += 1
            else:
                day, month, year = number % 28 + 1, number % 12 + 1, 1930 + number % 75
                target.write(f"JT{number + 1:06};{day:02}/{month:02}/{year};Douar {number % 40}\n")
    return bad


def run(environment: dict[str, str], *words: str) -> Run:
    """The command in a process of its own, with the most memory that it held at once."""
    with tempfile.TemporaryFile() as output:
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "pacto_participe", "list", "import", *words],
            env={**os.environ, **environment}, stdout=output, stderr=output,
        )  # fmt: skip
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, _most_held_mib(process.pid))
            time.sleep(0.02)
        seconds = time.perf_counter() - begun
        output.seek(0)
        said = output.read().decode()
    return Run(seconds, peak, process.returncode, said)


def _most_held_mib(pid: int) -> float:
    """What the kernel noted as the highest so far; a process that has ended has none."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


class Voters:
    """Whoever wants the writer meanwhile: the longest wait, in seconds."""

    def __init__(self, file: Path) -> None:
        self.longest = 0.0
        self._file = file
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> "Voters":
        self._thread.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self._stop.set()
        self._thread.join()

    def _ask(self) -> None:
        connection = sqlite3.connect(self._file, timeout=120, isolation_level=None)
        while not self._stop.wait(0.02):
            begun = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
            self.longest = max(self.longest, time.perf_counter() - begun)
        connection.close()


async def make_town(url: str) -> None:
    database = Database(url)
    try:
        async with unit_of_work(database, SystemClock()) as uow:
            with BUNDLED_REGISTER.open(encoding="utf-8", newline="") as lines:
                await load_register(uow, lines)
    finally:
        await database.close()


def measure(url: str, folder: Path, people: int) -> bool:
    """The four runs and what they say."""
    migrate(url)
    asyncio.run(make_town(url))
    few, many = folder / "few.csv", folder / "many.csv"
    write_list(few, 500)
    bad = write_list(many, people)
    environment = {"PACTO_MODE": "demo", "PACTO_DATA_DIR": str(folder), "PACTO_DATABASE_URL": url}
    to = ("--collectivity", TOWN)
    small = run(environment, str(few), *to, "--leave-out-bad")
    with ExitStack() as stack:
        voters = None
        if url.startswith("sqlite"):
            voters = stack.enter_context(Voters(Path(url.removeprefix("sqlite:///"))))
        refused = run(environment, str(many), *to)
        taken = run(environment, str(many), *to, "--leave-out-bad")
        again = run(environment, str(many), *to, "--leave-out-bad")
    named = len(re.findall(r", line \d+: ", refused.output))
    for name, done in (
        ("500 people", small),
        ("refused", refused),
        ("taken in", taken),
        ("again", again),
    ):
        last = done.output.strip().splitlines()[-1]
        print(
            f"{name:12s} {done.seconds:5.1f} s, {done.peak_mib:5.1f} MiB, exit {done.code}: {last}"
        )
    if voters is not None:
        print(f"the writer was kept from voters for {voters.longest:.2f} s at most")
    is_true = (
        refused.code == 2
        and named == bad
        and f"{people - bad} good lines" in taken.output
        and f"0 added, 0 changed, {people - bad} unchanged" in again.output
    )
    print(f"every bad line named, nothing half done, the second time nothing: {is_true}")
    slowest = max(done.seconds for done in (refused, taken, again))
    growth = max(done.peak_mib for done in (refused, taken, again)) - small.peak_mib
    return all(
        [
            is_true,
            verdict("list", f"seconds for {people} people", slowest, MOST_SECONDS, at_most=True),
            verdict("list", "MiB more than for 500 people", growth, 32, at_most=True),
        ]
    )


def main() -> None:
    """The command of the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("sqlite", "postgres"), nargs="?", default="sqlite")
    parser.add_argument("--people", type=int, default=50_000)
    options = parser.parse_args()
    os.chdir(ROOT)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = f"sqlite:///{folder / 'pacto.db'}"
        if options.what == "postgres":
            cluster, _ = stack.enter_context(synced_postgres())
            url = cluster.url(cluster.create())
        good = measure(url, folder, options.people)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
