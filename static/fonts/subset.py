"""Make the font files of this folder again, from the npm packages named in README.md.

    python static/fonts/subset.py READEX_PRO_PACKAGE NOTO_TIFINAGH_PACKAGE

Needs fonttools and brotli. Writes the four .woff2 files beside this script and prints their sizes.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
FRENCH = "ÀÂÆÇÈÉÊËÎÏÔÙÛÜŸŒàâæçèéêëîïôùûüÿœñÑ«»’‘“”–—…·•°×²³€†§"
ARROWS_AND_SPACES = {0xA0, 0xB1, 0x2010, 0x2011, 0x202F, 0x2190, 0x2191, 0x2192, 0x2193, 0x2212}
LATIN = {*range(0x20, 0x7F), *ARROWS_AND_SPACES, *map(ord, FRENCH)}
JOINERS = range(0x200C, 0x2010)
FORMS = {*range(0xFB50, 0xFE00), *range(0xFE80, 0xFEFD)}
ARABIC = {*range(0x600, 0x700), *JOINERS, *FORMS}
TIFINAGH = {*range(0x2D30, 0x2D80)}
LABEL = {*map(ord, "ⵜⴰⵎⴰⵣⵉⵖⵜ")}
SHAPING = ["ccmp", "locl", "calt", "init", "medi", "fina", "isol", "rlig", "liga", "mark", "mkmk"]
FEATURES = [*SHAPING, "kern", "lnum", "tnum"]


def cut(source: Path, letters: set[int], target: str) -> None:
    """Keep these letters, their ligatures and the weight axis; drop hinting and names nobody reads."""
    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = FEATURES
    options.hinting = False
    options.desubroutinize = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    font = TTFont(source)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    font.flavor = "woff2"
    font.save(HERE / target)
    size = (HERE / target).stat().st_size
    print(f"{target}: {size} bytes")  # noqa: T201  a tool: it says what it wrote


def main(readex: Path, tifinagh: Path) -> None:
    """Both arguments are unpacked npm packages."""
    cut(readex / "files/readex-pro-arabic-wght-normal.woff2", ARABIC, "readex-pro-arabic.woff2")
    cut(readex / "files/readex-pro-latin-wght-normal.woff2", LATIN, "readex-pro-latin.woff2")
    whole = tifinagh / "files/noto-sans-tifinagh-tifinagh-400-normal.woff2"
    cut(whole, TIFINAGH, "noto-sans-tifinagh.woff2")
    cut(whole, LABEL, "tifinagh-label.woff2")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
