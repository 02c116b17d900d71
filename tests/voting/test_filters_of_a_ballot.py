"""What a ballot shows first: my quarter, another, one type. What is chosen shows always, nothing silent."""

import re
from dataclasses import replace

import pytest

from pacto_participe.kernel.languages import Texts
from pacto_participe.voting.wording.types import TYPES
from pacto_participe.web.icons import read_icons
from pacto_participe.web.static_files import top_level
from tests.invented import invented_projects
from tests.pages import Browser, Page
from tests.town import Edition, LiveSite, make_edition
from tests.voting.voting_day import contents


def chips(page: Page) -> list[str]:
    """The words of the filters, as whoever listens hears them; those of a fold after its own."""
    group = next(part for part in page.tree.elements("div") if part.get("class") == "chips")
    said = [part.text for part in group.elements("button", "summary")]
    return [re.sub(r"[\s\u00a0]+", " ", words).strip() for words in said]


def shown(page: Page) -> set[str]:
    return {box.get("value") for box in page.tree.elements("input") if box.get("name") == "p"}


async def test_the_voters_own_quarter_is_the_second_chip_and_called_so(
    resident: Browser, open_edition: Edition
) -> None:
    page = await resident.get(open_edition.path("ballot"))

    assert chips(page)[:4] == ["Tous", "Mon quartier Centre", "Douars", "Par type"]
    mine = await resident.submit(page.form("/ballot"), show="Centre")
    assert shown(mine) == {"1", "2", "6", "7"}
    assert mine.says("Projets affichés : 4 sur 7")


async def test_whoever_pressed_a_filter_comes_back_to_the_filters_not_to_the_head_of_the_page(
    resident: Browser, open_edition: Edition
) -> None:
    page = await resident.get(open_edition.path("ballot"))
    some_type = re.search(r'name="type" value="([^"]+)"', page.html)
    assert some_type is not None

    for pressed in ({"show": "Centre"}, {"type": some_type[1]}, {"show": ""}):
        shown_again = await resident.submit(page.form("/ballot"), **pressed)
        assert shown_again.hops[0].headers["location"].endswith("#filters"), pressed
        assert shown_again.html.count('id="filters"') == 1


async def test_a_quarter_that_was_noted_in_another_language_is_ones_own_too(site: LiveSite) -> None:
    """The counter wrote it in French; the rules name it in Arabic, as the town does."""
    arabic = {"Centre": "المركز", "Douars": "الدواوير"}
    edition = await make_edition(
        site,
        projects=tuple(replace(each, area=arabic.get(each.area)) for each in invented_projects(7)),
        areas=(("المركز", Texts.of({"ar": "المركز", "fr": "Centre"})),),
    )
    person_id = await site.person()
    await site.verify(person_id, "JB 777", district="centre")

    page = await (await site.sign_in(person_id)).get(edition.path("ballot"))

    assert chips(page)[1] == "Mon quartier Centre"


async def test_who_lives_where_no_project_is_has_no_quarter_to_press(
    site: LiveSite, open_edition: Edition
) -> None:
    person_id = await site.person()
    await site.verify(person_id, "JB 777", district="Hay Riad")

    page = await (await site.sign_in(person_id)).get(open_edition.path("ballot"))

    assert chips(page)[:4] == ["Tous", "Centre", "Douars", "Par type"]


async def test_projects_are_filtered_by_type(site: LiveSite, resident: Browser) -> None:
    many = await make_edition(site, projects=20, ballot_limits={"max": 5})

    page = await resident.get(many.path("ballot"))
    said = chips(page)
    types = said[said.index("Par type") + 1 :]
    assert types == sorted(
        types, key=lambda words: words.replace("É", "E")
    )  # É is no letter after Z
    assert "Éclairage" in types
    lit = await resident.submit(page.form("/ballot"), type="p-light")

    assert lit.path.endswith("/ballot?type=p-light")
    assert shown(lit) == {"4", "14"}
    assert "Par type\u00a0: Éclairage".replace("\u00a0", " ") in chips(lit)


