"""The results in a real browser: accessible, on small screens, with large text, and on paper."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from e2e.counted_town import counted_town
from e2e.demo_town import ServedTown
from e2e.looking import violations
from pacto_participe.kernel.languages import Texts
from pacto_participe.voting.charter import Charter
from pacto_participe.voting.domain import PRESETS, Parameters
from tests.invented import invented_projects
from tests.town import CLOSES, MILLION, OPENS, TOWN

LANGUAGES = ("ar", "fr")
PAGES = ("2026/results?print=1", "2026/results/rounds", "2026/results/data/", "2025/results")

# Every project has supporters, and some have too few: ten projects, each with a long why.
BALLOTS = {
    "1,2,4": 410, "1,4,5": 300, "2,7,8": 290, "3,5,7": 260, "1,6,8": 240, "10,3,9": 190,
    "2,4,9": 170, "10,5,7": 150, "6,7,8": 120, "1,3,9": 90,
}  # fmt: skip


def charter_of(edition: str, parameters: Parameters) -> Charter:
    return Charter(
        collectivity_id=TOWN,
        vote_id=f"vote{edition}",
        edition=edition,
        title=Texts.of({"ar": f"الميزانية التشاركية {edition}",
                        "fr": f"Budget participatif {edition}"}),
        currency="MAD",
        budget_cents=2 * MILLION,
        projects=invented_projects(10),
        ballot_kind="approval",
        ballot_limits={"max": 5},
        parameters=parameters,
        lot_seed="5f1d7c",
        opens_at=OPENS,
        closes_at=CLOSES,
    )  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    votes = (
        (charter_of("2026", PRESETS["equal-shares-add1"]), BALLOTS),
        (charter_of("2025", PRESETS["greedy-skip"]), {"1,4": 12, "2": 9}),
    )
    with counted_town(tmp_path_factory.mktemp("results"), votes) as address:
        yield address


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_results_of_ten_projects_fit_on_four_sheets(
    chromium: Browser, address: str, lang: str
) -> None:
    page = chromium.new_page()
    page.goto(address.replace("LANG", lang) + "2026/results?print=1")

    paper = page.pdf(prefer_css_page_size=True)
    page.close()

    sheets = len(re.findall(rb"/Type\s*/Page\b", paper))
    assert 1 < sheets <= 4


@pytest.mark.parametrize("lang", LANGUAGES)
def test_and_so_they_do_with_a_roll_and_with_what_became_of_them(
    chromium: Browser, town: ServedTown, lang: str
) -> None:
    page = chromium.new_page()
    page.goto(town.home(lang))
    last = page.locator('main a[href$="/results"]').first.get_attribute("href")
    page.goto(f"{town.address}{last}?print=1")
    assert page.locator("#delivery, #changes, #on-map").count() == 3

    paper = page.pdf(prefer_css_page_size=True)
    page.close()

    assert len(re.findall(rb"/Type\s*/Page\b", paper)) <= 4


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(chromium: Browser, address: str, lang: str, theme: str) -> None:
    for path in (*PAGES, f"2026/results/data/minutes.{lang}.html"):
        context = chromium.new_context(
            viewport={"width": 360, "height": 760}, color_scheme=theme, bypass_csp=True
        )
        page = context.new_page()
        page.goto(address.replace("LANG", lang) + path)

        found = violations(page)
        context.close()

        assert found == [], path


@pytest.mark.parametrize(("width", "text"), [(320, 100), (360, 200)])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_runs_off_a_small_screen(
    chromium: Browser, address: str, lang: str, width: int, text: int
) -> None:
    for path in (*PAGES, f"2026/results/data/minutes.{lang}.html"):
        page = chromium.new_page(viewport={"width": width, "height": 640})
        page.goto(address.replace("LANG", lang) + path)
        page.evaluate(f"document.documentElement.style.fontSize = '{text}%'")

        wide = page.evaluate("document.documentElement.scrollWidth")
        page.close()

        assert wide <= width, path


def test_the_reasons_unfold_without_a_script(chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address.replace("LANG", "fr") + "2026/results")
    second = page.locator("article.win").nth(1)

    second.locator("summary").press("Enter")

    assert second.locator(".why").is_visible()
    assert (
        "Chaque votant dispose d’une part égale du budget." in second.locator(".why").inner_text()
    )
    context.close()
