"""Changing one thing on a ballot: the buttons beside a project, and making room for one more."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from itertools import combinations
from math import comb

from pacto_participe.voting.ballots.marks import Marks

LARGEST_SET = 3  # giving up more than three projects for one is no offer
MOST_SETS_TRIED = 10_000
MOST_OFFERS = 8

Sets = tuple[tuple[str, ...], ...]


class Move(StrEnum):
    """What a button beside a project does; forms call their buttons so."""

    ADD = "add"
    REMOVE = "remove"
    UP = "up"  # a place higher, or one point more
    DOWN = "down"


def without(marks: Marks, leaves: Collection[str]) -> Marks:
    """The same ballot without these options."""
    return replace(marks, given=tuple(pair for pair in marks.given if pair[0] not in leaves))


def chosen_moved(marks: Marks, move: Move, option: str) -> Marks:
    """On a ballot of ticks; there is no up and no down."""
    rest = without(marks, {option})
    if move is Move.REMOVE:
        return rest
    return Marks((*rest.given, (option, 1))) if move is Move.ADD else marks


def ranked_moved(marks: Marks, move: Move, option: str) -> Marks:
    """On a ballot of places: the neighbour makes way; a new choice comes last; gaps are closed."""
    order = list(dict.fromkeys(name for name, _ in sorted(marks.given, key=lambda pair: pair[1])))
    if move is Move.ADD and option not in order:
        order.append(option)
    elif option in order:
        place = order.index(option)
        if move is Move.REMOVE:
            order.remove(option)
        other = place + {Move.UP: -1, Move.DOWN: 1}.get(move, 0)
        if 0 <= other < len(order) and move is not Move.REMOVE:
            order[place], order[other] = order[other], order[place]
    return Marks.ranked(order)


def pointed_moved(marks: Marks, move: Move, option: str, most: int) -> Marks:
    """On a ballot of points: one more or one less, between 0 and `most`."""
    points = dict(marks.given)
    now = points.get(option, 0)
    change = {Move.ADD: 1, Move.UP: 1, Move.DOWN: -1, Move.REMOVE: -now}[move]
    return Marks.pointed({**points, option: max(0, min(most, now + change))})


def swapped(marks: Marks, leaves: Collection[str], wanted: str) -> Marks:
    """The wanted option in the place, and with the mark, of the first that leaves."""
    given = []
    is_placed = False
    for option, mark in marks.given:
        if option in leaves and not is_placed:
            given.append((wanted, mark))
            is_placed = True
        elif option not in leaves and option != wanted:
            given.append((option, mark))
    return Marks(tuple(given))


def one_of(chosen: Iterable[str]) -> Sets:
    """Each of these alone makes room."""
    return tuple((option,) for option in chosen)


def sets_that_free(needed: int, costs: Mapping[str, int]) -> Sets:
    """The smallest sets of options that cost `needed` together at least, the cheapest first.

    No set holds an option that it does not need. Sets of up to three are looked for; when only larger
    ones free enough, one is given. () when all together do not.
    """
    found: list[tuple[str, ...]] = [(name,) for name, cost in costs.items() if cost >= needed]
    small = [name for name, cost in costs.items() if cost < needed]
    for size in range(2, LARGEST_SET + 1):
        if comb(len(small), size) > MOST_SETS_TRIED:
            break
        for names in combinations(small, size):
            total = sum(costs[name] for name in names)
            # Without any one of them it must not be enough, not even without the cheapest.
            if needed <= total < needed + min(costs[name] for name in names):
                found.append(names)
    if not found:
        return _many(needed, costs)
    found.sort(key=lambda names: (sum(costs[name] for name in names), len(names), names))
    return tuple(found[:MOST_OFFERS])


def _many(needed: int, costs: Mapping[str, int]) -> Sets:
    taken: list[str] = []
    for name in sorted(costs, key=lambda name: (-costs[name], name)):
        if sum(costs[one] for one in taken) >= needed:
            break
        taken.append(name)
    return (tuple(taken),) if sum(costs[one] for one in taken) >= needed else ()
