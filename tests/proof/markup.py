"""A page as a tree, read by a parser that forgives nothing: what a browser would mend is a fault here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()
)  # fmt: skip
BLOCKS = frozenset(
    "address article aside blockquote details div dl fieldset figure footer form h1 h2 h3 h4 h5 h6 "
    "header hr main nav ol p pre section table ul".split()
)
INTERACTIVE = frozenset("a button details input label select textarea".split())
# Where an element must stand to be what it says: the browser would move it or drop it.
PARENTS = {
    "li": {"ul", "ol", "menu"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "tr": {"thead", "tbody", "tfoot", "table"},
    "td": {"tr"},
    "th": {"tr"},
    "option": {"select", "optgroup", "datalist"},
    "summary": {"details"},
    "legend": {"fieldset"},
    "figcaption": {"figure"},
    "caption": {"table"},
    "source": {"audio", "video", "picture"},
}


@dataclass(eq=False)
class Element:
    """One element: its attributes, what is in it, and the line where it begins."""

    tag: str
    attributes: dict[str, str]
    line: int
    parent: Element | None = None
    children: list[Element | str] = field(default_factory=list)

    def get(self, name: str, otherwise: str = "") -> str:
        return self.attributes.get(name, otherwise)

    def __contains__(self, name: object) -> bool:
        return name in self.attributes

    def elements(self, *tags: str) -> Iterator[Element]:
        """Everything below with one of these tags (all when none is named), in reading order."""
        for child in self.children:
            if isinstance(child, Element):
                if not tags or child.tag in tags:
                    yield child
                yield from child.elements(*tags)

    def ancestors(self) -> Iterator[Element]:
        parent = self.parent
        while parent is not None:
            yield parent
            parent = parent.parent

    def is_in(self, *tags: str) -> bool:
        return any(ancestor.tag in tags for ancestor in self.ancestors())

    @property
    def is_hidden(self) -> bool:
        """Whether screen readers pass it over."""
        return any(
            "hidden" in place or place.get("aria-hidden") == "true"
            for place in (self, *self.ancestors())
        )

    def texts(self) -> Iterator[tuple[Element, str]]:
        """Each piece of text with the element that directly holds it."""
        for child in self.children:
            if isinstance(child, str):
                yield self, child
            elif child.tag not in ("script", "style"):
                yield from child.texts()

    @property
    def text(self) -> str:
        """All its text, spaces made single; no-break spaces stay."""
        return " ".join("".join(text for _, text in self.texts()).split(" ")).strip()

    @property
    def spoken(self) -> str:
        """Its text as a screen reader says it: without what is hidden, with the words of images."""
        words = []
        for child in self.children:
            if isinstance(child, str):
                words.append(child)
            elif not child.is_hidden:
                words.append(child.get("aria-label") or child.get("alt") or child.spoken)
        return " ".join(" ".join(words).split())

    def __str__(self) -> str:
        named = "".join(
            f' {name}="{self.attributes[name][:60]}"'
            for name in ("id", "class", "name", "href", "type")
            if name in self.attributes
        )
        return f"line {self.line}: <{self.tag}{named}>"


class Reader(HTMLParser):
    """Builds the tree, and collects what is not balanced or stands where it cannot stand."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("#page", {}, 0)
        self.faults: list[str] = []
        self.doctypes = 0
        self._open = [self.root]

    @property
    def _here(self) -> Element:
        return self._open[-1]

    def handle_decl(self, decl: str) -> None:
        self.doctypes += decl.lower() == "doctype html"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = self._begin(tag, attrs)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = self._begin(tag, attrs)
        if tag not in VOID and not element.is_in("svg") and tag != "svg":
            self.faults.append(f"{element} closes itself, which only drawings may")

    def _begin(self, tag: str, attrs: list[tuple[str, str | None]]) -> Element:
        names = [name for name, _ in attrs]
        element = Element(
            tag, {name: value or "" for name, value in attrs}, self.getpos()[0], self._here
        )
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.faults.append(f"{element} has two attributes {name}")
        self._look_at_place(element)
        self._here.children.append(element)
        return element

    def _look_at_place(self, element: Element) -> None:
        if element.is_in("svg"):
            return
        parent = element.parent
        if (
            element.tag in PARENTS
            and parent is not None
            and parent.tag not in (*PARENTS[element.tag], "#page")
        ):
            self.faults.append(f"{element} stands in <{parent.tag}>")
        if element.tag in BLOCKS and element.is_in("p"):
            self.faults.append(f"{element} stands in a paragraph, which the browser closes before")
        for outer in ("a", "button"):
            if element.tag in INTERACTIVE and element.is_in(outer):
                self.faults.append(f"{element} stands in <{outer}>: two things to press in one")
        if element.tag in ("form", "label") and element.is_in(element.tag):
            self.faults.append(f"{element} stands in another <{element.tag}>")

    def handle_endtag(self, tag: str) -> None:
        if self._here.tag == tag:
            self._open.pop()
            return
        line = self.getpos()[0]
        if tag in [element.tag for element in self._open]:
            while self._here.tag != tag:
                self.faults.append(f"{self._here} is not closed before </{tag}> of line {line}")
                self._open.pop()
            self._open.pop()
        else:
            self.faults.append(f"line {line}: </{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        self._here.children.append(data)

    def end(self) -> None:
        self.close()
        for element in self._open[1:]:
            self.faults.append(f"{element} is never closed")


def read(html: str) -> Reader:
    """The tree of a page (or of a piece of one) and its faults of form."""
    reader = Reader()
    reader.feed(html)
    reader.end()
    return reader
