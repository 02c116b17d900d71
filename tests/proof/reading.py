"""What is looked at on every page of every test. Each finding says what is wrong and where."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from urllib.parse import urldefrag, urlsplit

from babel.messages.pofile import read_po

from pacto_participe.web.i18n import LANGUAGES, LOCALE_DIR, compile_catalogues
from tests.proof.markup import Element, Reader, read

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "for", "headers",
              "list", "form")  # fmt: skip
SHOWN_ATTRIBUTES = ("aria-label", "alt", "title", "placeholder", "aria-description")
FETCHED = {("link", "href"), ("script", "src"), ("img", "src"), ("source", "src"), ("audio", "src"),
           ("video", "src"), ("iframe", "src"), ("object", "data"), ("use", "href")}  # fmt: skip
BESIDE = re.compile(r"[\w-]+(?:\.[\w-]+)*")  # a file that is published in the same folder
NOT_FETCHED_LINKS = {"alternate", "canonical"}

GROUPED_BY_A_PLAIN_SPACE = re.compile(r"(?<!\w)\d{1,3} \d{3}(?!\w)")
LEFTOVERS = {
    "{{": "a place that Jinja did not fill",
    "{%": "a statement that Jinja did not read",
    "%(": "a place of a sentence that nobody filled",
    "<bound method": "a method that nobody called",
    " object at 0x": "an object instead of its text",
}
NONE = re.compile(r"\bNone\b(?! of)")  # "None of these projects" is English
PLACE = re.compile(r"%\(\w+\)[sd]|%%")
LATIN = re.compile(r"[A-Za-z]{2,}")
# Groups of digits with plain spaces between: on a line of Arabic their order is turned round.
TELEPHONE = re.compile(r"\+?\d{1,3}(?: \d{2,3}){3,}")
SET_APART = re.compile(
    "\N{LEFT-TO-RIGHT ISOLATE}[^\N{POP DIRECTIONAL ISOLATE}]*\N{POP DIRECTIONAL ISOLATE}"
)
# "450 000 PLN": a code after a number is read in the right order without being set apart.
AMOUNT = re.compile(r"\d\s[A-Z]{3}\b")


@dataclass(frozen=True)
class Sheet:
    """One page with what is known of it: its language by the path, and whether it is a whole page."""

    reader: Reader
    path: str
    language: str | None
    is_whole: bool

    @property
    def root(self) -> Element:
        return self.reader.root

    @cached_property
    def all(self) -> tuple[Element, ...]:
        """Every element, in reading order."""
        return tuple(self.root.elements())

    def elements(self, *tags: str) -> Iterator[Element]:
        """Those with one of these tags."""
        return (element for element in self.all if element.tag in tags)

    @cached_property
    def ids(self) -> dict[str, Element]:
        return {item.get("id"): item for item in self.all if "id" in item}

    @cached_property
    def shown(self) -> tuple[tuple[Element, str], ...]:
        """What people read or hear: texts, and attributes that are spoken."""
        texts = ((element, text) for element, text in self.root.texts() if text.strip())
        spoken = (
            (element, element.get(name))
            for element in self.all
            for name in SHOWN_ATTRIBUTES
            if element.get(name).strip()
        )
        return (*texts, *spoken)


def proofread(html: str, *, path: str = "/", is_whole: bool = True) -> list[str]:
    """Everything that is wrong with a page (or with a block of one, for htmx)."""
    first = path.strip("/").split("/")[0]
    sheet = Sheet(read(html), path, first if first in LANGUAGES else None, is_whole)
    return [fault for check in CHECKS for fault in check(sheet)]


def form(sheet: Sheet) -> Iterator[str]:
    """Balanced, and nothing where the browser would move it."""
    yield from sheet.reader.faults
    if sheet.is_whole and sheet.reader.doctypes != 1:
        yield "the page does not begin with <!doctype html>"


def head(sheet: Sheet) -> Iterator[str]:
    """Title, language and direction."""
    if not sheet.is_whole:
        return
    titles = [title.text for title in sheet.elements("title") if not title.is_in("svg")]
    if len(titles) != 1 or not titles[0].strip(" –-"):
        yield f"the page needs one title with words, not {titles}"
    elif titles[0].startswith("–"):
        yield f"the title has no words of its own: {titles[0]!r}"
    pages = list(sheet.elements("html"))
    if len(pages) != 1:
        yield f"the page has {len(pages)} <html>"
        return
    if sheet.language is None:
        return
    asked = LANGUAGES[sheet.language]
    written = LANGUAGES[asked.falls_back_to] if asked.falls_back_to else asked
    given = (pages[0].get("lang"), pages[0].get("dir"))
    if given != (written.code, written.direction):
        yield f"{pages[0]} says lang and dir {given}, not {(written.code, written.direction)}"


def headings(sheet: Sheet) -> Iterator[str]:
    """One h1, first; no level skipped."""
    found = [item for item in sheet.elements(*HEADINGS) if not item.is_hidden]
    for heading in found:
        if not heading.spoken:
            yield f"{heading} has no words"
    if not sheet.is_whole:
        return
    count = sum(heading.tag == "h1" for heading in found)
    if count != 1:
        yield f"the page has {count} h1, not one"
    before = 0
    for heading in found:
        level = int(heading.tag[1])
        if level > before + 1:
            yield f"{heading} ({heading.text[:40]!r}) comes after level {before}: one is skipped"
        before = level


def _name(sheet: Sheet, element: Element) -> str:
    """The accessible name, by labelledby, label, then what is in it."""
    ids = sheet.ids
    if "aria-labelledby" in element:
        named = [ids[key] for key in element.get("aria-labelledby").split() if key in ids]
        return " ".join(item.get("aria-label") or item.spoken for item in named).strip()
    return (element.get("aria-label") or element.spoken or element.get("title")).strip()


def labels(sheet: Sheet) -> Iterator[str]:
    """Every field has a label with words; every button and link a name."""
    by_field = {
        label.get("for"): label.spoken for label in sheet.elements("label") if "for" in label
    }
    for field in sheet.elements("input", "select", "textarea"):
        if field.get("type") in ("hidden", "submit", "button", "image") or field.is_hidden:
            continue
        around = next((up for up in field.ancestors() if up.tag == "label"), None)
        own = field.get("aria-label") or (_name(sheet, field) if "aria-labelledby" in field else "")
        if not (own or by_field.get(field.get("id")) or (around and around.spoken)):
            yield f"{field} has no label"
    for pressed in sheet.elements("a", "button", "summary"):
        if not pressed.is_hidden and not _name(sheet, pressed):
            yield f"{pressed} has no name that a screen reader could say"
    for image in sheet.elements("img"):
        if "alt" not in image:
            yield f"{image} has no alt"
    for drawn in sheet.all:
        if drawn.get("role") in ("img", "region", "group") and not _name(sheet, drawn):
            yield f"{drawn} has the role {drawn.get('role')} and no name"
    for frame in sheet.elements("nav", "ol", "section"):
        if frame.tag == "nav" and not _name_given(frame):
            yield f"{frame} needs an aria-label: there are several on a page"


def _name_given(element: Element) -> bool:
    return bool(element.get("aria-label") or element.get("aria-labelledby"))


def references(sheet: Sheet) -> Iterator[str]:
    """Ids are unique, and whatever names one finds it."""
    counts = Counter(item.get("id") for item in sheet.all if "id" in item)
    for name, count in counts.items():
        if count > 1:
            yield f'id "{name}" is given {count} times'
        if not name or " " in name:
            yield f"id {name!r} cannot be referred to"
    for element in sheet.all:
        for attribute in REFERENCES:
            for name in element.get(attribute).split():
                if name not in counts:
                    yield f"{element}: {attribute} names {name!r}, which is not on the page"
        if element.tag in ("a", "use") and "href" in element:
            yield from _link(sheet, element, counts)


def _link(sheet: Sheet, link: Element, known: Counter[str]) -> Iterator[str]:
    address, fragment = urldefrag(link.get("href"))
    if not link.get("href") or link.get("href") == "#":
        yield f"{link} leads nowhere"
    is_here = not address or (urlsplit(address).path == sheet.path and not urlsplit(address).netloc)
    if is_here and fragment and sheet.is_whole and fragment not in known:
        yield f"{link}: nothing on the page has the id {fragment!r}"
    if address.lower().startswith("javascript:"):
        yield f"{link} runs a script"


def policy(sheet: Sheet) -> Iterator[str]:
    """Nothing that the content policy refuses, nothing of a third party, no order of one's own."""
    for element in sheet.all:
        if element.tag == "style" or "style" in element:
            yield f"{element} has a style of its own"
        if element.tag == "script" and "src" not in element:
            yield f"{element} is a script in the page"
        for name in element.attributes:
            if name.startswith(("on", "hx-on")):
                yield f"{element} has a script in {name}"
        if (
            element.get("tabindex", "0").lstrip("-").isdigit()
            and int(element.get("tabindex", "0")) > 0
        ):
            yield f"{element} changes the order of the keyboard"
        for tag, attribute in FETCHED:
            if element.tag != tag or attribute not in element:
                continue
            if element.get("rel") in NOT_FETCHED_LINKS:
                continue
            address = element.get(attribute)
            if BESIDE.fullmatch(address):
                continue
            if not address.startswith(("/", "#", "data:")) or address.startswith("//"):
                yield f"{element} fetches {address} from elsewhere"


