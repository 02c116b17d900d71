"""A mediator's strip, in Arabic at 360 px: printed, typed by a resident, confirmed by the counter."""

from playwright.sync_api import Browser, Page, expect

from e2e.demo_town import ServedTown
from e2e.looking import look_at
from e2e.people import sign_in_administrator, type_code_of_a_new_telephone
from e2e.phones import held
from e2e.test_resident_votes import WORDS
from pacto_participe.demo.town import SLUG

AR = WORDS["ar"]
BORN = "12/03/1987"
SIGN_IN = "تسجيل الدخول ثم كتابة رمز الوسيط"
YES = "تم التحقق من سكناكم هنا"


def print_sheet(page: Page, town: ServedTown, *, script: bool) -> list[str]:
    """The codes of three strips."""
    page.goto(f"{town.address}/ar/staff/{SLUG}/sheets")
    look_at(page, script=script)
    page.locator("#district").fill("دوار تيزي")
    page.locator("#mediator").fill("جمعية الأمل")
    page.locator("#size").fill("3")
    page.locator("main form button.go").click()
    strips = page.locator("article.strips bdi.code")
    expect(strips).to_have_count(3)
    look_at(page, script=script)
    return strips.all_inner_texts()


def use_strip(page: Page, town: ServedTown, code: str, card: str, *, script: bool) -> None:
    """From the page of residence through signing in, to what is said of the code."""
    page.goto(f"{town.address}/ar/c/{SLUG}/residence")
    look_at(page, script=script)
    page.get_by_role("link", name=SIGN_IN).click()
    type_code_of_a_new_telephone(page, town)
    page.wait_for_url("**/residence?way=mediator")
    look_at(page, script=script)
    page.locator("#code").fill(code)
    page.locator("#cnie").fill(card)
    page.locator("#birth_date").fill(BORN)
    page.locator("button[value=mediator]").click()
    expect(page.get_by_role("status")).to_contain_text("رمز الوسيط")
    look_at(page, script=script)


def confirm(page: Page, town: ServedTown, card: str, *, script: bool) -> None:
    """With the card in the hand; the number is typed wrongly first."""
    page.goto(f"{town.address}/ar/staff/{SLUG}/queue")
    look_at(page, script=script)
    page.get_by_role("link").filter(has_text="وسيط").first.click()
    page.locator("form[action$='/taking'] button").click()
    look_at(page, script=script)
    for typed in (card + "0", card):
        page.locator("input[name=decision][value=met_confirmed]").check()
        page.locator("#cnie").fill(typed)
        page.locator("#right").fill(BORN)
        page.locator("input[name=seen]").check()
        page.locator("form[action$='/decision'] button").click()
        look_at(page, script=script)
    expect(page.get_by_role("status")).to_be_visible()


def test_a_strip_leads_to_the_ballot(chromium: Browser, town: ServedTown, script: bool) -> None:
    card = f"ZM71234{int(script)}"
    with (
        held(chromium, script=script) as of_staff,
        held(chromium, script=script) as of_resident,
    ):
        sign_in_administrator(of_staff, town)
        codes = print_sheet(of_staff, town, script=script)
        use_strip(of_resident, town, codes[0], card, script=script)

        confirm(of_staff, town, card, script=script)

        of_resident.goto(f"{town.address}/ar/c/{SLUG}/residence")
        expect(of_resident.locator("main")).to_contain_text(YES)
        look_at(of_resident, script=script)
        of_resident.goto(town.home("ar"))
        of_resident.get_by_role("link", name=AR["vote"]).click()
        expect(of_resident.locator(".pick input").first).to_be_attached()
