"""What every ballot kind offers. Nothing outside this folder names one of them."""

from typing import Protocol, TypeVar

from pacto_participe.kernel.errors import Problem
from pacto_participe.voting.ballots.content import Writing
from pacto_participe.voting.ballots.marks import Marks
from pacto_participe.voting.ballots.moves import Move, Sets
from pacto_participe.voting.ballots.paper import Paper
from pacto_participe.voting.domain import Election, Option, Reading

LimitsT = TypeVar("LimitsT")


class BallotKind(Protocol[LimitsT]):
    """Pure. Its screen is templates/voting/ballots/<name>/fill.html."""

    @property
    def name(self) -> str:
        """Its name in the registry, stored with each vote."""

    @property
    def reading(self) -> Reading:
        """What a ballot says."""

    @property
    def pabulib_vote_type(self) -> str:
        """What Pabulib calls it."""

    @property
    def limits_type(self) -> type[LimitsT]:
        """Its own limits: a frozen dataclass of whole numbers and switches."""

    @property
    def writing(self) -> Writing:
        """How its ballots are stored, and read back."""

    def limit_problems(self, limits: LimitsT, election: Election) -> tuple[Problem, ...]:
        """What keeps residents from filling such a ballot in this election (LimitProblem)."""

    def problems(
        self, marks: Marks, limits: LimitsT, options: tuple[Option, ...]
    ) -> tuple[Problem, ...]:
        """What the person has to mend (BallotProblem); () when the ballot can be cast."""

    def most(self, limits: LimitsT) -> int:
        """How many projects a ballot may name; 0 when nothing but their number limits it."""

    def purse(self, limits: LimitsT) -> int | None:
        """The money of one ballot, in whole units; None when a ballot has none of its own."""

    def moved(self, marks: Marks, move: Move, option: str, limits: LimitsT) -> Marks:
        """The ballot after a press on a button beside a project."""

    def sacrifices(
        self, marks: Marks, wanted: str, limits: LimitsT, options: tuple[Option, ...]
    ) -> Sets:
        """Which chosen projects to give up for one more, the cheapest sacrifice first.

        () when it fits as it is, or when this kind needs no room made.
        """

    def paper(self, limits: LimitsT) -> Paper:
        """What stands beside each project on a printed ballot."""

    def from_paper(self, marks: Marks, limits: LimitsT, options: tuple[Option, ...]) -> Marks:
        """What a printed ballot says, as this kind stores it; `problems` tells whether it is valid."""

    def pabulib_limits(
        self, limits: LimitsT, units_per_currency: int = 100
    ) -> tuple[tuple[str, str], ...]:
        """The limits as META keys of a `.pb` file."""
