"""The four pages that a resident meets, as pictures for docs/screens: Arabic in daylight, French at night.

    .venv/bin/python -m e2e.screens [FOLDER]

Home, ballot, receipt and results of the demonstration, 360 px wide, two screens of each, as they are served.
"""

import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page, sync_playwright

from e2e.ballots import pick
from e2e.demo_town import ServedTown, demo_town
from e2e.two_counts import CHROMIUM, FLAGS
from pacto_participe.demo.editions import editions

FOLDER = Path(__file__).parent.parent / "docs" / "screens"
TWO_SCREENS = 1480
LOOKS: tuple[tuple[str, Literal["light", "dark"]], ...] = (("ar", "light"), ("fr", "dark"))


def walk(page: Page, town: ServedTown, lang: str, shoot: Callable[[str], None]) -> None:
    """From the home to a receipt with a slip, then to the results of the edition before."""
    _, before, present = (edition.slug for edition in editions(datetime.now(UTC)))
    page.goto(town.home(lang))
    shoot("home")
    page.goto(f"{town.home(lang)}budgets/{present}/identity")
    page.locator("main input[name=code]").fill(town.slips.pop())
    page.locator("main form button").last.click()
    page.wait_for_url("**/ballot")
    pick(page, 1, 4, 9)
    shoot("ballot")
    page.locator(".tally button.go").click()
    page.wait_for_url("**/review")
    page.locator("main form button.go").click()
    page.wait_for_url("**/receipt")
    shoot("receipt")
    page.goto(f"{town.home(lang)}budgets/{before}/results")
    shoot("results")


def main() -> None:
    """The command of the module's docstring."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        demo_town(Path(data)) as town,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for lang, scheme in LOOKS:
            context = browser.new_context(
                viewport={"width": 360, "height": TWO_SCREENS},
                color_scheme=scheme,
                service_workers="block",
            )
            page = context.new_page()

            def shoot(what: str, *, page: Page = page, name: str = f"{lang}-{scheme}") -> None:
                page.wait_for_timeout(2_500)  # the fonts, and the draft that is saved meanwhile
                page.screenshot(path=folder / f"{what}-{name}.jpg", type="jpeg", quality=85)

            walk(page, town, lang, shoot)
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
