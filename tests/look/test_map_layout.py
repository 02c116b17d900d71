"""The laws of a map: everything is in its frame, in its direction, readable, and the same each time."""

import math
from itertools import combinations, pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pacto_participe.kernel.positions import Position
from pacto_participe.web.map_layout import (
    APART,
    LONGEST_BAR,
    MARGIN,
    MOST_NUMBERED,
    RADIUS,
    STRIP,
    WIDTH,
    Area,
    Drawing,
    lay_out,
)

TIZNIT = Position(2_969_740, -973_160)
# Of a quarter, of a commune, of the whole world.
spans = st.sampled_from([30, 500, 20_000, 8_900_000])
SOMEWHERE = st.builds(
    Position, st.integers(-8_900_000, 8_900_000), st.integers(-17_900_000, 17_900_000)
)


@st.composite
def places(draw: st.DrawFn, most: int = MOST_NUMBERED) -> list[tuple[int, Position]]:
    """Numbered positions, some in one quarter, some in the same house."""
    centre, span = draw(SOMEWHERE), draw(spans)
    steps = draw(st.lists(st.tuples(st.integers(-span, span), st.integers(-span, span)),
                          min_size=1, max_size=most))  # fmt: skip
    steps += draw(st.lists(st.sampled_from(steps), max_size=most - len(steps)))
    return [
        (number, Position(_within(centre.latitude_e5 + north, 9_000_000),
                          _within(centre.longitude_e5 + east, 18_000_000)))
        for number, (north, east) in enumerate(steps, start=1)
    ]  # fmt: skip


def _within(units: int, most: int) -> int:
    return max(-most, min(most, units))


def drawn(numbered: list[tuple[int, Position]], areas: tuple[Area, ...] = ()) -> Drawing:
    drawing = lay_out(numbered, areas)
    assert drawing is not None
    return drawing


@settings(max_examples=150, deadline=None)
@given(places())
@example([(number, TIZNIT) for number in range(1, MOST_NUMBERED + 1)])
def test_every_number_is_in_the_frame_and_none_covers_another(numbered) -> None:
    drawing = drawn(numbered)

    assert [mark.number for mark in drawing.marks] == [number for number, _ in numbered]
    for mark in drawing.marks:
        assert MARGIN <= mark.x <= WIDTH - MARGIN
        assert MARGIN <= mark.y <= drawing.height - STRIP - MARGIN
    for one, other in combinations(drawing.marks, 2):
        assert math.dist((one.x, one.y), (other.x, other.y)) >= APART > 2 * RADIUS


@settings(deadline=None)
@given(places())
def test_what_is_not_moved_keeps_its_direction_from_the_others(numbered) -> None:
    where = dict(numbered)
    stayed = [mark for mark in drawn(numbered).marks if not mark.is_moved]

    for one, other in pairwise(sorted(stayed, key=lambda mark: where[mark.number].longitude_e5)):
        assert one.x <= other.x
    for one, other in pairwise(sorted(stayed, key=lambda mark: where[mark.number].latitude_e5)):
        assert one.y >= other.y  # north is at the top


@settings(deadline=None)
@given(places())
def test_the_same_places_make_the_same_map(numbered) -> None:
    assert lay_out(numbered) == lay_out(list(numbered))


@settings(max_examples=50, deadline=None)
@given(places())
def test_one_circle_of_a_map_at_least_stays_where_its_place_is(numbered) -> None:
    assert not all(mark.is_moved for mark in drawn(numbered).marks)


@settings(deadline=None)
@given(places(most=60))
def test_the_bar_is_a_round_number_and_as_long_as_it_says(numbered) -> None:
    drawing = drawn(numbered)

    assert str(drawing.bar_metres).rstrip("0") in ("1", "2", "5")
    assert LONGEST_BAR / 2.6 < drawing.bar <= LONGEST_BAR


