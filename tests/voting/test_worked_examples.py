"""The examples of docs/rules/, counted as they stand there: what a councillor reads is true.

An example is a fenced block of the kind `example`. Its lines: `preset:`, `set:` (KEY=VALUE, …), `lot:`,
`budget:`, `project NAME: COST [in DISTRICT]`, `twins:`, `N ballots: …`, then what must come out:
`funded:` in order, `left:`, and `why NAME: code, number value, …`.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

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
from pacto_participe.voting.rules import RULES, count
from pacto_participe.voting.tally import changed

PAGES = Path(__file__).parents[2] / "docs" / "rules"


@dataclass
class Example:
    where: str
    parameters: Parameters = field(default_factory=Parameters)
    lot: str | None = None
    budget: int = 0
    options: list[Option] = field(default_factory=list)
    ballots: list[tuple[int, str]] = field(default_factory=list)
    funded: list[str] = field(default_factory=list)
    left: int | None = None
    why: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.where

    @property
    def election(self) -> Election:
        return Election(tuple(self.options), self.budget, units_per_currency=1)

    @property
    def profile(self) -> Profile:
        indexes = self.election.indexes()
        reading = {
            Score.VOTES: Reading.APPROVALS,
            Score.POINTS: Reading.POINTS,
            Score.BORDA: Reading.RANKING,
        }[self.parameters.score]
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


def read(where: str, block: str) -> Example:
    example = Example(where)
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
            raise AssertionError(f"{where}: nobody understands {line!r}")
    return example


def examples() -> list[Example]:
    found = []
    for page in sorted(PAGES.glob("*.md")):
        blocks = re.findall(r"```example\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
        found += [read(f"{page.stem}-{n}", block) for n, block in enumerate(blocks, start=1)]
    return found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_has_a_public_page_with_an_example_of_it(rule):
    assert (PAGES / f"{rule.name}.md").is_file(), f"write docs/rules/{rule.name}.md"
    counted = [e for e in examples() if e.where.startswith(rule.name)]
    assert any(example.parameters.rule == rule.name for example in counted)


@pytest.mark.parametrize("example", examples(), ids=str)
def test_what_the_page_says_comes_out(example):
    outcome = example.count()

    winners = [example.options[index].id for index in outcome.winners]
    assert winners == example.funded
    assert example.left == example.budget - outcome.spent
    names = [option.id for option in example.options]
    for name, told in example.why.items():
        code, *numbers = (part.strip() for part in told.split(","))
        verdict = outcome.verdicts[names.index(name)]
        assert verdict.code.value == code
        for number in numbers:
            what, value = number.split()
            assert verdict.numbers[what] == int(value), (name, what)
