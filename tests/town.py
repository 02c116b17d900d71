"""A town to test in: the application on a real database, its people as browsers, and its editions.

    async def test_…(visitor, open_edition):            # SQLite
    async def test_…(database_url, visitor, open_edition):   # once on each database

`site` is the application with a clock that moves only when told: `site.clock.move(timedelta(days=1))`.
The people are browsers that proofread (tests/pages.py); the fixtures below say who they are.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from starlette.applications import Starlette

from pacto_participe.accounts import services as accounts
from pacto_participe.accounts.domain.people import NOTHING_SAID, Facts
from pacto_participe.accounts.services.people import make_person
from pacto_participe.accounts.tables import MEMBERSHIP, PERSON
from pacto_participe.app import create_app
from pacto_participe.collectivities.commands import BUNDLED_REGISTER
from pacto_participe.collectivities.services import load_register
from pacto_participe.consultations.domain import Activity, Consultation, Stage
from pacto_participe.consultations.services import publish_consultation
from pacto_participe.kernel.actors import PLATFORM, Actor, Role
from pacto_participe.kernel.clock import FrozenClock, SystemClock
from pacto_participe.kernel.languages import Texts
from pacto_participe.proposals.domain import Project
from pacto_participe.proposals.services import list_projects
from pacto_participe.settings import Mode, Settings
from pacto_participe.storage.database import Database
from pacto_participe.storage.unit_of_work import UnitOfWork, unit_of_work
from pacto_participe.voting import jobs, queries
from pacto_participe.voting.boxes import BOXES, CastAnswer, Voter
from pacto_participe.voting.charter import Charter, CharterProject
from pacto_participe.voting.domain import Parameters
from pacto_participe.voting.services import counting
from pacto_participe.voting.services.freezing import freeze_charter
from pacto_participe.web import i18n
from pacto_participe.web.context import Web
from pacto_participe.web.sessions import cookie_name
from tests.invented import invented_projects
from tests.pages import Browser

TOWN, TOWN_SLUG = "09.581.01.07", "tiznit"
NEIGHBOUR_TOWN, NEIGHBOUR_SLUG = "09.581.01.05", "tafraout"
CODES = ("09", "09.581", TOWN, NEIGHBOUR_TOWN)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OPENS = datetime(2026, 11, 16, 8, tzinfo=UTC)
CLOSES = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)

MILLION = 100_000_000  # centimes


@dataclass(frozen=True)
class Edition:
    """An edition as tests speak of it: its charter, its consultation and its addresses."""

    slug: str
    charter: Charter
    consultation: Consultation

    @property
    def key(self) -> tuple[str, str]:
        return self.charter.collectivity_id, self.charter.vote_id

    def path(self, rest: str = "", *, lang: str = "fr") -> str:
        """The address of its page, or of a page in it: path("ballot", lang="ar")."""
        return f"/{lang}/c/{self.slug}/budgets/{self.charter.edition}/{rest}"


@dataclass
class LiveSite:
    """The application, entered, with a frozen clock."""

    app: Starlette
    clock: FrozenClock
    browsers: list[Browser] = field(default_factory=list)

    @property
    def web(self) -> Web:
        web: Web = self.app.state.web
        return web

    def work(self, actor: Actor = PLATFORM) -> AbstractAsyncContextManager[UnitOfWork]:
        """One transaction, by whoever acts."""
        return unit_of_work(self.web.database, self.clock, actor)

    def browser(self, ticket: str = "", *, accept_language: str = "") -> Browser:
        """Another browser, signed in by a ticket or not at all."""
        cookies = {cookie_name(self.web.settings): ticket} if ticket else {}
        browser = Browser(self.app, accept_language=accept_language, cookies=cookies)
        self.browsers.append(browser)
        return browser

    async def sign_in(self, person_id: str, *, has_second_factor: bool = False) -> Browser:
        """A browser of this person."""
        async with self.work() as uow:
            ticket = await accounts.start_session(
                uow, person_id, days=30, has_second_factor=has_second_factor
            )
        return self.browser(ticket)

    async def person(self, *, name: str = "") -> str:
        """An account, verified nowhere."""
        async with self.work() as uow:
            return await make_person(uow, name=name)

    async def verify(
        self,
        person_id: str,
        card: str,
        *,
        town: str = TOWN,
        district: str = "Centre",
        born: str = "12/03/1987",
        facts: Facts = NOTHING_SAID,
    ) -> None:
        """The way of the counter: a clerk sees the card and gives a slip, the person uses it."""
        clerk = Actor(person_id=uuid4().hex, roles=frozenset({(town, Role.CLERK)}))
        async with self.work(clerk) as uow:
            slip = await accounts.issue_slip(
                uow, self.web.secrets, town, card, born, district, facts=facts
            )
        async with self.work() as uow:
            await accounts.activate_slip(uow, self.web.secrets, town, slip.code, person_id)

    async def close(self) -> None:
        for browser in self.browsers:
            await browser.close()


# The site


@pytest.fixture
def clock() -> FrozenClock:
    """Monday 23 November 2026, noon. It moves only when told."""
    return FrozenClock(NOON)


@pytest.fixture
def mode() -> Mode:
    """What the application runs as; a test of another one names it by parametrize."""
    return "test"


@pytest.fixture
def page_cache_seconds() -> int:
    """Pages are not kept, unless a test module says so by its own fixture of this name."""
    return 0


async def _load_towns(database: Database) -> None:
    header, *lines = BUNDLED_REGISTER.read_text(encoding="utf-8").splitlines(keepends=True)
    wanted = [line for line in lines if line.split(",", 1)[0] in CODES]
    async with unit_of_work(database, SystemClock()) as uow:
        await load_register(uow, [header, *wanted])


@pytest.fixture(scope="session")
async def _sqlite_with_towns(
    _sqlite_at_head: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A file with a region, a province and two communes, to copy."""
    file = tmp_path_factory.mktemp("towns") / "towns.db"
    shutil.copy(_sqlite_at_head, file)
    database = Database(f"sqlite:///{file}")
    await _load_towns(database)
    await database.close()
    return file


