"""Every row of expected-mes.csv (computed with other people's programs), counted by us.

    python -m benchmarks.count.expected

One line for each difference, then a summary; exit 1 if there is one. Takes a minute or two.
"""

import csv
import sys
import time
from fractions import Fraction

from benchmarks.count.instances import DATA
from benchmarks.count.run_ours import PARAMETERS
from pacto_participe.voting.rules import count
from tests.voting.rules.test_equal_shares_elsewhere import in_order_of_ids


def main() -> None:
    rows = different = 0
    start = time.perf_counter()
    with (DATA / "expected-mes.csv").open(encoding="utf-8", newline="") as lines:
        table = list(csv.DictReader(lines))
    for row in table:
        election, profile = in_order_of_ids(row["file"])
        parameters = PARAMETERS[row["variant"]].changed(
            ties=("lower-cost", "more-votes", "official-order")
        )
        outcome = count(election, profile, parameters)
        ids = " ".join(election.options[index].id for index in outcome.winners)
        ours = (ids, Fraction(outcome.spent, election.units_per_currency), outcome.numbers["steps"])
        theirs = (row["project_ids"], Fraction(row["cost"]), int(row["increments"]))
        rows += 1
        if ours != theirs:
            different += 1
            print(row["file"], row["variant"], "OURS", *ours, "THEIRS", *theirs)
    seconds = time.perf_counter() - start
    print(f"{rows} rows, {different} different, {seconds:.0f} s")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
