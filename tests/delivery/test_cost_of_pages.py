"""What these pages may ask of the database, and that a kept page never tells what is no longer so."""

from datetime import timedelta

import pytest

from pacto_participe.delivery.domain import Status
from tests.delivery.following import final_edition, say
from tests.pages import Browser
from tests.statements import counted
from tests.town import NOON, LiveSite, cast, count, make_edition


@pytest.fixture
def page_cache_seconds() -> int:
    """As in production."""
    return 1


def own(sent: list[str]) -> int:
    return sum("data_version" not in asked and "FROM collectivity" not in asked for asked in sent)


async def asked(site: LiveSite, browser: Browser, path: str) -> int:
    with counted(site.web.database) as sent:
        await browser.get(path)
    return own(sent)


async def test_the_home_asks_five_questions_with_an_open_vote_and_one_that_is_followed(
    site: LiveSite, visitor: Browser
) -> None:
    edition = await final_edition(site)
    await say(site, edition, 4)
    await make_edition(site)

    assert (
        await asked(site, visitor, "/fr/c/tiznit/") == 5
    )  # votes, stages, turnout, result, updates
    assert await asked(site, visitor, "/ar/c/tiznit/") <= 4  # what was funded is remembered


async def test_the_home_asks_five_questions_when_the_vote_that_is_followed_leads(
    site: LiveSite, visitor: Browser
) -> None:
    await final_edition(site)

    assert await asked(site, visitor, "/fr/c/tiznit/") <= 5


async def test_pages_of_delivery_ask_three_questions(site: LiveSite, visitor: Browser) -> None:
    edition = await final_edition(site)
    await say(site, edition, 4)

    assert await asked(site, visitor, edition.path("delivery/")) == 3
    assert await asked(site, visitor, edition.path("delivery/4")) == 2
    assert await asked(site, visitor, edition.path("projects/4")) <= 4


async def test_today_asks_one_question_more_where_projects_are_followed(
    site: LiveSite, administrator: Browser
) -> None:
    await make_edition(site)
    await administrator.get("/fr/staff/tiznit/")
    with counted(site.web.database) as before:
        await administrator.get("/fr/staff/tiznit/")
    edition = await final_edition(site)
    await say(site, edition, 4)
    await administrator.get("/fr/staff/tiznit/")  # what was funded is read once

    with counted(site.web.database) as sent:
        await administrator.get("/fr/staff/tiznit/")

    assert len(sent) == len(before) + 1


async def test_a_new_update_shows_on_pages_that_are_kept(site: LiveSite, visitor: Browser) -> None:
    """A kept page is asked anew when the data of its town changed."""
    edition = await final_edition(site)
    paths = [edition.path(rest) for rest in ("delivery/", "delivery/4", "results", "projects/4")]
    tags = {path: (await visitor.get(path)).headers["etag"] for path in paths}

    await say(site, edition, 4, Status.WORKS)
    _grow_old(site)

    for path in paths:
        page = await visitor.get(path)
        assert page.headers["etag"] != tags[path], path
        assert page.says("Travaux en cours"), path


async def test_a_kept_page_ends_with_the_day_that_was_promised(
    site: LiveSite, visitor: Browser
) -> None:
    edition = await final_edition(site)
    await say(site, edition, 4)
    site.clock.move(timedelta(days=60 + 30))
    path = edition.path("delivery/4")
    assert not (await visitor.get(path)).says("Pas de nouvelles")

    site.clock.move(timedelta(hours=13))  # past midnight, and nothing was written

    assert (await visitor.get(path)).says("Pas de nouvelles depuis le 23 novembre 2026")


async def test_a_kept_page_of_results_becomes_final_by_the_clock(
    site: LiveSite, visitor: Browser
) -> None:
    edition = await make_edition(
        site, opens_at=NOON - timedelta(days=14), closes_at=NOON - timedelta(hours=1)
    )
    await cast(site, edition, [("1,4", 40)])
    await count(site, edition)
    before = await visitor.get(edition.path("results"))
    assert not before.says("Le résultat est devenu définitif")

    site.clock.instant = edition.charter.final_at

    assert (await visitor.get(edition.path("results"))).says("Le résultat est devenu définitif")


def _grow_old(site: LiveSite) -> None:
    """As if the seconds had passed for which a page is served without a question."""
    layer = site.app.middleware_stack
    while layer is not None and not hasattr(layer, "pages"):
        layer = getattr(layer, "app", None)
    assert layer is not None
    for page in layer.pages.values():
        page.asked_at -= 5