@pytest.fixture
async def site(
    request: pytest.FixtureRequest,
    clock: FrozenClock,
    mode: Mode,
    page_cache_seconds: int,
    tmp_path: Path,
    _sqlite_with_towns: Path,
) -> AsyncIterator[LiveSite]:
    """The application, on SQLite, or on whatever `database_url` a test asks for."""
    if "database_url" in request.fixturenames:
        url: str = request.getfixturevalue("database_url")
    else:
        shutil.copy(_sqlite_with_towns, tmp_path / "site.db")
        url = f"sqlite:///{tmp_path / 'site.db'}"
    i18n.catalogue.cache_clear()
    settings = Settings(
        mode=mode,
        database_url=url,
        data_dir=tmp_path / "data",
        page_cache_seconds=page_cache_seconds,
    )
    app = create_app(settings, clock=clock, background=False)
    live = LiveSite(app, clock)
    async with app.router.lifespan_context(app):
        if "database_url" in request.fixturenames:
            await _load_towns(live.web.database)
        yield live
        await live.close()


# The people


@pytest.fixture
async def visitor(site: LiveSite) -> Browser:
    """Nobody in particular."""
    return site.browser()


@pytest.fixture
async def resident(site: LiveSite) -> Browser:
    """Lives here, verified at the counter, in the area "Centre"."""
    person_id = await site.person(name="فاطمة")
    await site.verify(person_id, "JB 12345")
    return await site.sign_in(person_id)


@pytest.fixture
async def neighbour(site: LiveSite) -> Browser:
    """Verified in the next commune, not here."""
    person_id = await site.person(name="Hassan")
    await site.verify(person_id, "JB 54321", town=NEIGHBOUR_TOWN)
    return await site.sign_in(person_id)


