"""A polling desk in Arabic, on a tablet and on a phone of 360 px, with and without JavaScript."""

import re
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.demo_town import ServedTown
from e2e.looking import OVERFLOW, look_at, violations
from e2e.people import sign_in_clerk
from e2e.phones import held, watched
from e2e.test_resident_votes import WORDS
from e2e.test_the_counter import fill_and_confirm
from pacto_participe.demo.town import SLUG

AR = WORDS["ar"]
PIN = "204681"
NEXT = "مكتب التصويت: من يصوّت الآن؟"
PASS = "المرجو تسليم الجهاز"
CLEARED = "مُحيت الشاشة"
GIVE_BACK = "إنهاء وإرجاع الجهاز"
WARNING = "ستُمحى الشاشة قريبا"
MORE = "أحتاج إلى مزيد من الوقت"


@pytest.fixture(params=[(768, 1024), (360, 640)], ids=["tablet", "phone"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    width, height = request.param
    return width, height


@pytest.fixture
def device(chromium: Browser, size: tuple[int, int], script: bool) -> Iterator[Page]:
    with held(chromium, script=script, size=size, apart=("status of 422",)) as page:
        yield page


@pytest.fixture
def look(device: Page, script: bool) -> Callable[[], None]:
    return partial(look_at, device, script=script)


def open_desk(page: Page, town: ServedTown, look: Callable[[], None]) -> None:
    sign_in_clerk(page, town)
    page.goto(f"{town.address}/ar/staff/{SLUG}/desk")
    look()
    page.locator("#pin").fill(PIN)
    page.locator("main form button.go").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NEXT)


def hand_over(page: Page, card: str, look: Callable[[], None]) -> None:
    page.locator("#cnie").fill(card)
    page.locator("#birth_date").fill("12/03/1987")
    page.locator("#pin").fill(PIN)
    page.locator("main form button.go").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(PASS)
    look()


def vote(page: Page, look: Callable[[], None], *numbers: int) -> str:
    """Whoever holds the device, to the receipt. Its code."""
    page.locator("main a.btn.go").click()
    return fill_and_confirm(page, look, *numbers)


def test_two_residents_vote_on_a_shared_device(
    device: Page,
    town: ServedTown,
    size: tuple[int, int],
    script: bool,
    look: Callable[[], None],
) -> None:
    number = 8000 + size[0] + int(script)
    open_desk(device, town, look)
    look()
    hand_over(device, f"ZC{number}1", look)
    first = vote(device, look, 1, 4)
    assert device.locator("text=" + AR["choices"]).count() == 0
    device.get_by_role("button", name=GIVE_BACK).click()
    expect(device.get_by_role("status")).to_contain_text(CLEARED)
    look()

    # Back shows nothing of the former voter.
    for _ in range(4):
        device.go_back()
        assert first not in device.content()
        assert device.locator(".pick input").count() == 0, device.url
        assert device.locator("dl.check").count() == 0, device.url
    device.goto(f"{town.address}/ar/desk/{SLUG}/")

    hand_over(device, f"ZC{number}2", look)
    second = vote(device, look, 2)
    assert second != first
    device.get_by_role("button", name=GIVE_BACK).click()

    # Nothing of the staff's can be reached before the PIN ends the desk.
    device.goto(f"{town.address}/ar/staff/{SLUG}/counter")
    expect(device.get_by_role("heading", level=1)).to_have_text(NEXT)
    device.goto(f"{town.address}/ar/desk/{SLUG}/end")
    look()
    device.locator("#pin").fill("999991")
    device.locator("form:has(#pin) button.stop").click()
    look()
    device.locator("#pin").fill(PIN)
    device.locator("form:has(#pin) button.stop").click()
    device.wait_for_url(re.compile(f"/ar/c/{SLUG}/$"))
    assert not device.context.cookies()


def test_the_screen_warns_gives_time_and_clears_itself(chromium: Browser, town: ServedTown) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 640}, service_workers="block")
    with watched(context.new_page()) as page:
        page.set_default_timeout(15_000)
        page.clock.install()
        open_desk(page, town, lambda: None)
        hand_over(page, "ZD91001", lambda: None)
        vote(page, lambda: None, 3)
        warning = page.get_by_role("alert")
        expect(warning).to_be_hidden()

        page.clock.run_for(45_000)
        expect(warning).to_contain_text(WARNING)
        assert violations(page) == []
        assert page.evaluate(OVERFLOW) == []
        # Reached and pressed by keyboard alone.
        more = page.get_by_role("button", name=MORE)
        more.focus()
        page.keyboard.press("Enter")
        expect(warning).to_be_hidden()
        page.clock.run_for(30_000)
        expect(page.get_by_role("heading", level=1)).to_have_text(AR["counted"])

        page.clock.run_for(32_000)
        expect(page.get_by_role("heading", level=1)).to_have_text(NEXT)
        expect(page.get_by_role("status")).to_contain_text(CLEARED)
    context.close()
