"""An edition: its rules and calendar, its projects, one project."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from pacto_participe.kernel.languages import Texts
from pacto_participe.voting.charter import Charter, CharterProject, VoteState
from pacto_participe.voting.pages.town import PhaseShown


@dataclass(frozen=True, slots=True)
class EditionPage:
    """Rules, amount, calendar, and the fingerprint of what was frozen."""

    template: ClassVar[str] = "voting/edition.html"

    charter: Charter
    state: VoteState
    phases: tuple[PhaseShown, ...]
    turnout: int
    ballot_rules: tuple[str, ...]
    counting_rules: tuple[str, ...]
    tie_rules: tuple[str, ...]
    fingerprint: tuple[str, ...]
    is_imported: bool


@dataclass(frozen=True, slots=True)
class AreaFilter:
    """One filter of the list: all projects, or those of an area."""

    name: str | None
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class ProjectsPage:
    """The list of projects. `shown` of `total` are on this page of the list."""

    template: ClassVar[str] = "voting/projects.html"

    charter: Charter
    state: VoteState
    projects: tuple[CharterProject, ...]
    total: int
    matching: int
    areas: tuple[AreaFilter, ...]
    query: str
    area: str
    page_number: int
    page_count: int


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """One project, with its summary, and what became of it once the vote is counted."""

    template: ClassVar[str] = "voting/project.html"

    charter: Charter
    state: VoteState
    project: CharterProject
    summary: Texts | None
    why: str
    is_funded: bool | None


@dataclass(frozen=True, slots=True)
class Moment:
    """A date of the calendar and whether it has passed."""

    at: datetime
    reached: bool