async def _staff(site: LiveSite, role: Role, town: str) -> Browser:
    person_id = await site.person()
    async with site.work() as uow:
        await uow.session.execute(
            MEMBERSHIP.insert().values(
                collectivity_id=town, person_id=person_id, role=role, since=site.clock.now()
            )
        )
    return await site.sign_in(person_id, has_second_factor=True)


@pytest.fixture
async def clerk(site: LiveSite) -> Browser:
    """Works at the counter of the town."""
    return await _staff(site, Role.CLERK, TOWN)


@pytest.fixture
async def administrator(site: LiveSite) -> Browser:
    """Answers for the town's part of the site."""
    return await _staff(site, Role.ADMINISTRATOR, TOWN)


@pytest.fixture
async def operator(site: LiveSite) -> Browser:
    """Runs the platform, and has no role in any town."""
    person_id = await site.person()
    async with site.work() as uow:
        await uow.session.execute(
            PERSON.update().where(PERSON.c.person_id == person_id).values(is_operator=True)
        )
    return await site.sign_in(person_id, has_second_factor=True)


# The editions


async def make_edition(
    site: LiveSite,
    *,
    opens_at: datetime = OPENS,
    closes_at: datetime = CLOSES,
    projects: int | tuple[CharterProject, ...] = 7,
    edition: str = "2026",
    town: str = TOWN,
    budget_cents: int = 2 * MILLION,
    ballot_kind: str = "approval",
    ballot_limits: Mapping[str, Any] | None = None,
    parameters: Parameters | None = None,
    **charter_values: Any,
) -> Edition:
    """An edition with its rules frozen ten days before it opens. The clock then stands where it stood.

    `projects`: those, or as many of the invented ones, without the dearer than the whole budget.
    """
    listed = (
        tuple(each for each in invented_projects(projects) if each.cost_cents <= budget_cents)
        if isinstance(projects, int)
        else projects
    )
    title = {"ar": f"الميزانية التشاركية {edition}", "fr": f"Budget participatif {edition}"}
    charter = Charter(
        collectivity_id=town,
        vote_id=uuid4().hex,
        edition=edition,
        title=Texts.of(title),
        currency="MAD",
        budget_cents=budget_cents,
        projects=listed,
        ballot_kind=ballot_kind,
        ballot_limits={"max": 3} if ballot_limits is None else ballot_limits,
        parameters=parameters or Parameters(),
        lot_seed="5f1d7c",
        opens_at=opens_at,
        closes_at=closes_at,
        **charter_values,
    )
    now = site.clock.instant
    site.clock.instant = opens_at - timedelta(days=10)
    try:
        async with site.work() as uow:
            consultation = await _announce(uow, charter)
            await list_projects(
                uow,
                collectivity_id=town,
                consultation_id=consultation.consultation_id,
                projects=map(_project, listed),
            )
            await freeze_charter(
                uow, site.web.secrets, charter, consultation_id=consultation.consultation_id
            )
    finally:
        site.clock.instant = now
    slug = {TOWN: TOWN_SLUG, NEIGHBOUR_TOWN: NEIGHBOUR_SLUG}[town]
    return Edition(slug, charter, consultation)


async def announce(site: LiveSite, *, opens_at: datetime, edition: str = "2026") -> Consultation:
    """An edition of which only the stages are known: no project is listed, no rule is frozen."""
    async with site.work() as uow:
        return await publish_consultation(
            uow,
            collectivity_id=TOWN,
            kind="participatory-budget",
            slug=edition,
            title=Texts.of({"ar": f"الميزانية التشاركية {edition}",
                            "fr": f"Budget participatif {edition}"}),
            summary=Texts.of({"fr": "Les habitants décident."}),
            budget_cents=2 * MILLION,
            stages=stages_around(opens_at, opens_at + timedelta(days=14)),
        )  # fmt: skip


