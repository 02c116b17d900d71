"""P9: 48 voters and 16 readers of the list at once; and how long the voting process's loop is ever held.

    python -m benchmarks.mixed [--seconds 6] [--rounds 3]

The readers get the list of 100 projects from the page cache, and a clerk's change ages it every second,
as in a town that works while it votes, so that pages are made again all the time.
"""

import argparse
import re
import sqlite3
import statistics
import subprocess
import sys
import threading
from pathlib import Path

from benchmarks.ballots import our_runner
from benchmarks.pages import LIST, served
from benchmarks.rig import reset
from benchmarks.rig.places import HERE, LUA, require
from benchmarks.rig.race import verdict

RESULT = re.compile(r"RESULT (\S+) (\S+) (\S+) (\d+) (\d+) (\d+)")


def load(
    url: str, script: Path, *words: str, connections: int, seconds: float
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--timeout", "60s", "-s", str(script),
         url, "--", *words],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def figures(process: subprocess.Popen[str]) -> tuple[float, float, int]:
    """Per second, p99 in ms, failed."""
    found = RESULT.search(process.communicate()[0])
    if found is None:
        sys.exit("wrk gave no result")
    return float(found[1]), float(found[3]), int(found[5]) + int(found[6])


def age_the_pages(file: Path, stop: threading.Event) -> None:
    """One change a second."""
    connection = sqlite3.connect(file, timeout=30, isolation_level=None)
    while not stop.wait(1):
        connection.execute("UPDATE data_version SET version = version + 1")
    connection.close()


def main() -> None:
    """The command of the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=6)
    options = parser.parse_args()
    require("wrk")
    data = HERE / "sqlite"
    rows = []
    with served() as up:
        url = f"sqlite:///{data / 'pacto.db'}"
        ballots = our_runner("ours", up, data / "voters.csv", url, str(up.pid_file)).load
        words = ballots.partition(" -- ")[2].split()
        for _ in range(options.rounds):
            reset.empty(url)
            stop = threading.Event()
            clerk = threading.Thread(target=age_the_pages, args=(data / "pacto.db", stop))
            clerk.start()
            readers = load(
                up.url(LIST), LUA / "fetch.lua", "gzip", connections=16, seconds=options.seconds
            )
            voters = load(
                up.url(), LUA / "ballot.lua", *words, connections=48, seconds=options.seconds
            )
            rows.append((*figures(voters), *figures(readers)))
            stop.set()
            clerk.join()
            cast, cast_p99, lost, read, read_p99, missed = rows[-1]
            print(
                f"ballots {cast:.0f}/s, p99 {cast_p99:.0f} ms, failed {lost}; "
                f"lists {read:.0f}/s, p99 {read_p99:.0f} ms, failed {missed}",
                flush=True,
            )
    medians = [statistics.median(column) for column in zip(*rows, strict=True)]
    good = (
        verdict("P9", "p99 of a ballot in ms", medians[1], 500, at_most=True),
        verdict("P9", "failed requests", medians[2] + medians[5], 0, at_most=True),
    )
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
