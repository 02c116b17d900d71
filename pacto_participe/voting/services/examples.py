"""The examples of docs/rules/: small votes for a pencil, shown on the page of a rule and run as tests.

An example is a fenced block of the kind `example`. Its lines: `preset:`, `set:` (KEY=VALUE, …), `lot:`,
`budget:`, `project NAME: COST [in DISTRICT]`, `twins:`, `N ballots: …`, then what must come out:
`funded:` in order, `left:`, and `why NAME: code, number value, …`.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from pacto_participe.voting.domain import (
    PRESETS,
    Election,
    Option,
    Outcome,
    Parameters,
    Profile,
    Reading,
    Score,
)
from pacto_participe.voting.rules import count
from pacto_participe.voting.tally import changed

_READINGS = {
    Score.VOTES: Reading.APPROVALS,
    Score.POINTS: Reading.POINTS,
    Score.BORDA: Reading.RANKING,
}


@dataclass
class Example:
    """A small vote with what must come out of it."""

    page: str
    number: int
    parameters: Parameters = field(default_factory=Parameters)
    lot: str | None = None
    budget: int = 0
    options: list[Option] = field(default_factory=list)
    ballots: list[tuple[int, str]] = field(default_factory=list)
    funded: list[str] = field(default_factory=list)
    left: int | None = None
    why: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.page}-{self.number}"

    @property
    def election(self) -> Election:
        """Amounts in whole dirhams, as the page writes them."""
        return Election(tuple(self.options), self.budget, units_per_currency=1)

    @property
    def profile(self) -> Profile:
        indexes = self.election.indexes()
        reading = _READINGS[self.parameters.score]
        ballots = []
        for number, text in self.ballots:
            row, marks = [], []
            for choice in filter(None, map(str.strip, text.split(","))):
                name, points = _choice(choice, reading)
                row.append(indexes[name])
                marks.append(points)
            given = tuple(marks) if reading is Reading.POINTS else None
            ballots.append((tuple(row), given, number))
        return Profile.grouped(reading, ballots)

    def count(self) -> Outcome:
        return count(self.election, self.profile, self.parameters, lot=self.lot)


def _choice(text: str, reading: Reading) -> tuple[str, int]:
    if reading is Reading.POINTS:
        name, points = text.split()
        return name, int(points)
    return text.split()[-1], 1  # "1st well": the order of the line is the ranking


def read(page: str, number: int, block: str) -> Example:
    """One fenced block. Raises ValueError naming the line that nobody understands."""
    example = Example(page, number)
    for line in block.strip().splitlines():
        key, _, value = (part.strip() for part in line.partition(":"))
        if key == "preset":
            example.parameters = PRESETS[value]
        elif key == "set":
            pairs = [pair.strip().partition("=")[::2] for pair in re.split(r",\s+", value)]
            example.parameters = changed(example.parameters, pairs, 1)
        elif key == "lot":
            example.lot = value
        elif key == "budget":
            example.budget = int(value)
        elif key == "twins":
            twins = [name.strip() for name in value.split(",")]
            example.options = [
                Option(o.id, o.cost, group="twins" if o.id in twins else None)
                for o in example.options
            ]
        elif key == "funded":
            example.funded = [name.strip() for name in value.split(",")]
        elif key == "left":
            example.left = int(value)
        elif match := re.fullmatch(r"project (\w+)", key):
            cost, _, district = value.partition(" in ")
            example.options.append(Option(match[1], int(cost), district=district or None))
        elif match := re.fullmatch(r"(\d+) ballots", key):
            example.ballots.append((int(match[1]), value))
        elif match := re.fullmatch(r"why (\w+)", key):
            example.why[match[1]] = value
        else:
            raise ValueError(f"{example}: nobody understands {line!r}")
    return example


def examples(folder: Path) -> list[Example]:
    """Those of every page in the folder, in the order in which they stand there."""
    found = []
    for page in sorted(folder.glob("*.md")):
        blocks = re.findall(r"```example\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
        found += [read(page.stem, n, block) for n, block in enumerate(blocks, start=1)]
    return found


def first_example(folder: Path, rule: str) -> Example:
    """The one that a rule's own page begins with."""
    return next(example for example in examples(folder) if example.page == rule)
