"""Elections for the races, and the plain JSON that the other programs read.

Names: a Pabulib file of ../shared/pb-data, a path, or `mokotow` (the city's own file when the
peers' folder has it, which is how pabumeasures ships it; else one of the same size).
"""

import json
import random
from itertools import chain, repeat
from pathlib import Path

from pacto_participe.voting.domain import Election, Option, Profile, Reading
from pacto_participe.voting.pabulib.reading import read_file
from pacto_participe.voting.rules import equal_shares_hall  # noqa: F401  loaded before a clock starts

DATA = Path(__file__).parents[3] / "shared" / "pb-data"
MOKOTOW = "pabumeasures-0.2.2/data/poland_warszawa_2024_mokotow.pb"


def election_named(name: str, peers: Path | None = None) -> tuple[Election, Profile]:
    if name == "mokotow":
        if peers is None or not (peers / MOKOTOW).is_file():
            return as_large_as_mokotow()
        name = str(peers / MOKOTOW)
    path = Path(name) if Path(name).is_file() else DATA / name
    file = read_file(path)
    return file.election, file.profile


def as_large_as_mokotow() -> tuple[Election, Profile]:
    """76 projects, 9,442 ballots of 1 to 15 approvals, budget a third of the costs; seeded."""
    chance = random.Random(2024)
    costs = [chance.randrange(5, 500) * 1000 for _ in range(76)]
    options = tuple(Option(f"p{i}", cost) for i, cost in enumerate(costs))
    popularity = [1 / (i + 6) for i in range(76)]
    chance.shuffle(popularity)
    ballots = []
    for _ in range(9442):
        row: set[int] = set()
        wanted = chance.choice((*range(1, 15), *repeat(15, 12)))
        while len(row) < wanted:
            row.update(chance.choices(range(76), popularity, k=wanted - len(row)))
        ballots.append((tuple(sorted(row)), None, 1))
    profile = Profile.grouped(Reading.APPROVALS, ballots)
    return Election(options, sum(costs) // 3, units_per_currency=1), profile


def write_plain(election: Election, profile: Profile, path: Path) -> None:
    """One row for each ballot, as the other programs want it."""
    rows = chain.from_iterable(
        repeat(row, weight) for row, weight in zip(profile.rows, profile.weights, strict=True)
    )
    plain = {
        "costs": [option.cost for option in election.options],
        "budget": election.budget,
        "unit": election.units_per_currency,
        "rows": list(rows),
    }
    path.write_text(json.dumps(plain))
