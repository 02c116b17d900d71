"""Count every real election at hand and compare with what its city published.

    python -m benchmarks.real_elections [FOLDER] > docs/rules/real-elections.md

FOLDER (../shared/pb-data by default) holds `.pb`, `.pb.gz` and `.tar.xz` files of Pabulib.
"""

import sys
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

from pacto_participe.voting.domain import WhyCode
from pacto_participe.voting.pabulib import PabulibFile, own_rule, read
from pacto_participe.voting.rules import count

FOLDER = Path(__file__).parents[2] / "shared" / "pb-data"
FAMILIES = ("greedy", "greedy-threshold", "greedy-no-skip")

# What the files and their cities tell about outcomes that no count of the ballots gives.
_LEFT_OUT = "left out after the vote although it fits; the file does not say why"
_EXCLUSIVE = "projects that exclude each other: the file names the rule, not the projects"
_PAPER = "about half of the ballots were cast on paper and are not in the file; rule not told"
WHY = {
    "Poland_Warszawa_2018_Las": _LEFT_OUT,
    "Poland_Warszawa_2018_Wawrzyszew": _LEFT_OUT,
    "Poland_Warszawa_2018_Ursynow_Wysoki_Poludniowy": _LEFT_OUT + "; its money went to the next",
    "Poland_Warszawa_2020_Bialoleka": "left out after the vote, probably because project 752, "
    "which won, renews the same park; the file does not say so",
    "Poland_Warszawa_2022_Bemowo": _EXCLUSIVE,
    "Poland_Warszawa_2022_Bielany": _EXCLUSIVE,
    "Poland_Lodz_2020": "money of the districts was added after the vote and not spent strictly "
    "by the rule, says the file",
    "Hungary_Budapest_2022_VIII_Jozsefvaros": _PAPER,
    "Hungary_Budapest_2023_VIII_Jozsefvaros": _PAPER,
    "Hungary_Budapest_2024": "one ballot in ten was cast on paper and is not in the file; rule "
    "not told, limits by category",
    "Hungary_Budapest_2025_VIII_Jozsefvaros": _PAPER,
    "Hungary_Veszprem_2025": "the costs in the file stand for ranges, and the city went above the "
    "budget, says the file; rule not told",
}


@dataclass(frozen=True, slots=True)
class Case:
    """One election: what its city published, and what our count of its ballots gives."""

    name: str
    file: PabulibFile
    ours: frozenset[int]
    partly: frozenset[int]

    @property
    def rule(self) -> str:
        return self.file.meta.get("rule", "unknown")

    @property
    def official(self) -> frozenset[int] | None:
        return self.file.official_winners

    @property
    def is_same(self) -> bool:
        return self.ours == self.official

    def ids(self, indexes: frozenset[int]) -> str:
        return ", ".join(self.file.election.options[index].id for index in sorted(indexes))


def elections(folder: Path = FOLDER) -> Iterator[tuple[str, bytes]]:
    """(name, content) of each file, archives opened, one after the other."""
    for path in sorted(folder.iterdir()):
        if path.name.endswith((".pb", ".pb.gz")):
            yield path.name.removesuffix(".gz").removesuffix(".pb"), path.read_bytes()
        elif path.name.endswith(".tar.xz"):
            with tarfile.open(path) as archive:
                for member in archive:
                    content = archive.extractfile(member) if ".pb" in member.name else None
                    if content is not None:
                        name = Path(member.name).name.removesuffix(".gz").removesuffix(".pb")
                        yield name, content.read()


def case(name: str, content: bytes) -> Case:
    """Read and count one file by its own rule."""
    file = read(content)
    outcome = count(file.election, file.profile, own_rule(file).parameters)
    partly = frozenset(
        verdict.option for verdict in outcome.verdicts if verdict.code is WhyCode.PARTLY_FUNDED
    )
    return Case(name, file, frozenset(outcome.winners), partly)


