"""What became of a funded project: dated updates that follow one another, and how it stands by the day.

An update is never changed. What was written by mistake is corrected by another one, which says so; both
are read for good.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from pacto_participe.accounts.domain.writing import plain
from pacto_participe.kernel.clock import local
from pacto_participe.kernel.errors import Problem
from pacto_participe.kernel.languages import Texts
from pacto_participe.kernel.money import dirhams

LONGEST_TEXT = 300
LONGEST_DECISION = 60
LONGEST_AMOUNT = 24
MOST_CENTS = 10**13  # a hundred thousand million dirhams
FARTHEST = timedelta(days=3653)  # nobody promises a day in eleven years
FIRST_NEWS = timedelta(days=60)  # until when the first update is due, from the final result on
STAFF_IS_ASKED_AFTER = timedelta(days=15)
SILENT_AFTER = timedelta(days=30)


class Status(StrEnum):
    """How far a project is."""

    PLANNED = "planned"
    PROCUREMENT = "procurement"
    WORKS = "works"
    LATE = "late"
    DONE = "done"
    ABANDONED = "abandoned"


OVER = frozenset({Status.DONE, Status.ABANDONED})
_GOING_ON = frozenset({Status.PROCUREMENT, Status.WORKS, Status.LATE, *OVER})
# What may follow each status. Nothing follows an end: who ended the wrong project corrects it.
FOLLOWS = {
    Status.PLANNED: _GOING_ON - {Status.DONE} | {Status.PLANNED},
    Status.PROCUREMENT: _GOING_ON,
    Status.WORKS: _GOING_ON - {Status.PROCUREMENT},
    Status.LATE: _GOING_ON | {Status.PLANNED},
    Status.DONE: frozenset(),
    Status.ABANDONED: frozenset(),
}


class Milestone(StrEnum):
    """What comes next, chosen from a list: so it reads the same in every language."""

    STUDY_ENDS = "study_ends"
    COUNCIL_DECIDES = "council_decides"
    CALL_FOR_BIDS = "call_for_bids"
    CONTRACT_SIGNED = "contract_signed"
    WORKS_BEGIN = "works_begin"
    WORKS_END = "works_end"
    DELIVERED = "delivered"
    OPENS_TO_RESIDENTS = "opens_to_residents"


class Bureau(StrEnum):
    """Which office answers for a project. An office from this list, so that no person is ever named."""

    TECHNICAL_SERVICE = "technical_service"
    PLANNING_SERVICE = "planning_service"
    GREEN_SPACES = "green_spaces"
    SOCIAL_SERVICE = "social_service"
    PROCUREMENT_SERVICE = "procurement_service"
    GENERAL_SERVICES = "general_services"
    PROVINCE = "province_services"
    UTILITY = "utility"
    PARTNER = "partner"


class UpdateProblem(StrEnum):
    """What keeps an update from being written. Beside some: the values of the sentence."""

    NOT_FINAL = "delivery_not_final"  # day
    CHANGED_SINCE = "delivery_changed_since"
    STATUS_NOT_OFFERED = "delivery_status_not_offered"
    CANNOT_FOLLOW = "delivery_cannot_follow"
    IS_OVER = "delivery_is_over"
    NOTHING_TO_CORRECT = "delivery_nothing_to_correct"
    TEXT_MISSING = "delivery_text_missing"
    REASON_MISSING = "delivery_reason_missing"
    AMOUNT_UNREADABLE = "delivery_amount_unreadable"
    SPENT_FALLS = "delivery_spent_falls"  # before_cents
    BUREAU_MISSING = "delivery_bureau_missing"
    MILESTONE_MISSING = "delivery_milestone_missing"
    NEXT_DAY_MISSING = "delivery_next_day_missing"
    NEXT_DAY_PASSED = "delivery_next_day_passed"
    NEXT_DAY_FAR = "delivery_next_day_far"
    NOT_LATER = "delivery_not_later"  # promised
    DONE_DAY_MISSING = "delivery_done_day_missing"
    DONE_DAY_AHEAD = "delivery_done_day_ahead"
    DONE_DAY_EARLY = "delivery_done_day_early"  # final
    DECISION_MISSING = "delivery_decision_missing"


@dataclass(frozen=True, slots=True)
class Draft:
    """An update that somebody wants to write, as far as it could be read: None for what is missing.

    `spent_cents`: so far; of a project that is done, its final cost. `text` says for what is late or
    abandoned why. `corrects`: that it takes the place of the newest update.
    """

    status: Status | None
    spent_cents: int | None
    bureau: Bureau | None
    text: Texts | None
    milestone: Milestone | None = None
    next_on: date | None = None
    done_on: date | None = None
    decision: str = ""
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class Update:
    """What was said of a project on a day. `place`: 1 for the first, `corrects` the place of another one."""

    place: int
    written_at: datetime
    status: Status
    spent_cents: int
    bureau: Bureau
    text: Texts
    milestone: Milestone | None = None
    next_on: date | None = None
    done_on: date | None = None
    decision: str = ""
    corrects: int | None = None

    @property
    def written_on(self) -> date:
        return local(self.written_at).date()


def standing(history: Sequence[Update]) -> tuple[Update, ...]:
    """The updates that no later one corrects, the oldest first. The newest of all always stands."""
    corrected = {update.corrects for update in history}
    return tuple(update for update in history if update.place not in corrected)


def statuses_after(history: Sequence[Update]) -> frozenset[Status]:
    """What may be said next of a project with these standing updates. None is as planned."""
    before = history[-1].status if history else Status.PLANNED
    return FOLLOWS[before]


def problems_of(
    draft: Draft, history: Sequence[Update], *, final_on: date, today: date
) -> tuple[Problem, ...]:
    """Everything to mend in a draft before it can follow this history, each beside its field.

    `final_on`: the day on which the result became final; nothing was done before it.
    """
    if draft.corrects and not history:
        return (Problem(UpdateProblem.NOTHING_TO_CORRECT, "corrects"),)
    before = standing(history)
    if draft.corrects:
        before = before[:-1]
    elif before and before[-1].status in OVER:
        return (Problem(UpdateProblem.IS_OVER, "corrects"),)
    found = [*_of_status(draft, before), *_of_text(draft), *_of_money(draft, before)]
    if draft.status is Status.DONE:
        found += _of_end(draft, final_on, today)
    elif draft.status is Status.ABANDONED:
        if not draft.decision:
            found.append(Problem(UpdateProblem.DECISION_MISSING, "decision"))
    elif draft.status is not None:
        found += _of_promise(draft, before, today)
    if draft.bureau is None:
        found.append(Problem(UpdateProblem.BUREAU_MISSING, "bureau"))
    return tuple(found)


def _of_status(draft: Draft, before: Sequence[Update]) -> Iterable[Problem]:
    if draft.status is None:
        yield Problem(UpdateProblem.STATUS_NOT_OFFERED, "stage")
    elif draft.status not in statuses_after(before):
        yield Problem(UpdateProblem.CANNOT_FOLLOW, "stage")


def _of_text(draft: Draft) -> Iterable[Problem]:
    if draft.text is None:
        needs_reason = draft.status in (Status.LATE, Status.ABANDONED)
        code = UpdateProblem.REASON_MISSING if needs_reason else UpdateProblem.TEXT_MISSING
        yield Problem(code, "text_ar")


def _of_money(draft: Draft, before: Sequence[Update]) -> Iterable[Problem]:
    """What is spent never falls: a lower amount is a correction of what was said."""
    least = before[-1].spent_cents if before else 0
    if draft.spent_cents is None or not 0 <= draft.spent_cents <= MOST_CENTS:
        yield Problem(UpdateProblem.AMOUNT_UNREADABLE, "spent")
    elif draft.spent_cents < least:
        yield Problem(UpdateProblem.SPENT_FALLS, "spent", {"before_cents": least})


def _of_end(draft: Draft, final_on: date, today: date) -> Iterable[Problem]:
    if draft.done_on is None:
        yield Problem(UpdateProblem.DONE_DAY_MISSING, "done_on")
    elif draft.done_on > today:
        yield Problem(UpdateProblem.DONE_DAY_AHEAD, "done_on")
    elif draft.done_on < final_on:
        yield Problem(UpdateProblem.DONE_DAY_EARLY, "done_on", {"final": final_on})


def _of_promise(draft: Draft, before: Sequence[Update], today: date) -> Iterable[Problem]:
    """Whatever goes on has a next day; a late project one that is later than the one it missed."""
    if draft.milestone is None:
        yield Problem(UpdateProblem.MILESTONE_MISSING, "milestone")
    promised = before[-1].next_on if before else None
    if draft.next_on is None:
        yield Problem(UpdateProblem.NEXT_DAY_MISSING, "next_on")
    elif draft.next_on <= today:
        yield Problem(UpdateProblem.NEXT_DAY_PASSED, "next_on")
    elif draft.next_on > today + FARTHEST:
        yield Problem(UpdateProblem.NEXT_DAY_FAR, "next_on")
    elif draft.status is Status.LATE and promised and draft.next_on <= promised:
        yield Problem(UpdateProblem.NOT_LATER, "next_on", {"promised": promised})


def written(draft: Draft, history: Sequence[Update], at: datetime) -> Update:
    """The update that a draft without problems becomes. What its status has no use for is left out."""
    if draft.status is None or draft.spent_cents is None or not draft.bureau or not draft.text:
        raise ValueError("this draft has problems")
    goes_on = draft.status not in OVER
    return Update(
        place=len(history) + 1,
        written_at=at,
        status=draft.status,
        spent_cents=draft.spent_cents,
        bureau=draft.bureau,
        text=draft.text,
        milestone=draft.milestone if goes_on else None,
        next_on=draft.next_on if goes_on else None,
        done_on=draft.done_on if draft.status is Status.DONE else None,
        decision=draft.decision if draft.status is Status.ABANDONED else "",
        corrects=history[-1].place if draft.corrects else None,
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How a project stands on a day, by its standing updates (none: it is planned).

    Computed from the day at each request: no job decides that a promise was missed.
    """

    updates: tuple[Update, ...]
    final_on: date
    today: date

    @property
    def last(self) -> Update | None:
        return self.updates[-1] if self.updates else None

    @property
    def status(self) -> Status:
        return self.last.status if self.last else Status.PLANNED

    @property
    def spent_cents(self) -> int:
        return self.last.spent_cents if self.last else 0

    @property
    def due_on(self) -> date | None:
        """Until when something is to be said: the day that was promised, or that of the first news."""
        if self.last is None:
            return self.final_on + FIRST_NEWS
        return self.last.next_on

    @property
    def missed_on(self) -> date | None:
        """Of a late project, the day that was promised before it was late."""
        if self.status is not Status.LATE:
            return None
        on_time = (each for each in reversed(self.updates) if each.status is not Status.LATE)
        return next((update.next_on for update in on_time), None)

    @property
    def last_heard_on(self) -> date:
        return self.last.written_on if self.last else self.final_on

    @property
    def staff_is_asked(self) -> bool:
        return self._is_past(STAFF_IS_ASKED_AFTER)

    @property
    def is_silent(self) -> bool:
        """Whether the page has to say that there is no news."""
        return self._is_past(SILENT_AFTER)

    @property
    def is_behind(self) -> bool:
        """What is shown first: late by its own word, or by its silence."""
        return self.status is Status.LATE or self.is_silent

    def _is_past(self, patience: timedelta) -> bool:
        return self.due_on is not None and self.today > self.due_on + patience

    @property
    def order(self) -> tuple[Any, ...]:
        """Late first, then what comes next, what is only planned, what is done, what was given up."""
        turn = [Status.WORKS, Status.PROCUREMENT, Status.PLANNED, Status.DONE, Status.ABANDONED]
        place = -1 if self.is_behind else turn.index(self.status)
        return place, self.due_on or date.max


def progress_of(history: Sequence[Update], *, final_on: date, today: date) -> Progress:
    """How a project stands."""
    return Progress(standing(history), final_on, today)


# Groups of three with one separator, and another one before the centimes: "1,5" is no thousand.
_AMOUNT = re.compile(
    r"(?P<whole>\d{1,3}(?P<sep>[ .,'’])\d{3}(?:(?P=sep)\d{3})*|\d+)(?:(?!(?P=sep))[.,](?P<rest>\d{1,2}))?"
)
_CURRENCY = re.compile(r"(DHS?|MAD|درهم)\.?$", re.IGNORECASE)


def read_dirhams(typed: str) -> int | None:
    """ "478 000", "478.000,50", "478000 DH": centimes; None for anything else."""
    text = _CURRENCY.sub("", " ".join(plain(typed).split())).strip()
    found = _AMOUNT.fullmatch(text)
    if found is None or len(text) > LONGEST_AMOUNT:
        return None
    whole = int(re.sub(r"\D", "", found["whole"]))
    return dirhams(whole) + int((found["rest"] or "0").ljust(2, "0"))
