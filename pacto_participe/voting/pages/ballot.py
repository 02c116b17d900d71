"""The way of a ballot: who is voting, choose, review, receipt. One vocabulary: none, saved, counted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from markupsafe import Markup

from pacto_participe.voting.ballots import BALLOT_KINDS, Marks, limits_of, without
from pacto_participe.voting.boxes.box import Counted
from pacto_participe.voting.charter import Charter, CharterProject, VoteState
from pacto_participe.voting.domain import Reading
from pacto_participe.voting.pages.filters import Filters
from pacto_participe.voting.pages.listening import Heard
from pacto_participe.voting.queries import ReceiptFound
from pacto_participe.web.sentences import ToldProblems


def fill_template(charter: Charter) -> str:
    """The screen of a ballot kind, found by its name: how to fill it, and its marks in words."""
    return f"voting/ballots/{charter.ballot_kind}/fill.html"


def limits_in(charter: Charter) -> Any:
    """The limits of this vote's ballots, as its ballot kind holds them."""
    return limits_of(BALLOT_KINDS[charter.ballot_kind], charter.ballot_limits)


@dataclass(frozen=True, slots=True)
class IdentityPage:
    """Step 1 of 3. `sentences`: what was wrong with what was typed."""

    template: ClassVar[str] = "voting/identity.html"

    charter: Charter
    state: VoteState
    is_signed_in: bool
    phone: str
    uses_letters: bool
    code: str = ""
    sentences: tuple[tuple[str, str], ...] = ()
    note: str = ""  # why who is signed in cannot vote here
    is_ready: bool = False  # who is signed in may vote
    ended_at: datetime | None = None  # of the residence here of who is signed in

    @property
    def is_over(self) -> bool:
        return self.state not in (VoteState.SOON, VoteState.OPEN)

    @property
    def problem(self) -> str:
        return self.sentences[0][1] if self.sentences else ""


@dataclass(frozen=True, slots=True)
class Card:
    """One project on the ballot. `mark`: 0, 1, the points or the rank. `short_cents`: what is missing."""

    project: CharterProject
    mark: int = 0
    short_cents: int = 0

    @property
    def is_chosen(self) -> bool:
        return self.mark > 0


@dataclass(frozen=True, slots=True)
class BallotPage:
    """Step 2 of 3. The cards stand in this voter's own order; chosen ones show under any filter.

    `cheapest_hidden`: the least cost of a project that the filter hides, in centimes; 0 when none is.
    `most`: how many may be chosen, 0 when their number is no limit. `purse_cents`: the money of one
    ballot, None when it has none. `fits_nothing_more`: whether what is left buys no other project.
    `voter`: under which name a phone keeps choices that it could not send, so that the next person who
    votes on it does not find them. `hours_left`: see charter.hours_left.
    """

    template: ClassVar[str] = "voting/ballot.html"

    charter: Charter
    cards: tuple[Card, ...]
    hidden_count: int
    cheapest_hidden: int
    marks: Marks
    limits: Any
    most: int
    purse_cents: int | None
    fits_nothing_more: bool
    status: str
    counted: Counted | None
    filters: Filters
    heard: Mapping[int, Heard]
    voter: str
    hours_left: int
    problems: ToldProblems = ()

    @property
    def fill_template(self) -> str:
        return fill_template(self.charter)

    @property
    def is_none(self) -> bool:
        return self.marks.is_none

    @property
    def chosen(self) -> tuple[Card, ...]:
        return tuple(card for card in self.cards if card.is_chosen)

    def number_at(self, place: int) -> int:
        """The number of the project that stands at this place, 0 when none does."""
        for key, mark in self.marks.given:
            if mark == place and key in self.charter.by_key:
                return self.charter.by_key[key].number
        return 0

    @property
    def is_full(self) -> bool:
        return 0 < self.most <= len(self.chosen)


