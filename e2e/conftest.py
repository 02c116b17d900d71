"""One browser and one town for all journeys of a kind."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from e2e.demo_town import ServedTown, demo_town
from e2e.two_counts import CHROMIUM, FLAGS


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTown]:
    """The demonstration: a vote that is open, two that were counted, real elections."""
    with demo_town(tmp_path_factory.mktemp("demo")) as served:
        yield served


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def script(request: pytest.FixtureRequest) -> bool:
    """Every journey can be made in both ways."""
    return bool(request.param)
