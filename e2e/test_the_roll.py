"""The roll of a vote, as an observer and as the public see it: accessible, and nothing sticks out."""

import re

import pytest
from playwright.sync_api import Browser, expect

from e2e.demo_town import ServedTown
from e2e.looking import look_at
from e2e.phones import watched
from pacto_participe.demo.town import SLUG


@pytest.mark.parametrize(("lang", "theme"), [("ar", "light"), ("fr", "dark")])
def test_the_roll_can_be_read_on_a_phone(
    chromium: Browser, town: ServedTown, lang: str, theme: str
) -> None:
    context = chromium.new_context(
        viewport={"width": 360, "height": 640},
        color_scheme="dark" if theme == "dark" else "light",
        service_workers="block",
    )
    with watched(context.new_page()) as page:
        page.set_default_timeout(15_000)
        _, email, password = town.people.staff[1]
        page.goto(f"{town.address}/{lang}/sign-in/password")
        page.locator("#email").fill(email)
        page.locator("#password").fill(password)
        page.locator("main form button").first.click()
        page.wait_for_url(f"**/{lang}/staff/{SLUG}/")
        page.goto(f"{town.address}/{lang}/staff/{SLUG}/rolls")
        look_at(page)
        page.locator("main ul.rows a").first.click()
        page.wait_for_url(re.compile(r"/roll$"))
        look_at(page)
        year = page.url.split("/")[-2]
        fingerprint = page.locator("main bdi.fp").first.inner_text()

        page.goto(f"{town.home(lang)}budgets/{year}/")
        look_at(page)
        expect(page.locator("main")).to_contain_text(fingerprint.split("\n")[0])
        page.goto(f"{town.home(lang)}budgets/{int(year) - 1}/results")
        look_at(page)
        assert page.locator("#verify").count() == 1
        data = f"{town.home(lang)}budgets/{int(year) - 1}/results/data/roll.json"
        roll = page.request.get(data).json()
        assert len(roll["lines"]["frozen"]) == roll["frozen"]["people"]
    context.close()
