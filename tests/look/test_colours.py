"""The palette: every pair of text and ground that the stylesheet makes has enough contrast."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "static" / "css" / "pacto.css").read_text(encoding="utf-8")
TOKEN = re.compile(r"--([\w-]+):(#[0-9A-Fa-f]{6})")


def themes() -> dict[str, dict[str, str]]:
    light, dark = CSS.split("@media screen and (prefers-color-scheme:dark)", 1)
    light_tokens = dict(TOKEN.findall(light))
    dark_tokens = dict(TOKEN.findall(dark.split("}}", 1)[0]))
    return {"light": light_tokens, "dark": {**light_tokens, **dark_tokens}}


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_wcag_says():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


BODY = 7.0
TEXT = 4.5
EDGE = 3.0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), [
    ("ink", "paper", BODY), ("ink", "surface", BODY), ("ink", "sand", BODY),
    ("ink", "cedar-s", BODY), ("ink", "saffron-s", BODY), ("ink", "clay-s", BODY),
    ("ink", "indigo-s", BODY), ("ink", "danger-s", BODY),
    ("ink2", "paper", BODY), ("ink2", "surface", BODY), ("ink2", "sand", 6.5), ("ink2", "cedar-s", TEXT),
    ("cedar", "paper", TEXT), ("cedar", "surface", TEXT), ("cedar", "cedar-s", TEXT),
    ("on-cedar", "cedar", TEXT), ("on-cedar", "cedar-press", TEXT), ("on-saffron", "saffron", TEXT),
    ("clay", "paper", TEXT), ("clay", "clay-s", TEXT), ("indigo", "indigo-s", TEXT),
    ("danger", "surface", TEXT), ("danger", "paper", TEXT), ("danger", "danger-s", TEXT),
    ("on-hero", "hero", BODY), ("on-hero2", "hero", TEXT), ("saffron", "hero", EDGE),
    ("edge", "surface", EDGE), ("edge", "sand", EDGE), ("edge", "paper", EDGE),
])  # fmt: skip
def test_text_and_edges_can_be_read(theme, front, ground, least):
    tokens = themes()[theme]

    assert contrast(tokens[front], tokens[ground]) >= least


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_thread_of_the_band_stands_out_from_the_empty_warp(theme):
    tokens = themes()[theme]
    threads = ["cedar", "clay", "indigo", "ink2"] + (["saffron"] if theme == "dark" else [])

    assert all(contrast(tokens[thread], tokens["sand"]) >= EDGE for thread in threads)


def test_six_weaves_differ_by_pattern_and_not_only_by_colour():
    weaves = dict(re.findall(r"^\.(w[1-6])\{(.*)\}$", CSS, re.MULTILINE))

    assert len(weaves) == 6
    assert len({re.search(r"background-image:(.*)", rule)[1] for rule in weaves.values()}) == 6


def test_paper_is_never_dark():
    """A receipt that is printed from a dark screen is read in black on white, whatever the browser does."""
    for sheet in ("pacto.css", "minutes.css"):
        css = (Path(__file__).parents[2] / "static" / "css" / sheet).read_text(encoding="utf-8")
        dark = re.findall(r"@media ?([^{]*)\(prefers-color-scheme:dark\)", css)
        assert dark == ["screen and "], sheet
