"""The way of a ballot: who is voting, choose, review, receipt. One vocabulary: none, saved, counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from pacto_participe.voting.ballots import BALLOT_KINDS, Marks
from pacto_participe.voting.boxes.box import Counted
from pacto_participe.voting.charter import Charter, CharterProject, VoteState
from pacto_participe.voting.queries import ReceiptFound


@dataclass(frozen=True, slots=True)
class IdentityPage:
    """Step 1 of 3. `sentences`: what was wrong with what was typed."""

    template: ClassVar[str] = "voting/identity.html"

    charter: Charter
    state: VoteState
    is_signed_in: bool
    phone: str
    code: str = ""
    sentences: tuple[tuple[str, str], ...] = ()

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
    """Step 2 of 3. The cards stand in this voter's own order; chosen ones show under any filter."""

    template: ClassVar[str] = "voting/ballot.html"

    charter: Charter
    cards: tuple[Card, ...]
    hidden_count: int
    kind: str
    limits: Mapping[str, Any]
    status: str
    counted: Counted | None
    is_none: bool
    areas: tuple[str, ...]
    area: str
    own_area: str
    problems: tuple[tuple[str, str], ...] = ()

    @property
    def fill_template(self) -> str:
        """The screen of the ballot kind, found by its name."""
        return f"voting/ballots/{self.kind}/fill.html"

    @property
    def chosen(self) -> tuple[Card, ...]:
        return tuple(card for card in self.cards if card.is_chosen)

    @property
    def most(self) -> int:
        return int(self.limits.get("max", 0) or 0)

    @property
    def is_full(self) -> bool:
        return 0 < self.most <= len(self.chosen)


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Step 3 of 3: the ballot as it will be counted, or what keeps it from being counted."""

    template: ClassVar[str] = "voting/review.html"

    charter: Charter
    state: VoteState
    cards: tuple[Card, ...]
    is_none: bool
    kind: str
    fields: tuple[tuple[str, str], ...]
    confirmation: str
    counted: Counted | None
    problems: tuple[tuple[str, str], ...] = ()

    @property
    def total_cents(self) -> int:
        return sum(card.project.cost_cents for card in self.cards)


@dataclass(frozen=True, slots=True)
class SwapPage:
    """Making room for one project: which of the chosen ones goes. `after`: what is then left."""

    template: ClassVar[str] = "voting/swap.html"

    charter: Charter
    wanted: CharterProject
    offers: tuple["SwapOffer", ...]
    left_cents: int | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SwapOffer:
    """Giving up one chosen project."""

    project: CharterProject
    after_cents: int | None


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """The ballot is counted. `choices` are for this screen only."""

    template: ClassVar[str] = "voting/receipt.html"

    charter: Charter
    state: VoteState
    counted: Counted
    code: str
    words: tuple[str, ...]
    link: str
    qr: str
    choices: tuple[Card, ...]
    is_none: bool
    now: datetime


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


@dataclass(frozen=True, slots=True)
class ClosedPage:
    """A ballot that came too late (or too early), with the choices that were not lost."""

    template: ClassVar[str] = "voting/closed.html"

    charter: Charter
    state: VoteState
    cards: tuple[Card, ...]
    counted: Counted | None
    phone: str


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


def chosen_cards(charter: Charter, marks: Marks) -> tuple[Card, ...]:
    """Only what is chosen, best first for rankings and points."""
    cards = [Card(charter.by_key[key], mark) for key, mark in marks.given if key in charter.by_key]
    kind = BALLOT_KINDS[charter.ballot_kind]
    if kind.reading.value == "points":
        cards.sort(key=lambda card: (-card.mark, card.project.number))
    elif kind.reading.value == "approvals":
        cards.sort(key=lambda card: card.project.number)
    return tuple(cards)


def left_cents(charter: Charter, marks: Marks) -> int | None:
    """What is left of the ballot's own budget; None for kinds that have none."""
    budget = charter.ballot_limits.get("budget")
    if budget is None:
        return None
    spent = sum(charter.by_key[key].cost_cents for key, _ in marks.given if key in charter.by_key)
    return int(budget) - spent
