"""What the pages promise: a strict CSP, no third party, both directions, every word translated.

djlint looks at the HTML; the rules here are our own. They read the templates with Jinja's parts blanked
out, line numbers kept.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"

KINDS = ("*.html", "*.svg", "*.txt")

# Blocks that a layout puts inside class="…".
JINJA = re.compile(
    r"{%-?\s*block (?:paper|main_class)\b.*?endblock.*?%}"
    r"|{#.*?#}|{%-?\s*trans\b.*?endtrans\s*-?%}|{%.*?%}|{{.*?}}",
    re.DOTALL,
)
TAG_BY_NAME = re.compile(r"(</?){{[^}]*}}")  # <{{ tag }} …>
JINJA_TEXT = re.compile(r"{{-?\s*(['\"])(?=[^'\"]*[A-Za-z]{2})[^'\"]*\1\s*-?}}")
LETTERS = re.compile(r"[^\W\d_]{2,}")
SHOWN_ATTRIBUTES = {
    "alt",
    "title",
    "placeholder",
    "aria-label",
    "aria-description",
    "content",
    "label",
}
TECHNICAL_META = {
    "viewport",
    "color-scheme",
    "theme-color",
    "robots",
    "format-detection",
    "referrer",
}
FETCHED = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src"), ("source", "src"),
           ("use", "href"), ("video", "src"), ("audio", "src"), ("object", "data")}  # fmt: skip
SILENT = {"code", "kbd", "samp", "pre"}  # what they hold is the same in every language
NAMES = {"Pacto Participe", "SHA-256"}  # and so are names

PHYSICAL = re.compile(
    r"(?<![\w-])(?:"
    r"(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)[\w-]*"
    r"|border-(?:top|bottom)-(?:left|right)-radius"
    r"|(?:left|right)(?=\s*:)"
    r"|(?:text-align|float|clear|caption-side)\s*:\s*(?:left|right)"
    r")"
)
FOUR_SIDES = re.compile(
    r"(?<![\w-])(?:margin|padding|inset|border-width)\s*:\s*[^\s;}]+\s+([^\s;}]+)\s+[^\s;}]+\s+([^\s;}]+)"
)
OUTSIDE = re.compile(r"url\(\s*['\"]?(?:https?:)?//|@import", re.IGNORECASE)
PHYSICAL_FOR_A_REASON = re.compile(r"/\*\s*physical: \S")


def problems() -> Iterator[str]:
    """Each finding as an instruction."""
    yield from of_djlint()
    for file in sorted(file for kind in KINDS for file in TEMPLATES.rglob(kind)):
        yield from (f"{file.relative_to(ROOT)}:{found}" for found in of_template(file.read_text()))
    for file in sorted((STATIC / "css").rglob("*.css")):
        yield from (f"{file.relative_to(ROOT)}:{found}" for found in of_css(file.read_text()))


def of_djlint() -> Iterator[str]:
    if not any(TEMPLATES.rglob("*.html")):
        return
    found = subprocess.run(
        [sys.executable, "-m", "djlint", "--lint", "--quiet", "templates"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if found.returncode != 0:
        yield (found.stdout + found.stderr).strip()


def of_css(text: str) -> Iterator[str]:
    """Sides by name would be wrong in one of our two directions."""
    for number, line in enumerate(text.splitlines(), start=1):
        if PHYSICAL_FOR_A_REASON.search(line):
            continue
        for found in PHYSICAL.finditer(line):
            yield f"{number}: use the logical property (inline-start, inline-end) for {found[0]!r}"
        for found in FOUR_SIDES.finditer(line):
            if found[1] != found[2]:
                yield f"{number}: {found[0]!r} sets two different sides: use …-inline and …-block"
        if OUTSIDE.search(line):
            yield f"{number}: serve it ourselves: no @import, no address outside"


def of_template(source: str) -> Iterator[str]:
    """What a template may not hold, as `line: instruction`."""
    for found in JINJA_TEXT.finditer(source):
        yield f"{line_of(source, found.start())}: translate with _(): {found[0]!r}"
    parser = TemplateParser()
    parser.feed(JINJA.sub(blank, TAG_BY_NAME.sub(r"\1b", source)))
    parser.close()
    yield from parser.found


def blank(found: re.Match[str]) -> str:
    """Nothing, on as many lines, so that places in the file stay right."""
    return "\n" * found[0].count("\n")


def line_of(source: str, position: int) -> int:
    return source.count("\n", 0, position) + 1


class TemplateParser(HTMLParser):
    """Walks a template's HTML and collects what the rules refuse."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if is_silent(tag, given) or tag in self._silent[-1:]:
            self._silent.append(tag)
        if tag == "style":
            self._refuse("move the style into static/css: the CSP refuses <style>")
        if tag == "script" and "src" not in given:
            self._refuse("move the script into static/js: the CSP refuses scripts inside the page")
        for name, value in given.items():
            self._look_at(tag, name, value, given)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent[-1:]:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent and LETTERS.search(data) and data.strip() not in NAMES:
            self._refuse(f"translate with _(): {data.strip()!r}")

    def _look_at(self, tag: str, name: str, value: str, given: dict[str, str]) -> None:
        if name == "style":
            self._refuse("use a class: the CSP refuses style attributes")
        if name.startswith(("on", "hx-on")):
            self._refuse(f"use static/js: the CSP refuses {name}")
        if value.strip().lower().startswith(("javascript:", "js:")):
            self._refuse(f"no code in {name}")
        if (tag, name) in FETCHED and re.match(r"(?:https?:)?//", value.strip()):
            self._refuse(f"serve it ourselves: {value}")
        if (
            name in SHOWN_ATTRIBUTES
            and LETTERS.search(value)
            and not is_technical(tag, name, given)
        ):
            self._refuse(f"translate {name} with _(): {value!r}")

    def _refuse(self, instruction: str) -> None:
        self.found.append(f"{self.getpos()[0]}: {instruction}")


def is_silent(tag: str, given: dict[str, str]) -> bool:
    """Codes and commands: nobody translates them, and all read them from the left."""
    return tag in SILENT or (tag == "bdi" and given.get("dir") == "ltr")


def is_technical(tag: str, name: str, given: dict[str, str]) -> bool:
    """A <meta> or <link> that speaks to the browser and not to a person."""
    if tag == "meta":
        return (
            given.get("name", "") in TECHNICAL_META or "http-equiv" in given or "charset" in given
        )
    return name == "content"
