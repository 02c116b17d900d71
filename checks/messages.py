"""The catalogues: which sentences the sources hold, and the .po files brought up to date with them.

One gettext domain per package folder: `pacto_participe/voting` and `templates/voting` belong to `voting`.
What belongs to no folder (the layouts, the components, app.py) belongs to `web`.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "pacto_participe"
TEMPLATES = ROOT / "templates"
LOCALE = PACKAGE / "locale"

COMPLETE = ("ar", "fr")  # every sentence has its translation
PARTLY = ("zgh",)  # verified terms only; the rest falls back to Arabic
ELSEWHERE = "web"  # the domain of what belongs to no folder

# Babel's own header swaps the fourth and fifth Arabic forms.
PLURAL_FORMS = {
    "ar": "nplurals=6; plural=(n==0?0:n==1?1:n==2?2:n%100>=3&&n%100<=10?3:n%100>=11?4:5);",
    "fr": "nplurals=2; plural=(n > 1);",
    "zgh": "nplurals=2; plural=(n > 1);",
}
KEYWORDS = {**DEFAULT_KEYWORDS, "mark": None, "term": None}
JINJA = {
    "extensions": "jinja2.ext.i18n,jinja2.ext.do",
    "newstyle_gettext": "true",
    "silent": "false",
}


def domain_of(source: Path) -> str:
    """The catalogue to which a source's sentences belong."""
    base = TEMPLATES if source.is_relative_to(TEMPLATES) else PACKAGE
    folder = source.relative_to(base).parts[0]
    return folder if (PACKAGE / folder / "__init__.py").exists() else ELSEWHERE


def sources() -> list[Path]:
    return sorted([*PACKAGE.rglob("*.py"), *TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")])


def extract() -> dict[str, Catalog]:
    """What the sources say, by domain, each message with the files it comes from."""
    catalogues: dict[str, Catalog] = {}
    for source in sources():
        method = "python" if source.suffix == ".py" else "jinja2"
        options = {} if method == "python" else JINJA
        found = extract_from_file(
            method, source, keywords=KEYWORDS, comment_tags=("Translators:",),
            options=options, strip_comment_tags=True,
        )  # fmt: skip
        for line, message, comments, context in found:
            catalogue = catalogues.setdefault(domain_of(source), Catalog(charset="utf-8"))
            place = (source.relative_to(ROOT).as_posix(), line)
            catalogue.add(message, None, [place], auto_comments=comments, context=context)
    return catalogues


def po_file(language: str, domain: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{domain}.po"


def po_files() -> Iterator[tuple[str, str, Path]]:
    """Language, domain and file of each catalogue there is."""
    for file in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        yield file.parent.parent.name, file.stem, file


def read(file: Path, language: str) -> Catalog:
    with file.open("rb") as stream:
        return read_po(stream, locale=language, domain=file.stem)


def new_catalogue(language: str, domain: str) -> Catalog:
    today = datetime.now(UTC)
    catalogue = Catalog(locale=language, domain=domain, charset="utf-8", fuzzy=False)
    catalogue.creation_date = catalogue.revision_date = today
    return catalogue


def set_header(catalogue: Catalog, language: str, domain: str) -> None:
    """A header that says what is needed and never changes by itself."""
    catalogue.header_comment = f"# Pacto Participe: {domain} ({language}). AGPL-3.0-or-later."
    catalogue.project, catalogue.version = "Pacto Participe", domain
    catalogue.fuzzy = False
    catalogue.mime_headers = [("Plural-Forms", PLURAL_FORMS[language])]


def update() -> int:
    """Write every catalogue anew from the sources, keep what is translated, say what is not."""
    extracted = extract()
    left = [
        f"{po_file(language, domain).relative_to(ROOT)}: translate {message.id!r}"
        for language in COMPLETE
        for domain, wanted in sorted(extracted.items())
        for message in updated(language, domain, wanted)
        if message.id and not is_translated(message)
    ]
    print("\n".join(left) or "Everything is translated.")
    return 0


def updated(language: str, domain: str, wanted: Catalog) -> Catalog:
    """One catalogue brought up to date on disk. What the sources no longer say stays, marked #~."""
    file = po_file(language, domain)
    catalogue = read(file, language) if file.exists() else new_catalogue(language, domain)
    catalogue.update(wanted, no_fuzzy_matching=True, update_creation_date=False)
    set_header(catalogue, language, domain)
    save(catalogue, file)
    return catalogue


def is_translated(message: Message) -> bool:
    return all(forms_of(message)) and not message.fuzzy


def forms_of(message: Message) -> tuple[str, ...]:
    """What a catalogue says for a message: one text, or one a plural form."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def save(catalogue: Catalog, file: Path) -> None:
    """No line numbers, one order: a change of a sentence is a change of its lines only."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        write_po(stream, catalogue, width=100, sort_by_file=True, include_lineno=False)


if __name__ == "__main__":
    sys.exit(update())
