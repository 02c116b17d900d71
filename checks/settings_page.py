"""docs/settings.md against Settings: every setting has its row, with its default, and no row is left over."""

import re
from collections.abc import Iterator
from pathlib import Path

from pacto_participe.settings import Settings

PAGE = Path(__file__).resolve().parent.parent / "docs/settings.md"
ROW = re.compile(r"^\| `(PACTO_\w+)` \|", re.MULTILINE)


def problems() -> Iterator[str]:
    """Each finding as an instruction."""
    yield from of_page(PAGE.read_text(encoding="utf-8"))


def of_page(text: str) -> Iterator[str]:
    documented = set(ROW.findall(text))
    known = {f"PACTO_{name.upper()}" for name in Settings.model_fields}
    for name in sorted(known - documented):
        yield f"docs/settings.md: add a row for `{name}`: what it does, its default, an example"
    for name in sorted(documented - known):
        yield f"docs/settings.md: remove the row of `{name}`: there is no such setting"
