"""Passkeys, in Arabic, on a phone of 360 px: an administrator adds one, signs out, signs in with it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.demo_town import ServedTown, demo_town
from e2e.looking import OVERFLOW, TOO_WIDE, violations
from e2e.phones import watched
from pacto_participe.demo.town import SLUG

PASSKEYS, ADD, USE, REMOVE = "مفاتيح المرور", "إضافة مفتاح مرور", "استعمال مفتاح المرور", "إزالة"
ALONE = "تسجيل الدخول بمفتاح مرور"
SECOND_PROOF, ALREADY = "الدليل الثاني", "في هذا الجهاز مفتاح مرور لكم من قبل."
TURN_OFF, NEEDS_SCRIPT = "إيقاف الرموز", "تتطلب مفاتيح المرور تشغيل جافاسكريبت"
REFUSED = "لم يُرسل أي شيء"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def named_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTown]:
    """Browsers know passkeys for names only."""
    with demo_town(tmp_path_factory.mktemp("named"), "localhost") as served:
        yield served


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 360, "height": 640}, service_workers="block")
    with watched(context.new_page(), apart=("status of",)) as page:
        page.set_default_timeout(15_000)
        yield page
    context.close()


def look(page: Page) -> None:
    assert page.evaluate(OVERFLOW) == [], page.url
    assert page.evaluate(TOO_WIDE) == [], page.url
    assert violations(page) == [], page.url


def by_password(page: Page, town: ServedTown) -> None:
    """To the second step, as the administrator."""
    _, email, password = town.people.staff[-1]
    page.goto(f"{town.address}/ar/sign-in/password?next=/ar/staff/{SLUG}/people")
    page.locator("#email").fill(email)
    page.locator("#password").fill(password)
    page.locator("main form button").first.click()
    page.wait_for_url("**/sign-in/second-step?**")


def sign_out(page: Page, town: ServedTown) -> None:
    page.goto(f"{town.address}/ar/account")
    page.locator("form[action$='/sign-out'] button").first.click()


def test_an_administrator_adds_a_passkey_and_signs_in_with_it(
    phone: Page, named_town: ServedTown
) -> None:
    town, settings = named_town, f"{named_town.address}/ar/account/second-factor"
    device = phone.context.new_cdp_session(phone)
    device.send("WebAuthn.enable")
    made = device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    by_password(phone, town)
    look(phone)
    phone.locator("#code").fill(phone.locator(".note.y bdi.ltr").inner_text())
    phone.locator("form:has(#code) button").click()
    phone.wait_for_url(f"**/ar/staff/{SLUG}/people")

    phone.goto(settings)
    look(phone)
    phone.locator("#name").fill("هاتف العمل")
    phone.get_by_role("button", name=ADD).click()
    expect(phone.get_by_role("status")).to_be_visible()
    expect(phone.get_by_text("هاتف العمل")).to_be_visible()
    look(phone)
    held = device.send("WebAuthn.getCredentials", {"authenticatorId": made["authenticatorId"]})
    assert [one["rpId"] for one in held["credentials"]] == ["localhost"]

    # The device says itself that it has one of theirs.
    phone.get_by_role("button", name=ADD).click()
    expect(phone.locator("[data-told]")).to_have_text(ALREADY)
    look(phone)

    # The codes may go now; the last passkey may not.
    phone.get_by_text(re.compile("^إيقاف$")).click()
    phone.get_by_role("button", name=TURN_OFF).click()
    phone.goto(settings)
    expect(phone.get_by_role("button", name=REMOVE)).to_have_count(0)
    sign_out(phone, town)

    by_password(phone, town)
    expect(phone.get_by_role("heading", level=1)).to_have_text(SECOND_PROOF)
    look(phone)
    phone.get_by_role("button", name=USE).click()
    phone.wait_for_url(f"**/ar/staff/{SLUG}/people")
    sign_out(phone, town)

    # On its own it is both proofs.
    phone.goto(f"{town.address}/ar/sign-in/password")
    look(phone)
    phone.get_by_role("link", name=ALONE).click()
    look(phone)
    phone.get_by_role("button", name=ALONE).click()
    phone.wait_for_url(f"**/ar/staff/{SLUG}/")
    phone.goto(f"{town.address}/ar/staff/{SLUG}/people")
    phone.wait_for_url(f"**/ar/staff/{SLUG}/people")
    sign_out(phone, town)

    # Who does not unlock the device is told so, and may try again.
    identity = {"authenticatorId": made["authenticatorId"]}
    by_password(phone, town)
    device.send("WebAuthn.setUserVerified", {**identity, "isUserVerified": False})
    phone.get_by_role("button", name=USE).click()
    expect(phone.locator("[data-told]")).to_contain_text(REFUSED)
    look(phone)
    device.send("WebAuthn.setUserVerified", {**identity, "isUserVerified": True})
    phone.get_by_role("button", name=USE).click()
    phone.wait_for_url(f"**/ar/staff/{SLUG}/people")


def test_without_javascript_the_pages_offer_the_code(
    chromium: Browser, named_town: ServedTown
) -> None:
    context = chromium.new_context(
        viewport={"width": 360, "height": 640}, java_script_enabled=False
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    _, email, password = named_town.people.staff[0]
    page.goto(f"{named_town.address}/ar/sign-in/password")
    page.locator("#email").fill(email)
    page.locator("#password").fill(password)
    page.locator("main form button").first.click()

    page.goto(f"{named_town.address}/ar/account/second-factor")
    expect(page.locator("[data-told]")).to_contain_text(NEEDS_SCRIPT)
    page.get_by_role("button", name=ADD).click()

    expect(page.locator(".errors, [role=alert]").first).to_contain_text(NEEDS_SCRIPT)
    expect(page.get_by_role("heading", name=PASSKEYS)).to_be_visible()
    context.close()
