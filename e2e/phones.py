"""A page whose console is watched: what it complains about fails the test."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page


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
