"""Ranking: your first choices in order."""

from collections import defaultdict
from dataclasses import dataclass

from pacto_participe.kernel.errors import Problem
from pacto_participe.voting.ballots.content import RANKED, Writing
from pacto_participe.voting.ballots.limits import (
    at_least_one,
    at_most,
    in_order,
)
from pacto_participe.voting.ballots.marks import (
    FIELD,
    BallotProblem,
    Marks,
    problems_of_names,
    problems_of_number,
)
from pacto_participe.voting.ballots.moves import Move, Sets, one_of, ranked_moved, without
from pacto_participe.voting.ballots.paper import Paper, PaperStyle, signs
from pacto_participe.voting.domain import Election, Option, Reading


@dataclass(frozen=True, slots=True)
class RankingLimits:
    """At least `min`, at most `top` choices in order; `allow_none` offers "none of them"."""

    top: int = 5
    min: int = 1
    allow_none: bool = False


@dataclass(frozen=True, slots=True)
class Ranking:
    """See the module."""

    name: str = "ranking"
    reading: Reading = Reading.RANKING
    pabulib_vote_type: str = "ordinal"
    limits_type: type[RankingLimits] = RankingLimits
    writing: Writing = RANKED

    def limit_problems(self, limits: RankingLimits, election: Election) -> tuple[Problem, ...]:
        """Nobody can rank more projects than there are."""
        return (
            *at_least_one(top=limits.top, min=limits.min),
            *in_order(limits.min, limits.top),
            *at_most(len(election.options), top=limits.top),
        )

    def problems(
        self, marks: Marks, limits: RankingLimits, options: tuple[Option, ...]
    ) -> tuple[Problem, ...]:
        """Names, ranks given twice, then the number. A gap between ranks is closed, not refused."""
        problems = [*problems_of_names(marks, options, allow_none=limits.allow_none)]
        at_rank: dict[int, list[str]] = defaultdict(list)
        for name, rank in marks.given:
            at_rank[rank].append(name)
            if rank < 1:
                values = {"project": name, "rank": rank}
                problems.append(Problem(BallotProblem.NOT_A_RANK, FIELD, values))
        for rank, names in sorted(at_rank.items()):
            if len(set(names)) > 1:
                values = {"rank": rank, "projects": tuple(names)}
                problems.append(Problem(BallotProblem.DUPLICATED_RANK, FIELD, values))
        number = len(set(marks.options))
        return (*problems, *problems_of_number(number, limits.min, limits.top))

    def most(self, limits: RankingLimits) -> int:
        """The number of places."""
        return limits.top

    def purse(self, limits: RankingLimits) -> int | None:
        """None."""
        return None

    def moved(self, marks: Marks, move: Move, option: str, limits: RankingLimits) -> Marks:
        """A place up or down; a new choice takes the next free place."""
        return ranked_moved(marks, move, option)

    def sacrifices(
        self, marks: Marks, wanted: str, limits: RankingLimits, options: tuple[Option, ...]
    ) -> Sets:
        """Any one, once every place is taken: the last choice first."""
        given = sorted(without(marks, {wanted}).given, key=lambda pair: -pair[1])
        return one_of(option for option, _ in given) if len(given) >= limits.top else ()

    def paper(self, limits: RankingLimits) -> Paper:
        """A box for each place."""
        return signs(PaperStyle.PLACES, limits.top)

    def from_paper(self, marks: Marks, limits: RankingLimits, options: tuple[Option, ...]) -> Marks:
        """The same."""
        return marks

    def pabulib_limits(
        self, limits: RankingLimits, units_per_currency: int = 100
    ) -> tuple[tuple[str, str], ...]:
        """Lengths."""
        return (("min_length", str(limits.min)), ("max_length", str(limits.top)))


RANKING = Ranking()
