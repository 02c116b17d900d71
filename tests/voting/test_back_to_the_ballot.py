"""From a card of the ballot to the page of its project, and back: what was ticked is still ticked."""

import pytest

from tests.pages import Browser
from tests.town import TOWN_SLUG, Edition, LiveSite, count, make_edition

KINDS = {
    "approval": ({"max": 3}, {"p": ["2", "4"]}),
    "knapsack": ({"budget": 200_000_000}, {"p": ["2", "4"]}),
    "choose-one": ({}, {"p": ["4"]}),
    "points": (
        {"total": 10, "max_each": 5, "min_projects": 1}, {"pt-2": "3", "pt-4": "1"},
    ),
    "ranking": ({"top": 3}, {"rank-1": "4", "rank-2": "2"}),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
async def test_the_title_of_a_card_opens_its_project_and_nothing_ticked_is_lost(
    site: LiveSite, resident: Browser, kind: str
) -> None:
    """Without a script: a link would lose what was ticked since the form was last sent."""
    limits, typed = KINDS[kind]
    edition = await make_edition(site, ballot_kind=kind, ballot_limits=limits)
    ballot = await resident.get(edition.path("ballot"))

    project = await resident.submit(ballot.form("/ballot"), **typed, look="4")

    assert project.path == edition.path("projects/4") + "?from=ballot"
    back = [part.get("href") for part in project.tree.elements("a") if "#t-4" in part.get("href")]
    assert back == [edition.path("ballot") + "#t-4"] * 2  # at the top and at the bottom
    again = await resident.get(edition.path("ballot"))
    kept = again.form("/ballot").fields
    assert {name: sorted(kept[name]) for name in typed} == {
        name: sorted([value] if isinstance(value, str) else value) for name, value in typed.items()
    }
    assert again.part("t-4")


async def test_more_than_a_ballot_holds_is_kept_on_the_way_to_a_project(
    resident: Browser, open_edition: Edition
) -> None:
    ballot = await resident.get(open_edition.path("ballot"))

    await resident.submit(ballot.form("/ballot"), p=["1", "2", "3", "4"], look="7")

    again = await resident.get(open_edition.path("ballot"))
    assert sorted(again.form("/ballot").fields["p"]) == ["1", "2", "3", "4"]
    assert again.says("À retirer : 1")


async def test_the_neighbouring_projects_lead_back_to_the_ballot_too(
    resident: Browser, open_edition: Edition
) -> None:
    project = await resident.get(open_edition.path("projects/4?from=ballot"))

    after = await resident.get(project.link("Projet 5"))

    assert after.link("Revenir à mon bulletin") == open_edition.path("ballot") + "#t-5"


async def test_who_comes_from_elsewhere_is_offered_the_ballot_and_no_way_back(
    visitor: Browser, open_edition: Edition
) -> None:
    for query in ("", "?from=elsewhere"):
        page = await visitor.get(open_edition.path(f"projects/4{query}"))

        assert not page.says("Revenir à mon bulletin")
        assert page.link("Choisir") == open_edition.path("ballot") + "#t-4"


async def test_the_page_that_leads_back_is_the_same_for_everybody(
    visitor: Browser, resident: Browser, open_edition: Edition
) -> None:
    """It is kept for all: nothing on it or in its address says who reads it, or what they chose."""
    await resident.post(open_edition.path("ballot"), {"p": ["1"]})

    one = await visitor.get(open_edition.path("projects/4?from=ballot"))
    other = await resident.get(open_edition.path("projects/4?from=ballot"))

    assert one.html == other.html


async def test_after_the_close_no_way_leads_back_to_a_ballot(
    site: LiveSite, visitor: Browser, open_edition: Edition
) -> None:
    site.clock.instant = open_edition.charter.closes_at
    page = await visitor.get(open_edition.path("projects/4?from=ballot"))
    assert not page.says("Revenir à mon bulletin")

    await count(site, open_edition)
    page = await visitor.get(open_edition.path("projects/4?from=ballot"))
    assert page.link("Voir les résultats") == open_edition.path("results")


async def test_a_title_pressed_after_the_close_is_told_so(
    site: LiveSite, resident: Browser, open_edition: Edition
) -> None:
    ballot = await resident.get(open_edition.path("ballot"))
    site.clock.instant = open_edition.charter.closes_at

    page = await resident.submit(ballot.form("/ballot"), status=409, p=["1"], look="4")

    assert page.h1 == "Le vote est clos"
    assert page.says("Passages sûrs devant les écoles")


async def test_a_title_that_no_project_has_leads_on_to_review(
    resident: Browser, open_edition: Edition
) -> None:
    page = await resident.post(open_edition.path("ballot"), {"p": ["1"], "look": "99"})

    assert page.path.endswith("/ballot/review")


async def test_whoever_leaves_the_ballot_or_changes_its_language_loses_nothing_that_was_ticked(
    resident: Browser, open_edition: Edition
) -> None:
    """Without a script: “Leave and keep” and the other language send the form."""
    ballot = await resident.get(open_edition.path("ballot") + "?area=Centre")
    ways = {
        part.get("name"): part
        for part in ballot.tree.elements("button")
        if part.get("form") == "ballot"
    }

    home = await resident.post(open_edition.path("ballot"), {"p": ["2"], "leave": "1"})
    kept = await resident.get(open_edition.path("ballot"))
    arabic = await resident.post(ways["stay"].get("formaction"), {"p": ["2", "4"], "stay": "1"})

    assert set(ways) == {"leave", "stay"}
    assert home.path == f"/fr/c/{TOWN_SLUG}/"
    assert kept.form("/ballot").fields["p"] == ["2"]
    assert arabic.path == open_edition.path("ballot", lang="ar") + "?area=Centre"
    assert sorted(arabic.form("/ballot").fields["p"]) == ["2", "4"]
