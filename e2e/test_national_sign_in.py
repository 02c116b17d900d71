"""The national sign-in on a phone of 360 px, in Arabic: away to a provider on this machine, and back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.demo_town import ServedTown, demo_town
from e2e.looking import look_at
from e2e.people import type_code_of_a_new_telephone
from e2e.phones import held
from pacto_participe.demo.town import SLUG
from tests.national_provider import CLIENT_ID, CLIENT_SECRET, served_provider

AWAY = "الذهاب إلى المنصة الوطنية"
YES = "تم التحقق من سكناكم هنا"


@pytest.fixture(scope="module")
def national_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTown]:
    """The demonstration town, in an installation that has set the national sign-in up."""
    with (
        served_provider() as issuer,
        demo_town(
            tmp_path_factory.mktemp("national"),
            national_sign_in=True,
            national_issuer=issuer,
            national_client_id=CLIENT_ID,
            national_client_secret=CLIENT_SECRET,
        ) as town,
    ):
        yield town


@pytest.fixture
def phone(chromium: Browser, script: bool) -> Iterator[Page]:
    with held(chromium, script=script, apart=()) as page:
        yield page


def sign_in(page: Page, town: ServedTown) -> None:
    page.goto(f"{town.address}/ar/sign-in")
    type_code_of_a_new_telephone(page, town)
    page.wait_for_url("**/ar/account")


def test_a_resident_proves_who_they_are_and_can_vote(
    phone: Page, national_town: ServedTown, script: bool
) -> None:
    here = f"{national_town.address}/ar/c/{SLUG}/residence"
    sign_in(phone, national_town)
    phone.goto(here)
    look_at(phone, script=script)

    phone.get_by_role("link", name=AWAY).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Test provider")
    phone.get_by_label("Card").fill("XX000039" if script else "XX000038")  # seen at the counter
    phone.get_by_role("button", name="Agree").click()

    phone.wait_for_url(here)
    expect(phone.get_by_role("status")).to_contain_text(YES)
    look_at(phone, script=script)


def test_who_is_not_known_and_who_refuses_are_told_what_to_do(
    phone: Page, national_town: ServedTown, script: bool
) -> None:
    here = f"{national_town.address}/ar/c/{SLUG}/residence"
    sign_in(phone, national_town)

    for button, said in (("Agree", "شهادة السكنى"), ("Refuse", "لم يتغير شيء")):
        phone.goto(here)
        phone.get_by_role("link", name=AWAY).click()
        phone.get_by_label("Card").fill("QQ424242")
        phone.get_by_role("button", name=button).click()

        phone.wait_for_url(here)
        expect(phone.get_by_role("status")).to_contain_text(said)
        look_at(phone, script=script)
