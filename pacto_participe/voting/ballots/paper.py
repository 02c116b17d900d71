"""What stands beside each project on a printed ballot."""

from dataclasses import dataclass
from enum import StrEnum

from pacto_participe.voting.ballots.marks import Marks
from pacto_participe.voting.domain import Option

MOST_SIGNS = 10  # more do not fit beside a title: the number is written instead


class PaperStyle(StrEnum):
    """How a person who may not write marks a project."""

    CROSS = "cross"  # one box
    POINTS = "points"  # circles: as many crosses as points
    PLACES = "places"  # numbered boxes: one cross in each column
    NUMBER = "number"  # one box to write a number in, where circles or columns would not fit


@dataclass(frozen=True, slots=True)
class Paper:
    """`signs`: how many boxes or circles stand beside each project."""

    style: PaperStyle
    signs: int = 1


CROSSES = Paper(PaperStyle.CROSS)


def signs(style: PaperStyle, count: int) -> Paper:
    """These signs, or a box to write in when there would be too many."""
    return Paper(style, count) if count <= MOST_SIGNS else Paper(PaperStyle.NUMBER)


def filled_in_order(ranked: Marks, purse: int, options: tuple[Option, ...]) -> Marks:
    """Projects taken in the order of their places as long as they fit; what does not is passed over."""
    cost = {option.id: option.cost for option in options}
    taken: list[str] = []
    left = purse
    for name, _ in sorted(ranked.given, key=lambda pair: pair[1]):
        if name in cost and name not in taken and cost[name] <= left:
            taken.append(name)
            left -= cost[name]
    return Marks.chosen(taken)
