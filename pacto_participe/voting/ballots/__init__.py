"""Ballot kinds. To add one: write its module, then name it here."""

from collections.abc import Iterable
from typing import Any

from pacto_participe.kernel.registry import Registry
from pacto_participe.voting.ballots.approval import APPROVAL
from pacto_participe.voting.ballots.choose_one import CHOOSE_ONE
from pacto_participe.voting.ballots.content import BadContent
from pacto_participe.voting.ballots.knapsack import KNAPSACK
from pacto_participe.voting.ballots.limits import LimitProblem
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
    "profile_of",
    "swapped",
    "without",
]

BALLOT_KINDS: Registry[BallotKind[Any]] = Registry(
    "ballot kind", APPROVAL, CHOOSE_ONE, POINTS, RANKING, KNAPSACK
)


def profile_of(
    kind: BallotKind[Any], election: Election, contents: Iterable[tuple[str, int]]
) -> Profile:
    """The profile of stored texts, each with the number of ballots that have it.

    Raises BadContent for a text that this kind does not write, or that names an unknown option.
    """
    indexes = election.indexes()
    return Profile.grouped(
        kind.reading, ((*kind.row(text, indexes), weight) for text, weight in contents)
    )
