"""How people fill a ballot: a finger on the button of a card, whose box is then ticked, or not any more."""

from playwright.sync_api import Locator, Page, expect


def box_of(page: Page, number: int) -> Locator:
    """The box of a project."""
    return page.locator(f".pick input[value='{number}']")


def pick(page: Page, *numbers: int) -> None:
    for number in numbers:
        _tap(page, number)
        expect(box_of(page, number)).to_be_checked()


def put_back(page: Page, number: int) -> None:
    _tap(page, number)
    expect(box_of(page, number)).not_to_be_checked()


def _tap(page: Page, number: int) -> None:
    """On what is seen: the box lies under its label."""
    page.locator(".pick").filter(has=page.locator(f"input[value='{number}']")).click()
