"""Where projects lie: stored with them, on a map of the funded ones, on the list, and as a link."""

import gzip
import re
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from pacto_participe.kernel.positions import Position
from pacto_participe.proposals.queries import projects_of
from pacto_participe.voting import queries
from pacto_participe.voting.charter import CharterProject
from pacto_participe.voting.jobs import count_and_publish
from pacto_participe.voting.pabulib import read_file
from pacto_participe.voting.services.importing import import_election
from tests.invented import invented_projects
from tests.pages import Browser, Page
from tests.town import (
    NEIGHBOUR_SLUG,
    NEIGHBOUR_TOWN,
    TOWN,
    TOWN_SLUG,
    LiveSite,
    cast,
    make_edition,
)
from tests.voting.counting_day import count

NBSP = "\u00a0"
BALLOTS = (("1,4", 40), ("1,2", 20), ("2", 15), ("3", 10), ("2,3,4", 10))  # 1, 4, 2, 3 are funded


def placed(*numbers: int, count: int = 7, step: int = 400) -> tuple[CharterProject, ...]:
    """The invented projects; these lie on a line from the south-west to the north-east."""
    return tuple(
        replace(
            project,
            position=Position(2_969_740 + project.number * step, -973_160 + project.number * step),
        )
        if project.number in numbers
        else project
        for project in invented_projects(count)
    )


def marks(page: Page) -> list[str]:
    """The numbers in circles, as drawn."""
    return [
        item.text
        for item in page.tree.elements("g")
        if item.get("class") == "m" and item.is_in("svg")
    ]


def drawn(page: Page) -> str:
    found = re.search(r'<svg class="map.*?</svg>', page.html, re.DOTALL)
    return found[0] if found else ""


async def counted(site: LiveSite, visitor: Browser, *numbers: int, rest: str = "results") -> Page:
    edition = await make_edition(site, projects=placed(*numbers))
    await cast(site, edition, BALLOTS)
    await count(site, edition)
    return await visitor.get(edition.path(rest))


# Stored


async def test_positions_are_stored_with_the_projects_of_their_town_alone(
    database_url: str, site: LiveSite
) -> None:
    ours = await make_edition(site, projects=placed(2, 5))
    theirs = await make_edition(site, projects=placed(1), town=NEIGHBOUR_TOWN)

    async with site.web.database.read() as session:
        found = {
            town: await projects_of(session, town, edition.consultation.consultation_id)
            for town, edition in ((TOWN, ours), (NEIGHBOUR_TOWN, theirs))
        }

    where = {
        town: {p.number: p.position for p in projects if p.position}
        for town, projects in found.items()
    }
    assert where == {
        TOWN: {2: Position(2_970_540, -972_360), 5: Position(2_971_740, -971_160)},
        NEIGHBOUR_TOWN: {1: Position(2_970_140, -972_760)},
    }


@pytest.mark.parametrize("change", ["longitude_e5 = NULL", "latitude_e5 = 9000001"])
async def test_the_database_refuses_half_a_position_and_what_is_not_on_earth(
    database_url: str, site: LiveSite, change: str
) -> None:
    await make_edition(site, projects=placed(2))

    with pytest.raises(DBAPIError, match="position_whole"):
        async with site.work() as uow:
            await uow.session.execute(text(f"UPDATE project SET {change} WHERE number = 2"))


async def test_a_town_sees_no_place_of_another_town(site: LiveSite, visitor: Browser) -> None:
    await make_edition(site, projects=placed())
    await make_edition(site, projects=placed(2), town=NEIGHBOUR_TOWN)

    ours = await visitor.get(f"/fr/c/{TOWN_SLUG}/budgets/2026/projects/2")
    theirs = await visitor.get(f"/fr/c/{NEIGHBOUR_SLUG}/budgets/2026/projects/2")

    assert not ours.says("29.7")
    assert theirs.says("29.70540")


# On the results page


async def test_the_funded_projects_stand_on_the_map_by_the_numbers_of_the_list(
    site: LiveSite, visitor: Browser
) -> None:
    page = await counted(site, visitor, 1, 2, 4, 7)

    assert marks(page) == ["1", "4", "2"]  # as they were funded; 7 was not
    svg = next(item for item in page.tree.elements("svg") if "map" in item.get("class"))
    assert (svg.get("role"), svg.get("aria-label")) == ("img", "Carte avec 3 projets financés")
    assert page.says(
        "Sur la carte", "Le nord est en haut.", f"faute d’un lieu unique connu{NBSP}: 3."
    )
    listed = [item.text for item in page.tree.elements("article")]
    assert set(marks(page)) <= {words[0] for words in listed}


async def test_the_map_comes_after_the_funded_and_before_the_others(
    site: LiveSite, visitor: Browser
) -> None:
    page = await counted(site, visitor, 1)

    headings = [item.text for item in page.tree.elements("h2")]
    at = headings.index("Sur la carte")
    assert headings[at - 1 : at + 2] == [
        "Les projets financés", "Sur la carte", "Projets non financés, et pourquoi",
    ]  # fmt: skip


@pytest.mark.parametrize("numbers", [(), (7,)])
async def test_without_a_funded_project_that_lies_somewhere_there_is_no_map(
    site: LiveSite, visitor: Browser, numbers: tuple[int, ...]
) -> None:
    page = await counted(site, visitor, *numbers)

    assert marks(page) == []
    assert not page.says("Sur la carte")


