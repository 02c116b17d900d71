"""The counter, in Arabic, on one phone of 360 px: a clerk verifies, the resident votes, the phone goes on."""

import re
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.ballots import pick
from e2e.demo_town import ServedTown
from e2e.looking import look_at
from e2e.people import sign_in_clerk
from e2e.phones import held
from e2e.test_resident_votes import WORDS
from pacto_participe.demo.town import SLUG

AR = WORDS["ar"]
SLIP = "قسيمة التفعيل"
NEXT = "الشخص التالي"


@pytest.fixture
def phone(chromium: Browser, script: bool) -> Iterator[Page]:
    with held(chromium, script=script) as page:
        yield page


@pytest.fixture
def look(phone: Page, script: bool) -> Callable[[], None]:
    return partial(look_at, phone, script=script)


def verify(page: Page, town: ServedTown, card: str, look: Callable[[], None]) -> str:
    """A clerk sees a card, and reads the code of the slip."""
    page.goto(f"{town.address}/ar/staff/{SLUG}/counter")
    look()
    page.locator("#cnie").fill(card)
    page.locator("#birth_date").fill("12/03/1987")
    page.locator("main form button.go").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SLIP)
    look()
    return page.locator("#slip-code").inner_text()


def vote_with(
    page: Page, town: ServedTown, code: str, look: Callable[[], None], *numbers: int
) -> str:
    """From the home of the town to the receipt, whoever was signed in before. The receipt's code."""
    page.goto(town.home("ar"))
    page.get_by_role("link", name=AR["vote"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(AR["who"])
    look()
    page.locator("#code").fill(code)
    page.locator("main form button.go").first.click()
    return fill_and_confirm(page, look, *numbers)


def fill_and_confirm(page: Page, look: Callable[[], None], *numbers: int) -> str:
    """From an empty ballot to the receipt. Its code."""
    page.wait_for_url(re.compile(r"/ballot$"))
    assert page.locator(".pick input:checked").count() == 0
    look()
    pick(page, *numbers)
    page.locator(".tally button.go").click()
    page.wait_for_url(re.compile(r"/review$"))
    look()
    page.get_by_role("button", name=AR["confirm"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(AR["counted"])
    look()
    return page.locator("bdi.code").inner_text()


def test_a_clerk_verifies_two_people_who_vote_on_the_same_phone(
    phone: Page, town: ServedTown, script: bool, look: Callable[[], None]
) -> None:
    number = 7100 + int(script)
    phone.goto(f"{town.address}/ar/sign-in/password")
    look()
    sign_in_clerk(phone, town)
    first_slip = verify(phone, town, f"ZA{number}1", look)
    phone.get_by_role("link", name=NEXT).click()
    second_slip = verify(phone, town, f"ZA{number}2", look)

    first = vote_with(phone, town, first_slip, look, 1, 4)

    # The clerk's session went with the slip: the resident holds the phone of nobody else.
    phone.goto(f"{town.address}/ar/staff/{SLUG}/counter")
    assert phone.locator("#cnie").count() == 0
    phone.go_back()
    expect(phone.get_by_role("heading", level=1)).to_have_text(AR["counted"])

    phone.get_by_role("button", name=AR["pass"]).click()
    look()
    phone.go_back()
    expect(phone.get_by_role("heading", level=1)).to_have_text(AR["who"])
    assert first not in phone.content()
    assert not phone.context.cookies()

    second = vote_with(phone, town, second_slip, look, 2)

    assert first != second
    assert first not in phone.content()
    phone.get_by_role("button", name=AR["pass"]).click()

    # Whoever works at the counter has become nobody's account: the slips were not the clerk's.
    sign_in_clerk(phone, town)
    phone.goto(town.home("ar"))
    phone.get_by_role("link", name=AR["vote"]).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(AR["who"])


def test_a_slip_that_served_opens_nothing_for_the_next_person(
    phone: Page, town: ServedTown, script: bool, look: Callable[[], None]
) -> None:
    sign_in_clerk(phone, town)
    code = verify(phone, town, f"ZB{7200 + int(script)}", look)
    vote_with(phone, town, code, look, 3)
    phone.get_by_role("button", name=AR["pass"]).click()
    phone.goto(town.home("ar"))
    phone.get_by_role("link", name=AR["vote"]).click()

    phone.locator("#code").fill(code)
    phone.locator("main form button.go").first.click()

    expect(phone.locator("[role=alert], .errors").first).to_be_visible()
    look()
    assert phone.locator(".pick input").count() == 0
    assert not phone.context.cookies()
