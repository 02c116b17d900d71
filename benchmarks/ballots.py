"""P1, P2, P4: confirmed ballots per second, beside the raw limit, in one run.

    python -m benchmarks.ballots sqlite      # P1: one process, synchronous=FULL
    python -m benchmarks.ballots postgres    # P2: two processes, fsync on
    python -m benchmarks.ballots full-box    # P4: one million ballots in the box, beside an empty one

Every request is another signed-in voter who confirms five of a hundred projects: cookie, origin, form,
session and residence, unique ballot, receipt, commit, and the redirect to the receipt page.
"""

import argparse
import os
import sqlite3
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from benchmarks.rig import reset
from benchmarks.rig.data import EDITION, make
from benchmarks.rig.places import HERE, LIMITS, LIMITS_PYTHON, LUA, ROOT, VOTERS, require
from benchmarks.rig.race import Result, Runner, race, verdict
from benchmarks.rig.servers import Server, limit, ours, synced_postgres

OURS = "ours"
WITH_RECEIPT = "ours, with the receipt page"


def _run(*command: str | Path, **environment: str) -> None:
    subprocess.run(
        [str(word) for word in command], check=True, cwd=LIMITS,
        env={**os.environ, "N_VOTERS": str(VOTERS), "PYTHONDONTWRITEBYTECODE": "1", **environment},
    )  # fmt: skip


def cookies() -> Path:
    """The limit's own sessions."""
    file = HERE / f"cookies-{VOTERS}.txt"
    if not file.exists():
        _run(LIMITS_PYTHON, "gen.py", "cookies", file)
    return file


def limit_database() -> Path:
    """The limit's own voters, sessions and list."""
    file = HERE / f"limit-{VOTERS}.db"
    if not file.exists():
        HERE.mkdir(parents=True, exist_ok=True)
        _run(LIMITS_PYTHON, "gen.py", "sqlite", file)
    return file


def our_runner(name: str, server: Server, voters: Path, url: str, pids: str, *words: str) -> Runner:
    host = f"127.0.0.1:{server.port}"
    load = f"-s {LUA / 'ballot.lua'} -- {voters} {EDITION} {host} {' '.join(words)}"
    before = f"cd {ROOT} && {sys.executable} -m benchmarks.rig.reset '{url}'"
    return Runner(name, server.url(), load, before, pids)


def limit_runner(name: str, server: Server, before: str, pids: str) -> Runner:
    load = f"-s {LIMITS / 'vote.lua'} -- {cookies()} 0"
    return Runner(name, server.url("/vote"), load, before, pids)


def prove_that_ballots_arrive(runner: Runner, url: str) -> None:
    """A friendly page has no error status either: what wrk counted must lie in the box."""
    reset.empty(url)
    result = race(runner, rounds=1, seconds=3, connections=64)[runner.name]
    stored = reset.ballots_in(url)
    if not result.requests <= stored <= result.requests + 64:
        sys.exit(f"{result.requests} answered, {stored} stored")
    print(f"proof: {result.requests} answers, {stored} ballots in the box")


def sqlite(options: argparse.Namespace) -> bool:
    """P1."""
    data = HERE / "sqlite"
    if options.fresh or not (data / "voters.csv").exists():
        make(data, voters=VOTERS)
    theirs = limit_database()
    url = f"sqlite:///{data / 'pacto.db'}"
    with (
        limit("vote:app", MODE="sqlite-group", SYNC="FULL", DB=str(theirs)) as low,
        ours(data) as up,
    ):
        voters = data / "voters.csv"
        first = our_runner(OURS, up, voters, url, str(up.pid_file))
        prove_that_ballots_arrive(first, url)
        results = race(
            limit_runner("sqlite-group", low, f"{LIMITS}/reset.sh sqlite {theirs}", str(low.pid_file)),
            first,
            our_runner(WITH_RECEIPT, up, voters, url, str(up.pid_file), "with-receipt"),
            rounds=options.rounds, seconds=options.seconds, connections=64,
        )  # fmt: skip
    return judged("P1", results["sqlite-group"], results[OURS])


