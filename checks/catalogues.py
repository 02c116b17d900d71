"""Whether every sentence is translated, and no translation can break a page.

With newstyle gettext a translation is trusted HTML and is formatted with %: a wrong %(name)s is an error
page in one language only, a new tag is an injection, and a lone % is a crash.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message

from checks.messages import (
    COMPLETE,
    PLURAL_FORMS,
    ROOT,
    extract,
    forms_of,
    is_translated,
    po_file,
    po_files,
    read,
)

PLACE = re.compile(r"%\((\w+)\)[sd]")
TAG = re.compile(r"</?[a-zA-Z][^>]*>")
ARABIC_LETTER = re.compile(r"[\u0621-\u064a]")
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
LATIN_MARK_IN_ARABIC = re.compile(r"[\u0621-\u064a\u064b-\u0652] ?([?;]|,(?=\s|$))")
NUMBERS = {
    "num",
    "n",
    "number",
    "count",
}  # one and two are words in Arabic: the number may be left out


def problems() -> Iterator[str]:
    """Each finding as an instruction."""
    extracted = extract()
    yield from out_of_date(extracted)
    for domain, catalogue in extracted.items():
        for message in catalogue:
            if has_lone_percent(message.id):
                yield f"domain {domain}: write %% for a percent sign in {message.id!r}"
    for language, domain, file in po_files():
        place = file.relative_to(ROOT)
        catalogue = read(file, language)
        yield from (f"{place}: {problem}" for problem in of_catalogue(catalogue, language))
        if domain not in extracted:
            yield f"{place}: no source belongs to this domain any more; remove the file"
    yield from said_in_two_ways()


def out_of_date(extracted: dict[str, Catalog]) -> Iterator[str]:
    """Sentences that are in the sources and not in a catalogue, or the reverse."""
    for language in COMPLETE:
        for domain, wanted in extracted.items():
            file = po_file(language, domain)
            place = file.relative_to(ROOT)
            if not file.exists():
                yield f"{place} is missing; type: python3 run messages"
                continue
            said, there = keys(wanted), keys(read(file, language))
            for key in sorted(said - there):
                yield f"{place}: {key!r} is not in it; type: python3 run messages, then translate it"
            for key in sorted(there - said):
                yield f"{place}: {key!r} is in no source any more; type: python3 run messages"


def keys(catalogue: Catalog) -> set[tuple[str, ...]]:
    return {(message.context or "", *ids_of(message)) for message in catalogue if message.id}


def ids_of(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def of_catalogue(catalogue: Catalog, language: str) -> Iterator[str]:
    """What is wrong inside one catalogue."""
    if normal(catalogue.plural_forms) != normal(PLURAL_FORMS[language]):
        yield f'the header must say "Plural-Forms: {PLURAL_FORMS[language]}"'
    for message in catalogue:
        if not message.id:
            continue
        if language in COMPLETE and not is_translated(message):
            yield f"translate {message.id!r}" + (" and remove its fuzzy mark" * message.fuzzy)
        for text in filter(None, forms_of(message)):
            yield from (f"{problem} in {text!r}" for problem in of_translation(message, text))
            if language == "ar":
                yield from (f"{problem} in {text!r}" for problem in of_arabic(message, text))


def normal(plural_forms: str) -> str:
    return re.sub(r"[\s;()]", "", plural_forms)


def of_translation(message: Message, text: str) -> Iterator[str]:
    """Places, tags and percent signs of one translated text against its source."""
    ids = ids_of(message)
    allowed = {name for source in ids for name in PLACE.findall(source)}
    needed = set.intersection(*(set(PLACE.findall(source)) for source in ids))
    if len(ids) > 1:
        needed -= NUMBERS
    used = set(PLACE.findall(text))
    if not needed <= used <= allowed:
        yield f"use the places {sorted(allowed)} of the source, not {sorted(used)},"
    if has_lone_percent(text):
        yield "write %% for a percent sign, and %(name)s for a place,"
    if not any(Counter(TAG.findall(text)) == Counter(TAG.findall(source)) for source in ids):
        yield "use the tags of the source, no others,"


def has_lone_percent(text: str | tuple[str, ...]) -> bool:
    texts = (text,) if isinstance(text, str) else text
    return any("%" in PLACE.sub("", one).replace("%%", "") for one in texts)


def of_arabic(message: Message, text: str) -> Iterator[str]:
    """Left in Latin letters, or with Latin punctuation after an Arabic word."""
    words = LATIN_WORD.findall(TAG.sub("", PLACE.sub("", text)))
    if len(words) > 2 and not ARABIC_LETTER.search(text):
        yield "write Arabic"
    if LATIN_MARK_IN_ARABIC.search(text):
        yield "use the Arabic marks ؟ ، ؛"


def said_in_two_ways() -> Iterator[str]:
    """All domains of a language are read as one, so a sentence must be the same in each."""
    for language in COMPLETE:
        ways: dict[tuple[str, ...], dict[tuple[str, ...], Path]] = defaultdict(dict)
        for file_language, _, file in po_files():
            if file_language != language:
                continue
            for message in read(file, language):
                if message.id and is_translated(message):
                    key = (message.context or "", *ids_of(message))
                    ways[key].setdefault(forms_of(message), file)
        for key, by_translation in ways.items():
            if len(by_translation) > 1:
                files = ", ".join(str(file.relative_to(ROOT)) for file in by_translation.values())
                yield f"{files}: translate {key[1]!r} the same way in each, or give it a context"
