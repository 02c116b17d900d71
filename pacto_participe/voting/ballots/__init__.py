"""Ballot kinds. To add one: write its module, then name it here."""

from collections.abc import Iterable, Mapping
from typing import Any

from pacto_participe.kernel.registry import Registry
from pacto_participe.voting.ballots.approval import APPROVAL
from pacto_participe.voting.ballots.choose_one import CHOOSE_ONE
from pacto_participe.voting.ballots.content import BadContent
from pacto_participe.voting.ballots.knapsack import KNAPSACK
from pacto_participe.voting.ballots.limits import LimitProblem, from_plain, to_plain
from pacto_participe.voting.ballots.marks import UNFINISHED, BallotProblem, Marks
from pacto_participe.voting.ballots.moves import Move, swapped, without
from pacto_participe.voting.ballots.points import POINTS
from pacto_participe.voting.ballots.protocol import BallotKind
from pacto_participe.voting.ballots.ranking import RANKING
from pacto_participe.voting.domain import Election, Profile

__all__ = [
    "BALLOT_KINDS",
    "UNFINISHED",
    "BadContent",
    "BallotKind",
    "BallotProblem",
    "LimitProblem",
    "Marks",
    "Move",
    "limits_of",
    "profile_of",
    "swapped",
    "to_plain",
    "without",
]

BALLOT_KINDS: Registry[BallotKind[Any]] = Registry(
    "ballot kind", APPROVAL, CHOOSE_ONE, POINTS, RANKING, KNAPSACK
)


def limits_of(kind: BallotKind[Any], plain: Mapping[str, Any]) -> Any:
    """The kind's own limits from plain JSON. Raises BadParameter."""
    return from_plain(kind.limits_type, plain)


def profile_of(
    kind: BallotKind[Any], election: Election, contents: Iterable[tuple[str, int]]
) -> Profile:
    """The profile of stored texts, each with the number of ballots that have it.

    Raises BadContent for a text that this kind does not write, or that names an unknown option.
    """
    indexes = election.indexes()
    return Profile.grouped(
        kind.reading, ((*kind.writing.row(text, indexes), weight) for text, weight in contents)
    )
