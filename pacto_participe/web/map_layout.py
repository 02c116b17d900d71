"""Numbered places laid out on a small map, drawn by the server: no tile, no outline that nobody measured.

Pure: positions in, places on a drawing out, the same for the same. The drawing is as wide as the column of
a phone, so that a circle of 13 units is 13 pixels there. North is at the top, and east on the right in every
language: a map is not turned round with the text.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pacto_participe.kernel.positions import METRES_PER_DEGREE, UNITS_PER_DEGREE, Position

WIDTH = 328
RADIUS = 13
MOST_NUMBERED = 40  # more numbers than that cannot be read on a phone: dots stand for them
MARGIN = 20
STRIP = 14  # for the bar of the scale
FEWEST_METRES = 500  # across the drawing, so that one place alone is not looked at through a lens
LOWEST, HIGHEST = 162, 330  # between the margins
APART = 29.0  # between the middles of two circles, with their rims
LONGEST_BAR = 96
BAR_FROM = 12
_STEP = 5  # of the places that are tried for a circle that must move
_LETTER, _LINE = 7.0, 16.0  # what a name takes, roughly
_GROWTH = 60

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A number in a circle. `true`: where its place is, which a circle that was moved has left."""

    number: int
    x: float
    y: float
    true: Point

    @property
    def is_moved(self) -> bool:
        return (self.x, self.y) != self.true


@dataclass(frozen=True, slots=True)
class Name:
    """A name, its language, and the middle of its line of text."""

    text: str
    lang: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """Either marks or, of more than can be numbered, dots. A square of the grid is as long as the bar."""

    height: int
    marks: tuple[Mark, ...]
    dots: tuple[Point, ...]
    names: tuple[Name, ...]
    bar: float
    bar_metres: int

    @property
    def is_moved(self) -> bool:
        return any(mark.is_moved for mark in self.marks)

    @property
    def grid(self) -> str:
        """The lines of a path, from the beginning of the bar."""
        across = (BAR_FROM + at * self.bar for at in range(math.ceil(WIDTH / self.bar)))
        up = (self.bar_y - at * self.bar for at in range(math.ceil(self.height / self.bar)))
        return "".join(
            [*(f"M{x:.1f} 0v{self.height}" for x in across), *(f"M0 {y:.1f}h{WIDTH}" for y in up)]
        )

    @property
    def bar_y(self) -> int:
        return self.height - 8

    @property
    def left(self) -> tuple[Mark, ...]:
        """The circles that had to leave a place which no circle covers: a line leads there."""
        return tuple(
            mark
            for mark in self.marks
            if all(math.dist((other.x, other.y), mark.true) > RADIUS + 3 for other in self.marks)
        )

    @property
    def leads(self) -> str:
        """The lines of a path from those places to their circles."""
        return "".join(
            f"M{mark.true[0]:.1f} {mark.true[1]:.1f}L{mark.x:.1f} {mark.y:.1f}"
            for mark in self.left
        )

    @property
    def points(self) -> tuple[Point, ...]:
        """What is drawn as a dot: projects that have no circle, and places without theirs."""
        return self.dots or tuple(dict.fromkeys(mark.true for mark in self.left))


@dataclass(frozen=True, slots=True)
class Area:
    """Something to be named where its places are."""

    name: str
    lang: str
    positions: tuple[Position, ...]


def lay_out(places: Sequence[tuple[int, Position]], areas: Sequence[Area] = ()) -> Drawing | None:
    """None where there is no place at all. Of two circles that would overlap, the first one stays."""
    if not places:
        return None
    frame = _frame([position for _, position in places])
    points = [frame.point(position) for _, position in places]
    if len(places) > MOST_NUMBERED:
        return _drawing(frame, (), tuple(dict.fromkeys(points)), areas)
    middles = _apart(points, frame.inner)
    while middles is None:  # a higher drawing has room for any such number
        frame = frame.higher()
        points = [frame.point(position) for _, position in places]
        middles = _apart(points, frame.inner)
    marks = tuple(
        Mark(number, *middle, point)
        for (number, _), middle, point in zip(places, middles, points, strict=True)
    )
    return _drawing(frame, marks, (), areas)


@dataclass(frozen=True, slots=True)
class _Frame:
    """How degrees become units of the drawing: as long along a parallel as along a meridian."""

    west: float  # degrees at the left margin, and at the top one
    north: float
    across: float  # units per degree of longitude, and of latitude
    along: float
    inner: int

    def point(self, position: Position) -> Point:
        return (
            round(MARGIN + (_degrees(position.longitude_e5) - self.west) * self.across, 1),
            round(MARGIN + (self.north - _degrees(position.latitude_e5)) * self.along, 1),
        )

    def holds(self, point: Point) -> bool:
        return 0 <= point[0] <= WIDTH and 0 <= point[1] <= self.inner + 2 * MARGIN

    def higher(self) -> "_Frame":
        north = self.north + _GROWTH / 2 / self.along
        return _Frame(self.west, north, self.across, self.along, self.inner + _GROWTH)

    @property
    def bar_metres(self) -> int:
        """1, 2 or 5 with zeros, as long as the bar can be."""
        most = LONGEST_BAR / self.along * METRES_PER_DEGREE
        power: int = 10 ** int(math.log10(most))
        return max(step * power for step in (1, 2, 5) if step * power <= most)


