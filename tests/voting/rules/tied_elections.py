"""Small elections for laws: few costs, few voters, so that ties are everywhere."""

from hypothesis import strategies as st

from pacto_participe.voting.domain import Election, Option, Profile, Reading


@st.composite
def tied_elections(
    draw: st.DrawFn,
    *,
    points: bool = False,
    cost: st.SearchStrategy[int] | None = None,
    units: tuple[int, ...] = (1, 3, 100),
    crowds: tuple[int, ...] = (1, 1, 1, 2, 5),
) -> tuple[Election, Profile]:
    count = draw(st.integers(1, 6))
    unit = draw(st.sampled_from(units))
    costs = st.integers(1, 8).map(lambda c: c * unit) if cost is None else cost
    options = tuple(Option(f"p{i}", draw(costs)) for i in range(count))
    total = sum(option.cost for option in options)
    budget = draw(st.integers(0, total) | st.sampled_from([option.cost for option in options]))
    ballots = draw(st.lists(ballot(count, points=points, crowds=crowds), max_size=9))
    reading = Reading.POINTS if points else Reading.APPROVALS
    return Election(options, budget, unit), Profile.grouped(reading, ballots)


@st.composite
def ballot(
    draw: st.DrawFn, count: int, *, points: bool, crowds: tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[int, ...] | None, int]:
    row = tuple(sorted(draw(st.sets(st.integers(0, count - 1), max_size=count))))
    weight = draw(st.sampled_from(crowds))
    marks = tuple(draw(st.integers(0, 3)) for _ in row) if points else None
    return row, marks, weight


def large_costs() -> st.SearchStrategy[int]:
    """Costs so large and so near each other that no float can tell them apart."""
    return st.integers(10**17, 10**17 + 3) | st.sampled_from([10**17 * 2, 10**17 * 3 + 1])