@dataclass(frozen=True, slots=True)
class DraftSaved:
    """What the background save answers: the status line of the ballot's page, and no card of it."""

    template: ClassVar[str] = BallotPage.template

    status: str


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Step 3 of 3: the ballot as it will be counted, or what keeps it from being counted."""

    template: ClassVar[str] = "voting/review.html"

    charter: Charter
    state: VoteState
    cards: tuple[Card, ...]
    is_none: bool
    limits: Any
    left_cents: int | None
    fields: tuple[tuple[str, str], ...]
    confirmation: str
    counted: Counted | None
    hours_left: int
    problems: ToldProblems = ()

    @property
    def fill_template(self) -> str:
        return fill_template(self.charter)

    @property
    def total_cents(self) -> int:
        return sum(card.project.cost_cents for card in self.cards)


@dataclass(frozen=True, slots=True)
class SwapPage:
    """Making room for one project: which of the chosen ones go. `left_cents`: without any of it."""

    template: ClassVar[str] = "voting/swap.html"

    charter: Charter
    wanted: CharterProject
    offers: tuple["SwapOffer", ...]
    left_cents: int | None


@dataclass(frozen=True, slots=True)
class SwapOffer:
    """Giving up these chosen projects. `after_cents`: what is then left of the ballot's money."""

    projects: tuple[CharterProject, ...]
    after_cents: int | None

    @property
    def value(self) -> str:
        """How the form sends it."""
        return ",".join(str(project.number) for project in self.projects)

    @property
    def cost_cents(self) -> int:
        return sum(project.cost_cents for project in self.projects)


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """The ballot is counted. `choices` are for this screen only. `is_print`: to be kept, without choices."""

    template: ClassVar[str] = "voting/receipt.html"

    charter: Charter
    state: VoteState
    counted: Counted
    code: str
    words: tuple[str, ...]
    link: str
    qr: Markup
    choices: tuple[Card, ...]
    is_none: bool
    now: datetime
    is_print: bool = False

    @property
    def fill_template(self) -> str:
        return fill_template(self.charter)


@dataclass(frozen=True, slots=True)
class ReceiptCheckPage:
    """The check of any receipt: `typed` as it was typed, `found` when it is in this vote's box."""

    template: ClassVar[str] = "voting/receipts.html"

    charter: Charter
    state: VoteState
    typed: str
    code: str
    found: ReceiptFound | None
    problem: str
    phone: str


class Fate(StrEnum):
    """What is known of choices that are shown after the close."""

    UNCONFIRMED = "unconfirmed"  # a draft
    LATE = "late"  # confirmed, too late
    SEALED = "sealed"  # only who has a receipt can tell


@dataclass(frozen=True, slots=True)
class ClosedPage:
    """A ballot that came too late (or too early), with the choices that were not lost."""

    template: ClassVar[str] = "voting/closed.html"

    charter: Charter
    state: VoteState
    cards: tuple[Card, ...]
    fate: Fate
    counted: Counted | None
    phone: str

    @property
    def fill_template(self) -> str:
        return fill_template(self.charter)


def cards_of(
    charter: Charter, marks: Marks, order: tuple[CharterProject, ...] | None = None
) -> tuple[Card, ...]:
    """A card for each project with its mark, in the given order (the list's when none is given)."""
    given = dict(marks.given)
    cards = []
    left = left_cents(charter, marks)
    for project in order or charter.projects:
        mark = given.get(project.key, 0)
        short = 0
        if left is not None and not mark:
            short = max(0, project.cost_cents - left)
        cards.append(Card(project, mark, short))
    return tuple(cards)


_ORDERS: dict[Reading, Callable[[Card], tuple[int, int]]] = {
    Reading.APPROVALS: lambda card: (0, card.project.number),
    Reading.POINTS: lambda card: (-card.mark, card.project.number),
    Reading.RANKING: lambda card: (card.mark, card.project.number),
}


def chosen_cards(charter: Charter, marks: Marks) -> tuple[Card, ...]:
    """Only what is chosen, best first for rankings and points."""
    cards = [Card(charter.by_key[key], mark) for key, mark in marks.given if key in charter.by_key]
    return tuple(sorted(cards, key=_ORDERS[BALLOT_KINDS[charter.ballot_kind].reading]))


def purse_cents(charter: Charter) -> int | None:
    """The money of one ballot; None for kinds that have none."""
    return BALLOT_KINDS[charter.ballot_kind].purse(limits_in(charter))


def left_cents(charter: Charter, marks: Marks) -> int | None:
    """What is left of the ballot's own money; None for kinds that have none."""
    purse = purse_cents(charter)
    if purse is None:
        return None
    chosen = set(marks.options)
    return purse - sum(charter.by_key[key].cost_cents for key in chosen if key in charter.by_key)


def offers_of(charter: Charter, marks: Marks, wanted: CharterProject) -> tuple[SwapOffer, ...]:
    """What can be given up for one more project, the cheapest sacrifice first; () when it fits."""
    kind = BALLOT_KINDS[charter.ballot_kind]
    rest = without(marks, {wanted.key})
    left = left_cents(charter, rest)
    offers = []
    for keys in kind.sacrifices(rest, wanted.key, limits_in(charter), charter.election.options):
        projects = tuple(charter.by_key[key] for key in keys)
        freed = sum(project.cost_cents for project in projects) - wanted.cost_cents
        offers.append(SwapOffer(projects, None if left is None else left + freed))
    return tuple(offers)
