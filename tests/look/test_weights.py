"""What a phone must fetch: the budgets of the page, on the files that are served."""

import gzip
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "static"
KB = 1024


def sent(path: str) -> int:
    """Bytes over the wire: text compressed as the server does, fonts as they are."""
    content = (STATIC / path).read_bytes()
    return len(content) if path.endswith(".woff2") else len(gzip.compress(content, 6, mtime=0))


@pytest.mark.parametrize(("path", "most_kb"), [
    ("css/pacto.css", 12),
    ("js/ballot.js", 4),
    ("js/sw.js", 3),
    ("js/listen.js", 1.5),
    ("vendor/htmx-4.0.1.min.js", 14),
    ("fonts/readex-pro-arabic.woff2", 22),
    ("fonts/readex-pro-latin.woff2", 21),
    ("fonts/tifinagh-label.woff2", 3),
    ("fonts/noto-sans-tifinagh.woff2", 18),
    ("img/icon.svg", 1),
])  # fmt: skip
def test_each_file_keeps_its_budget(path, most_kb):
    assert sent(path) <= most_kb * KB


def test_the_scripts_of_the_ballot_weigh_at_most_25_kb_together():
    assert sent("js/ballot.js") + sent("vendor/htmx-4.0.1.min.js") <= 25 * KB


def test_the_fonts_of_a_page_weigh_at_most_45_kb_together():
    names = ("readex-pro-arabic", "readex-pro-latin", "tifinagh-label")

    assert sum(sent(f"fonts/{name}.woff2") for name in names) <= 45 * KB


def test_every_font_has_its_licence_beside_it():
    licences = {file.name for file in (STATIC / "fonts").glob("OFL-*.txt")}

    assert licences == {"OFL-readex-pro.txt", "OFL-noto-sans-tifinagh.txt"}
    for name in licences:
        text = (STATIC / "fonts" / name).read_text(encoding="utf-8")
        assert "SIL Open Font License, Version 1.1" in text


def test_scripts_hold_no_sentence_of_their_own():
    """Words come from the page, translated: a script knows none."""
    for name in ("ballot.js", "listen.js", "sw.js"):
        code = re.sub(r"//.*", "", (STATIC / "js" / name).read_text(encoding="utf-8"))
        strings = re.findall(r'"([^"\n]*)"|\'([^\'\n]*)\'', code)
        said = [one or two for one, two in strings]
        assert not [text for text in said if re.search(r"[A-Za-zÀ-ÿ]{2,} [a-zà-ÿ]{2,} ", text)]
        assert not re.search(r"[\u0600-\u06ff]", code)
