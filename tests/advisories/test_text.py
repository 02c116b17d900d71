"""Hostile text in every field, parameter, header and stored word comes out as text, or not at all.

Where each came in elsewhere: test_places_of_text.py.
"""

from datetime import timedelta

import httpx2
import pytest

from pacto_participe.kernel.languages import Texts
from pacto_participe.voting.charter import CharterProject
from tests.advisories.walk import HOSTILE, ask, faults, known_fields, places, someone
from tests.pages import Browser
from tests.town import Edition, LiveSite, cast, count, make_edition

WORDS = HOSTILE.partition("\r")[0]  # a title is one line


@pytest.fixture
async def hostile_edition(site: LiveSite) -> Edition:
    """An editor of a town has written this into everything that a project holds."""
    projects = tuple(
        CharterProject(
            key=str(number),
            number=number,
            title=Texts.of({"ar": f"{number} {WORDS}", "fr": f"{number} {WORDS}"}),
            place=Texts.of({"ar": WORDS, "fr": WORDS}),
            cost_cents=90_000_000,
            pictogram="p-school",
            area=f"Centre {WORDS}"[:60],
        )
        for number in range(1, 6)
    )
    return await make_edition(site, projects=projects, budget_cents=200_000_000)


async def test_cve_2026_44282_a_hostile_title_is_text_on_every_page_of_the_booth_and_the_count(
    site: LiveSite, hostile_edition: Edition, resident: Browser
) -> None:
    """An election editor of Decidim stored a script that ran in the voting booth. Here: escaped, on
    each page before, during and after the vote, in the files, and no script runs that is not a file."""
    looked_at = 0
    pages = ("", "projects/", "projects/1", "ballot", "ballot/review", "ballot/swap/4", "paper", "poster",
             "identity", "receipt", "results", "receipts")  # fmt: skip
    await resident.http.post(
        hostile_edition.path("ballot/draft"),
        data={"p": ["1", "2"]}, headers={"Sec-Fetch-Site": "same-origin"},
    )  # fmt: skip

    async def look(*names: str) -> None:
        nonlocal looked_at
        for lang in ("ar", "fr"):
            for name in names:
                answer = await resident.http.get(hostile_edition.path(name, lang=lang))
                assert faults(answer) == [], (name, lang)
                assert answer.status_code in (200, 303), (name, answer.status_code)
                looked_at += "<hostile" not in answer.text and "&lt;hostile" in answer.text

    await look(*pages)
    await resident.http.post(
        hostile_edition.path("ballot/confirm"),
        data={"p": ["1", "2"]}, headers={"Sec-Fetch-Site": "same-origin"},
    )  # fmt: skip
    await look("receipt", "ballot?change=1")
    await cast(site, hostile_edition, [("1", 40), ("2", 30)])
    site.clock.instant = hostile_edition.charter.closes_at
    await look("ballot", "results")
    await count(site, hostile_edition)
    await look("results", "results/rounds", "results/recount", "results/data/", "results?print=1")
    for name in ("minutes.fr.html", "minutes.ar.html"):
        answer = await resident.http.get(hostile_edition.path(f"results/data/{name}"))
        assert faults(answer) == []
        assert "&lt;hostile" in answer.text
    assert looked_at >= 20


@pytest.mark.parametrize("name", ["projects.csv", "ballots.csv"])
async def test_no_cell_of_a_published_table_is_a_formula(site: LiveSite, name: str) -> None:
    """OWASP ASVS 1.2.10: a spreadsheet reads a cell that begins with = + - @ as a formula."""
    projects = tuple(
        CharterProject(
            key=str(number), number=number, cost_cents=1_000_000, pictogram="p-school", area=None,
            title=Texts.of({"ar": f"{sign}cmd|' /C calc'!A0", "fr": f"{sign}1+1"}),
            place=Texts.of({"ar": f"{sign}2", "fr": f"{sign}HYPERLINK(1)"}),
        )
        for number, sign in enumerate("=+-@\t", start=1)
    )  # fmt: skip
    edition = await make_edition(site, projects=projects, budget_cents=5_000_000)
    await cast(site, edition, [("1", 40), ("2,3", 30)])
    await count(site, edition)

    answer = await site.browser().http.get(edition.path(f"results/data/{name}"))

    assert answer.status_code == 200
    for line in answer.text.splitlines():
        for cell in line.replace(";", ",").split(","):
            assert not cell.strip('"').startswith(("=", "+", "@", "\t")), line


