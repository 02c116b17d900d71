"""Points: share out a number of points, at most so many for one project."""

from dataclasses import dataclass

from pacto_participe.kernel.errors import Problem
from pacto_participe.voting.ballots.content import POINTED, Writing
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
from pacto_participe.voting.ballots.moves import Move, Sets, pointed_moved
from pacto_participe.voting.ballots.paper import Paper, PaperStyle, signs
from pacto_participe.voting.domain import Election, Option, Reading


@dataclass(frozen=True, slots=True)
class PointsLimits:
    """Points in all, at most for one project, and to how many projects at least.

    Points may be left over. `allow_none` offers "none of them".
    """

    total: int = 10
    max_each: int = 5
    min_projects: int = 3
    allow_none: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """See the module."""

    name: str = "points"
    reading: Reading = Reading.POINTS
    pabulib_vote_type: str = "cumulative"
    limits_type: type[PointsLimits] = PointsLimits
    writing: Writing = POINTED

    def limit_problems(self, limits: PointsLimits, election: Election) -> tuple[Problem, ...]:
        """Each of the fewest projects needs at least one point."""
        problems = [
            *at_least_one(
                total=limits.total, max_each=limits.max_each, min_projects=limits.min_projects
            ),
            *at_most(len(election.options), min_projects=limits.min_projects),
        ]
        if limits.min_projects > limits.total >= 1:
            values = {"needed": limits.min_projects, "total": limits.total}
            problems.append(Problem(LimitProblem.POINTS_OUT_OF_REACH, "total", values))
        return tuple(problems)

    def problems(
        self, marks: Marks, limits: PointsLimits, options: tuple[Option, ...]
    ) -> tuple[Problem, ...]:
        """Names, each project's points, the sum, then the number of projects."""
        problems = [*problems_of_names(marks, options, allow_none=limits.allow_none)]
        for name, points in marks.given:
            if points < 0:
                values = {"project": name, "points": points}
                problems.append(Problem(BallotProblem.NOT_POINTS, FIELD, values))
            if points > limits.max_each:
                excess = {
                    "project": name,
                    "by": points - limits.max_each,
                    "max": limits.max_each,
                }
                problems.append(Problem(BallotProblem.TOO_MANY_FOR_ONE, FIELD, excess))
        spent = sum(points for _, points in marks.given)
        if spent > limits.total:
            values = {"by": spent - limits.total, "total": limits.total}
            problems.append(Problem(BallotProblem.TOO_MANY_POINTS, FIELD, values))
        named = {name for name, points in marks.given if points > 0}
        return (*problems, *problems_of_number(len(named), limits.min_projects, len(options)))

    def most(self, limits: PointsLimits) -> int:
        """0: as many as there are points for."""
        return 0

    def purse(self, limits: PointsLimits) -> int | None:
        """None: points are no money."""
        return None

    def moved(self, marks: Marks, move: Move, option: str, limits: PointsLimits) -> Marks:
        """One point more or less. More than all points may be given for a while: `problems` tells."""
        return pointed_moved(marks, move, option, limits.max_each)

    def sacrifices(
        self, marks: Marks, wanted: str, limits: PointsLimits, options: tuple[Option, ...]
    ) -> Sets:
        """None: points are taken back one by one."""
        return ()

    def paper(self, limits: PointsLimits) -> Paper:
        """A circle for each point that one project can get."""
        return signs(PaperStyle.POINTS, limits.max_each)

    def from_paper(self, marks: Marks, limits: PointsLimits, options: tuple[Option, ...]) -> Marks:
        """The same."""
        return marks

    def pabulib_limits(
        self, limits: PointsLimits, units_per_currency: int = 100
    ) -> tuple[tuple[str, str], ...]:
        """Lengths and sums."""
        return (
            ("min_length", str(limits.min_projects)),
            ("max_points", str(limits.max_each)),
            ("max_sum_points", str(limits.total)),
        )


POINTS = Points()
