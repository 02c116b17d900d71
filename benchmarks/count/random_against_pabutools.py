"""Small random elections, full of ties, counted by us and by pabutools at every share.

    python -m benchmarks.count.random_against_pabutools PEERS_FOLDER [--elections 600] [--seed 1]

A third with approvals and cost utilities, a third with approvals and cardinality, a third with
points and cardinality (the three that pabutools has). Winners must be the same, in the same order,
at each of several shares; then the whole Add1 loop is rebuilt from pabutools' answers.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from pacto_participe.voting.domain import (
    Election,
    Option,
    Parameters,
    Profile,
    Reading,
    Score,
    Utility,
)
from pacto_participe.voting.rules import count

TOOLS = Path(__file__).parent / "peers" / "run_pabutools.py"
KINDS = ("cost", "cardinality", "points")
TIES = ("lower-cost", "more-votes", "official-order")


def drawn(chance: random.Random, utility: str) -> dict[str, Any]:
    projects, voters = chance.randint(1, 7), chance.randint(1, 14)
    unit = chance.choice([1, 1, 5])
    costs = [chance.randint(1, 12) * unit for _ in range(projects)]
    rows = [
        sorted(chance.sample(range(projects), chance.randint(0, min(4, projects))))
        for _ in range(voters)
    ]
    plain: dict[str, Any] = {
        "costs": costs,
        "budget": max(1, sum(costs) * chance.randint(2, 9) // 10),
        "unit": unit,
        "rows": rows,
        "utility": utility,
        "shares": 12,
    }
    if utility == "points":
        plain["marks"] = [[chance.randint(1, 4) for _ in row] for row in rows]
    return plain


def ours(plain: dict[str, Any], parameters: Parameters) -> tuple[list[int], int]:
    options = tuple(Option(f"p{i}", cost) for i, cost in enumerate(plain["costs"]))
    election = Election(options, plain["budget"], plain["unit"])
    reading = Reading.POINTS if "marks" in plain else Reading.APPROVALS
    marks = plain.get("marks") or [None] * len(plain["rows"])
    ballots = [
        (tuple(row), points and tuple(points), 1)
        for row, points in zip(plain["rows"], marks, strict=True)
    ]
    outcome = count(election, Profile.grouped(reading, ballots), parameters)
    return list(outcome.winners), int(outcome.numbers["steps"])


def loop(plain: dict[str, Any], by_share: list[list[int]], exhaustive: bool) -> list[int] | None:
    """What Add1 gives if each share funds this; None if the loop goes on beyond the shares."""
    supported = {option for row in plain["rows"] for option in row}
    open_ones = {o for o in supported if plain["costs"][o] <= plain["budget"]}
    kept: list[int] = []
    for winners in by_share:
        spent = sum(plain["costs"][o] for o in winners)
        if spent > plain["budget"]:
            return kept
        kept = winners
        rest = [o for o in open_ones if o not in winners]
        if not rest or (
            exhaustive and all(spent + plain["costs"][o] > plain["budget"] for o in rest)
        ):
            return kept
    return None


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("peers", type=Path)
    parser.add_argument("--elections", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    plains = [drawn(chance, KINDS[i % 3]) for i in range(options.elections)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plains.json"
        file.write_text(json.dumps(plains))
        python = options.peers / "venv" / "bin" / "python"
        done = subprocess.run(
            [str(python), str(TOOLS), str(file), "each"], check=True, capture_output=True, text=True
        )
    shares = loops = different = 0
    for plain, by_share in zip(plains, json.loads(done.stdout), strict=True):
        parameters = Parameters(
            rule="equal-shares",
            score=Score.POINTS if plain["utility"] == "points" else Score.VOTES,
            mes_utility=Utility.COST if plain["utility"] == "cost" else Utility.CARDINALITY,
            ties=TIES,
        )
        pairs = [(by_share[0], ours(plain, parameters)[0])]
        shares += 1
        for exhaustive in (False, True):
            expected = loop(plain, by_share, exhaustive)
            if expected is not None:
                add1 = parameters.changed(mes_increment=1, mes_stop_when_exhaustive=exhaustive)
                pairs.append((expected, ours(plain, add1)[0]))
                loops += 1
        for theirs, here in pairs:
            if theirs != here:
                different += 1
                print("DIFFERENT", json.dumps(plain), theirs, here)
    print(
        f"{options.elections} elections: {shares} counts at the first share and {loops} whole "
        f"Add1 loops compared, {different} different"
    )
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
