"""An edition: its rules and calendar, its projects, one project."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import ClassVar

from pacto_participe.collectivities.domain import fold
from pacto_participe.kernel.languages import Texts
from pacto_participe.voting.charter import Charter, CharterProject, VoteState
from pacto_participe.voting.pages.listening import (
    Addresses,
    Heard,
    RecordingShown,
    recorded_of,
)
from pacto_participe.voting.pages.map import ProjectMap, map_of
from pacto_participe.voting.pages.roll import RollShown, roll_shown
from pacto_participe.voting.pages.town import COUNTED, PhaseShown, phases_of
from pacto_participe.voting.publication.roll import Roll
from pacto_participe.voting.queries import Edition
from pacto_participe.voting.wording import rules as words
from pacto_participe.web.beside import Part

PROJECTS_PER_PAGE = 20
MOST_ON_ONE_PAGE = 100  # what ?all shows, to print


@dataclass(frozen=True, slots=True)
class Moment:
    """A date of the calendar and whether it has come."""

    what: str
    at: datetime
    reached: bool


@dataclass(frozen=True, slots=True)
class EditionPage:
    """Rules, amount, calendar, and the fingerprint of what was frozen.

    While the rules are only announced there is no fingerprint and no roll, but `summary` and `phases`.
    """

    template: ClassVar[str] = "voting/edition.html"

    charter: Charter
    state: VoteState
    is_frozen: bool
    summary: Texts | None
    phases: tuple[PhaseShown, ...]
    calendar: tuple[Moment, ...]
    ballot_rules: tuple[str, ...]
    rule_name: str
    counting_rules: tuple[str, ...]
    tie_rules: tuple[str, ...]
    fingerprint: tuple[str, ...]
    is_imported: bool
    roll: RollShown | None
    who: tuple[str, ...]

    @property
    def is_counted(self) -> bool:
        return self.state in COUNTED


def edition_page(
    edition: Edition, now: datetime, roll: Roll | None, who: tuple[str, ...]
) -> EditionPage:
    """From the charter, the clock, the roll as far as it is fixed, and who may vote in words."""
    charter = edition.charter
    return EditionPage(
        charter=charter,
        state=edition.state(now),
        is_frozen=edition.is_frozen,
        summary=edition.summary,
        phases=phases_of(edition.stages, charter, now),
        calendar=tuple(
            Moment(what, at, edition.is_frozen and now >= at)
            for what, at in (
                ("opens", charter.opens_at),
                ("closes", charter.closes_at),
                ("final", charter.final_at),
            )
        ),
        ballot_rules=words.ballot_rules(charter),
        rule_name=words.rule_name(charter.parameters.rule),
        counting_rules=words.counting_rules(charter),
        tie_rules=words.tie_rules(charter),
        fingerprint=in_groups(charter.fingerprint) if edition.is_frozen else (),
        is_imported=edition.is_imported,
        roll=roll_shown(roll),
        who=who,
    )


def in_groups(fingerprint: str) -> tuple[str, ...]:
    """64 signs on four lines, in groups of four, so that two people can compare them aloud."""
    groups = [fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4)]
    return tuple(" ".join(groups[at : at + 4]) for at in range(0, len(groups), 4))


@dataclass(frozen=True, slots=True)
class AreaFilter:
    """One filter of the list: all projects ("" for the name), or those of an area."""

    name: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class ProjectsPage:
    """The list of projects: `projects` of the `matching` ones, of `total` in all."""

    template: ClassVar[str] = "voting/projects.html"

    charter: Charter
    state: VoteState
    projects: tuple[CharterProject, ...]
    total: int
    matching: int
    areas: tuple[AreaFilter, ...]
    query: str
    area: str
    shows_all: bool
    page_number: int
    page_count: int
    map: ProjectMap | None
    heard: Mapping[int, Heard]

    @property
    def is_filtered(self) -> bool:
        return bool(self.query or self.area)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the list asks for."""

    query: str = ""
    area: str = ""
    page: int = 1
    shows_all: bool = False


def projects_page(
    edition: Edition, asked: Asked, now: datetime, address: Addresses
) -> ProjectsPage | None:
    """None for a page of the list that does not exist."""
    charter = edition.charter
    areas = sorted({project.area for project in charter.projects if project.area})
    area = asked.area if asked.area in areas else ""
    found = projects_named(charter.projects, asked.query)
    matching = [project for project in found if not area or project.area == area]
    per_page = MOST_ON_ONE_PAGE if asked.shows_all else PROJECTS_PER_PAGE
    page_count = max(1, -(-len(matching) // per_page))
    if not 1 <= asked.page <= page_count:
        return None
    start = (asked.page - 1) * per_page
    shown = tuple(matching[start : start + per_page])
    return ProjectsPage(
        charter=charter,
        state=edition.state(now),
        projects=shown,
        total=len(charter.projects),
        matching=len(matching),
        areas=_filters(areas, found, area),
        query=asked.query,
        area=area,
        shows_all=asked.shows_all,
        page_number=asked.page,
        page_count=page_count,
        map=map_of(charter, shown),
        heard=recorded_of(charter, shown, address),
    )


def _filters(
    areas: Sequence[str], found: Sequence[CharterProject], current: str
) -> tuple[AreaFilter, ...]:
    """How many each filter would show; none where there is nothing to choose from."""
    if len(areas) < 2:
        return ()
    by_area = {name: sum(project.area == name for project in found) for name in areas}
    every = AreaFilter("", len(found), not current)
    return (every, *(AreaFilter(name, by_area[name], name == current) for name in areas))


def projects_named(projects: Sequence[CharterProject], query: str) -> tuple[CharterProject, ...]:
    """Those whose number, title, place or area hold every word, in any language and spelling."""
    wanted = fold(query).split()
    if not wanted:
        return tuple(projects)
    return tuple(
        project
        for project in projects
        if query.strip() == str(project.number)
        or all(word in _searched(project) for word in wanted)
    )


@lru_cache(maxsize=4096)
def _searched(project: CharterProject) -> str:
    texts = (*project.title.pairs, *project.place.pairs)
    return fold(" ".join((*(text for _, text in texts), project.area or "")))


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """One project, with what it is. `comes_from_ballot`: opened there, so that a way leads back."""

    template: ClassVar[str] = "voting/project.html"

    charter: Charter
    state: VoteState
    project: CharterProject
    summary: Texts | None
    is_imported: bool
    heard: Heard
    recordings: tuple[RecordingShown, ...]
    comes_from_ballot: bool = False
    beside: tuple[Part, ...] = ()

    @property
    def leads_back(self) -> bool:
        return self.comes_from_ballot and self.state is VoteState.OPEN

    @property
    def is_counted(self) -> bool:
        return self.state in COUNTED

    @property
    def before(self) -> CharterProject | None:
        return self._beside(-1)

    @property
    def after(self) -> CharterProject | None:
        return self._beside(1)

    def _beside(self, step: int) -> CharterProject | None:
        place = self.charter.projects.index(self.project) + step
        projects = self.charter.projects
        return projects[place] if 0 <= place < len(projects) else None
