"""One vote of each ballot kind: cast on a phone with and without script, counted, published, recounted."""

import asyncio
import re
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.ballots import pick
from e2e.counted_town import _served
from pacto_participe.accounts import services as accounts
from pacto_participe.app import build_web, create_app
from pacto_participe.collectivities.commands import BUNDLED_REGISTER
from pacto_participe.collectivities.services import load_register
from pacto_participe.consultations.services import publish_consultation
from pacto_participe.kernel.actors import PLATFORM, Role
from pacto_participe.kernel.clock import FrozenClock
from pacto_participe.kernel.languages import Texts
from pacto_participe.migrations.runner import migrate
from pacto_participe.settings import Settings
from pacto_participe.storage.unit_of_work import unit_of_work
from pacto_participe.voting import jobs
from pacto_participe.voting.boxes import BOXES, Voter
from pacto_participe.voting.charter import Charter
from pacto_participe.voting.domain import PRESETS, Parameters, Score
from pacto_participe.voting.services.freezing import freeze_charter
from pacto_participe.web.context import Web
from tests.invented import invented_projects
from tests.town import CODES, MILLION, TOWN, TOWN_SLUG, stages_around

OPENS = datetime(2026, 11, 16, 8, tzinfo=UTC)
CLOSES = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)


@dataclass(frozen=True)
class Kind:
    """A ballot kind with its rule, what sixty others voted, and how one more fills it."""

    name: str
    limits: dict[str, int]
    parameters: Parameters
    others: dict[str, int]
    fill: Callable[[Page], None]


def tick(*numbers: int) -> Callable[[Page], None]:
    def fill(page: Page) -> None:
        pick(page, *numbers)

    return fill


def point(page: Page) -> None:
    page.locator("select[name='pt-2']").select_option("4")
    page.locator("select[name='pt-5']").select_option("3")


def rank(page: Page) -> None:
    for number in (4, 2):
        page.locator(f"button[name=add][value='{number}']").click()
        page.locator(f"button[name=remove][value='{number}']").first.wait_for()


KINDS = (
    Kind("approval", {"max": 3}, PRESETS["equal-shares-add1"], {"1,4": 35, "2": 25}, tick(1, 4)),
    Kind("choose-one", {}, PRESETS["greedy-stop"], {"1": 35, "4": 25}, tick(4)),
    Kind(
        "points",
        {"total": 10, "max_each": 5, "min_projects": 2},
        Parameters(score=Score.POINTS),
        {"1:5,2:5": 35, "3:1,5:4": 25},
        point,
    ),
    Kind(
        "ranking",
        {"top": 3},
        Parameters(score=Score.BORDA, borda_top=3),
        {"1,4": 35, "2,4,1": 25},
        rank,
    ),
    Kind(
        "knapsack",
        {"budget": 2 * MILLION},
        PRESETS["greedy-skip"],
        {"1,4": 35, "2,3": 25},
        tick(1, 2),
    ),
)


@dataclass
class Town:
    """A served town whose clock a test moves, and whose worker it runs."""

    address: str
    clock: FrozenClock
    settings: Settings
    slips: list[str]

    def edition(self, kind: str, lang: str = "fr") -> str:
        return f"{self.address}/{lang}/c/{TOWN_SLUG}/budgets/{kind}"