def judged(goal: str, theirs: Result, mine: Result) -> bool:
    return all(
        (
            verdict(goal, "ballots/s of the limit's", mine.per_second / theirs.per_second, 0.6),
            verdict(goal, "the same by CPU", theirs.cpu_ms / mine.cpu_ms, 0.6),
            verdict(goal, "p99 of the limit's", mine.p99_ms / theirs.p99_ms, 2, at_most=True),
            verdict(goal, "failed requests", mine.failed, 0, at_most=True),
        )
    )


def postgres(options: argparse.Namespace) -> bool:
    """P2."""
    data = HERE / "postgres"
    with ExitStack() as stack:
        cluster, postmaster = stack.enter_context(synced_postgres())
        url, dsn = (cluster.url(cluster.create()) for _ in range(2))
        make(data, voters=VOTERS, database_url=url)
        _run(LIMITS_PYTHON, "gen.py", "pg", dsn)
        low = stack.enter_context(limit("vote:app", workers=2, MODE="pg-group", DSN=dsn))
        up = stack.enter_context(ours(data, workers=2, database_url=url, name="ours-postgres"))
        first = our_runner(OURS, up, data / "voters.csv", url, f"{up.pid_file},{postmaster}")
        prove_that_ballots_arrive(first, url)
        before = f"DSN='{dsn}' {LIMITS}/reset.sh pg"
        results = race(
            limit_runner("pg-group", low, before, f"{low.pid_file},{postmaster}"), first,
            rounds=options.rounds, seconds=options.seconds, connections=64,
        )  # fmt: skip
    return judged("P2", results["pg-group"], results[OURS])


def fill_the_box(file: Path, count: int) -> None:
    """Ballots and receipts of others under random keys, as they lie there in earnest.

    They are marked, so that the reset between two runs leaves them.
    """
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    vote = connection.execute(
        "SELECT collectivity_id, vote_id FROM vote WHERE edition = ?", (EDITION,)
    ).fetchone()
    numbers = f"WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers LIMIT {count})"
    connection.execute("BEGIN")
    connection.execute(
        f"{numbers} INSERT INTO ballot "
        "SELECT ?, ?, lower(hex(randomblob(16))), abs(random()) % 100 + 1 || ',' || n % 100, ?, '' "
        "FROM numbers",
        (*vote, reset.STORED),
    )
    connection.execute(
        f"{numbers} INSERT OR IGNORE INTO receipt (collectivity_id, vote_id, code, receipt_key, "
        "confirm_key, counted_at) SELECT ?, ?, substr(hex(randomblob(4)), 1, 8), "
        "lower(hex(randomblob(16))), ?, '2026-01-01 12:00:00.000000' FROM numbers",
        (*vote, reset.STORED),
    )
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def full_box(options: argparse.Namespace) -> bool:
    """P4."""
    empty, full = HERE / "sqlite", HERE / "sqlite-full"
    if options.fresh or not (empty / "voters.csv").exists():
        make(empty, voters=VOTERS)
    if options.fresh or not (full / "voters.csv").exists():
        make(full, voters=VOTERS)
        fill_the_box(full / "pacto.db", options.stored)
    with ours(empty, name="ours-empty") as few, ours(full, name="ours-full") as many:
        runners = []
        for name, data, server in (("empty box", empty, few), ("full box", full, many)):
            url = f"sqlite:///{data / 'pacto.db'}"
            runners.append(our_runner(name, server, data / "voters.csv", url, str(server.pid_file)))
        results = race(*runners, rounds=options.rounds, seconds=options.seconds, connections=64)
    print(f"{options.stored:,} ballots stored in the full one")
    return verdict(
        "P4", "ballots/s of an empty box's",
        results["full box"].per_second / results["empty box"].per_second, 0.9,
    )  # fmt: skip


def main() -> None:
    """The commands of the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("sqlite", "postgres", "full-box"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--stored", type=int, default=1_000_000)
    parser.add_argument("--fresh", action="store_true", help="Make the data anew.")
    options = parser.parse_args()
    require("wrk")
    HERE.mkdir(parents=True, exist_ok=True)
    commands = {"sqlite": sqlite, "postgres": postgres, "full-box": full_box}
    sys.exit(0 if commands[options.what](options) else 1)


if __name__ == "__main__":
    main()
