import gzip
import re
import runpy
from itertools import pairwise
from pathlib import Path

import pytest

from pacto_participe.collectivities import queries
from tests.collectivities.registers import national_register

ROOT = Path(__file__).parents[2]
DATA = ROOT / "pacto_participe" / "collectivities" / "data"


@pytest.fixture(scope="module")
def drawing_tool():
    return runpy.run_path(str(ROOT / "tools" / "draw_regions.py"))


def corners_of(path: str) -> list[tuple[int, int]]:
    """The absolute corners of a path of relative steps."""
    numbers = [int(number) for number in re.findall(r"-?\d+", path)]
    x = y = 0
    corners = []
    for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + dx, y + dy
        corners.append((x, y))
    return corners


def test_the_map_shows_each_region_of_the_register_once():
    drawn = [shape.collectivity_id for shape in queries.region_map().shapes]

    assert drawn == sorted(
        unit.collectivity_id for unit in national_register() if unit.type.value == "region"
    )


def test_the_map_that_is_served_is_the_one_that_the_tool_draws(drawing_tool):
    drawn = drawing_tool["as_text"](drawing_tool["draw"]())

    assert (DATA / "regions_map.json").read_text(encoding="utf-8") == drawn


def test_the_map_stays_in_its_frame_and_weighs_little():
    region_map = queries.region_map()

    for shape in region_map.shapes:
        assert re.fullmatch(r"m\d+ \d+( ?-?\d+)+z", shape.path)
        for x, y in corners_of(shape.path):
            assert 0 < x < region_map.width
            assert 0 < y < region_map.height
    assert len(gzip.compress((DATA / "regions_map.json").read_bytes())) < 2_500


def test_neighbouring_regions_share_their_border_without_a_gap():
    edges = [
        {frozenset(edge) for edge in pairwise([*corners, corners[0]])}
        for corners in (corners_of(shape.path) for shape in queries.region_map().shapes)
    ]
    souss_massa, guelmim = edges[8], edges[9]

    assert len(souss_massa & guelmim) > 5


def test_the_map_names_whose_data_it_shows():
    assert queries.region_map().attribution == "© OpenStreetMap contributors"
