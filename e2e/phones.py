"""Phones, each with its own cookies, whose console is watched: what it complains about fails the test."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page


@contextmanager
def watched(page: Page, *, apart: tuple[str, ...] = ()) -> Iterator[Page]:
    """The page, closed at the end. Complaints that hold one of the texts `apart` are expected."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    yield page
    page.close()
    left = [text for text in complaints if not any(part in text for part in apart)]
    assert not left, left


@contextmanager
def held(
    chromium: Browser,
    *,
    script: bool = True,
    size: tuple[int, int] = (360, 640),
    apart: tuple[str, ...] = ("status of",),
) -> Iterator[Page]:
    """A device in somebody's hand. Pages that are refused are expected."""
    width, height = size
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        java_script_enabled=script,
        service_workers="block",
    )
    with watched(context.new_page(), apart=apart) as page:
        page.set_default_timeout(15_000)
        yield page
    context.close()
