"""The icons: one drawn set, turned round where directions are, and never the sign of a party."""

import re
from pathlib import Path

import pytest

from pacto_participe.voting.receipts.words import party_symbols
from pacto_participe.web.icons import Icons, read_icons

IMG = Path(__file__).parents[2] / "static" / "img"


@pytest.fixture(scope="module")
def icons() -> Icons:
    return read_icons(IMG / "icons.svg")


# A sign of the interface that no project, category or receipt shows.
OF_THE_INTERFACE = {"clock": {"clock"}}
# Of two words: the list of receipts holds single words.
PHRASES = {"wheat ear", "olive branch", "argan tree", "alarm clock"}


def as_words(text: str) -> str:
    return " " + " ".join(re.findall(r"\w+", text.casefold())) + " "


def shows_a_party(text: str, symbols: set[str]) -> set[str]:
    """The symbols named in some text, as whole words."""
    return {symbol for symbol in symbols if as_words(symbol) in as_words(text)}


@pytest.fixture(scope="module")
def symbols() -> set[str]:
    return {*party_symbols("en"), *PHRASES}


def test_no_pictogram_of_a_project_draws_the_symbol_of_a_party(icons, symbols):
    drawings = {icon.name: " ".join(icon.draws) for icon in icons.all}

    found = {name: shows_a_party(drawings[name], symbols) for name in icons.pictograms}

    assert {name: shown for name, shown in found.items() if shown} == {}


def test_nor_does_any_other_icon_but_the_clock(icons, symbols):
    found = {icon.name: shows_a_party(" ".join(icon.draws), symbols) for icon in icons.all}

    assert {name: shown for name, shown in found.items() if shown} == OF_THE_INTERFACE


@pytest.mark.parametrize(
    "drawn", ["oil lamp on a table", "an olive branch", "three wheat ear", "LION"]
)
def test_a_drawing_of_a_partys_symbol_would_be_found(drawn, symbols):
    assert shows_a_party(drawn, symbols)


def test_a_word_that_only_begins_like_a_symbol_passes(symbols):
    assert not shows_a_party("carton, carpet, sunday", symbols)


def test_directions_turn_round_on_right_to_left_pages_and_nothing_else_does(icons):
    turned = {icon.name for icon in icons.all if icon.mirrors}

    assert turned == {"go", "back", "share", "out"}
    assert 'class="i flip"' in icons("go")
    assert 'class="i"' in icons("clock")


def test_an_icon_is_silent_because_words_stand_beside_it(icons):
    assert all('aria-hidden="true"' in icons(icon.name) for icon in icons.all)


def test_every_drawing_stays_on_its_grid_of_24(icons):
    for icon in icons.all:
        absolute = re.findall(r"[ML](-?[\d.]+)[ ,](-?[\d.]+)", icon.drawing)
        assert all(0 <= float(value) <= 24 for point in absolute for value in point), icon.name
        assert len(icon.drawing) < 460, f"{icon.name} is drawn with too many strokes"


def test_an_icon_nobody_drew_is_an_instruction(icons):
    with pytest.raises(LookupError, match=r"Draw it there, or use one of: .*p-tap"):
        icons("unicorn")


def test_projects_choose_among_twenty_pictograms(icons):
    assert len(icons.pictograms) == 20
