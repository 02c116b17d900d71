"""Knapsack: make the budget yourself; what you choose must fit into it together."""

from dataclasses import dataclass

from pacto_participe.kernel.errors import Problem
from pacto_participe.voting.ballots.content import CHOSEN, Writing
from pacto_participe.voting.ballots.limits import (
    LimitProblem,
    at_least_one,
    at_most,
)
from pacto_participe.voting.ballots.marks import (
    FIELD,
    BallotProblem,
    Marks,
    problems_of_names,
    problems_of_number,
)
from pacto_participe.voting.ballots.moves import Move, Sets, chosen_moved, sets_that_free, without
from pacto_participe.voting.ballots.paper import Paper, PaperStyle, filled_in_order
from pacto_participe.voting.domain import Election, Option, Reading, in_currency

PLACES_ON_PAPER = 5


@dataclass(frozen=True, slots=True)
class KnapsackLimits:
    """The budget in whole units; using all of it is never required."""

    budget: int
    min: int = 1
    allow_none: bool = False


@dataclass(frozen=True, slots=True)
class Knapsack:
    """See the module."""

    name: str = "knapsack"
    reading: Reading = Reading.APPROVALS
    pabulib_vote_type: str = "approval"
    limits_type: type[KnapsackLimits] = KnapsackLimits
    writing: Writing = CHOSEN

    def limit_problems(self, limits: KnapsackLimits, election: Election) -> tuple[Problem, ...]:
        """A project dearer than the whole budget can be on no ballot: staff must know before."""
        problems = [
            *at_least_one(min=limits.min),
            *at_most(len(election.options), min=limits.min),
        ]
        open_options = [option for option in election.options if not option.is_withdrawn]
        costs = sorted(option.cost for option in open_options)
        dear = tuple(option.id for option in open_options if option.cost > limits.budget)
        if sum(costs[: limits.min]) > limits.budget:
            values = {"budget": limits.budget, "cheapest": sum(costs[: limits.min])}
            problems.append(Problem(LimitProblem.NOTHING_AFFORDABLE, "budget", values))
        elif dear:
            named = {"projects": dear, "budget": limits.budget}
            problems.append(Problem(LimitProblem.DEARER_THAN_BUDGET, "budget", named))
        return tuple(problems)

    def problems(
        self, marks: Marks, limits: KnapsackLimits, options: tuple[Option, ...]
    ) -> tuple[Problem, ...]:
        """Names, too few, then the cost; a ballot that takes the last unit of money is fine."""
        problems = [*problems_of_names(marks, options, allow_none=limits.allow_none)]
        chosen = set(marks.options)
        cost = sum(option.cost for option in options if option.id in chosen)
        if cost > limits.budget:
            values = {"excess": cost - limits.budget, "budget": limits.budget, "cost": cost}
            problems.append(Problem(BallotProblem.OVER_BUDGET, FIELD, values))
        return (*problems, *problems_of_number(len(chosen), limits.min, len(options)))

    def most(self, limits: KnapsackLimits) -> int:
        """0: money is the limit."""
        return 0

    def purse(self, limits: KnapsackLimits) -> int | None:
        """The budget of a ballot."""
        return limits.budget

    def moved(self, marks: Marks, move: Move, option: str, limits: KnapsackLimits) -> Marks:
        """In or out."""
        return chosen_moved(marks, move, option)

    def sacrifices(
        self, marks: Marks, wanted: str, limits: KnapsackLimits, options: tuple[Option, ...]
    ) -> Sets:
        """Only what makes room."""
        cost = {option.id: option.cost for option in options}
        chosen = {name: cost.get(name, 0) for name in without(marks, {wanted}).options}
        needed = cost.get(wanted, 0) - (limits.budget - sum(chosen.values()))
        return sets_that_free(needed, chosen) if needed > 0 else ()

    def paper(self, limits: KnapsackLimits) -> Paper:
        """Nobody adds up at a desk: five places, filled into the budget in their order."""
        return Paper(PaperStyle.PLACES, PLACES_ON_PAPER)

    def from_paper(
        self, marks: Marks, limits: KnapsackLimits, options: tuple[Option, ...]
    ) -> Marks:
        """The projects in the order of their places, as long as they fit."""
        return filled_in_order(marks, limits.budget, options)

    def pabulib_limits(
        self, limits: KnapsackLimits, units_per_currency: int = 100
    ) -> tuple[tuple[str, str], ...]:
        """The budget of a ballot, in currency."""
        return (
            ("min_length", str(limits.min)),
            ("max_sum_cost", in_currency(limits.budget, units_per_currency)),
        )


KNAPSACK = Knapsack()
