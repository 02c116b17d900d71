"""What a page must be on every screen: nothing sticks out, and axe finds no barrier."""

from pathlib import Path

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
OVERFLOW = """() => {
  const wide = document.documentElement.scrollWidth > innerWidth;
  const out = [...document.querySelectorAll('main *')].filter((e) => {
    const box = e.getBoundingClientRect();
    const hidden = e.closest('.vh, svg, [hidden], .pick input');
    return !hidden && box.width > 0 && (box.right > innerWidth + 1 || box.left < -1);
  });
  return wide || out.length ? out.slice(0, 3).map((e) => e.outerHTML.slice(0, 120)).concat(String(wide)) : [];
}"""
# What sticks out of a page that can be scrolled sideways.
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll('body *')].filter((e) => {
    const box = e.getBoundingClientRect();
    return !e.closest('.vh, svg') && (box.right > innerWidth + 1 || box.left < -1);
  }).slice(-3).map((e) => e.outerHTML.slice(0, 200))"""


def violations(page: Page, rules: dict[str, object] = RULES) -> list[str]:
    page.evaluate(Path(AXE_FILE_PATH).read_text(encoding="utf-8"))
    found = page.evaluate("(rules) => axe.run(document, rules)", rules)
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]} ({len(one['nodes'])})"
        for one in found["violations"]
    ]


def look_at(page: Page, *, script: bool = True) -> None:
    """One heading, nothing that sticks out, no barrier; the last two are asked by a script themselves."""
    assert page.locator("h1").count() == 1, page.url
    if script:
        assert page.evaluate(OVERFLOW) == [], page.url
        assert page.evaluate(TOO_WIDE) == [], page.url
        assert violations(page) == [], page.url
