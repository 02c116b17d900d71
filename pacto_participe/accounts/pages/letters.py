"""Letters with codes: the page that makes them, the batches, and what is printed, in Arabic and in French."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from markupsafe import Markup

from pacto_participe.accounts.domain.batches import LEAST_DAYS, MOST_DAYS, MOST_LETTERS, MOST_STRIPS
from pacto_participe.accounts.pages import BadLineShown, Shown
from pacto_participe.accounts.services.letters import Letter
from pacto_participe.web import formats, i18n
from pacto_participe.web.i18n import Language
from pacto_participe.web.i18n import gettext as _
from pacto_participe.web.templating import DEMONSTRATION

PRINTED_IN = (i18n.ARABIC, i18n.FRENCH)  # the first one on top


@dataclass(frozen=True, slots=True)
class BatchShown:
    """A batch in the list. `state`: good, expired or cancelled."""

    url: str
    number: int
    district: str
    made_at: datetime
    by: str
    size: int
    used: int
    expires_at: datetime
    state: str

    @property
    def unused(self) -> int:
        return self.size - self.used


@dataclass(frozen=True, slots=True)
class LettersPage:
    """Making letters, and those that were made."""

    template: ClassVar[str] = "accounts/letters.html"
    form: Shown
    batch_id: str
    days: str
    batches: tuple[BatchShown, ...]
    is_checked: bool = False
    good: int = 0
    bad: tuple[BadLineShown, ...] = ()
    bad_count: int = 0
    unlisted: str = ""  # lines whose number the list of the commune does not have
    unlisted_count: int = 0
    least_days: int = LEAST_DAYS
    most_days: int = MOST_DAYS
    most_letters: int = MOST_LETTERS


@dataclass(frozen=True, slots=True)
class BatchPage:
    """One batch, and cancelling what is left of it. `is_sheet`: of a mediator."""

    template: ClassVar[str] = "accounts/batch.html"
    form: Shown
    batch: BatchShown
    batch_id: str
    is_sheet: bool
    cancelled_at: datetime | None
    cancelled_by: str
    reason: str
    reasons: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class LetterWords:
    """What every letter of a batch says, in one language."""

    language: Language
    town: str
    title: str
    why: str
    steps: tuple[str, ...]
    code: str
    until: str
    help: str
    secret: str
    stray: str
    demonstration: str


@dataclass(frozen=True, slots=True)
class PrintedLettersPage:
    """The letters, shown this once."""

    template: ClassVar[str] = "accounts/letters_print.html"
    number: int
    size: int
    left_out: tuple[BadLineShown, ...]
    words: tuple[LetterWords, ...]
    address: str
    qr: Markup
    letters: tuple[Letter, ...]


@dataclass(frozen=True, slots=True)
class SheetsPage:
    """Making a sheet for a mediator, and those that were made."""

    template: ClassVar[str] = "accounts/sheets.html"
    form: Shown
    batch_id: str
    size: str
    days: str
    batches: tuple[BatchShown, ...]
    most: int = MOST_STRIPS
    least_days: int = LEAST_DAYS
    most_days: int = MOST_DAYS


@dataclass(frozen=True, slots=True)
class PrintedSheetPage:
    """The sheet, shown this once."""

    template: ClassVar[str] = "accounts/sheet_print.html"
    number: int
    district: str
    mediator: str
    words: tuple["StripWords", ...]
    address: str
    qr: Markup
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StripWords:
    """What every strip says, in one language."""

    language: Language
    town: str
    sheet: str
    what: str
    until: str
    name: str
    card: str
    born: str
    demonstration: str


def strip_words(
    names: dict[str, str], number: int, until: datetime, *, is_demo: bool
) -> tuple[StripWords, ...]:
    """In each language that sheets are printed in."""
    return tuple(_strips(names, number, until, is_demo=is_demo))


def _strips(
    names: dict[str, str], number: int, until: datetime, *, is_demo: bool
) -> Iterator[StripWords]:
    for language in PRINTED_IN:
        with i18n.speaking(language.code):
            yield StripWords(
                language=language,
                town=names.get(language.code) or names["ar"],
                sheet=_("Sheet %(number)s") % {"number": formats.number(number)},
                what=_("Type this code with the number of your card and your birth date."),
                until=_("Use it before %(day)s.") % {"day": formats.day(until)},
                name=_("Name"),
                card=_("Number of the national card"),
                born=_("Birth date"),
                demonstration=_(DEMONSTRATION) if is_demo else "",
            )


def letter_words(
    names: dict[str, str], phone: str, until: datetime, *, is_demo: bool
) -> tuple[LetterWords, ...]:
    """In each language that letters are printed in. `names`: of the town, by language."""
    return tuple(_words(names, phone, until, is_demo=is_demo))


def _words(
    names: dict[str, str], phone: str, until: datetime, *, is_demo: bool
) -> Iterator[LetterWords]:
    for language in PRINTED_IN:
        town = names.get(language.code) or names["ar"]
        with i18n.speaking(language.code):
            call = _("By telephone: %(phone)s") % {"phone": formats.isolated(phone)}
            counter = _("Without a telephone, go to the counter with your national card.")
            yield LetterWords(
                language=language,
                town=town,
                title=_("Your code to be verified as a resident"),
                why=_(
                    "With this code, the number of your card and your birth date you are verified here "
                    "(%(town)s), once and for all votes. Each vote says from which age and who may take "
                    "part; one for Moroccan citizens only may ask to see your card once at the counter."
                )
                % {"town": town},
                steps=(
                    _("Open the address above on a telephone, or photograph the square."),
                    _("Type the code, the number of your national card, then your birth date."),
                ),
                code=_("Activation code"),
                until=_("Use it before %(day)s.") % {"day": formats.day(until)},
                help=f"{counter} {call}" if phone else counter,
                secret=_("This code is yours alone and serves once. Nobody may ask you for it."),
                stray=_(
                    "Is this letter not for you? Please give it back to the town hall: without the card "
                    "number and birth date of its addressee it opens nothing."
                ),
                demonstration=_(DEMONSTRATION) if is_demo else "",
            )
