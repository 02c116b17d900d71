"""The list of projects and one project: found by word, place, number and area, and printed whole."""

import re
from dataclasses import replace

import pytest

from pacto_participe.kernel.languages import Texts
from tests.invented import invented_projects
from tests.town import CLOSES, cast, count, make_edition

LANGUAGES = ("ar", "fr", "en", "zgh")


def numbers(page):
    """The numbers of the projects shown, in order."""
    return [
        int(re.sub(r"\D", "", tile.text))
        for tile in page.tree.elements("div")
        if tile.get("class") == "tile"
    ]


def said(page):
    """What a screen reader is told of the result."""
    return next(item for item in page.tree.elements("p") if item.get("role") == "status").text


async def test_all_projects_are_listed_by_their_numbers(visitor, open_edition):
    for lang in LANGUAGES:
        await visitor.get(open_edition.path("projects/", lang=lang))
    page = await visitor.get(open_edition.path("projects/"))

    assert numbers(page) == [1, 2, 3, 4, 5, 6, 7]
    assert said(page) == "7 projets"
    assert page.says(
        "Éclairage solaire", "Douar Tamda", "450\u00a0000\u00a0DH", "23\u00a0% du budget"
    )
    assert page.link("Éclairage solaire") == open_edition.path("projects/4")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("eclairage", [4]),
        ("ÉCLAIRAGE solaire", [4]),
        ("انارة", [4]),
        ("الإنارة", [4]),
        ("douar", [3, 4, 5]),
        ("douar ali", [3]),
        ("6", [6]),
        ("centre", [1, 2, 6, 7]),
        ("piscine", []),
    ],
)
async def test_a_project_is_found_however_it_is_written(visitor, open_edition, query, found):
    page = await visitor.get(open_edition.path("projects/"))

    answer = await visitor.submit(page.form("projects/"), q=query)

    assert numbers(answer) == found
    assert said(answer).endswith("sur 7")


async def test_an_area_is_a_link_and_says_how_many_it_has(visitor, open_edition):
    page = await visitor.get(open_edition.path("projects/"))

    douars = await visitor.follow(page, "Douars (3)")

    assert numbers(douars) == [3, 4, 5]
    assert said(douars) == "3 projets sur 7"
    (current,) = [
        link for link in douars.tree.elements("a") if link.get("aria-current") == "true"
        and "chip" in link.get("class")
    ]  # fmt: skip
    assert current.text == "Douars (3)"
    assert numbers(await visitor.follow(douars, "Tous (7)")) == [1, 2, 3, 4, 5, 6, 7]
    searched = await visitor.submit(douars.form("projects/"), q="eau")
    assert numbers(searched) == [5]


async def test_a_search_that_finds_nothing_offers_the_way_back(visitor, open_edition):
    for lang in LANGUAGES:
        await visitor.get(open_edition.path("projects/?q=xyz", lang=lang))
        await visitor.get(open_edition.path("projects/?q=souk&area=Douars", lang=lang))

    nothing = await visitor.get(open_edition.path("projects/?q=xyz"))
    assert nothing.says("Aucun projet ne correspond")
    assert nothing.link("Tous les projets") == open_edition.path("projects/")
    elsewhere = await visitor.get(open_edition.path("projects/?q=souk&area=Douars"))
    assert elsewhere.says("Aucun projet de ce secteur ne correspond")
    assert numbers(await visitor.follow(elsewhere, "Chercher dans tous les secteurs")) == [7]


async def test_what_was_typed_is_shown_as_text_and_nothing_else(visitor, open_edition):
    page = await visitor.get(open_edition.path("projects/?q=<b>x</b>\"'&area=<i>"))

    (field,) = [item for item in page.tree.elements("input") if item.get("name") == "q"]
    assert field.get("value") == "<b>x</b>\"'"
    assert not list(page.tree.elements("i"))


async def test_a_long_list_comes_in_pages_of_twenty_and_whole_to_print(site, visitor):
    edition = await make_edition(site, projects=45)

    first = await visitor.get(edition.path("projects/"))
    second = await visitor.follow(first, "Suivant")
    third = await visitor.follow(second, "Suivant")
    whole = await visitor.follow(first, "Tout sur une page")

    assert (len(numbers(first)), numbers(second)[0], numbers(third)) == (
        20,
        21,
        list(range(41, 46)),
    )
    assert second.link("Précédent") == edition.path("projects/")
    assert numbers(whole) == list(range(1, 46))
    await visitor.get(edition.path("projects/?page=4"), status=404)
    assert numbers(await visitor.get(edition.path("projects/?page=nonsense"))) == numbers(first)


async def test_one_project_is_shown_with_its_cost_and_its_way_back(visitor, open_edition):
    for lang in LANGUAGES:
        await visitor.get(open_edition.path("projects/4", lang=lang))
    page = await visitor.get(open_edition.path("projects/4"))

    assert page.title == "4. Éclairage solaire – Commune de Tiznit"
    assert page.h1 == "Éclairage solaire"
    assert page.says(
        "Douar Tamda", "450\u00a0000\u00a0DH", "23\u00a0%", "Un projet utile toute l’année."
    )
    assert page.link("Choisir sur le bulletin") == open_edition.path("ballot") + "#t-4"
    assert (await visitor.follow(page, "Projet 5")).h1 == "Eau potable"
    assert "Projet 0" not in (await visitor.get(open_edition.path("projects/1"))).text
    assert "Projet 8" not in (await visitor.get(open_edition.path("projects/7"))).text


async def test_after_the_close_a_project_leads_to_the_results(site, visitor, open_edition, clock):
    await cast(site, open_edition, [("4", 3)])
    clock.instant = CLOSES
    closed = await visitor.get(open_edition.path("projects/4"))
    assert "Choisir sur le bulletin" not in closed.text

    await count(site, open_edition)
    page = await visitor.get(open_edition.path("projects/4"))
    assert page.link("Voir les résultats") == open_edition.path("results")


@pytest.mark.parametrize("number", ["8", "0", "-1", "x", "99999999999999999999"])
async def test_a_project_that_is_not_on_the_list_is_not_found(visitor, open_edition, number):
    await visitor.get(open_edition.path(f"projects/{number}"), status=404)


async def test_a_text_in_another_language_is_marked(site, visitor):
    first, *rest = invented_projects(3)
    only_arabic = replace(first, title=Texts.of({"ar": "ممرات آمنة"}))
    edition = await make_edition(site, projects=(only_arabic, *rest))

    page = await visitor.get(edition.path("projects/1"))

    (h1,) = page.tree.elements("h1")
    (set_apart,) = h1.elements("bdi")
    assert (set_apart.get("lang"), h1.text) == ("ar", "ممرات آمنة")
