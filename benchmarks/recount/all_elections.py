"""Count every real election at hand twice, in Python and in the browser, and name each difference.

    python -m benchmarks.recount.all_elections [--most-ballots N] [--part I/K] [FOLDER]

Rules: the five presets and the file's own. Files with more than N ballots (20,000 by default) are counted
by most votes and their own rule only, which keeps the whole under an hour. Exit code 1 when one differs.
"""

import argparse
import sys
import time
from pathlib import Path

from benchmarks.real_elections import FOLDER, elections
from e2e.two_counts import by_browser, by_python, counting_page, differences
from pacto_participe.voting.domain import PRESETS
from pacto_participe.voting.pabulib import own_rule, read
from pacto_participe.voting.tally import preset

QUICK = ("greedy-skip", "greedy-stop")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--most-ballots", type=int, default=20_000)
    options.add_argument(
        "--part", default="1/1", help="2/10: every tenth election, from the second"
    )
    options.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    given = options.parse_args()
    first, every = map(int, given.part.split("/"))
    files = counts = differing = 0
    python = browser = 0.0
    with counting_page() as page:
        for place, (name, content) in enumerate(elections(given.folder)):
            if place % every != first - 1:
                continue
            file = read(content)
            own = own_rule(file)
            names = PRESETS if file.profile.ballots <= given.most_ballots else QUICK
            rules = [(rule, preset(rule, file), None) for rule in names]
            files += 1
            for rule, parameters, lot in [*rules, ("own", own.parameters, own.lot)]:
                instance = (file.election, file.profile, parameters, lot)
                started = time.perf_counter()
                ours = by_python(*instance)
                python += time.perf_counter() - started
                theirs = by_browser(page, *instance)
                browser += theirs["milliseconds"] / 1000
                counts += 1
                found = differences(theirs, ours)
                differing += bool(found)
                for difference in found[:3]:
                    print(f"{name}, {rule}: {difference}", flush=True)
    print(
        f"{files} elections, {counts} counts, {differing} differ; "
        f"{python:.0f} s in Python, {browser:.0f} s in the browser"
    )
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
