"""What is printed: the ballot, in Arabic and a second language, and the poster."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, TypeVar

from markupsafe import Markup

from pacto_participe.kernel.languages import Texts
from pacto_participe.voting.ballots import BALLOT_KINDS
from pacto_participe.voting.ballots.paper import Paper, PaperStyle
from pacto_participe.voting.charter import Charter, CharterProject, order_of_batch
from pacto_participe.voting.pages.ballot import limits_in
from pacto_participe.voting.wording.paper import paper_rules
from pacto_participe.web import formats, i18n
from pacto_participe.web.i18n import Language
from pacto_participe.web.i18n import gettext as _
from pacto_participe.web.templating import DEMONSTRATION, told

FIRST = i18n.ARABIC
SECONDS = (i18n.FRENCH, i18n.ENGLISH)


@dataclass(frozen=True, slots=True)
class Both:
    """The same in Arabic and in the second language. One is empty where nobody wrote it."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One project on the printed ballot."""

    project: CharterProject
    title: Both
    place: Both
    cost: Both


@dataclass(frozen=True, slots=True)
class PaperPage:
    """A printed ballot. Every sheet of one batch has the same order."""

    template: ClassVar[str] = "voting/paper.html"

    charter: Charter
    town: Both
    title: Both
    budget: Both
    rules: tuple[Both, ...]
    rows: tuple[PaperRow, ...]
    paper: Paper
    has_none: bool
    batch: int
    words: "PaperWords"
    second: Language
    short_address: str
    qr: Markup

    @property
    def first(self) -> Language:
        return FIRST

    @property
    def example(self) -> tuple[tuple[int, ...], ...]:
        """Which signs the drawn example shows crossed, row by row."""
        return _EXAMPLES[self.paper.style]

    @property
    def seconds(self) -> tuple[Language, ...]:
        return SECONDS


@dataclass(frozen=True, slots=True)
class PosterPage:
    """A sheet for the wall."""

    template: ClassVar[str] = "voting/poster.html"

    charter: Charter
    address: str
    qr: Markup
    counter: tuple[Texts, ...]  # where it is and when it is open, as far as the town wrote it
    phone: str
    is_large: bool

    @property
    def desks(self) -> tuple[str, ...]:
        """Where to vote."""
        desks = (
            _("On your phone, at this address"),
            _("At the counter of the town hall, with your national card"),
            *((Markup(" · ").join(map(told, self.counter)),) if self.counter else ()),
        )
        return (*desks, _("Questions: %(phone)s") % {"phone": self.phone}) if self.phone else desks


@dataclass(frozen=True, slots=True)
class PaperWords:
    """What every printed ballot says beside its rules."""

    example: Both
    none: Both
    batch: Both
    tear: Both
    code: Both
    proves: Both
    demonstration: Both


_EXAMPLES: dict[PaperStyle, tuple[tuple[int, ...], ...]] = {
    PaperStyle.CROSS: ((1,), ()),
    PaperStyle.POINTS: ((1, 2, 3), (1,)),
    PaperStyle.PLACES: ((2,), (1,)),
    PaperStyle.NUMBER: ((1,), ()),
}


def paper_page(
    charter: Charter,
    *,
    town: Callable[[str], str],
    batch: int,
    second: Language,
    short_address: str,
    qr: Markup,
) -> PaperPage:
    """`town` gives the name of the collectivity in a language."""

    def both(say: Callable[[], str]) -> Both:
        return Both(_in(FIRST, say), _in(second, say))

    def written(texts: Texts) -> Both:
        found = dict(texts.pairs)
        first, other = found.get(FIRST.code, ""), found.get(second.code, "")
        return Both(first, other if first or other else texts.pairs[0][1])

    rules = zip(
        _in(FIRST, lambda: paper_rules(charter)),
        _in(second, lambda: paper_rules(charter)),
        strict=True,
    )
    rows = tuple(
        PaperRow(
            project,
            written(project.title),
            written(project.place),
            both(partial(formats.money, project.cost_cents, charter.currency)),
        )
        for project in order_of_batch(charter, batch)
        if not project.is_withdrawn
    )
    return PaperPage(
        charter=charter,
        town=Both(town(FIRST.code), town(second.code)),
        title=written(charter.title),
        budget=both(lambda: formats.money(charter.budget_cents, charter.currency)),
        rules=tuple(Both(*pair) for pair in rules),
        rows=rows,
        paper=BALLOT_KINDS[charter.ballot_kind].paper(limits_in(charter)),
        has_none=limits_in(charter).allow_none,
        batch=batch,
        words=PaperWords(
            example=both(lambda: _("Example")),
            none=both(lambda: _("None of these projects")),
            batch=both(lambda: _("Batch %(number)s") % {"number": formats.number(batch)}),
            tear=both(lambda: _("Tear off this part and keep it.")),
            code=both(lambda: _("Receipt code, written by the desk")),
            proves=both(
                lambda: _(
                    "This receipt proves your ballot is in the box. It never shows your choices."
                )
            ),
            demonstration=both(lambda: i18n.say(DEMONSTRATION)),
        ),
        second=second,
        short_address=short_address,
        qr=qr,
    )


T = TypeVar("T")


def _in(language: Language, say: Callable[[], T]) -> T:
    with i18n.speaking(language.code):
        return say()