def leftovers(sheet: Sheet) -> Iterator[str]:
    """No None, no unfilled place, no digits grouped by a space at which a line may break or turn."""
    for element, text in sheet.shown:
        for sign, meaning in LEFTOVERS.items():
            if sign in text:
                yield f"{element} shows {sign!r}, {meaning}: {_short(text)}"
        if NONE.search(text):
            yield f"{element} shows None: {_short(text)}"
        is_one_way = any(
            place.get("dir") == "ltr" and place.tag != "html"
            for place in (element, *element.ancestors())
        )
        if GROUPED_BY_A_PLAIN_SPACE.search(text) and not is_one_way:
            yield f"{element} groups digits by a plain space, use number() or money(): {_short(text)}"
    for element in sheet.all:
        for name, value in element.attributes.items():
            if value == "None" or "{{" in value or "%(" in value:
                yield f'{element}: {name}="{value[:60]}"'


def translation(sheet: Sheet) -> Iterator[str]:
    """On Arabic and French pages nothing of the English sources; Latin words in Arabic are set apart."""
    if sheet.language in (None, "en"):
        return
    written = LANGUAGES[sheet.language].falls_back_to or sheet.language
    for element, text in sheet.shown:
        if _is_in_another_language(element, written):
            continue
        plain = " ".join(text.split())
        if is_english(plain, written):
            yield f"{element} is not translated to {written}: {_short(plain)}"
        elif written == "ar" and LATIN.search(AMOUNT.sub("", plain)) and not _is_set_apart(element):
            yield f"{element} has Latin letters in Arabic outside <bdi>: {_short(plain)}"


