"""Can I vote? A foreign resident asks it on a phone, in Arabic, of a vote for Moroccan citizens only."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from e2e.counted_town import _served
from e2e.looking import look_at, violations
from e2e.phones import held, watched
from e2e.test_every_kind import in_a_thread
from pacto_participe.accounts import services as accounts
from pacto_participe.accounts.domain.eligibility import Who
from pacto_participe.accounts.domain.people import Facts, Nationality
from pacto_participe.app import build_web, create_app
from pacto_participe.collectivities.commands import BUNDLED_REGISTER
from pacto_participe.collectivities.domain.town_settings import TownSettings
from pacto_participe.collectivities.services import load_register
from pacto_participe.collectivities.services.settings import save_settings
from pacto_participe.consultations.services import publish_consultation
from pacto_participe.kernel.actors import PLATFORM, Role
from pacto_participe.kernel.clock import FrozenClock
from pacto_participe.kernel.languages import Texts
from pacto_participe.migrations.runner import migrate
from pacto_participe.settings import Settings
from pacto_participe.storage.unit_of_work import UnitOfWork, unit_of_work
from pacto_participe.voting.charter import Charter
from pacto_participe.voting.domain import Parameters
from pacto_participe.voting.services.freezing import freeze_charter
from pacto_participe.web.context import Web
from tests.invented import invented_projects
from tests.town import CODES, MILLION, TOWN, TOWN_SLUG, stages_around

OPENS = datetime(2026, 11, 16, 8, tzinfo=UTC)
CLOSES = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
CITIZENS, EVERYBODY = "citizens", "everybody"
COUNTER, HOURS = "شارع محمد الخامس، قرب السوق", "من الاثنين إلى الجمعة، من 9 إلى 16"


@dataclass(frozen=True)
class Town:
    """Where it is served, and the slips of a foreign resident and of somebody of unknown nationality."""

    address: str
    foreign: str
    unknown: str

    def page(self, edition: str, rest: str) -> str:
        return f"{self.address}/ar/c/{TOWN_SLUG}/budgets/{edition}/{rest}"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder: Path = tmp_path_factory.mktemp("eligibility")
    settings = Settings(mode="test", data_dir=folder, page_cache_seconds=0)
    migrate(settings.database)
    clock = FrozenClock(OPENS - timedelta(days=10))
    foreign, unknown = in_a_thread(lambda: _make(settings, clock))
    clock.instant = OPENS + timedelta(days=3)
    with _served(create_app(settings, clock=clock, background=False)) as address:
        yield Town(address, foreign, unknown)


async def _make(settings: Settings, clock: FrozenClock) -> tuple[str, str]:
    web = build_web(settings, clock=clock)
    header, *lines = BUNDLED_REGISTER.read_text(encoding="utf-8").splitlines(keepends=True)
    towns = [line for line in lines if line.split(",", 1)[0] in CODES]
    async with unit_of_work(web.database, clock) as uow:
        await load_register(uow, [header, *towns])
        await _edition(uow, web, CITIZENS, "تصويت المواطنين", who=Who.CITIZENS)
        await _edition(uow, web, EVERYBODY, "تصويت كل السكان")
    staff = replace(
        PLATFORM,
        roles=frozenset({(TOWN, Role.CLERK), (TOWN, Role.ADMINISTRATOR)}),
        passed_second_factor=True,
    )
    async with unit_of_work(web.database, clock, staff) as uow:
        await save_settings(uow, TOWN, TownSettings(address_ar=COUNTER, hours_ar=HOURS))
        slips = [
            await accounts.issue_slip(
                uow, web.secrets, TOWN, card, "01/05/1990", "Centre", facts=facts
            )
            for card, facts in (
                ("A 12345 B", Facts(Nationality.FOREIGN)),
                ("JB 12345", Facts()),
            )
        ]
    await web.database.close()
    return slips[0].code, slips[1].code


async def _edition(uow: UnitOfWork, web: Web, slug: str, title: str, **rule: Any) -> None:
    titles = Texts.of({"ar": title, "fr": title})
    charter = Charter(
        collectivity_id=TOWN,
        vote_id=uuid4().hex,
        edition=slug,
        title=titles,
        currency="MAD",
        budget_cents=2 * MILLION,
        projects=invented_projects(5),
        ballot_kind="approval",
        ballot_limits={"max": 3},
        parameters=Parameters(),
        lot_seed="5f1d7c",
        opens_at=OPENS,
        closes_at=CLOSES,
        **rule,
    )
    consultation = await publish_consultation(
        uow,
        collectivity_id=TOWN,
        kind="participatory-budget",
        slug=slug,
        title=titles,
        summary=titles,
        budget_cents=2 * MILLION,
        stages=stages_around(OPENS, CLOSES),
    )
    await freeze_charter(uow, web.secrets, charter, consultation_id=consultation.consultation_id)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_foreign_resident_is_told_why_and_votes_where_they_may(
    chromium: Browser, town: Town, script: bool, theme: str
) -> None:
    context = chromium.new_context(
        viewport={"width": 360, "height": 640},
        color_scheme="dark" if theme == "dark" else "light",
        java_script_enabled=script,
        service_workers="block",
    )
    with watched(context.new_page(), apart=("status of",)) as page:
        page.set_default_timeout(15_000)

        look = partial(look_at, page, script=script)

        # Nobody in particular: the rule in words, one question more, and where the counter is.
        page.goto(town.page(CITIZENS, "can-i-vote"))
        look()
        expect(page.locator("#rule + ul")).to_contain_text("أنتم من المواطنات والمواطنين المغاربة")
        expect(page.locator("main")).to_contain_text(COUNTER)
        expect(page.locator("main")).to_contain_text(HOURS)
        page.locator("input[name=lives][value=yes]").check(force=True)
        page.locator("input[name=citizen][value=no]").check(force=True)
        page.locator("input[name=age][value=yes]").check(force=True)
        page.locator("input[name=verified][value=yes]").check(force=True)
        page.locator("form button").last.click()
        expect(page.locator("[role=status]")).to_contain_text("للمواطنات والمواطنين المغاربة فقط")
        look()

        # The same person, signed in by a slip the first time, by the session afterwards.
        if script and theme == "light":
            page.goto(f"{town.address}/ar/c/{TOWN_SLUG}/residence")
            page.locator("#code").fill(town.foreign)
            page.locator("button[name=way][value=slip]").click()
            page.wait_for_load_state()
            page.goto(town.page(CITIZENS, "can-i-vote"))
            expect(page.locator("[role=status]")).to_contain_text("لا، ليس في هذا التصويت")
            look()
            page.get_by_role("link", name=re.compile("تصويت كل السكان")).click()
            page.wait_for_url(re.compile(f"/{EVERYBODY}/$"))
            page.goto(town.page(EVERYBODY, "can-i-vote"))
            expect(page.locator("[role=status]")).to_contain_text("نعم")
            look()
            page.locator("main a.btn").first.click()
            page.wait_for_url(re.compile("/ballot"))
    context.close()


def test_of_whom_no_nationality_is_noted_the_counter_is_shown(
    chromium: Browser, town: Town
) -> None:
    with held(chromium) as page:
        page.goto(f"{town.address}/ar/c/{TOWN_SLUG}/residence")
        page.locator("#code").fill(town.unknown)
        page.locator("button[name=way][value=slip]").click()
        page.wait_for_load_state()
        page.goto(town.page(CITIZENS, "identity"))
        expect(page.locator("main")).to_contain_text("جنسيتكم غير مسجلة بعد")
        page.get_by_role("link", name=re.compile("من يحق له التصويت")).click()
        page.wait_for_url(re.compile("/can-i-vote"))
        expect(page.locator("[role=status]")).to_contain_text("الشباك")
        expect(page.locator("main")).to_contain_text(COUNTER)
        assert violations(page) == [], page.url
