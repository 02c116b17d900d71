"""Languages: which exist, which one this request speaks, and how things are said in it.

The language of a request lives in a context variable that the routing sets. Catalogues are gettext
files, one domain per package folder (`locale/<lang>/LC_MESSAGES/<domain>.po`), merged at start.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel.support import Translations

LOCALE_DIR = Path(__file__).parent.parent / "locale"
BEFORE_A_MARK = re.compile(r" (?=[:;?!»])|(?<=«) ")


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the interface. `falls_back_to` is what is shown where nothing is translated yet."""

    code: str
    name: str
    direction: str
    babel: str  # ar_MA, never ar: the general locale has other months and digits
    falls_back_to: str | None = None


ARABIC = Language("ar", "العربية", "rtl", "ar_MA")
AMAZIGH = Language("zgh", "ⵜⴰⵎⴰⵣⵉⵖⵜ", "ltr", "zgh", falls_back_to="ar")
FRENCH = Language("fr", "Français", "ltr", "fr_MA")
ENGLISH = Language("en", "English", "ltr", "en")

LANGUAGES = {language.code: language for language in (ARABIC, AMAZIGH, FRENCH, ENGLISH)}
DEFAULT = ARABIC

_current: ContextVar[Language] = ContextVar("language", default=DEFAULT)


def current() -> Language:
    """The language of this request."""
    return _current.get()


def written() -> Language:
    """The language in which this request's sentences are in fact written: Arabic for Amazigh today."""
    language = _current.get()
    return LANGUAGES[language.falls_back_to] if language.falls_back_to else language


def speak(code: str) -> None:
    """From here on, this request speaks the language of this code."""
    _current.set(LANGUAGES[code])


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak another language for a while: a message to someone, a page for the record."""
    token = _current.set(LANGUAGES[code])
    try:
        yield
    finally:
        _current.reset(token)


def compile_catalogues(directory: Path = LOCALE_DIR) -> int:
    """Write a .mo beside every .po that is newer. Returns how many were written."""
    written_files = 0
    for source in directory.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        _compile(source, target)
        written_files += 1
    return written_files


def _compile(source: Path, target: Path) -> None:
    from babel.messages.mofile import write_mo  # set-up compiles: a server finds all compiled
    from babel.messages.pofile import read_po

    lang = source.parent.parent.name
    with source.open("rb") as file:
        catalogue = read_po(file, locale=lang, domain=source.stem)
    if lang == FRENCH.code:
        _keep_marks_on_their_line(catalogue)
    with target.open("wb") as file:
        write_mo(file, catalogue)


def _keep_marks_on_their_line(catalogue: Any) -> None:
    """No French line begins with a mark or ends with «: their spaces never break, however typed."""
    for message in catalogue:
        if isinstance(message.string, str):
            message.string = _kept(message.string)
        else:
            message.string = tuple(map(_kept, message.string))


def _kept(words: str) -> str:
    return BEFORE_A_MARK.sub("\u00a0", words)


@cache
def catalogue(code: str) -> Translations:
    """All domains of a language in one. English is the source and has none."""
    folder = LOCALE_DIR / code / "LC_MESSAGES"
    merged: Translations | None = None
    for file in sorted(folder.glob("*.mo")):
        with file.open("rb") as stream:
            part = Translations(stream, domain=file.stem)
        if merged is None:
            merged = part
        else:
            merged.merge(part)
    return merged or Translations()


def gettext(message: str) -> str:
    """The message in the language of this request."""
    return str(catalogue(written().code).ugettext(message))


def ngettext(singular: str, plural: str, number: int) -> str:
    """The form for this number: Arabic has six."""
    return str(catalogue(written().code).ungettext(singular, plural, number))


def amazigh_term(message: str) -> str | None:
    """The verified Amazigh term for a message, when this request asked for Amazigh and one exists."""
    if _current.get() is not AMAZIGH:
        return None
    term = str(catalogue("zgh").ugettext(message))
    return None if term == message else term


def mark(message: str) -> str:
    """Mark a message for the catalogues without translating it yet. Imported as `_` by wording.py."""
    return message


def say(message: str, **values: Any) -> str:
    """Translate a marked message and put the values in their places."""
    return gettext(message) % values
