"""In Arabic, at 360 px: an administrator prints letters, and whoever got one is verified on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.demo_town import ServedTown
from e2e.looking import OVERFLOW, violations
from e2e.people import sign_in_administrator
from e2e.phones import held
from pacto_participe.demo.town import SLUG

ADDRESSEES = (
    "الاسم;رقم البطاقة;تاريخ الازدياد;العنوان\nزينب القصري;ZL712345;12/03/1987;زنقة الأندلس 12\n"
)


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    with held(chromium) as page:
        yield page


def test_a_letter_is_printed_and_its_reader_is_verified(phone: Page, town: ServedTown) -> None:
    sign_in_administrator(phone, town)
    phone.goto(f"{town.address}/ar/staff/{SLUG}/letters")
    assert phone.evaluate(OVERFLOW) == []
    assert violations(phone) == []
    file = {"name": "a.csv", "mimeType": "text/csv", "buffer": ADDRESSEES.encode()}
    phone.locator("#file").set_input_files(files=[file])
    phone.locator("button[value=make]").click()
    expect(phone.locator("article.letter")).to_have_count(1)
    code = phone.locator("article.letter bdi.code").inner_text()
    phone.context.clear_cookies()

    phone.goto(f"{town.address}/ar/c/{SLUG}/residence?way=letter")
    assert violations(phone) == []
    phone.locator("#code").fill(code)
    phone.locator("#cnie").fill("ZL712345")
    phone.locator("#birth_date").fill("12/03/1987")
    phone.locator("button[value=letter]").click()

    expect(phone.locator("main [role=status]").first).to_contain_text("عبر رسالة بريدية")
    assert phone.evaluate(OVERFLOW) == []