def left_out(found: Case) -> frozenset[int] | None:
    """The fewest projects, at most two, without which our count gives the official outcome."""
    assert found.official is not None
    ours_only = sorted(found.ours - found.official)
    for size in (1, 2):
        for group in combinations(ours_only, size):
            if without(found, frozenset(group)) == found.official:
                return frozenset(group)
    return None


def without(found: Case, gone: frozenset[int]) -> frozenset[int]:
    """Our winners, had these projects been withdrawn."""
    options = tuple(
        replace(option, is_withdrawn=option.is_withdrawn or index in gone)
        for index, option in enumerate(found.file.election.options)
    )
    election = replace(found.file.election, options=options)
    return frozenset(count(election, found.file.profile, own_rule(found.file).parameters).winners)


def page(cases: list[Case]) -> str:
    """docs/rules/real-elections.md."""
    with_outcome = [found for found in cases if found.official is not None]
    inside = [found for found in with_outcome if found.rule in FAMILIES]
    same = sum(found.is_same for found in inside)
    lines = [
        "# Real elections, counted again",
        "",
        "<!-- Made by `python -m benchmarks.real_elections`. Do not edit by hand. -->",
        "",
        f"{len(cases)} real elections were counted by our engine from their ballots, by the rule",
        f"that each file names; {len(with_outcome)} of the files also tell which projects the city",
        "funded. Ties follow the order of the file.",
        "",
        f"**In the three families of most-votes rules, {same} of {len(inside)} official outcomes",
        f"are reproduced ({100 * same / len(inside):.2f} %).** The other {len(inside) - same} are",
        "named below; each is reproduced too once the one project in “same without” is left out.",
        "The index that came with 79 of the files (`INDEX.csv`, column `named_rule`) says of the same ones,",
        "and of no other in these families, that the rule which they name does not give their outcome.",
        "",
        "| rule in the file | ballots | files with an outcome | same winners |",
        "|---|---|---|---|",
    ]
    told = Counter((found.rule, found.file.vote_type) for found in with_outcome)
    agreed = Counter((found.rule, found.file.vote_type) for found in with_outcome if found.is_same)
    lines += [
        f"| {rule} | {ballots} | {told[rule, ballots]} | {agreed[rule, ballots]} |"
        for rule, ballots in sorted(told, key=lambda key: (key[0] not in FAMILIES, key))
    ]
    lines += [
        "",
        "`greedy-custom` is Poznań's rule (stop at the first that does not fit, and fund it if the",
        "rest covers 80 % of its cost) and one of Łódź. In every file of Poznań the project marked",
        "`selected = 2` is also the one that our count funds partly.",
        "",
        "## The elections that differ",
        "",
        "| election | rule | only in our count | only in the official outcome | same without | why |",
        "|---|---|---|---|---|---|",
    ]
    for found in with_outcome:
        if not found.is_same:
            lines.append(_difference(found))
    lines += ["", *_SOURCE]
    return "\n".join(lines) + "\n"


def _difference(found: Case) -> str:
    assert found.official is not None
    ours, theirs = found.ours - found.official, found.official - found.ours
    gone = left_out(found)
    cells = [
        found.name.replace("_", " "),
        found.rule,
        _short(found, ours),
        _short(found, theirs),
        "–" if gone is None else found.ids(gone),
        WHY.get(found.name, "not looked into"),
    ]
    return f"| {' | '.join(cells)} |"


def _short(found: Case, indexes: frozenset[int]) -> str:
    if not indexes:
        return "none"
    return found.ids(indexes) if len(indexes) <= 6 else f"{len(indexes)} projects"


_SOURCE = [
    "Source of the data: Pabulib (pabulib.org); Faliszewski et al., “Participatory Budgeting: Data,",
    "Tools, and Analysis”, IJCAI 2023. The files themselves are not part of this repository. To make",
    "this page again, put them beside the repository as `shared/pb-data` and run the command above.",
]


def main() -> None:
    """Print the page."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    found = sorted((case(*item) for item in elections(folder)), key=lambda found: found.name)
    sys.stdout.write(page(found))


if __name__ == "__main__":
    main()
