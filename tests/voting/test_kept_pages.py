"""Pages that are the same for everybody are kept, and never a second longer than they are true."""

import asyncio
import time
from datetime import timedelta
from types import SimpleNamespace

import psycopg
import pytest

from pacto_participe.web import page_cache
from pacto_participe.web.page_cache import PageCache
from tests.statements import counted
from tests.town import CLOSES, cast, count, make_edition

PATHS = ("", "projects/", "projects/4", "projects/?area=Douars")
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def page_cache_seconds():
    """As in production."""
    return 1


@pytest.mark.parametrize("path", PATHS)
async def test_a_browser_that_has_the_page_is_told_so(visitor, open_edition, path):
    page = await visitor.get(open_edition.path(path))
    known = {"If-None-Match": page.headers["etag"]}

    again = await visitor.get(open_edition.path(path), status=304, headers=known)

    assert again.response.content == b""
    assert again.headers["etag"] == page.headers["etag"]
    arabic = await visitor.get(open_edition.path(path, lang="ar"), headers=known)
    assert arabic.headers["etag"] != page.headers["etag"]


@pytest.mark.parametrize("page_cache_seconds", [60])
async def test_a_kept_page_asks_the_database_nothing(
    site, visitor, open_edition, page_cache_seconds
):
    first = await visitor.get(open_edition.path("projects/"))

    with counted(site.web.database) as sent:
        second = await visitor.get(open_edition.path("projects/"))

    assert sent == []
    assert second.html == first.html


@pytest.mark.parametrize("page_cache_seconds", [60])
async def test_a_kept_page_opens_and_closes_at_the_very_second(
    visitor, soon_edition, clock, page_cache_seconds
):
    charter = soon_edition.charter
    home, list_ = "/fr/c/tiznit/", soon_edition.path("projects/")

    async def offers_to_vote(at):
        clock.instant = at
        return ["Voter maintenant" in (await visitor.get(path)).text for path in (home, list_)]

    assert await offers_to_vote(charter.opens_at - A_SECOND) == [False, False]
    assert await offers_to_vote(charter.opens_at) == [True, True]
    assert await offers_to_vote(charter.closes_at - A_SECOND) == [True, True]
    assert await offers_to_vote(charter.closes_at) == [False, False]


@pytest.mark.parametrize("page_cache_seconds", [60])
async def test_days_are_counted_from_midnight_on(visitor, open_edition, clock, page_cache_seconds):
    clock.instant = CLOSES.replace(hour=0, minute=0, second=0) - A_SECOND
    assert (await visitor.get("/fr/c/tiznit/")).says("Encore 1 jour")

    clock.move(A_SECOND)
    assert (await visitor.get("/fr/c/tiznit/")).says("Fin aujourd’hui à")


async def test_a_change_in_the_town_shows_within_a_second(site, visitor, open_edition):
    home = "/fr/c/tiznit/"
    before = await visitor.get(home)
    assert "Votes précédents" not in before.text

    earlier = open_edition.charter.opens_at - timedelta(days=365)
    await make_edition(
        site, edition="2025", opens_at=earlier, closes_at=earlier + timedelta(days=14)
    )
    await asyncio.sleep(1.05)

    assert "Votes précédents" in (await visitor.get(home)).text


async def test_the_published_count_shows_within_a_second(site, visitor, open_edition, clock):
    await cast(site, open_edition, [("1", 3)])
    clock.instant = CLOSES
    assert (await visitor.get("/fr/c/tiznit/")).h1 == "Le vote est clos"

    await count(site, open_edition)
    await asyncio.sleep(1.05)

    assert (await visitor.get("/fr/c/tiznit/")).h1 == "Les résultats sont publiés"


@pytest.mark.parametrize("page_cache_seconds", [60])
async def test_nothing_older_than_the_count_is_kept_after_it(
    site, visitor, open_edition, clock, page_cache_seconds
):
    clock.instant = CLOSES
    await visitor.get(open_edition.path("receipts"))  # a page that remembers the vote for a while
    await count(site, open_edition)

    assert (await visitor.get(open_edition.path())).says("Résultat provisoire")


@pytest.mark.parametrize("minutes", [0.1, 30])
async def test_results_are_read_while_the_database_is_away_and_say_nothing_that_is_over(
    site, visitor, open_edition, clock, monkeypatch, minutes
):
    def away(*_args, **_values):
        raise psycopg.OperationalError("the server closed the connection")

    await cast(site, open_edition, [("1", 40)])
    await count(site, open_edition)
    results = open_edition.path("results")
    before = await visitor.get(results)
    later = time.monotonic() + 60 * minutes
    monkeypatch.setattr(page_cache, "time", SimpleNamespace(monotonic=lambda: later))
    for door in ("read", "write", "follow"):
        monkeypatch.setattr(site.web.database, door, away)
    monkeypatch.setattr(site.web.database.quick, "one", away)

    while_away = await visitor.get(results)
    clock.instant = open_edition.charter.final_at  # "provisional" would not be true any more
    with pytest.raises(psycopg.OperationalError):
        await visitor.get(results)

    assert while_away.html == before.html
    assert while_away.says("Provisoire")


