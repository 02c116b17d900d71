"""What a person put on a ballot, before it is known to be valid."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pacto_participe.kernel.errors import Problem
from pacto_participe.voting.domain import Option

FIELD = "choices"


class BallotProblem(StrEnum):
    """What to mend on a ballot. Beside each: the values its sentence names."""

    EMPTY = "ballot-empty"  # nothing chosen, and "none of them" not either
    NONE_NOT_OFFERED = "ballot-none-not-offered"  # "none of them" is no choice in this vote
    NONE_AND_SOME = "ballot-none-and-some"  # "none of them" together with choices
    UNKNOWN_PROJECT = "ballot-unknown-project"  # project (the id as typed)
    WITHDRAWN_PROJECT = "ballot-withdrawn-project"  # project
    NAMED_TWICE = "ballot-named-twice"  # project
    TOO_MANY = "ballot-too-many"  # by, max
    TOO_FEW = "ballot-too-few"  # by, min
    TOO_MANY_POINTS = "ballot-too-many-points"  # by, total
    TOO_MANY_FOR_ONE = "ballot-too-many-for-one"  # project, by, max
    NOT_POINTS = "ballot-not-points"  # project, points: below zero
    NOT_A_RANK = "ballot-not-a-rank"  # project, rank
    DUPLICATED_RANK = "ballot-duplicated-rank"  # rank, projects (ids)
    OVER_BUDGET = "ballot-over-budget"  # excess, budget, cost (whole units)


# A ballot on its way: something is missing, and nothing is too much.
UNFINISHED = frozenset({BallotProblem.EMPTY, BallotProblem.TOO_FEW})


@dataclass(frozen=True, slots=True)
class Marks:
    """(option id, number) as they were given: 1 for chosen, the points, or the rank (1 is best).

    An option may stand here twice or not exist: `problems` of the ballot kind tells. `is_none`: the
    person chose the labelled "none of them".
    """

    given: tuple[tuple[str, int], ...] = ()
    is_none: bool = False

    @classmethod
    def chosen(cls, options: Iterable[str]) -> "Marks":
        """Ticked options; empty strings, as forms send them, are left out."""
        return cls(tuple((option, 1) for option in options if option))

    @classmethod
    def pointed(cls, points: Mapping[str, int]) -> "Marks":
        """Points by option; 0 is the same as nothing."""
        return cls(tuple((option, number) for option, number in points.items() if number != 0))

    @classmethod
    def ranked(cls, options: Iterable[str]) -> "Marks":
        """Options from the first choice on; an empty place is closed up."""
        named = [option for option in options if option]
        return cls(tuple((option, rank) for rank, option in enumerate(named, start=1)))

    @classmethod
    def none(cls) -> "Marks":
        """The labelled choice of no project at all."""
        return cls(is_none=True)

    @property
    def options(self) -> tuple[str, ...]:
        """The ids, as given."""
        return tuple(option for option, _ in self.given)


def problems_of_names(
    marks: Marks, options: tuple[Option, ...], *, allow_none: bool
) -> tuple[Problem, ...]:
    """What is wrong on any ballot, before its own limits: empty, unknown, withdrawn, twice."""
    if not marks.given:
        if not marks.is_none:
            return (Problem(BallotProblem.EMPTY, FIELD),)
        return () if allow_none else (Problem(BallotProblem.NONE_NOT_OFFERED, FIELD),)
    found = [Problem(BallotProblem.NONE_AND_SOME, FIELD)] if marks.is_none else []
    named = marks.options
    once = dict.fromkeys(named)
    by_id = {option.id: option for option in options if option.id in once}
    for name in once:
        values = {"project": name}
        if name not in by_id:
            found.append(Problem(BallotProblem.UNKNOWN_PROJECT, FIELD, values))
        elif by_id[name].is_withdrawn:
            found.append(Problem(BallotProblem.WITHDRAWN_PROJECT, FIELD, values))
        if len(once) < len(named) and named.count(name) > 1:
            found.append(Problem(BallotProblem.NAMED_TWICE, FIELD, values))
    return tuple(found)


def problems_of_number(count: int, smallest: int, largest: int) -> tuple[Problem, ...]:
    """Too many or too few options on a ballot that is not blank."""
    if count > largest:
        values = {"by": count - largest, "max": largest}
        return (Problem(BallotProblem.TOO_MANY, FIELD, values),)
    if 0 < count < smallest:
        return (Problem(BallotProblem.TOO_FEW, FIELD, {"by": smallest - count, "min": smallest}),)
    return ()
