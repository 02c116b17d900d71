"""In Arabic, at 360 px: one administrator proposes to publish and to freeze, a second one confirms."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.demo_town import ServedTown, demo_town
from e2e.looking import look_at
from e2e.people import sign_in_administrator
from e2e.phones import held
from pacto_participe.demo.town import SLUG

CONFIRM = "التأكيد والإنجاز"


@pytest.fixture
def own_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTown]:
    """A town of its own: what is published and frozen here stays so."""
    with demo_town(tmp_path_factory.mktemp("two")) as served:
        yield served


@contextmanager
def administrator(
    chromium: Browser, town: ServedTown, place: int, *, script: bool
) -> Iterator[Page]:
    with held(chromium, script=script) as page:
        sign_in_administrator(page, town, place=place)
        yield page


def test_what_one_proposes_another_confirms(
    chromium: Browser, own_town: ServedTown, script: bool
) -> None:
    staff = f"{own_town.address}/ar/staff/{SLUG}"
    with (
        administrator(chromium, own_town, -1, script=script) as first,
        administrator(chromium, own_town, -2, script=script) as second,
    ):
        first.goto(f"{staff}/approvals")
        first.locator("main form button").click()
        first.goto(f"{staff}/votes")
        look_at(first, script=script)
        first.locator("main ul.rows a").first.click()
        first.wait_for_url(re.compile(r"/votes/\d+$"))
        draft = first.url
        look_at(first, script=script)
        first.locator("#minimum_age").fill("16")
        first.get_by_role("button", name="حفظ من يحق له التصويت").click()
        expect(first.locator("main [role=status]")).to_contain_text("تم الحفظ")

        propose(first, draft, "نشر التشاور", script=script)
        confirm(second, staff, script=script)

        second.goto(draft)
        expect(second.locator("main")).to_contain_text("منشورة، والقواعد غير مثبتة")
        propose(second, draft, "تثبيت القواعد", script=script)
        confirm(first, staff, script=script)

        first.goto(draft)
        look_at(first, script=script)
        expect(first.locator("main .tag").first).to_contain_text("لم يبدأ بعد")
        edition = draft.rsplit("/", 1)[-1]
        first.goto(f"{own_town.home('ar')}budgets/{edition}/")
        expect(first.locator("main")).to_contain_text("16")


def propose(page: Page, draft: str, act: str, *, script: bool) -> None:
    page.goto(draft)
    page.get_by_role("link", name=act).click()
    expect(page.locator("h1")).to_have_text(act)
    look_at(page, script=script)
    page.locator("#reason").fill("مقرر المجلس رقم 12")
    page.locator("main form button").click()
    page.wait_for_url("**/approvals?done=asked")
    expect(page.locator("main")).to_contain_text("مقرر المجلس رقم 12")
    expect(page.get_by_role("button", name=CONFIRM)).to_have_count(0)


def confirm(page: Page, staff: str, *, script: bool) -> None:
    page.goto(f"{staff}/approvals")
    look_at(page, script=script)
    page.get_by_role("link", name="اقرؤوا ما هو مطلوب").click()
    page.wait_for_url(re.compile(r"/votes/\d+$"))
    look_at(page, script=script)
    page.goto(f"{staff}/approvals")
    page.get_by_role("button", name=CONFIRM).click()
    page.wait_for_url("**/approvals?done=confirmed")
