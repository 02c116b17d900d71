"""P13: counting stored ballots, beside the least that SQL needs for their votes.

    python -m benchmarks.count.stored [N] [--rounds 5]

One SQLite file holds N generated approval ballots twice: as this project stores them, a row a ballot with
its content, and as a row for each vote (`line`), which is what SQL adds up quickest. Both are counted in
turns, from the file to the winners by most votes: ours through the door for reading, exact and with every
verdict; the limit as one GROUP BY and the plainest loop. Seconds by the clock, medians; same winners.
"""

import argparse
import asyncio
import sqlite3
import statistics
import sys
import time
from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from benchmarks.count.million import ballots, election
from benchmarks.rig.places import HERE
from benchmarks.rig.race import verdict
from pacto_participe.storage.database import Database
from pacto_participe.voting.ballots import BALLOT_KINDS, Marks, profile_of
from pacto_participe.voting.domain import Parameters
from pacto_participe.voting.rules import count
from pacto_participe.voting.tables import BallotRow

ASKED = election()
APPROVAL = BALLOT_KINDS["approval"]
RULE = Parameters()
STORED = (
    "SELECT content, count(*) FROM ballot "
    "WHERE collectivity_id = 'MA' AND vote_id = 'v' GROUP BY content"
)
LINES = "SELECT project, count(*) FROM line GROUP BY project"


def fill(path: str, number: int) -> None:
    """The same ballots in both shapes."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute(str(CreateTable(BallotRow.__table__).compile(dialect=sqlite.dialect())))
    connection.execute(
        "CREATE TABLE line (ballot INTEGER, project INTEGER, PRIMARY KEY (ballot, project)) WITHOUT ROWID"
    )

    def rows() -> Iterator[tuple[str, str, str, str, str, str]]:
        for key, (chosen, _, _) in enumerate(ballots(number)):
            marks = Marks.chosen(ASKED.options[index].id for index in chosen)
            yield "MA", "v", f"{key:032x}", APPROVAL.writing.encode(marks), "web", ""

    connection.executemany("INSERT INTO ballot VALUES (?, ?, ?, ?, ?, ?)", rows())
    connection.executemany(
        "INSERT INTO line VALUES (?, ?)",
        ((key, index) for key, (chosen, _, _) in enumerate(ballots(number)) for index in chosen),
    )
    connection.commit()
    connection.close()


async def ours(database: Database) -> set[int]:
    """From the box to the verdicts."""
    async with database.read() as session:
        stored = [(row[0], row[1]) for row in (await session.execute(text(STORED))).all()]
    outcome = count(ASKED, profile_of(APPROVAL, ASKED, stored), RULE, lot="")
    return set(outcome.winners)


def limit(path: str) -> set[int]:
    """Votes by SQL, then the most wanted that fit."""
    votes = sqlite3.connect(path).execute(LINES).fetchall()
    left, winners = ASKED.budget, set()
    for index, _ in sorted(votes, key=lambda pair: (-pair[1], pair[0])):
        if ASKED.options[index].cost <= left:
            left -= ASKED.options[index].cost
            winners.add(index)
    return winners


def main() -> None:
    """The command of the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    HERE.mkdir(parents=True, exist_ok=True)
    file = HERE / f"stored-{options.number}.db"
    if not file.exists():
        fill(str(file), options.number)
    database = Database(f"sqlite:///{file}")
    seconds: dict[str, list[float]] = {"ours": [], "limit": []}

    async def rounds() -> None:
        for _ in range(options.rounds):
            begun = time.perf_counter()
            found = await ours(database)
            between = time.perf_counter()
            least = limit(str(file))
            seconds["limit"].append(time.perf_counter() - between)
            seconds["ours"].append(between - begun)
            if found != least:
                sys.exit(f"other winners: {sorted(found ^ least)}")
        await database.close()

    asyncio.run(rounds())
    here, there = (statistics.median(seconds[name]) for name in ("ours", "limit"))
    print(f"{options.number:,} ballots: ours {here:.2f} s, the limit {there:.2f} s")
    is_near = verdict("P13", "times the SQL limit", here / there, 1.5, at_most=True)
    is_quick = verdict("P13", "seconds", here, 3.5, at_most=True)
    sys.exit(0 if is_near and is_quick else 1)


if __name__ == "__main__":
    main()
