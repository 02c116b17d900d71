"""P14, P15: how soon a server answers, and how much memory it keeps.

python -m benchmarks.processes start     # P14: process start to the first page; an empty database migrated
python -m benchmarks.processes memory    # P15: Pss after 100,000 requests of all kinds, and its growth
"""

import argparse
import compileall
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks.ballots import our_runner
from benchmarks.pages import LIST
from benchmarks.rig import reset
from benchmarks.rig.data import make
from benchmarks.rig.places import HERE, LUA, ROOT, VOTERS, require
from benchmarks.rig.race import Runner, race, verdict
from benchmarks.rig.servers import free_port, ours, ours_command, ours_environment, stop

# What the machine gives just now: beside others, the same start takes two and three times its CPU.
LIBRARIES = "import sqlmodel, sqlalchemy.ext.asyncio, starlette.applications, uvicorn, jinja2"


def timed(*arguments: str, **environment: str) -> tuple[float, float]:
    """Seconds that a command of this interpreter takes: on the wall, of CPU."""
    begun, used = time.perf_counter(), children_cpu()
    subprocess.run(
        [sys.executable, *arguments], check=True, cwd=ROOT, env={**os.environ, **environment}
    )
    return time.perf_counter() - begun, children_cpu() - used


def children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def first_page(data: Path) -> tuple[float, float]:
    """Seconds from the start of the process to the whole list of 100 projects: on the wall, of CPU."""
    port = free_port()
    begun = time.perf_counter()
    process = subprocess.Popen(
        ours_command(port, 1), cwd=ROOT, start_new_session=True,
        env={**os.environ, **ours_environment(data, port)},
    )  # fmt: skip
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}{LIST}", timeout=10).read()
                return time.perf_counter() - begun, cpu_seconds(process.pid)
            except (urllib.error.URLError, ConnectionError):
                if process.poll() is not None or time.perf_counter() - begun > 60:
                    sys.exit("the server did not start")
                time.sleep(0.005)
    finally:
        stop(process)


def start(options: argparse.Namespace) -> bool:
    """P14. Sources are compiled first, as pip leaves them: reading them anew would double it."""
    compileall.compile_dir(ROOT / "pacto_participe", quiet=1)
    data = HERE / "start"
    make(data, voters=10)
    rounds = [
        (*first_page(data), *timed("-c", LIBRARIES), *migrated()) for _ in range(options.rounds + 1)
    ][1:]
    columns = [sorted(column) for column in zip(*rounds, strict=True)]
    whats = ("start to first page", "libraries alone", "migration from nothing")
    names = [name for what in whats for name in (what, f"{what}, CPU")]
    for name, each in zip(names, columns, strict=True):
        print(f"{name}: {', '.join(f'{value:.2f}' for value in each)} s")
    return all(
        (
            verdict("P14", "median seconds", statistics.median(columns[0]), 1.0, at_most=True),
            verdict(
                "P14",
                "seconds to migrate from nothing",
                statistics.median(columns[4]),
                3,
                at_most=True,
            ),
        )
    )


def migrated() -> tuple[float, float]:
    """Seconds to make an empty database: on the wall, of CPU."""
    with tempfile.TemporaryDirectory() as folder:
        return timed(
            "-m", "pacto_participe", "migrate", PACTO_MODE="demo", PACTO_DATA_DIR=folder
        )  # fmt: skip


def memory(options: argparse.Namespace) -> bool:
    """P15. The first fifth warms up: what grows after it grows for ever."""
    data = HERE / "sqlite"
    if not (data / "voters.csv").exists():
        make(data, voters=VOTERS)
    url = f"sqlite:///{data / 'pacto.db'}"
    with ours(data, name="ours-memory") as up:
        voters = our_runner("ballots", up, data / "voters.csv", url, str(up.pid_file))
        receipts = our_runner(
            "ballots and receipts", up, data / "voters.csv", url, str(up.pid_file), "with-receipt"
        )
        pages = Runner(
            "list", up.url(LIST), f"-s {LUA / 'fetch.lua'} -- gzip", "", str(up.pid_file)
        )
        answered, warm = 0, 0.0
        while answered < options.requests:
            results = race(voters, receipts, pages, rounds=1, seconds=4, connections=64)
            answered += sum(result.requests for result in results.values())
            print(f"{answered:7,d} requests: {up.pss_mib[0]:.1f} MiB", flush=True)
            if not warm and answered >= options.requests / 5:
                warm = up.pss_mib[0]
        pss = up.pss_mib[0]
        reset.empty(url)
    return all(
        (
            verdict("P15", "MiB (Pss)", pss, 90, at_most=True),
            verdict("P15", "growth since a fifth of it", pss / warm - 1, 0.05, at_most=True),
        )
    )


def main() -> None:
    """The commands of the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("start", "memory"))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=100_000)
    options = parser.parse_args()
    if options.what == "memory":
        require("wrk")
    commands = {"start": start, "memory": memory}
    sys.exit(0 if commands[options.what](options) else 1)


if __name__ == "__main__":
    main()