async def test_a_change_next_door_leaves_the_page_as_it_is(site, visitor, open_edition):
    home = "/fr/c/tiznit/"
    before = await visitor.get(home)
    await make_edition(site, town="09.581.01.05")
    await asyncio.sleep(1.05)

    with counted(site.web.database) as sent:
        after = await visitor.get(home)

    assert len(sent) == 1  # only whether anything changed here
    assert after.headers["etag"] == before.headers["etag"]


async def test_searches_fill_no_memory(site, visitor, open_edition):
    for query in (
        "q=eau",
        "q=souk&area=Centre",
        "area=Nowhere",
        "page=1",
        "x=1",
        "area=Douars&x=2",
    ):
        page = await visitor.get(open_edition.path(f"projects/?{query}"))
        assert "etag" not in page.headers, query

    for query in ("", "?area=Douars", "?all=1"):
        page = await visitor.get(open_edition.path(f"projects/{query}"))
        assert "etag" in page.headers, query


async def test_a_kept_page_is_the_same_for_whoever_looks(visitor, resident, clerk, open_edition):
    seen = {(await person.get("/fr/c/tiznit/")).html for person in (resident, visitor, clerk)}

    assert len(seen) == 1


KEPT = ("", "projects/", "projects/4", "results", "results/data/", "../../", "../../territory")


@pytest.mark.parametrize("path", KEPT)
async def test_what_anybody_writes_behind_an_address_fills_no_memory(
    site, visitor, open_edition, path
):
    for query in ("x=1", "x=2", "print=2", "page=1&x=3", "fbclid=abc"):
        page = await visitor.get(f"{open_edition.path(path)}?{query}")
        assert "etag" not in page.headers, query
        assert page.headers["cache-control"] == "no-cache"

    assert "etag" in (await visitor.get(open_edition.path(path))).headers
    assert "etag" in (await visitor.get(open_edition.path("results?print=1"))).headers


def cache_of(site):
    """The layer that keeps pages, among those around the application."""
    layer = site.app.middleware_stack
    while not isinstance(layer, PageCache):
        layer = layer.app
    return layer


@pytest.mark.parametrize("page_cache_seconds", [60])
async def test_the_page_that_is_asked_for_stays_and_the_one_nobody_wants_goes(
    site, visitor, open_edition, monkeypatch, page_cache_seconds
):
    monkeypatch.setattr(page_cache, "MOST_PAGES", 3)
    await visitor.get(open_edition.path())
    for number in range(1, 8):
        await visitor.get(open_edition.path(f"projects/{number}"))
        await visitor.get(open_edition.path())  # everybody's page

    with counted(site.web.database) as sent:
        await visitor.get(open_edition.path())

    assert sent == []
    assert len(cache_of(site).pages) == 3


@pytest.mark.parametrize("page_cache_seconds", [60])
async def test_kept_pages_weigh_no_more_than_they_may(
    site, visitor, open_edition, monkeypatch, page_cache_seconds
):
    monkeypatch.setattr(page_cache, "MOST_BYTES", 30_000)
    for number in range(1, 8):
        await visitor.get(open_edition.path(f"projects/{number}"))

    cache = cache_of(site)
    assert 0 < cache.bytes_held <= 30_000
    assert cache.bytes_held == sum(page.weight for page in cache.pages.values())
    assert len(cache.pages) < 7


@pytest.mark.parametrize("page_cache_seconds", [60])
async def test_a_page_that_many_want_at_once_is_made_once(
    site, visitor, open_edition, monkeypatch, page_cache_seconds
):
    await visitor.get(open_edition.path())
    made = []

    async def read_slowly(database, town):
        await asyncio.sleep(0)  # as every database but SQLite's own thread does
        made.append(town)
        return 1

    monkeypatch.setattr(page_cache, "version_of", read_slowly)
    path = open_edition.path("projects/")
    pages = await asyncio.gather(*(visitor.get(path) for _ in range(16)))

    assert len(made) == 1
    assert len({page.html for page in pages}) == 1
    assert len({page.headers["etag"] for page in pages}) == 1


@pytest.mark.parametrize("page_cache_seconds", [60])
async def test_those_who_wait_for_a_page_go_on_when_nothing_comes_of_it(
    site, visitor, open_edition, page_cache_seconds
):
    path = open_edition.path("projects/?fbclid=abc")
    pages = await asyncio.gather(*(visitor.get(path) for _ in range(8)))

    assert all(page.html == pages[0].html for page in pages)
    assert cache_of(site).being_made == {}


@pytest.mark.parametrize("page_cache_seconds", [60])
async def test_a_visitor_who_does_not_read_keeps_nobody_waiting(site, visitor, page_cache_seconds):
    """Their connection takes no more bytes; what is never kept is sent while others ask for it."""
    path = "/healthz"
    await visitor.get(path)
    is_sending = asyncio.Event()

    async def send_for_ever(message):
        is_sending.set()
        await asyncio.Event().wait()

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "scheme": "http",
        "query_string": b"", "root_path": "", "headers": [(b"host", b"127.0.0.1:8000")],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000), "http_version": "1.1",
    }  # fmt: skip
    stuck = asyncio.create_task(site.app(scope, receive, send_for_ever))
    await asyncio.wait_for(is_sending.wait(), 10)

    await asyncio.wait_for(visitor.get(path), 3)

    stuck.cancel()