async def test_a_project_that_was_chosen_shows_under_any_filter_and_all_of_them_come_back(
    site: LiveSite, resident: Browser
) -> None:
    """Without a script: each filter sends the form, so that what was just ticked is kept."""
    edition = await make_edition(site, projects=20, ballot_limits={"max": 5})
    page = await resident.get(edition.path("ballot"))

    lit = await resident.submit(page.form("/ballot"), p=["2", "4"], type="p-light")
    assert shown(lit) == {"2", "4", "14"}
    assert lit.says("Projets affichés : 3 sur 20")
    mine = await resident.submit(lit.form("/ballot"), p=["2", "4", "14"], show="Centre")
    assert sorted(mine.form("/ballot").fields["p"]) == ["14", "2", "4"]
    every = await resident.submit(mine.form("/ballot"), show="")

    assert len(shown(every)) == 20
    assert not every.says("Projets affichés")


@pytest.mark.parametrize("query", ["area=Centre", "type=p-light"])
async def test_a_filter_outlives_what_is_sent_back_to_be_mended(
    site: LiveSite, resident: Browser, query: str
) -> None:
    edition = await make_edition(site, projects=20, ballot_limits={"max": 1})
    page = await resident.get(edition.path(f"ballot?{query}"))

    again = await resident.submit(page.form("/ballot"), status=422, p=["4", "14"])
    removed = await resident.submit(again.form("/ballot"), remove="14")

    assert removed.path.endswith(f"/ballot?{query}")
    assert removed.form("/ballot").fields["p"] == ["4"]


async def test_many_quarters_are_folded_and_the_present_one_is_named(
    site: LiveSite, resident: Browser
) -> None:
    quarters = ("Centre", "Hay Nassim", "Hay Salam", "Douar Aït Ali", "Douar Tizi", "Hay Riad")
    edition = await make_edition(
        site,
        projects=tuple(
            replace(project, area=quarter)
            for project, quarter in zip(invented_projects(6), quarters, strict=True)
        ),
    )
    page = await resident.get(edition.path("ballot"))
    assert chips(page)[:3] == ["Tous", "Mon quartier Centre", "Autres quartiers"]

    other = await resident.submit(page.form("/ballot"), show="Douar Tizi")

    assert "Autres quartiers : Douar Tizi" in chips(other)
    assert shown(other) == {"5"}


@pytest.mark.parametrize("query", ["area=Nowhere", "type=p-castle", "type=p-well", "area=%3Cb%3E"])
async def test_a_filter_that_nothing_offers_shows_everything(
    resident: Browser, open_edition: Edition, query: str
) -> None:
    """By hand: no project of this vote is there, or of that kind."""
    page = await resident.get(open_edition.path(f"ballot?{query}"))

    assert len(shown(page)) == 7


async def test_where_all_projects_are_alike_there_is_nothing_to_filter(
    site: LiveSite, resident: Browser
) -> None:
    edition = await make_edition(
        site,
        projects=tuple(
            replace(project, area=None, pictogram="p-light") for project in invented_projects(3)
        ),
    )

    page = await resident.get(edition.path("ballot"))

    assert 'class="chips"' not in page.html


async def test_a_script_is_told_of_the_cheapest_project_that_a_filter_hides(
    site: LiveSite, resident: Browser
) -> None:
    """Else it would say that what is left buys no other project, while one is only out of sight."""
    edition = await make_edition(
        site, ballot_kind="knapsack", ballot_limits={"budget": 200_000_000}
    )

    page = await resident.get(edition.path("ballot?area=Centre"))
    every = await resident.get(edition.path("ballot"))

    form = next(part for part in page.tree.elements("form") if "data-ballot" in part)
    assert form.get("data-hidden") == "45000000"
    assert "data-hidden" not in every.html
    assert await contents(site, edition) == []


def test_each_pictogram_is_a_type_with_a_word() -> None:
    icons = read_icons(top_level("static") / "img" / "icons.svg")

    assert set(TYPES) == {*icons.pictograms, "project"}
    assert len(set(TYPES.values())) == len(TYPES)