def test_the_bar_measures_what_lies_between_two_places() -> None:
    """Two places a kilometre apart, on a meridian and on a parallel."""
    north = Position(TIZNIT.latitude_e5 + 899, TIZNIT.longitude_e5)
    east = Position(TIZNIT.latitude_e5, TIZNIT.longitude_e5 + 1035)
    drawing = drawn([(1, TIZNIT), (2, north), (3, east)])
    origin, up, right = drawing.marks

    for mark in (up, right):
        units = math.dist((origin.x, origin.y), (mark.x, mark.y))
        assert units / drawing.bar * drawing.bar_metres == pytest.approx(1000, rel=0.01)


def test_a_single_place_stands_in_the_middle_and_is_not_looked_at_through_a_lens() -> None:
    drawing = drawn([(7, TIZNIT)])

    (mark,) = drawing.marks
    assert (mark.x, mark.y) == (WIDTH / 2, (drawing.height - STRIP) / 2)
    assert drawing.bar_metres >= 100


def test_without_a_place_there_is_no_map() -> None:
    assert lay_out([]) is None


def test_more_than_forty_are_dots_where_they_are() -> None:
    many = [(number, Position(2_969_740 + number * 37, -973_160 + number * number))
            for number in range(1, MOST_NUMBERED + 2)]  # fmt: skip

    drawing = drawn(many)

    assert drawing.marks == ()
    assert len(drawing.points) == MOST_NUMBERED + 1
    assert not drawing.is_moved


def test_of_two_in_the_same_place_the_first_stays_and_the_other_is_beside_it() -> None:
    drawing = drawn([(4, TIZNIT), (2, TIZNIT), (9, Position(2_979_740, -983_160))])

    first, second, far = drawing.marks
    assert (first.is_moved, second.is_moved, far.is_moved) == (False, True, False)
    assert math.dist((first.x, first.y), (second.x, second.y)) < APART + 6


def test_a_line_leads_from_a_place_that_no_circle_covers() -> None:
    """Nine places in a square, forty metres apart: somebody in it must leave."""
    square = [(place, Position(2_969_740 + 40 * (place % 3), -973_160 + 40 * (place // 3)))
              for place in range(9)]  # fmt: skip
    drawing = drawn([*square, (99, Position(2_971_740, -971_160))])

    assert drawing.left
    for mark in drawing.left:
        assert mark.is_moved
        assert mark.true in drawing.points
    assert drawing.leads.count("M") == len(drawing.left)


@settings(deadline=None)
@given(places(most=20), st.data())
def test_a_name_covers_neither_circles_nor_names_and_stays_in_the_frame(numbered, data) -> None:
    kept = [position for _, position in numbered]
    areas = tuple(
        Area("حي السلام" * data.draw(st.integers(1, 9)), "ar",
             tuple(data.draw(st.lists(st.sampled_from(kept), max_size=3))))
        for _ in range(data.draw(st.integers(1, 5)))
    )  # fmt: skip
    drawing = drawn(numbered, areas)

    boxes = []
    for name in drawing.names:
        half = len(name.text) * 3.5
        boxes.append((name.x - half, name.y - 10, name.x + half, name.y + 2))
        assert name.x - half >= -0.1
        assert name.x + half <= WIDTH + 0.1
        assert 0 < name.y < drawing.height - STRIP
    for left, top, right, bottom in boxes:
        for mark in drawing.marks:
            nearest = (min(max(mark.x, left), right), min(max(mark.y, top), bottom))
            assert math.dist((mark.x, mark.y), nearest) >= RADIUS
    for one, other in combinations(boxes, 2):
        assert not (
            one[0] < other[2] - 0.1 and other[0] < one[2] - 0.1
            and one[1] < other[3] and other[1] < one[3]
        )  # fmt: skip


def test_a_quarter_is_named_where_its_projects_are() -> None:
    south, north = Position(2_960_000, -973_160), Position(2_980_000, -973_160)
    areas = (Area("Centre", "fr", (south,)), Area("Tamda", "fr", (north,)),
             Area("Elsewhere", "en", (Position(3_500_000, -500_000),)), Area("None", "en", ()))  # fmt: skip
    drawing = drawn([(1, south), (2, north)], areas)

    centre, tamda = drawing.names
    low, high = drawing.marks
    assert (centre.text, tamda.text) == ("Centre", "Tamda")
    assert abs(centre.y - low.y) < 40
    assert abs(tamda.y - high.y) < 40
