"""Everything that the templates of this feature may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import ClassVar

from markupsafe import Markup

from pacto_participe.delivery import wording as words
from pacto_participe.delivery.domain import (
    OVER,
    Bureau,
    Milestone,
    Progress,
    Status,
    Update,
    progress_of,
    standing,
    statuses_after,
)
from pacto_participe.delivery.queries import Histories
from pacto_participe.kernel.languages import Texts
from pacto_participe.voting.charter import Charter, CharterProject
from pacto_participe.web.sentences import ToldProblems, sentence_at

_TONES = {
    Status.PLANNED: ("", ""),
    Status.PROCUREMENT: ("b", "doc"),
    Status.WORKS: ("y", "clock"),
    Status.LATE: ("o", "clock"),
    Status.DONE: ("c", "check"),
    Status.ABANDONED: ("r", "warn"),
}
DONE_WEAVE, GOING_WEAVE, BEHIND_WEAVE, GIVEN_UP_WEAVE = 1, 4, 2, 5
_WEAVES = {Status.DONE: DONE_WEAVE, Status.LATE: BEHIND_WEAVE, Status.ABANDONED: GIVEN_UP_WEAVE}


@dataclass(frozen=True, slots=True)
class Followed:
    """One funded project and how it stands today."""

    project: CharterProject
    progress: Progress
    currency: str

    @property
    def status(self) -> str:
        return words.status_name(self.progress.status)

    @property
    def tone(self) -> str:
        return _TONES[self.progress.status][0]

    @property
    def sign(self) -> str:
        return _TONES[self.progress.status][1]

    @property
    def in_short(self) -> Markup:
        return words.in_short(self.progress, self.project.cost_cents, self.currency)

    @property
    def reason(self) -> Texts | None:
        """Why it is late, or was given up."""
        last = self.progress.last
        return last.text if last and last.status in (Status.LATE, Status.ABANDONED) else None

    @property
    def spent(self) -> Markup:
        return words.spent(self.progress.spent_cents, self.project.cost_cents, self.currency)

    @property
    def band(self) -> tuple[tuple[int, Fraction], ...]:
        """The spent share of its cost, woven as its status is. What was overspent fills it and no more."""
        share = Fraction(100 * self.progress.spent_cents, self.project.cost_cents or 1)
        weave = BEHIND_WEAVE if self.progress.is_behind else _WEAVES.get(self.progress.status)
        return ((weave or GOING_WEAVE, min(share, Fraction(100))),) if share else ()


def followed(
    charter: Charter,
    funded: Iterable[CharterProject],
    histories: Histories,
    *,
    final: date,
    today: date,
) -> tuple[Followed, ...]:
    """The funded projects, those that are late first."""
    lines = [
        Followed(
            project,
            progress_of(histories.get(project.number, ()), final_on=final, today=today),
            charter.currency,
        )
        for project in funded
    ]
    return tuple(sorted(lines, key=lambda line: (line.progress.order, line.project.number)))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of the funded projects are done, going on, late, given up, or wait."""

    done: int
    going: int
    behind: int
    given_up: int
    waiting: int

    @property
    def total(self) -> int:
        return self.done + self.going + self.behind + self.given_up + self.waiting

    @property
    def parts(self) -> tuple[tuple[int, int], ...]:
        """(weave, how many), in the order of the band; those that wait are its empty warp."""
        woven = (
            (DONE_WEAVE, self.done),
            (GOING_WEAVE, self.going),
            (BEHIND_WEAVE, self.behind),
            (GIVEN_UP_WEAVE, self.given_up),
        )
        return tuple((weave, number) for weave, number in woven if number)

    @property
    def band(self) -> tuple[tuple[int, Fraction], ...]:
        return tuple((weave, Fraction(100 * number, self.total)) for weave, number in self.parts)


def counts_of(lines: Iterable[Followed]) -> Counts:
    """Late by its own word or by its silence counts as late, whatever it said before."""
    found = dict.fromkeys(("done", "going", "behind", "given_up", "waiting"), 0)
    for line in lines:
        status = line.progress.status
        if line.progress.is_behind:
            found["behind"] += 1
        elif status is Status.PLANNED:
            found["waiting"] += 1
        elif status is Status.DONE:
            found["done"] += 1
        elif status is Status.ABANDONED:
            found["given_up"] += 1
        else:
            found["going"] += 1
    return Counts(**found)


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """Every funded project of an edition. `is_final`: before, everything is only planned."""

    template: ClassVar[str] = "delivery/delivery.html"

    charter: Charter
    is_final: bool
    lines: tuple[Followed, ...]
    counts: Counts


@dataclass(frozen=True, slots=True)
class UpdateShown:
    """One update in the history of a project. `corrected_on`: by a later one, which stands above it."""

    update: Update
    status: str
    details: tuple[Markup, ...]
    corrected_on: date | None


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """What became of one project, the newest update first."""

    template: ClassVar[str] = "delivery/project.html"

    charter: Charter
    is_final: bool
    line: Followed
    no_news: Markup
    updates: tuple[UpdateShown, ...]


def history_shown(
    history: tuple[Update, ...], project: CharterProject, currency: str
) -> tuple[UpdateShown, ...]:
    """The newest first, those that were corrected among them."""
    corrected = {update.corrects: update.written_on for update in history if update.corrects}
    return tuple(
        UpdateShown(
            update,
            words.status_name(update.status),
            words.details(update, project.cost_cents, currency),
            corrected.get(update.place),
        )
        for update in reversed(history)
    )


@dataclass(frozen=True, slots=True)
class BesideHome:
    """What the home of the town says of its last edition: the latest and the late, and the way to all."""

    charter: Charter
    counts: Counts
    lines: tuple[Followed, ...]


@dataclass(frozen=True, slots=True)
class BesideResults:
    """Under the results: each winner with the way to what became of it."""

    charter: Charter
    is_final: bool
    lines: tuple[Followed, ...]


@dataclass(frozen=True, slots=True)
class BesideProject:
    """On the page of a project that was funded."""

    charter: Charter
    is_final: bool
    line: Followed


@dataclass(frozen=True, slots=True)
class EditionFollowed:
    """The funded projects of one edition, for the staff."""

    charter: Charter
    lines: tuple[Followed, ...]


@dataclass(frozen=True, slots=True)
class StaffPage:
    """Every edition whose projects are followed, the newest first."""

    template: ClassVar[str] = "delivery/staff.html"

    editions: tuple[EditionFollowed, ...]


Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class UpdatePage:
    """The form of an update, with what was typed. `is_final`: before, there is no form."""

    template: ClassVar[str] = "delivery/update.html"

    charter: Charter
    is_final: bool
    line: Followed
    newest: UpdateShown | None
    after: int
    statuses: Choices
    bureaus: Choices
    milestones: Choices
    typed: dict[str, str]
    problems: ToldProblems = ()
    done: str = ""

    @property
    def is_over(self) -> bool:
        return self.line.progress.status in OVER

    def problem(self, field: str) -> str:
        return sentence_at(self.problems, field)


def offered(history: tuple[Update, ...]) -> Choices:
    """What can be said next: after what stands, or in the place of the newest."""
    stands = standing(history)
    possible = statuses_after(stands) | (statuses_after(stands[:-1]) if stands else frozenset())
    return tuple((one.value, words.status_name(one)) for one in Status if one in possible)


def bureaus() -> Choices:
    return tuple((one.value, words.bureau_name(one)) for one in Bureau)


def milestones() -> Choices:
    return tuple((one.value, words.milestone_name(one)) for one in Milestone)
