"""Approval: tick the projects you would like, between a minimum and a maximum."""

from dataclasses import dataclass

from pacto_participe.kernel.errors import Problem
from pacto_participe.voting.ballots.content import CHOSEN, Writing
from pacto_participe.voting.ballots.limits import (
    at_least_one,
    at_most,
    in_order,
)
from pacto_participe.voting.ballots.marks import Marks, problems_of_names, problems_of_number
from pacto_participe.voting.ballots.moves import Move, Sets, chosen_moved, one_of, without
from pacto_participe.voting.ballots.paper import CROSSES, Paper
from pacto_participe.voting.domain import Election, Option, Reading


@dataclass(frozen=True, slots=True)
class ApprovalLimits:
    """How many projects may be ticked; `allow_none` offers "none of them"."""

    min: int = 1
    max: int = 3
    allow_none: bool = False


@dataclass(frozen=True, slots=True)
class Approval:
    """See the module."""

    name: str = "approval"
    reading: Reading = Reading.APPROVALS
    pabulib_vote_type: str = "approval"
    limits_type: type[ApprovalLimits] = ApprovalLimits
    writing: Writing = CHOSEN

    def limit_problems(self, limits: ApprovalLimits, election: Election) -> tuple[Problem, ...]:
        """A maximum above the number of projects is no problem: it is just never reached."""
        return (
            *at_least_one(min=limits.min, max=limits.max),
            *in_order(limits.min, limits.max),
            *at_most(len(election.options), min=limits.min),
        )

    def problems(
        self, marks: Marks, limits: ApprovalLimits, options: tuple[Option, ...]
    ) -> tuple[Problem, ...]:
        """Names first, then the number of different projects."""
        return (
            *problems_of_names(marks, options, allow_none=limits.allow_none),
            *problems_of_number(len(set(marks.options)), limits.min, limits.max),
        )

    def most(self, limits: ApprovalLimits) -> int:
        """The maximum."""
        return limits.max

    def purse(self, limits: ApprovalLimits) -> int | None:
        """None: costs are shown, and limit nothing."""
        return None

    def moved(self, marks: Marks, move: Move, option: str, limits: ApprovalLimits) -> Marks:
        """Ticked or not."""
        return chosen_moved(marks, move, option)

    def sacrifices(
        self, marks: Marks, wanted: str, limits: ApprovalLimits, options: tuple[Option, ...]
    ) -> Sets:
        """Any one, once the ballot is full: the one that costs least first."""
        cost = {option.id: option.cost for option in options}
        chosen = without(marks, {wanted}).options
        if len(chosen) < limits.max:
            return ()
        return one_of(sorted(chosen, key=lambda option: cost.get(option, 0)))

    def paper(self, limits: ApprovalLimits) -> Paper:
        """A box to cross."""
        return CROSSES

    def from_paper(
        self, marks: Marks, limits: ApprovalLimits, options: tuple[Option, ...]
    ) -> Marks:
        """The same."""
        return marks

    def pabulib_limits(
        self, limits: ApprovalLimits, units_per_currency: int = 100
    ) -> tuple[tuple[str, str], ...]:
        """Lengths."""
        return (("min_length", str(limits.min)), ("max_length", str(limits.max)))


APPROVAL = Approval()
