"""What pages may cost: statements to the database, bytes and requests to a phone on a slow network."""

import re

import pytest

from tests.invented import invented_projects
from tests.pages import Browser, Page, weight
from tests.statements import counted
from tests.town import MILLION, LiveSite, cast, count, make_edition
from tests.voting.test_votes_of_the_staff import EDITION, announce, prepare

KIB = 1024


@pytest.fixture
def page_cache_seconds():
    """As in production: the version of the town's data is asked for as well."""
    return 1


async def statements(site, browser, path):
    with counted(site.web.database) as sent:
        await browser.get(path)
    return sent


@pytest.mark.parametrize("projects", [10, 100])
async def test_no_page_asks_the_database_more_than_four_times_however_many_projects(
    site, visitor, projects
):
    edition = await make_edition(site, projects=projects)

    asked = {
        path: await statements(site, visitor, edition.path(path))
        for path in (
            "",
            "projects/",
            "projects/?all=1",
            "projects/?q=eau",
            "projects/4",
            "rules.json",
        )
    }

    assert {path: own(sent) for path, sent in asked.items()} == {
        "": 2,
        "projects/": 1,
        "projects/?all=1": 1,
        "projects/?q=eau": 1,
        "projects/4": 2,
        "rules.json": 1,
    }
    assert max(map(len, asked.values())) <= 4


async def test_an_edition_that_is_only_announced_costs_no_more(
    site: LiveSite, visitor: Browser
) -> None:
    """Its list has one statement, as that of a frozen one, and so has all that is told of a project."""
    await prepare(site, projects=invented_projects(30), budget_cents=100 * MILLION)
    await announce(site)
    base = f"/fr/c/tiznit/budgets/{EDITION}/"
    paths = ("", "projects/", "projects/?all=1", "projects/?q=eau", "projects/4", "can-i-vote")

    asked = {path: await statements(site, visitor, base + path) for path in paths}

    assert {path: own(sent) for path, sent in asked.items()} == dict.fromkeys(paths, 1)
    assert max(map(len, asked.values())) <= 4
    assert own(await statements(site, visitor, "/fr/c/tiznit/")) == 2  # votes, stages
    for lang in ("ar", "fr"):
        for path in paths:
            page = await visitor.get(base.replace("/fr/", f"/{lang}/") + path)
            assert weight(page.response) <= 20_000


def own(sent):
    """Without what all pages of a town share and remember: the town, and whether anything changed."""
    return sum("data_version" not in asked and "FROM collectivity" not in asked for asked in sent)


async def test_the_home_asks_five_questions_of_its_own_at_most(site, visitor, open_edition):
    await cast(site, open_edition, [("1", 3)])
    assert own(await statements(site, visitor, "/fr/c/tiznit/")) == 3  # votes, stages, turnout
    await count(site, open_edition)
    assert own(await statements(site, visitor, "/ar/c/tiznit/")) <= 5  # and the result


async def test_every_page_is_light(site, visitor):
    edition = await make_edition(site, projects=30)
    weights = {
        path: weight((await visitor.get(path)).response)
        for lang in ("ar", "fr")
        for path in (
            f"/{lang}/c/tiznit/",
            *(
                edition.path(rest, lang=lang)
                for rest in ("", "projects/", "projects/?all=1", "projects/4")
            ),
        )
    }

    assert max(weights.values()) <= 20_000, weights


@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
async def test_a_list_of_a_hundred_projects_fits_in_eight_kib(site, visitor, lang):
    edition = await make_edition(site, projects=100)

    page = await visitor.get(edition.path("projects/?all=1", lang=lang))

    assert page.html.count('class="proj"') == 100
    assert weight(page.response) <= 8 * KIB


@pytest.mark.parametrize("lang", ["ar", "fr"])
async def test_the_first_load_is_six_requests_and_sixty_kib_of_our_own(site, visitor, lang):
    edition = await make_edition(site, projects=100)
    page = await visitor.get(edition.path("projects/?all=1", lang=lang))
    fetched = {edition.path("projects/?all=1", lang=lang): weight(page.response)}
    for link in page.tree.elements("link", "script", "img"):
        if link.get("rel") in ("stylesheet", "icon") or link.tag != "link":
            address = link.get("href") or link.get("src")
            fetched[address] = await sent_bytes(visitor, address)
    (sheet,) = [address for address in fetched if address.endswith(".css")]
    for address in await fonts_of(visitor, sheet, page.html):
        fetched[address] = await sent_bytes(visitor, address)

    assert all(address.startswith("/") for address in fetched)
    assert len(fetched) <= 6, fetched
    assert sum(fetched.values()) <= 60 * KIB, fetched


