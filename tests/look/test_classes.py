"""Pages and stylesheet speak the same words: no class is asked for that nobody drew."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CSS = ROOT / "static" / "css"
SHEETS = {file.name: file.read_text(encoding="utf-8") for file in CSS.glob("*.css")}
PRINTED = ("paper", "poster", "paper_marks", "letters_print", "sheet_print")
JINJA = re.compile(r"{{.*?}}|{%.*?%}")


def classes_of(template: str) -> set[str]:
    """Class names written out in a template; those computed by Jinja are left to its own tests."""
    return {
        name
        for value in re.findall(r'\bclass="([^"]*)"', template)
        for name in JINJA.sub(" ", value).split()
    }


def test_every_class_of_a_template_is_in_the_stylesheet():
    drawn = {name: set(re.findall(r"\.([a-zA-Z][\w-]*)", css)) for name, css in SHEETS.items()}
    everywhere = drawn["pacto.css"]
    for_print = everywhere | drawn["paper.css"]  # which only the pages of "paper" load
    unknown = {
        f"{file.relative_to(ROOT)}: {name}"
        for file in (ROOT / "templates").rglob("*.html")
        for name in classes_of(file.read_text(encoding="utf-8"))
        - (for_print if file.stem in PRINTED else everywhere)
    }

    assert unknown == set(), (
        "use a class of static/css/pacto.css (docs/design.md), or draw it there"
    )


def test_a_class_nobody_drew_would_be_found():
    assert classes_of('<p class="sm {{ x }} glow{% if y %} on{% endif %}">') == {"sm", "glow", "on"}


def test_no_template_writes_a_style_into_a_page():
    """The content policy refuses it, so it would silently not work."""
    found = [
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "templates").rglob("*.html")
        if re.search(r"\sstyle=|<style", file.read_text(encoding="utf-8"))
    ]

    assert found == []
