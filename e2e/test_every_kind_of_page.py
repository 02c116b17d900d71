"""Every kind of page that staff and residents work with, on a phone of 360 px: axe knows no barrier in it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.demo_town import ServedTown
from e2e.looking import OVERFLOW, violations
from e2e.people import sign_in_administrator
from e2e.phones import held
from pacto_participe.demo.town import SLUG
from pacto_participe.web.i18n import LANGUAGES

STAFF = f"staff/{SLUG}"
OF_STAFF = (
    f"{STAFF}/",
    f"{STAFF}/counter",
    f"{STAFF}/resident",
    f"{STAFF}/queue",
    f"{STAFF}/people",
    f"{STAFF}/list",
    f"{STAFF}/letters",
    f"{STAFF}/sheets",
    f"{STAFF}/settings",
    f"{STAFF}/approvals",
    f"{STAFF}/votes",
    f"{STAFF}/rolls",
    f"{STAFF}/desk",
    f"{STAFF}/journal",
    "account",
    "account/second-factor",
    "account/my-data",
)
OF_RESIDENTS = (
    "account",
    "account/my-data",
    f"c/{SLUG}/residence",
    f"c/{SLUG}/privacy",
    f"c/{SLUG}/accessibility",
    f"c/{SLUG}/journal",
)


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    with held(chromium) as page:
        yield page


def barriers(page: Page, town: ServedTown, paths: tuple[str, ...]) -> dict[str, list[str]]:
    """What axe finds, and what sticks out, on each of these pages in every language."""
    found = {}
    for lang in LANGUAGES:
        for path in paths:
            answer = page.goto(f"{town.address}/{lang}/{path}")
            assert answer is not None, page.url
            assert answer.status == 200, page.url
            assert page.url.endswith(f"/{lang}/{path}"), page.url
            assert page.locator("h1").count() == 1, page.url
            found[f"{lang}/{path}"] = violations(page) + page.evaluate(OVERFLOW)
    return {path: barriers for path, barriers in found.items() if barriers}


def test_no_page_of_the_staff_has_a_barrier_that_axe_knows(phone: Page, town: ServedTown) -> None:
    sign_in_administrator(phone, town)

    assert barriers(phone, town, OF_STAFF) == {}


def test_no_page_of_a_resident_has_one(phone: Page, town: ServedTown) -> None:
    phone.goto(f"{town.address}/ar/c/{SLUG}/residence")
    phone.locator("#code").fill(town.slips.pop())
    phone.locator("main form button[name=way]").click()
    expect(phone.locator("main [role=status]")).to_be_visible()

    assert barriers(phone, town, OF_RESIDENTS) == {}


def test_a_browser_that_sends_too_long_a_list_shows_why_and_leads_back(
    phone: Page, town: ServedTown
) -> None:
    sign_in_administrator(phone, town)
    too_long = {"name": "list.csv", "mimeType": "text/csv", "buffer": b"JB1,12/03/1987\n" * 200_000}

    for lang in ("ar", "fr"):
        phone.goto(f"{town.address}/{lang}/{STAFF}/list")
        phone.locator("#file").set_input_files(too_long)
        phone.locator("main form button.go").click()

        expect(phone.get_by_text("pacto-participe list import")).to_be_visible()
        assert phone.evaluate(OVERFLOW) == []
        assert violations(phone) == []
        phone.locator("main .acts a").click()
        expect(phone.locator("#file")).to_be_visible()


@pytest.mark.parametrize(("size", "paper"), [("", (210, 297)), ("?size=a3", (297, 420))])
@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
def test_the_poster_with_the_address_of_the_counter_is_one_sheet(
    phone: Page, town: ServedTown, lang: str, size: str, paper: tuple[int, int]
) -> None:
    phone.goto(f"{town.address}/{lang}/c/{SLUG}/budgets/2026/poster{size}")

    printed = phone.pdf(prefer_css_page_size=True)

    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert [(round(float(w) / 72 * 25.4), round(float(h) / 72 * 25.4)) for w, h in boxes] == [paper]
