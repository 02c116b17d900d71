"""Equal shares against outcomes that nobody here computed: cities, and two other programs.

The files are looked for beside the repository; where they are absent there is nothing to compare.
"""

import csv
import json
import re
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from pacto_participe.voting.domain import (
    PRESETS,
    Completion,
    Election,
    Option,
    Parameters,
    Profile,
    Reading,
    Start,
)
from pacto_participe.voting.pabulib.reading import PabulibFile, read_file
from pacto_participe.voting.rules import count
from pacto_participe.voting.rules.equal_shares_core import Candidates, at_share
from pacto_participe.voting.rules.equal_shares_support import support_of

DATA = Path(__file__).parents[4] / "shared" / "pb-data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the election files are not here")

SHARES = PRESETS["equal-shares"]
ADD1 = PRESETS["equal-shares-add1"]
VARIANTS = {"mes": SHARES, "add1e": PRESETS["equal-shares-add1-exhaustive"], "add1": ADD1}


def counted(name: str, parameters: Parameters) -> tuple[str, int, int]:
    """Ids in order of funding, spent, and steps."""
    file = read_file(DATA / name)
    outcome = count(file.election, file.profile, parameters)
    ids = " ".join(file.election.options[index].id for index in outcome.winners)
    steps = outcome.numbers["steps"]
    assert isinstance(steps, int)
    return ids, outcome.spent, steps


# Official outcomes (voting.md of the project's notes, from the cities' own publications)


@pytest.mark.parametrize(
    ("name", "steps", "order"),
    [
        (
            "Poland_Swiecie_2023.pb",
            242,
            "c12 c10 c20 c21 c2 c3 c13 c1 c9 c11 c4 c7 c19 c5 c17 c18 c14",
        ),
        ("Netherlands_Assen_2024.pb", 843, "3 9 2 11 13 14 5 6 12"),
    ],
)
def test_the_official_outcome_of_a_city_is_reproduced(name: str, steps: int, order: str) -> None:
    file = read_file(DATA / name)

    outcome = count(file.election, file.profile, ADD1)

    ids = " ".join(file.election.options[index].id for index in outcome.winners)
    assert (ids, outcome.numbers["steps"]) == (order, steps)
    assert frozenset(outcome.winners) == file.official_winners


def test_swiecie_is_the_same_with_a_floored_start_and_with_its_own_threshold() -> None:
    name = "Poland_Swiecie_2023.pb"
    official = counted(name, ADD1)

    with_threshold = counted(name, ADD1.changed(threshold_cost=Fraction(1, 3)))
    floored = counted(name, ADD1.changed(mes_start=Start.FLOOR))

    assert with_threshold == official
    assert set(floored[0].split()) == set(official[0].split())
    assert floored[2] == 243


def test_swiecie_is_exhaustive_before_it_stops_and_assen_never_is() -> None:
    exhaustive = PRESETS["equal-shares-add1-exhaustive"]

    assert counted("Poland_Swiecie_2023.pb", exhaustive)[1:] == (1_040_337, 226)
    assert counted("Netherlands_Assen_2024.pb", exhaustive)[1:] == (76_700, 843)


def test_completion_would_have_changed_the_outcome_of_assen() -> None:
    ids, spent, _ = counted(
        "Netherlands_Assen_2024.pb", ADD1.changed(mes_completion=Completion.UTILITARIAN)
    )

    assert ids.split()[-1] == "7"
    assert spent == 88_700


# Other programs, on real ballots


def expected_rows() -> Iterator[dict[str, str]]:
    """Rows quick enough for every day: benchmarks/count/expected.py checks all."""
    table = DATA / "expected-mes.csv"
    if table.is_file():
        with table.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if not row["file"].endswith(".gz") and (DATA / row["file"]).stat().st_size < 60_000:
                    yield row


@cache
def in_order_of_ids(name: str) -> tuple[Election, Profile]:
    """The other programs settle the last ties by id, so ids make the official order here."""
    file = read_file(DATA / name)
    return sorted_by_id(file)