async def _announce(uow: UnitOfWork, charter: Charter) -> Consultation:
    return await publish_consultation(
        uow,
        collectivity_id=charter.collectivity_id,
        kind="participatory-budget",
        slug=charter.edition,
        title=charter.title,
        summary=charter.title,
        budget_cents=charter.budget_cents,
        stages=stages_around(charter.opens_at, charter.closes_at),
    )


def stages_around(opens_at: datetime, closes_at: datetime) -> tuple[Stage, ...]:
    """Two months of ideas, one of study, the vote, two weeks of results, then delivery without end."""
    ideas = opens_at - timedelta(days=90)
    study = opens_at - timedelta(days=30)
    works = closes_at + timedelta(days=14)
    return (
        Stage(Activity.PROPOSE, ideas, study),
        Stage(Activity.STUDY, study, opens_at),
        Stage(Activity.VOTE, opens_at, closes_at),
        Stage(Activity.RESULTS, closes_at, works),
        Stage(Activity.DELIVERY, works, None),
    )


def _project(listed: CharterProject) -> Project:
    return Project(
        number=listed.number,
        title=listed.title,
        summary=Texts.of(
            {
                "ar": "مشروع يستفيد منه السكان طيلة السنة.\n\nتنجزه مصالح الجماعة.",
                "fr": "Un projet utile toute l’année.\n\nLes services de la commune le réalisent.",
            }
        ),
        place=listed.place,
        cost_cents=listed.cost_cents,
        pictogram=listed.pictogram,
        area=listed.area,
        position=listed.position,
    )


@pytest.fixture
async def open_edition(site: LiveSite) -> Edition:
    """Open since a week, for another seven days: approval of up to 3 of 7 projects, 2 000 000 DH."""
    return await make_edition(site)


@pytest.fixture
async def soon_edition(site: LiveSite) -> Edition:
    """Opens in a week."""
    opens_at = NOON + timedelta(days=7)
    return await make_edition(site, opens_at=opens_at, closes_at=opens_at + timedelta(days=14))


@pytest.fixture
async def closed_edition(site: LiveSite) -> Edition:
    """Closed an hour ago, and not counted yet."""
    closes_at = NOON - timedelta(hours=1)
    return await make_edition(site, opens_at=closes_at - timedelta(days=14), closes_at=closes_at)


async def cast(
    site: LiveSite,
    edition: Edition,
    ballots: Iterable[tuple[str, int]],
    *,
    area: str = "Centre",
    channel: str = "web",
) -> None:
    """(content, how many voters): cast(site, edition, [("1,4", 30), ("2", 12)]), while it is open.

    Straight into the box, each by another voter; the contents are as the ballot kind encodes them.
    """
    box = BOXES[edition.charter.box]
    answers = await asyncio.gather(
        *(
            box.cast(
                site.web.database,
                site.web.secrets,
                edition.key,
                Voter(identity=uuid4().hex, area=area, channel=channel),
                content=content,
                confirmation=uuid4().hex,
                replaces="",
                now=edition.charter.opens_at,
            )
            for content, voters in ballots
            for _ in range(voters)
        )
    )
    assert all(answer.answer is CastAnswer.COUNTED for answer in answers)


async def count(site: LiveSite, edition: Edition) -> None:
    """Seal, count and publish a closed vote, as the worker does. Moves the clock to after the close."""
    earliest = edition.charter.closes_at + counting.GRACE
    site.clock.instant = max(site.clock.instant, earliest)
    await jobs.close_vote(site.web, edition.charter.collectivity_id, edition.charter.edition)


async def publish(site: LiveSite, edition: Edition) -> None:
    """Count a sealed vote again and publish what came of it: after the draw, for example."""
    await jobs.count_and_publish(site.web, await vote_of(site, edition))


async def vote_of(site: LiveSite, edition: Edition) -> queries.Vote:
    """The vote as the database has it now."""
    vote = await queries.vote_by_edition(
        site.web.database, edition.charter.collectivity_id, edition.charter.edition
    )
    assert vote is not None
    return vote
