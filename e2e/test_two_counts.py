"""Two implementations, one truth: Python and the browser count every election alike, to the last fraction."""

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from e2e.random_elections import Instance, random_instance
from e2e.two_counts import by_browser, by_python, differences, open_engine
from pacto_participe.voting.domain import PRESETS, Parameters
from pacto_participe.voting.pabulib import PabulibFile, own_rule, read_file
from pacto_participe.voting.tally import preset

FOLDER = Path(__file__).parents[2] / "shared" / "pb-data"
needs_elections = pytest.mark.skipif(not FOLDER.is_dir(), reason="no real elections beside it")
# What is packed is large: by every rule, those are counted by `python -m benchmarks.recount.all_elections`.
SMALL = sorted(FOLDER.glob("*.pb"))
LARGE = sorted(FOLDER.glob("*.pb.gz"))
QUICK = ("greedy-skip", "greedy-stop")


@pytest.fixture(scope="module")
def engine(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page()
    open_engine(page)
    yield page
    page.close()


def disagreements(engine: Page, file: PabulibFile, presets: tuple[str, ...]) -> list[str]:
    """By each preset and by the file's own rule."""
    own = own_rule(file)
    asked: list[tuple[str, Parameters, str | None]] = [
        *((name, preset(name, file), None) for name in presets),
        (f"own rule, {own.preset}", own.parameters, own.lot),
    ]
    found = []
    for name, parameters, lot in asked:
        instance = (file.election, file.profile, parameters, lot)
        told = differences(by_browser(engine, *instance), by_python(*instance))
        found += [f"{name}: {difference}" for difference in told]
    return found


@needs_elections
def test_there_are_elections_of_every_kind_to_compare():
    assert len(SMALL) + len(LARGE) == 79


@needs_elections
@pytest.mark.parametrize("path", SMALL, ids=lambda path: path.stem)
def test_a_real_election_is_counted_alike_by_every_rule(engine, path):
    assert disagreements(engine, read_file(path), tuple(PRESETS)) == []


@needs_elections
@pytest.mark.parametrize("path", LARGE, ids=lambda path: path.stem)
def test_a_large_one_is_counted_alike_by_most_votes_and_its_own_rule(engine, path):
    assert disagreements(engine, read_file(path), QUICK) == []


@pytest.mark.parametrize("seed", range(8))
def test_small_elections_full_of_ties_are_counted_alike_by_any_parameters(engine, seed):
    chance = random.Random(seed)
    instances: list[Instance] = [random_instance(chance) for _ in range(100)]

    found = [
        (place, told)
        for place, instance in enumerate(instances)
        if (told := differences(by_browser(engine, *instance), by_python(*instance)))
    ]

    assert found == []


def test_a_count_that_differs_would_be_noticed(engine):
    """The comparison can fail: the lot of another seed, another share, another rule."""
    chance = random.Random(1)
    noticed = 0
    for _ in range(60):
        election, profile, parameters, _ = random_instance(chance)
        other = parameters.changed(rule="equal-shares", mes_increment=3, ties=("lot",))
        here = by_browser(engine, election, profile, parameters, "one")
        noticed += bool(differences(here, by_python(election, profile, other, "another")))

    assert noticed > 20


def test_the_lot_is_drawn_alike(engine):
    """SHA-256 of seed and id, in a script of our own: letters beyond ASCII, and long texts."""
    texts = ["", "abc", "a" * 55, "a" * 56, "a" * 64, "é" * 1000, "قنطرة", "𐎀" * 77]

    told = engine.evaluate("(texts) => texts.map(sha256OfText)", texts)

    assert told == [hashlib.sha256(text.encode()).hexdigest() for text in texts]