@pytest.mark.parametrize("who", ["visitor", "resident", "clerk", "administrator"])
async def test_a_hostile_text_in_every_field_and_parameter_of_every_address_is_text(
    site: LiveSite, open_edition: Edition, who: str
) -> None:
    """CVE-2024-32469 came in by per_page, CVE-2023-51447 by a file's name, CVE-2023-34089 by a filter."""
    browser = await someone(site, who)
    fields = known_fields()
    assert len(fields) >= 30
    hostile = dict.fromkeys(fields, HOSTILE)
    asked = 0
    for method in ("GET", "POST"):
        for place in places(site, method):
            answer = await ask(browser, place, hostile)
            assert faults(answer) == [], str(place)
            asked += 1
            if answer.status_code == 429:
                site.clock.move(timedelta(hours=2))
            if "session-end" in place.path or "sign-out" in place.path or "closure" in place.path:
                browser = await someone(site, who)
    assert asked >= 50


async def test_a_hostile_text_in_one_field_at_a_time_is_text(
    site: LiveSite, open_edition: Edition, resident: Browser
) -> None:
    """One bad field among readable ones goes further than all at once."""
    good = {"p": "1", "way": "slip", "language": "ar", "contact": "0612345678", "code": "1"}
    for place in places(site, "POST"):
        if any(word in place.path for word in ("sign-out", "closure", "/sign-in")):
            continue  # the account is asked for again and again
        if (await ask(resident, place, good)).status_code in (403, 404):
            continue  # a door that is closed before any field is read
        for name in known_fields():
            answer = await ask(resident, place, {**good, name: HOSTILE})
            assert faults(answer) == [], (str(place), name)
            if answer.status_code == 429:
                site.clock.move(timedelta(hours=2))


@pytest.mark.parametrize(
    "place_name", ["slug", "edition", "number", "token", "code", "file", "rule"]
)
async def test_a_hostile_text_in_every_place_of_a_path_is_not_found(
    site: LiveSite, open_edition: Edition, resident: Browser, place_name: str
) -> None:
    for place in places(site, "GET", **{place_name: HOSTILE}):
        if f"{{{place_name}" in place.address.path:
            answer = await ask(resident, place, {})
            assert faults(answer) == [], str(place)
            assert answer.status_code in (303, 404, 422), str(place)


async def test_a_hostile_header_is_text(
    site: LiveSite, open_edition: Edition, visitor: Browser
) -> None:
    """CVE-2024-32034 and CVE-2026-23891: what a log or a profile shows of a browser and its user."""
    words = WORDS.encode("ascii", "ignore").decode()
    headers = dict.fromkeys(
        (
            "User-Agent",
            "Accept-Language",
            "Referer",
            "X-Forwarded-For",
            "X-Forwarded-Host",
            "Cookie",
        ),
        words,
    )
    for place in places(site, "GET"):
        answer = await ask(visitor, place, {}, headers)
        assert faults(answer) == [], str(place)


async def test_cve_2026_23891_a_hostile_name_is_text_wherever_people_are_named(
    site: LiveSite, administrator: Browser
) -> None:
    """The name that a user of Decidim gave themselves ran as a script for whoever saw it."""
    await administrator.http.post(
        "/fr/account", data={"name": WORDS[:60], "language": "fr"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )  # fmt: skip
    for path in ("/fr/account", "/ar/account", "/fr/staff/tiznit/people", "/fr/account/data"):
        answer = await administrator.http.get(path)
        assert answer.status_code == 200
        assert faults(answer) == []
        assert "hostile" in answer.text


@pytest.mark.parametrize(
    "html",
    [
        f"<p>{HOSTILE}</p>",
        "<input value='' onhostile=1>",
        "<a href=' javascript:hostile()'>x</a>",
        "<a href='//evil.example'>x</a>",
        "<p>49%(x)s</p>",
    ],
)
def test_a_page_that_takes_hostile_text_for_its_own_is_noticed(html: str) -> None:
    answer = httpx2.Response(200, html=f"<!doctype html><html><body>{html}</body></html>")

    assert faults(answer) != []


def test_a_redirect_elsewhere_and_a_header_of_its_own_are_noticed() -> None:
    assert faults(httpx2.Response(303, headers={"Location": "//evil.example"})) != []
    assert faults(httpx2.Response(303, headers={"Location": "/fr/", "X-Hostile": "1"})) != []
    assert faults(httpx2.Response(500)) != []
