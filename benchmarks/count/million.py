"""Equal shares on a million generated ballots (1 to 10 of 100 projects, popular ones oftener).

    python -m benchmarks.count.million [N] [--plain FILE.json] [--rule mes|add1]

Prints seconds to load (generate and group), seconds to count, peak MiB of the process, winners.
With --plain, the same election is written for peers/run_pabutools.py first.
"""

import argparse
import random
import re
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from benchmarks.count.instances import write_plain
from benchmarks.count.run_ours import PARAMETERS
from pacto_participe.voting.domain import Election, Option, Profile, Reading
from pacto_participe.voting.rules import count

PROJECTS, BUDGET, POOL = 100, 5_000_000, 1 << 16


def election() -> Election:
    chance = random.Random(7)
    costs = [chance.randrange(5, 500) * 1000 for _ in range(PROJECTS)]
    return Election(tuple(Option(str(i), cost) for i, cost in enumerate(costs, 1)), BUDGET, 1)


def ballots(number: int) -> Iterator[tuple[tuple[int, ...], None, int]]:
    """The recipe of the project's performance notes, so that figures can be compared."""
    chance = random.Random(11)
    weights = [1 / (i + 3) for i in range(PROJECTS)]
    pool = chance.choices(range(PROJECTS), weights, k=POOL)
    for i in range(number):
        wanted, start = 1 + i % 10, chance.randrange(POOL - 40)
        distinct = dict.fromkeys(pool[start : start + 40])
        yield tuple(islice(distinct, wanted)), None, 1


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("number", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--plain", type=Path)
    parser.add_argument("--rule", default="mes", choices=sorted(PARAMETERS))
    options = parser.parse_args()
    start = time.perf_counter()
    asked = election()
    profile = Profile.grouped(Reading.APPROVALS, ballots(options.number))
    loaded, processor = time.perf_counter(), time.process_time()
    if options.plain:
        write_plain(asked, profile, options.plain)
        return
    outcome = count(asked, profile, PARAMETERS[options.rule])
    counted, processor = time.perf_counter(), time.process_time() - processor
    peak = int(re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[0]) / 1024
    print(f"{options.number:,} ballots, {len(profile.rows):,} different")
    print(
        f"load {loaded - start:.2f} s, count {counted - loaded:.2f} s "
        f"({processor:.2f} s of processor), peak {peak:.0f} MiB"
    )
    print("winners:", *sorted(index + 1 for index in outcome.winners))


if __name__ == "__main__":
    main()
