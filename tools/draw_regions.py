"""Draws the map of the regions: regions.geojson in, a light set of SVG paths out.

Run from the root of the repository after changing the source or a number below:

    python3 tools/draw_regions.py

Standard library only. The result is compared with the source by tests/collectivities/test_region_map.py.
"""

import json
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "pacto_participe" / "collectivities" / "data"
SOURCE = DATA / "regions.geojson"
RESULT = DATA / "regions_map.json"

WIDTH = 600  # units of the drawing; a telephone shows it about 330 CSS pixels wide
MARGIN = 6
TOLERANCE = 1.2  # units: how far a drawn border may lie from the true one
SMALLEST_ISLAND = 12  # square units; a smaller ring would be a dot

Point = tuple[float, float]
Ring = list[Point]


def mercator(degrees: Point) -> Point:
    """Longitude and latitude to the plane, y downwards as in SVG."""
    longitude, latitude = degrees
    return math.radians(longitude), -math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))


def outer_rings(feature: dict[str, Any]) -> list[Ring]:
    """The outlines of a region, open (first point not repeated)."""
    geometry = feature["geometry"]
    polygons = (
        [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    )
    return [[(x, y) for x, y in polygon[0][:-1]] for polygon in polygons]


def corners(rings: list[Ring]) -> set[Point]:
    """The points where a border begins or ends: where the set of neighbouring points differs by ring."""
    neighbours: dict[Point, set[frozenset[Point]]] = {}
    for ring in rings:
        for index, point in enumerate(ring):
            pair = frozenset((ring[index - 1], ring[(index + 1) % len(ring)]))
            neighbours.setdefault(point, set()).add(pair)
    return {point for point, pairs in neighbours.items() if len(pairs) > 1}


def arcs_of(ring: Ring, ends: set[Point]) -> list[Ring]:
    """The ring cut at its corners, each piece with both of its ends."""
    cuts = [index for index, point in enumerate(ring) if point in ends] or [0]
    turned = ring[cuts[0] :] + ring[: cuts[0] + 1]
    arcs: list[Ring] = [[turned[0]]]
    for point in turned[1:-1]:
        arcs[-1].append(point)
        if point in ends:
            arcs.append([point])
    arcs[-1].append(turned[-1])
    return arcs


def simplified(arc: Ring) -> Ring:
    """Fewer points (Douglas and Peucker); the same whichever way round the arc is read."""
    if arc[0] > arc[-1]:
        return _douglas_peucker(arc[::-1])[::-1]
    return _douglas_peucker(arc)


def _douglas_peucker(arc: Ring) -> Ring:
    if len(arc) < 3:
        return arc
    distances = [_distance(point, arc[0], arc[-1]) for point in arc[1:-1]]
    farthest = max(range(len(distances)), key=distances.__getitem__) + 1
    if distances[farthest - 1] <= TOLERANCE:
        return [arc[0], arc[-1]]
    return _douglas_peucker(arc[: farthest + 1])[:-1] + _douglas_peucker(arc[farthest:])


def _distance(point: Point, start: Point, end: Point) -> float:
    """From a point to a segment."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    if not length:
        return math.dist(point, start)
    share = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length
    share = min(1.0, max(0.0, share))
    return math.dist(point, (start[0] + share * dx, start[1] + share * dy))


def area(ring: Ring) -> float:
    """In square units."""
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def whole(ring: Ring) -> list[tuple[int, int]]:
    """On whole units, without the steps that rounding made empty."""
    points = [(round(x), round(y)) for x, y in ring]
    return [point for index, point in enumerate(points) if point != points[index - 1]]


def path_of(ring: list[tuple[int, int]]) -> str:
    """Relative steps, because small numbers are short. `l` is implied after `m`."""
    steps = [ring[0]] + [(x - before[0], y - before[1]) for before, (x, y) in pairwise(ring)]
    text = "m"
    for x, y in steps:
        text += f"{'' if x < 0 or text == 'm' else ' '}{x}{'' if y < 0 else ' '}{y}"
    return text + "z"


def label_point(rings: list[Ring]) -> tuple[int, int]:
    """The point of a coarse grid that is deepest inside the largest outline: a number fits there."""
    ring = max(rings, key=area)
    edges = list(zip(ring, ring[1:] + ring[:1], strict=True))
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    candidates = [
        (x, y)
        for x in range(math.floor(min(xs)), math.ceil(max(xs)), 3)
        for y in range(math.floor(min(ys)), math.ceil(max(ys)), 3)
        if _is_inside((x, y), edges)
    ]
    return max(candidates, key=lambda point: min(_distance(point, *edge) for edge in edges))


def _is_inside(point: Point, edges: list[tuple[Point, Point]]) -> bool:
    inside = False
    for (x1, y1), (x2, y2) in edges:
        if (y1 > point[1]) != (y2 > point[1]):
            inside ^= point[0] < (x2 - x1) * (point[1] - y1) / (y2 - y1) + x1
    return inside


def draw() -> dict[str, Any]:
    """The whole result: one entry per region, in the order of the codes."""
    source = json.loads(SOURCE.read_text(encoding="utf-8"))
    flat = {
        feature["properties"]["code"]: [
            [mercator(point) for point in ring] for ring in outer_rings(feature)
        ]
        for feature in source["features"]
    }
    points = [point for rings in flat.values() for ring in rings for point in ring]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    scale = (WIDTH - 2 * MARGIN) / (right - left)

    def to_drawing(point: Point) -> Point:
        return MARGIN + (point[0] - left) * scale, MARGIN + (point[1] - top) * scale

    rings_by_code = {
        code: [[to_drawing(point) for point in ring] for ring in rings]
        for code, rings in flat.items()
    }
    ends = corners([ring for rings in rings_by_code.values() for ring in rings])
    regions = []
    for code, rings in sorted(rings_by_code.items()):
        light = [
            [point for arc in arcs_of(ring, ends) for point in simplified(arc)[:-1]]
            for ring in rings
            if area(ring) >= SMALLEST_ISLAND
        ]
        x, y = label_point(rings)
        path = path_of(whole(light[0]))
        if len(light) != 1:  # a relative move after "z" would start from the last ring
            raise SystemExit(
                f"region {code} has {len(light)} outlines to draw: write them absolute"
            )
        regions.append({"code": code, "path": path, "x": x, "y": y})
    height = round((bottom - top) * scale + 2 * MARGIN)
    return {
        "attribution": "© OpenStreetMap contributors",
        "licence": "ODbL-1.0",
        "source": "regions.geojson, by tools/draw_regions.py",
        "width": WIDTH,
        "height": height,
        "regions": regions,
    }


def as_text(drawing: dict[str, Any]) -> str:
    """JSON with one region a line, so that a change can be read."""
    head = {key: value for key, value in drawing.items() if key != "regions"}
    lines = ",\n".join(
        json.dumps(region, ensure_ascii=False, separators=(",", ":"))
        for region in drawing["regions"]
    )
    return f'{json.dumps(head, ensure_ascii=False, indent=1)[:-2]},\n "regions": [\n{lines}\n]}}\n'


if __name__ == "__main__":
    RESULT.write_text(as_text(draw()), encoding="utf-8")