async def test_the_map_is_not_turned_round_with_the_language(
    site: LiveSite, visitor: Browser
) -> None:
    french = await counted(site, visitor, 1, 2, 4)
    arabic = await visitor.get(french.path.replace("/fr/", "/ar/"))

    def circles(page: Page) -> list[str]:
        return re.findall(r'class="m" transform="([^"]+)"', page.html)

    assert circles(arabic) == circles(french)
    assert len(circles(french)) == 3
    assert arabic.says("على الخريطة", "الشمال في الأعلى", f"200{NBSP}م")
    assert french.says(f"200{NBSP}m")


async def test_quarters_are_named_where_their_projects_lie(
    site: LiveSite, visitor: Browser
) -> None:
    page = await counted(site, visitor, 1, 4)

    assert re.findall(r'<text lang="[a-z]+" [^>]+>([^<]+)', drawn(page)) == ["Centre", "Douars"]


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
@pytest.mark.parametrize("rest", ["results", "results?print=1", "projects/", "projects/1"])
async def test_pages_with_positions_read_well_in_each_language(
    site: LiveSite, visitor: Browser, lang: str, rest: str
) -> None:
    edition = await make_edition(site, projects=placed(1, 2, 4, step=9))  # circles are moved
    await cast(site, edition, BALLOTS)
    await count(site, edition)

    page = await visitor.get(edition.path(rest, lang=lang))

    assert page.h1
    assert rest == "projects/1" or marks(page)


async def test_circles_that_were_moved_are_told(site: LiveSite, visitor: Browser) -> None:
    page = await counted(site, visitor, 1, 2, 4)
    assert not page.says("approximative")

    edition = await make_edition(site, projects=placed(1, 2, 4, step=9), edition="2027")
    assert (await visitor.get(edition.path("projects/"))).says("leur place est approximative")


# On the list and on a project's page


async def test_the_list_has_a_folded_map_of_what_it_shows(site: LiveSite, visitor: Browser) -> None:
    edition = await make_edition(site, projects=placed(1, 2, 4))

    page = await visitor.get(edition.path("projects/"))
    douars = await visitor.get(edition.path("projects/?area=Douars"))
    nothing = await visitor.get(edition.path("projects/?q=souk"))

    assert (marks(page), marks(douars), marks(nothing)) == (["1", "2", "4"], ["4"], [])
    fold = next(item for item in page.tree.elements("details") if "Sur la carte" in item.text)
    assert "open" not in fold.attributes


async def test_a_project_has_a_plain_link_to_its_place(site: LiveSite, visitor: Browser) -> None:
    edition = await make_edition(site, projects=placed(4))

    page = await visitor.get(edition.path("projects/4"))
    other = await visitor.get(edition.path("projects/3"))

    assert page.link("29.71340, -9.71560") == "geo:29.71340,-9.71560"
    assert not other.says("Position")


async def test_a_crowded_list_shows_dots_and_stays_light(site: LiveSite, visitor: Browser) -> None:
    everywhere = placed(*range(1, 101), count=100, step=37)
    edition = await make_edition(site, projects=everywhere)

    for lang in ("ar", "fr"):
        page = await visitor.get(edition.path("projects/?all=1", lang=lang))
        assert marks(page) == []
        assert drawn(page).count('class="dot"') == 100
        assert len(gzip.compress(page.html.encode())) <= 20_000
    assert page.says("Trop nombreux pour être numérotés")
    first = await visitor.get(edition.path("projects/"))
    assert len(marks(first)) == 20
    assert len(gzip.compress(drawn(page).encode())) <= 6 * 1024
    assert len(gzip.compress(drawn(first).encode())) <= 6 * 1024


# An election held elsewhere

WARSAW = """META
key;value
country;Poland
unit;Warszawa
instance;2026
num_projects;3
num_votes;3
budget;100
vote_type;approval
rule;greedy
date_begin;01.06.2026
date_end;10.06.2026
language;pl
currency;PLN
PROJECTS
project_id;cost;votes;name;selected;latitude;longitude
157;60;2;Zieleń;1;52.19978477220427;21.006335735255565
1524;40;1;Park;1;;
201;90;1;Droga;0;52.201942246779026;21.01323008537293
VOTES
voter_id;vote
1;157,1524
2;157
3;201
"""


async def test_a_real_election_that_says_where_its_projects_lie_has_a_real_map(
    site: LiveSite, visitor: Browser, tmp_path: Path
) -> None:
    (file := tmp_path / "warsaw.pb").write_text(WARSAW, encoding="utf-8")
    async with site.work() as uow:
        done = await import_election(uow, site.web.secrets, read_file(file), collectivity_id=TOWN)
    vote = await queries.vote_by_edition(site.web.database, TOWN, done.edition)
    assert vote is not None
    await count_and_publish(site.web, vote, official=done.official)

    page = await visitor.get(f"/fr/c/{TOWN_SLUG}/budgets/{done.edition}/results")
    file_page = await visitor.http.get(
        f"/fr/c/{TOWN_SLUG}/budgets/{done.edition}/results/data/projects.csv"
    )

    assert marks(page) == ["1"]
    assert page.says(f"faute d’un lieu unique connu{NBSP}: 2.")
    assert "52.19978,21.00634" in file_page.text