def _degrees(units: int) -> float:
    return units / UNITS_PER_DEGREE


def _frame(positions: Sequence[Position]) -> _Frame:
    """The smallest one around them, with room for the numbers at its rims."""
    easts = [_degrees(position.longitude_e5) for position in positions]
    norths = [_degrees(position.latitude_e5) for position in positions]
    west, east, south, north = min(easts), max(easts), min(norths), max(norths)
    narrowing = max(math.cos(math.radians((south + north) / 2)), 0.01)
    fewest = FEWEST_METRES / METRES_PER_DEGREE
    width, height = max((east - west) * narrowing, fewest), north - south
    room = WIDTH - 2 * MARGIN
    along = min(room / width, HIGHEST / height if height else math.inf)
    inner = max(LOWEST, math.ceil(height * along))
    across = along * narrowing
    return _Frame(
        west=(west + east) / 2 - room / 2 / across,
        north=(south + north) / 2 + inner / 2 / along,
        across=across,
        along=along,
        inner=inner,
    )


def _apart(points: Sequence[Point], inner: int) -> list[Point] | None:
    """Where the circles come, in the same order; None where they have no room.

    Those that touch no other stay, then of the others who can; the rest takes the nearest free places.
    """
    placed: dict[int, Point] = {}
    for index, point in enumerate(points):
        others = (other for at, other in enumerate(points) if at != index)
        if _is_free(point, others):
            placed[index] = point
    for index, point in enumerate(points):
        if index not in placed and _is_free(point, placed.values()):
            placed[index] = point
    for index, point in enumerate(points):
        if index not in placed:
            found = _nearest_free(point, list(placed.values()), inner)
            if found is None:
                return None
            placed[index] = found
    return [placed[index] for index in range(len(points))]


def _is_free(point: Point, others: Iterable[Point]) -> bool:
    return all(math.dist(point, other) >= APART for other in others)


def _nearest_free(point: Point, placed: list[Point], inner: int) -> Point | None:
    x, y = point
    for dx, dy in _around():
        tried = (round(x + dx, 1), round(y + dy, 1))
        if not (MARGIN <= tried[0] <= WIDTH - MARGIN and MARGIN <= tried[1] <= MARGIN + inner):
            continue
        if _is_free(tried, placed):
            return tried
    return None


@cache
def _around() -> tuple[tuple[int, int], ...]:
    """Steps from a place, the nearest first."""
    steps = range(-WIDTH // _STEP * _STEP, WIDTH, _STEP)
    return tuple(
        sorted(
            ((dx, dy) for dx in steps for dy in steps), key=lambda d: (math.hypot(*d), d[1], d[0])
        )
    )


def _drawing(
    frame: _Frame, marks: tuple[Mark, ...], dots: tuple[Point, ...], areas: Sequence[Area]
) -> Drawing:
    metres = frame.bar_metres
    circles = [(mark.x, mark.y, RADIUS + 1.0) for mark in marks]
    circles += [(x, y, 5.0) for x, y in dots]
    return Drawing(
        height=frame.inner + 2 * MARGIN + STRIP,
        marks=marks,
        dots=dots,
        names=tuple(_named(frame, areas, circles)),
        bar=round(metres / METRES_PER_DEGREE * frame.along, 1),
        bar_metres=metres,
    )


_Box = tuple[float, float, float, float]


def _named(
    frame: _Frame, areas: Sequence[Area], circles: Sequence[tuple[float, float, float]]
) -> Iterator[Name]:
    """Each area where its places are, if a free line is near; a name is left out rather than covered."""
    taken: list[_Box] = []
    for area in areas:
        points = [point for point in map(frame.point, area.positions) if frame.holds(point)]
        if not points:
            continue
        width = len(area.name) * _LETTER
        x = sum(point[0] for point in points) / len(points)
        y = sum(point[1] for point in points) / len(points)
        x = min(max(x, width / 2 + 4), WIDTH - width / 2 - 4)
        for line in (4, 29, -20, 42, -33, 55, -46):
            box = (x - width / 2, y + line - _LINE + 4, x + width / 2, y + line + 4)
            if _is_line_free(box, frame, circles, taken):
                taken.append(box)
                yield Name(area.name, area.lang, round(x, 1), round(y + line, 1))
                break


def _is_line_free(
    box: _Box,
    frame: _Frame,
    circles: Sequence[tuple[float, float, float]],
    taken: Sequence[_Box],
) -> bool:
    left, top, right, bottom = box
    if left < 0 or right > WIDTH or top < 2 or bottom > frame.inner + 2 * MARGIN - 6:
        return False
    if any(
        other[0] < right and left < other[2] and other[1] < bottom and top < other[3]
        for other in taken
    ):
        return False
    return all(
        math.dist((x, y), (min(max(x, left), right), min(max(y, top), bottom))) >= radius
        for x, y, radius in circles
    )
