"""docs/checking-a-count.md tells every code that verify can print."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
CODE = re.compile(r'\b(?:passed|failed|noted|checked|check_list|_read)\(\s*"([a-z-]+)"')


def test_every_code_is_explained_and_no_other():
    sources = (ROOT / "pacto_participe" / "voting" / "verification").glob("*.py")
    codes = {code for source in sources for code in CODE.findall(source.read_text())}
    page = (ROOT / "docs" / "checking-a-count.md").read_text()
    told = {code for line in page.splitlines() if line.startswith("| `")
            for code in re.findall(r"`([a-z-]+)`", line.split("|")[1])}  # fmt: skip

    assert len(codes) > 15
    assert told | {"count"} == codes | {"count"}