def in_a_thread(work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Playwright's own loop runs in this thread."""
    results: list[Any] = []
    thread = threading.Thread(target=lambda: results.append(asyncio.run(work())))
    thread.start()
    thread.join()
    return results[0]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder: Path = tmp_path_factory.mktemp("kinds")
    settings = Settings(mode="test", data_dir=folder, page_cache_seconds=0)
    migrate(settings.database)
    clock = FrozenClock(OPENS - timedelta(days=10))
    slips = in_a_thread(lambda: _make(settings, clock))
    clock.instant = OPENS + timedelta(days=3)
    with _served(create_app(settings, clock=clock, background=False)) as address:
        yield Town(address, clock, settings, slips)


async def _make(settings: Settings, clock: FrozenClock) -> list[str]:
    web = build_web(settings, clock=clock)
    header, *lines = BUNDLED_REGISTER.read_text(encoding="utf-8").splitlines(keepends=True)
    towns = [line for line in lines if line.split(",", 1)[0] in CODES]
    async with unit_of_work(web.database, clock) as uow:
        await load_register(uow, [header, *towns])
    for kind in KINDS:
        await _edition(web, clock, kind)
    clerk = replace(PLATFORM, roles=frozenset({(TOWN, Role.CLERK)}))
    async with unit_of_work(web.database, clock, clerk) as uow:
        slips = [
            await accounts.issue_slip(uow, web.secrets, TOWN, f"JB{n}", "01/05/1990", "Centre")
            for n in range(1, 2 * len(KINDS) + 1)
        ]
    await web.database.close()
    return [slip.code for slip in slips]


async def _edition(web: Web, clock: FrozenClock, kind: Kind) -> None:
    title = Texts.of({"ar": "الميزانية التشاركية", "fr": "Budget participatif"})
    charter = Charter(
        collectivity_id=TOWN,
        vote_id=uuid4().hex,
        edition=kind.name,
        title=title,
        currency="MAD",
        budget_cents=2 * MILLION,
        projects=invented_projects(5),
        ballot_kind=kind.name,
        ballot_limits=kind.limits,
        parameters=kind.parameters,
        lot_seed="5f1d7c",
        opens_at=OPENS,
        closes_at=CLOSES,
    )
    async with unit_of_work(web.database, clock) as uow:
        consultation = await publish_consultation(
            uow,
            collectivity_id=TOWN,
            kind="participatory-budget",
            slug=kind.name,
            title=title,
            summary=title,
            budget_cents=2 * MILLION,
            stages=stages_around(OPENS, CLOSES),
        )
        await freeze_charter(
            uow, web.secrets, charter, consultation_id=consultation.consultation_id
        )
    await asyncio.gather(
        *(
            BOXES["open"].cast(
                web.database,
                web.secrets,
                (TOWN, charter.vote_id),
                Voter(identity=uuid4().hex, area="Centre"),
                content=content,
                confirmation=uuid4().hex,
                replaces="",
                now=OPENS,
            )
            for content, voters in kind.others.items()
            for _ in range(voters)
        )
    )


async def _close(town: Town) -> None:
    web = build_web(town.settings, clock=town.clock)
    await jobs.close_votes(web)
    await web.database.close()


# What stands on the sheet in letters of less than 14 points (Arabic) or 12 (others), as browsers round.
TOO_SMALL = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.querySelector(".sheet"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const {data, parentElement: parent} = walk.currentNode;
    if (!data.trim() || !parent.checkVisibility() || parent.closest(".sheet-demo")) continue;
    const drawn = parent.ownerSVGElement ? parent.getScreenCTM().a : 1;
    const points = parseFloat(getComputedStyle(parent).fontSize) * 0.75 * drawn;
    if (points < (/[\\u0620-\\u064a]/.test(data) ? 13.99 : 11.99)) found.push([data.trim(), points]);
  }
  return found;
}"""


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_the_paper_of_each_kind_is_a4_in_letters_that_everyone_can_read(
    chromium: Browser, town: Town, kind: str
) -> None:
    page = chromium.new_page()
    page.goto(f"{town.edition(kind, 'ar')}/paper")
    page.emulate_media(media="print")

    too_small = page.evaluate(TOO_SMALL)
    paper = page.pdf(prefer_css_page_size=True)
    page.close()

    assert too_small == []
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", paper)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) <= 2
    assert {(round(float(w) / 72 * 25.4), round(float(h) / 72 * 25.4)) for w, h in boxes} == {
        (210, 297)
    }


def test_each_kind_is_cast_counted_published_and_recounted(chromium: Browser, town: Town) -> None:
    for script in (True, False):
        for kind in KINDS:
            context = chromium.new_context(
                viewport={"width": 360, "height": 640},
                java_script_enabled=script,
                service_workers="block",
            )
            page = context.new_page()
            page.set_default_timeout(15_000)
            page.goto(f"{town.edition(kind.name)}/identity")
            page.get_by_role("textbox").first.fill(town.slips.pop())
            page.get_by_role("button", name="Continuer").click()
            page.wait_for_url(re.compile(r"/ballot$"))
            kind.fill(page)
            page.locator(".tally button.go").click()
            page.wait_for_url(re.compile(r"/review"))
            page.get_by_role("button", name="Confirmer mon vote").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Votre vote est compté")
            context.close()

    town.clock.instant = CLOSES + timedelta(minutes=1)
    in_a_thread(lambda: _close(town))

    page = chromium.new_page(viewport={"width": 360, "height": 640}, service_workers="block")
    page.set_default_timeout(15_000)
    for kind in KINDS:
        page.goto(f"{town.edition(kind.name)}/results")
        expect(page.locator(".figs")).to_contain_text("62")
        page.goto(f"{town.edition(kind.name)}/results/recount")
        page.locator("#recount button").first.click()
        expect(page.locator("[data-state=same]")).to_be_visible()
    page.close()