def telephones(sheet: Sheet) -> Iterator[str]:
    """From right to left a number is read backwards, unless it is set apart from left to right."""
    for element, text in sheet.shown:
        if TELEPHONE.search(SET_APART.sub("", text)) and not _is_left_to_right(element):
            yield f"{element} has a telephone number that is read backwards: {_short(text)}"


def _is_left_to_right(element: Element) -> bool:
    """By the nearest that says so: dir, our class, or a <bdi> (without letters it is from left to right)."""
    for place in (element, *element.ancestors()):
        if place.tag == "bdi" or "ltr" in place.get("class").split():
            return True
        if "dir" in place:
            return place.get("dir") != "rtl"
    return True


@cache
def is_english(plain: str, language: str) -> bool:
    """Whether a text is one of the English sentences, with anything in their places."""
    whole, patterns = sources(language)
    return plain in whole or any(pattern.fullmatch(plain) for pattern in patterns)


@cache
def sources(language: str) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """English sentences that read otherwise in a language: whole ones, and those with places."""
    compile_catalogues()
    whole: set[str] = set()
    patterns = []
    for file in sorted((LOCALE_DIR / language / "LC_MESSAGES").glob("*.po")):
        with file.open("rb") as stream:
            catalogue = read_po(stream, locale=language)
        for message in catalogue:
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            for source in ids:
                plain = " ".join(str(source).split())
                if not LATIN.search(PLACE.sub("", plain)) or plain in texts:
                    continue
                if PLACE.search(plain):
                    pieces = (re.escape(piece) for piece in PLACE.split(plain))
                    patterns.append(re.compile(".+".join(pieces)))
                else:
                    whole.add(plain)
    return frozenset(whole), tuple(patterns)


def _is_in_another_language(element: Element, written: str) -> bool:
    """By the nearest lang, or because residents wrote it (dir="auto")."""
    for place in (element, *element.ancestors()):
        if place.tag == "html":
            return False
        if "lang" in place:
            return place.get("lang") != written
        if place.get("dir") == "auto":
            return True
    return False


def _is_set_apart(element: Element) -> bool:
    return any(
        place.tag in ("bdi", "code", "title", "bdo") or place.get("dir") == "ltr"
        for place in (element, *element.ancestors())
    )


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return repr(plain if len(plain) <= 90 else plain[:87] + "…")


CHECKS: tuple[Callable[[Sheet], Iterator[str]], ...] = (
    form,
    head,
    headings,
    labels,
    references,
    policy,
    leftovers,
    translation,
    telephones,
)
