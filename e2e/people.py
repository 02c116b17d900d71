"""How people sign in: a clerk, an administrator with the second step, anybody by a code to a telephone."""

import itertools
import re

from playwright.sync_api import Page

from e2e.demo_town import ServedTown
from pacto_participe.demo.town import SLUG

_TELEPHONES = (f"06{number:08d}" for number in itertools.count(55_555_551))


def sign_in_clerk(page: Page, town: ServedTown) -> None:
    """By password, to the staff's first page."""
    _, email, password = town.people.staff[0]
    _type_password(page, town, email, password)
    page.wait_for_url(f"**/ar/staff/{SLUG}/")


def sign_in_administrator(page: Page, town: ServedTown, *, place: int = -1) -> None:
    """By password and the code of the second step, which a demonstration shows. -2 is the other one."""
    _, email, password = town.people.staff[place]
    _type_password(page, town, email, password)
    for _ in range(8):  # each code serves once: a third sign-in waits for the next half-minute
        page.wait_for_url(re.compile("second-step"))
        found = re.search(r"\b\d{6}\b", page.inner_text("main"))
        assert found is not None
        page.locator("#code").fill(found[0])
        with page.expect_navigation():
            page.locator("main form button").first.click()
        if not re.search("second-step", page.url):
            break
        page.wait_for_timeout(10_000)
    page.wait_for_url(f"**/ar/staff/{SLUG}/")


def _type_password(page: Page, town: ServedTown, email: str, password: str) -> None:
    page.goto(f"{town.address}/ar/sign-in/password")
    page.locator("#email").fill(email)
    page.locator("#password").fill(password)
    page.locator("main form button").first.click()


def type_code_of_a_new_telephone(page: Page, town: ServedTown) -> None:
    """From the page of signing in, through the code; in a demonstration messages are shown on a page."""
    number = next(_TELEPHONES)
    page.locator("#contact").fill(number)
    page.locator("main form button").first.click()
    page.wait_for_url("**/sign-in/code*")
    reader = page.context.new_page()
    message = reader.get_by_role("article").filter(has_text=f"+212{number[1:]}").first
    for _ in range(40):  # the queue sends it in a moment
        reader.goto(f"{town.address}/ar/demo/outbox")
        if message.count():
            break
        reader.wait_for_timeout(250)
    (code,) = re.findall(r"\b\d{6}\b", message.inner_text())
    reader.close()
    page.locator("#code").fill(code)
    page.locator("main form button").first.click()