def sorted_by_id(file: PabulibFile) -> tuple[Election, Profile]:
    options = file.election.options
    order = sorted(range(len(options)), key=lambda index: options[index].id)
    place = {index: rank for rank, index in enumerate(order)}
    rows = tuple(tuple(sorted(place[index] for index in row)) for row in file.profile.rows)
    return (
        replace(file.election, options=tuple(options[index] for index in order)),
        replace(file.profile, rows=rows, marks=None, reading=Reading.APPROVALS),
    )


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=f"{row['file']}-{row['variant']}") for row in expected_rows()]
)
def test_other_programs_fund_the_same_in_the_same_order(row: dict[str, str]) -> None:
    election, profile = in_order_of_ids(row["file"])
    parameters = VARIANTS[row["variant"]].changed(
        ties=("lower-cost", "more-votes", "official-order")
    )

    outcome = count(election, profile, parameters)

    ids = " ".join(election.options[index].id for index in outcome.winners)
    assert ids == row["project_ids"]
    assert outcome.spent == Fraction(row["cost"]) * election.units_per_currency
    assert outcome.numbers["steps"] == int(row["increments"])


# Committees: unit costs, and every committee that some order of ties would choose


class Committee:
    """One instance of the abcvoting collection: voters, seats, and results by rule."""

    def __init__(self, text: str) -> None:
        found = re.search(r"^profile: (\[\[.*?\]\])\n\w", text, re.DOTALL | re.MULTILINE)
        assert found is not None
        self.rows: list[list[int]] = json.loads(found[1])
        self.candidates = int(self._field(text, "num_cand"))
        self.seats = int(self._field(text, "committeesize"))
        self._text = text

    @staticmethod
    def _field(text: str, name: str) -> str:
        found = re.search(rf"^{name}: (\d+)$", text, re.MULTILINE)
        assert found is not None
        return found[1]

    def results(self, rule: str) -> list[set[int]]:
        """All committees that the rule may choose."""
        found = re.findall(
            rf"^- rule_id: {rule}\n  result: (\[\[.*?\]\])\n", self._text, re.DOTALL | re.MULTILINE
        )
        assert found
        return [set(committee) for result in found for committee in json.loads(result)]

    def election(self) -> Election:
        options = tuple(Option(str(i), 1) for i in range(self.candidates))
        return Election(options, self.seats, units_per_currency=1)

    def profile(self) -> Profile:
        return Profile.grouped(Reading.APPROVALS, [(tuple(row), None, 1) for row in self.rows])


@pytest.fixture(scope="module")
def committees() -> list[Committee]:
    with tarfile.open(DATA / "abcvoting-expectations.tar.xz") as archive:
        files = [archive.extractfile(member) for member in archive if member.isfile()]
        return [Committee(file.read().decode()) for file in files if file is not None]


def test_committees_completed_by_votes_are_among_the_expected(committees: list[Committee]) -> None:
    parameters = SHARES.changed(mes_completion=Completion.UTILITARIAN, threshold_votes=0)

    for committee in committees:
        outcome = count(committee.election(), committee.profile(), parameters)
        assert set(outcome.winners) in committee.results("equal-shares-with-av-completion")

    assert len(committees) == 480


def test_committees_completed_otherwise_contain_what_shares_choose(
    committees: list[Committee],
) -> None:
    for committee in committees:
        outcome = count(committee.election(), committee.profile(), SHARES)
        assert any(set(outcome.winners) <= other for other in committee.results("equal-shares"))


def test_the_first_larger_share_that_fills_the_committee_fills_it_as_expected(
    committees: list[Committee],
) -> None:
    """That rule raises the sum of shares by one seat a time and cuts the last run at the seats."""
    for committee in committees:
        election, profile = committee.election(), committee.profile()
        support = support_of(profile, SHARES, committee.candidates)
        liked = [voters > 0 for voters in support.supporters]
        if sum(liked) < committee.seats:
            continue
        ones = (1,) * committee.candidates
        groups = (None,) * committee.candidates
        ranks = tuple(range(committee.candidates))
        candidates = Candidates(ones, ones, tuple(liked), ranks, groups, election.budget)
        total = committee.seats
        chosen: tuple[int, ...] = ()
        while len(chosen) < committee.seats:
            run = at_share(support, candidates, Fraction(total, profile.ballots))
            chosen, total = run.options[: committee.seats], total + 1
        assert set(chosen) in committee.results("equal-shares-with-increment-completion")