async def sent_bytes(browser, path):
    """As they travel."""
    return weight((await browser.get(path)).response)


async def fonts_of(browser, sheet, html):
    """The faces whose letters the page has, as browsers choose them by unicode-range.

    The full Tifinagh is named by pages in Amazigh only; the others have its label.
    """
    css = (await browser.get(sheet)).response.text
    found = []
    for face in re.findall(r"@font-face\{(.*?)\}", css):
        if '"Noto Sans Tifinagh"' in face:
            continue
        address = re.search(r'url\("?([^")]+)', face)[1]
        ranges = re.search(r"unicode-range:([^;}]+)", face)
        if ranges is None or any(_covers(ranges[1], letter) for letter in set(html)):
            found.append(address)
    return found


def _covers(ranges, letter):
    for part in ranges.split(","):
        first, _, last = part.strip().removeprefix("U+").partition("-")
        if int(first, 16) <= ord(letter) <= int(last or first, 16):
            return True
    return False


async def test_a_ballot_of_thirty_projects_travels_within_its_budget(
    site: LiveSite, resident: Browser
) -> None:
    """The voter's own pages are compressed too; 20 KB is what a phone on a slow network bears."""
    edition = await make_edition(site, projects=30, ballot_limits={"max": 5})

    for lang in ("ar", "fr"):
        page = await resident.get(edition.path("ballot", lang=lang))
        assert page.headers["content-encoding"] == "gzip"
        assert weight(page.response) <= 20 * 1024


async def test_the_other_pages_of_a_vote_are_light_and_need_no_script(
    site: LiveSite, resident: Browser, visitor: Browser
) -> None:
    """Thirty projects, in Arabic and French; what a browser runs is for the ballot, or reads aloud."""
    edition = await make_edition(site, projects=30, ballot_limits={"max": 5})
    seen: dict[str, Page] = {}

    async def look(reader: Browser, rest: str) -> None:
        for lang in ("ar", "fr"):
            page = await reader.get(edition.path(rest, lang=lang))
            seen[page.path] = page

    await look(visitor, "identity")
    await resident.post(edition.path("ballot"), {"p": ["1", "2", "3", "4", "5"]})
    await look(resident, "ballot/review")
    await resident.post(edition.path("ballot/confirm"), {"p": ["1", "2", "3", "4", "5"]})
    await look(resident, "receipt")
    await look(visitor, "receipts")
    await cast(site, edition, [("1,2,3", 40), ("4,5", 30), ("6", 20)])
    await count(site, edition)
    for rest in ("results", "results/rounds", "results/data/"):
        await look(visitor, rest)
    for lang in ("ar", "fr"):
        seen[f"/{lang}/c/tiznit/"] = await visitor.get(f"/{lang}/c/tiznit/")

    assert {path: weight(page.response) for path, page in seen.items() if too_heavy(page, 20)} == {}
    with_scripts = {path for path, page in seen.items() if runs_more_than_a_voice(page)}
    assert with_scripts == {edition.path("ballot/review", lang=lang) for lang in ("ar", "fr")}


def runs_more_than_a_voice(page: Page) -> bool:
    scripts = [script.get("src") or "" for script in page.tree.elements("script")]
    return any("/js/listen." not in script for script in scripts)


async def test_every_page_of_the_staff_is_light(
    site: LiveSite, clerk: Browser, administrator: Browser
) -> None:
    pages = [
        await reader.get(f"/{lang}/staff/tiznit/{rest}")
        for lang in ("ar", "fr")
        for reader, rest in (
            (clerk, "counter"), (clerk, "resident"), (administrator, "list"), (administrator, "people"),
        )
    ]  # fmt: skip

    assert [page.path for page in pages if too_heavy(page, 30)] == []


def too_heavy(page: Page, most_kb: int) -> bool:
    return weight(page.response) > most_kb * 1000
