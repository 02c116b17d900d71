"""The invented editions of the demonstration: two that are over, one that is open, one that is prepared."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from uuid import uuid4

from pacto_participe.consultations.domain import Activity, Stage
from pacto_participe.demo.projects import AREAS, PROJECTS, Invented
from pacto_participe.kernel.clock import instant_of, local
from pacto_participe.kernel.languages import Texts
from pacto_participe.kernel.money import dirhams
from pacto_participe.proposals.domain import Project
from pacto_participe.voting.charter import Charter, CharterProject
from pacto_participe.voting.domain import PRESETS, Parameters
from pacto_participe.voting.queries.prepared import Announcement


@dataclass(frozen=True, slots=True)
class Edition:
    """One invented edition: its projects, its rules, and when residents vote."""

    slug: str
    projects: tuple[Invented, ...]
    budget_dirhams: int
    ballot_kind: str
    limits: dict[str, int]
    parameters: Parameters
    opens_at: datetime
    closes_at: datetime


def editions(now: datetime) -> tuple[Edition, ...]:
    """This year's is open; last year's and the first one are counted."""
    today = local(now).date()
    close = time(23, 59)

    def span(begin: int, end: int) -> tuple[datetime, datetime]:
        return (
            instant_of(today + timedelta(days=begin), time(8)),
            instant_of(today + timedelta(days=end), close),
        )

    year = today.year
    return (
        Edition(
            str(year - 2),
            PROJECTS[:6],
            800_000,
            "choose-one",
            {},
            PRESETS["greedy-skip"],
            *span(-735, -722),
        ),
        Edition(
            str(year - 1),
            tuple(replace(project) for project in PROJECTS),
            2_000_000,
            "approval",
            {"max": 5},
            PRESETS["equal-shares-add1"],
            *span(-370, -357),
        ),
        Edition(
            str(year),
            PROJECTS,
            2_000_000,
            "approval",
            {"max": 5},
            PRESETS["equal-shares-add1"],
            *span(-9, 7),
        ),
    )


def next_edition(now: datetime) -> Edition:
    """What the administrators prepare for next year: nobody else sees it yet."""
    begin = local(now).date() + timedelta(days=120)
    return Edition(
        str(local(now).year + 1),
        PROJECTS[2:],
        1_500_000,
        "approval",
        {"max": 3},
        PRESETS["greedy-skip"],
        instant_of(begin, time(8)),
        instant_of(begin + timedelta(days=13), time(23, 59)),
    )


@dataclass(frozen=True, slots=True)
class Prepared:
    """An edition in the words of the services: what is announced, and the charter that is frozen."""

    charter: Charter
    announcement: Announcement
    projects: tuple[Project, ...]


def prepared(town: str, edition: Edition) -> Prepared:
    """The stages around its dates, its numbered projects, its rules."""
    opens, closes = edition.opens_at, edition.closes_at
    title = {
        "ar": f"الميزانية التشاركية {edition.slug}",
        "fr": f"Budget participatif {edition.slug}",
        "en": f"Participatory budget {edition.slug}",
    }
    summary = {
        "ar": "السكان يقترحون، ومصالح الجماعة تدرس، والسكان يختارون.",
        "fr": "Les habitants proposent, les services étudient, les habitants choisissent.",
        "en": "Residents propose, the services study, residents choose.",
    }
    projects = tuple(
        invented.numbered(number) for number, invented in enumerate(edition.projects, start=1)
    )
    announcement = Announcement(
        kind="participatory-budget",
        summary=Texts.of(summary),
        stages=(
            Stage(Activity.PROPOSE, opens - timedelta(days=70), opens - timedelta(days=40)),
            Stage(Activity.STUDY, opens - timedelta(days=40), opens),
            Stage(Activity.VOTE, opens, closes),
            Stage(Activity.RESULTS, closes, closes + timedelta(days=30)),
            Stage(Activity.DELIVERY, closes + timedelta(days=30), closes + timedelta(days=395)),
        ),
        projects={project.number: project.summary for project in projects},
        is_demo=True,
    )
    charter = Charter(
        collectivity_id=town,
        vote_id=uuid4().hex,
        edition=edition.slug,
        title=Texts.of(title),
        currency="MAD",
        budget_cents=dirhams(edition.budget_dirhams),
        projects=tuple(
            CharterProject(
                key=str(project.number),
                number=project.number,
                title=project.title,
                place=project.place,
                cost_cents=project.cost_cents,
                pictogram=project.pictogram,
                area=project.area,
                position=project.position,
            )
            for project in projects
        ),
        ballot_kind=edition.ballot_kind,
        ballot_limits=edition.limits,
        parameters=edition.parameters,
        lot_seed=f"demonstration-{edition.slug}",
        opens_at=opens,
        closes_at=closes,
        areas=tuple((names["ar"], Texts.of(names)) for names in AREAS.values()),
    )
    return Prepared(charter, announcement, projects)
