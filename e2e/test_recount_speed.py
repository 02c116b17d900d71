"""The recount on a slow phone: Chromium slows its processor down six times."""

from playwright.sync_api import Browser

from benchmarks.recount.speed import NEEDED, RUN, invented
from e2e.two_counts import open_engine


def test_seven_thousand_ballots_are_counted_again_on_a_slow_phone(
    chromium: Browser,
):
    files = invented(7000, "equal-shares-add1")
    page = chromium.new_page()
    open_engine(page)
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 6})

    answer = page.evaluate(RUN, {name: files[name].decode() for name in NEEDED})

    page.close()
    assert answer["isSame"]
    assert answer["ballots"] == 7000
    assert answer["milliseconds"] > 0
