"""Choose one: a single project."""

from dataclasses import dataclass

from pacto_participe.kernel.errors import Problem
from pacto_participe.voting.ballots.content import ALONE, Writing
from pacto_participe.voting.ballots.limits import at_most
from pacto_participe.voting.ballots.marks import Marks, problems_of_names, problems_of_number
from pacto_participe.voting.ballots.moves import Move, Sets, chosen_moved
from pacto_participe.voting.ballots.paper import CROSSES, Paper
from pacto_participe.voting.domain import Election, Option, Reading


@dataclass(frozen=True, slots=True)
class ChooseOneLimits:
    """`allow_none` offers "none of them"."""

    allow_none: bool = False


@dataclass(frozen=True, slots=True)
class ChooseOne:
    """See the module."""

    name: str = "choose-one"
    reading: Reading = Reading.APPROVALS
    pabulib_vote_type: str = "choose-1"
    limits_type: type[ChooseOneLimits] = ChooseOneLimits
    writing: Writing = ALONE

    def limit_problems(self, limits: ChooseOneLimits, election: Election) -> tuple[Problem, ...]:
        """There must be something to choose."""
        return tuple(at_most(len(election.options), max=1))

    def problems(
        self, marks: Marks, limits: ChooseOneLimits, options: tuple[Option, ...]
    ) -> tuple[Problem, ...]:
        """Names first, then more than one."""
        return (
            *problems_of_names(marks, options, allow_none=limits.allow_none),
            *problems_of_number(len(set(marks.options)), 1, 1),
        )

    def most(self, limits: ChooseOneLimits) -> int:
        """One."""
        return 1

    def purse(self, limits: ChooseOneLimits) -> int | None:
        """None."""
        return None

    def moved(self, marks: Marks, move: Move, option: str, limits: ChooseOneLimits) -> Marks:
        """A new choice takes the place of the other."""
        return chosen_moved(Marks() if move is Move.ADD else marks, move, option)

    def sacrifices(
        self, marks: Marks, wanted: str, limits: ChooseOneLimits, options: tuple[Option, ...]
    ) -> Sets:
        """None: see moved."""
        return ()

    def paper(self, limits: ChooseOneLimits) -> Paper:
        """A box to cross."""
        return CROSSES

    def from_paper(
        self, marks: Marks, limits: ChooseOneLimits, options: tuple[Option, ...]
    ) -> Marks:
        """The same."""
        return marks

    def pabulib_limits(
        self, limits: ChooseOneLimits, units_per_currency: int = 100
    ) -> tuple[tuple[str, str], ...]:
        """Lengths."""
        return (("min_length", "1"), ("max_length", "1"))


CHOOSE_ONE = ChooseOne()
