"""A resident fills each kind of ballot, with the forms alone: no script runs in these tests."""

import gzip
import re

import pytest

from pacto_participe.voting.ballots import BALLOT_KINDS
from pacto_participe.voting.boxes import BOXES
from pacto_participe.voting.domain import Parameters, Score
from tests.pages import Browser, Page
from tests.town import MILLION, Edition, LiveSite, make_edition
from tests.voting.voting_day import contents

SCORES = {"points": Score.POINTS, "ranking": Score.BORDA}
LIMITS = {
    "approval": {"max": 3},
    "choose-one": {},
    "points": {"total": 10, "max_each": 5, "min_projects": 3},
    "ranking": {"top": 5},
    "knapsack": {"budget": 2 * MILLION},
}
# What is typed first, what stands in the box, and what review says beside the title.
VOTES = {
    "approval": ({"p": ["1", "4"]}, "1,4", ""),
    "choose-one": ({"p": ["5"]}, "5", ""),
    "points": ({"pt-4": ["5"], "pt-1": ["3"], "pt-6": ["1"]}, "1:3,4:5,6:1", "5 points"),
    "ranking": ({"rank-1": ["4"], "rank-2": ["1"]}, "4,1", "1er choix"),
    "knapsack": ({"p": ["1", "4", "7"]}, "1,4,7", ""),
}
kinds = pytest.mark.parametrize("kind", BALLOT_KINDS.names)


async def edition_of(site: LiveSite, kind: str, **limits: object) -> Edition:
    parameters = Parameters(score=SCORES.get(kind, Score.VOTES))
    return await make_edition(
        site, ballot_kind=kind, ballot_limits={**LIMITS[kind], **limits}, parameters=parameters
    )


async def fill(person: Browser, edition: Edition, status: int = 200, **fields: object) -> Page:
    """Send the form of step 2 as it is shown, with these fields, as a browser without script."""
    ballot = await person.get(edition.path("ballot"))
    return await person.submit(ballot.form("/ballot"), status=status, **fields)


def filled(page: Page, *names: str) -> dict[str, list[str]]:
    """What the form of step 2 holds, without what is empty."""
    held = page.form("/ballot").fields
    return {
        name: sorted(values)
        for name, values in held.items()
        if any(value not in ("", "0") for value in values) and name != "swap"
    }


def titles(page: Page) -> list[str]:
    """The titles on a list of what was chosen, in order."""
    return [found.text for found in page.tree.elements("bdi") if re.search("[éa-z]{3}", found.text)]


def test_each_kind_is_voted_with_here():
    assert set(VOTES) == set(BALLOT_KINDS.names)


@kinds
@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
async def test_the_ballot_of_each_kind_reads_well_in_every_language(
    site: LiveSite, resident: Browser, kind: str, lang: str
) -> None:
    edition = await edition_of(site, kind, allow_none=True)
    await fill(resident, edition, **VOTES[kind][0])

    for page in ("ballot", "ballot/review"):
        await resident.get(edition.path(page, lang=lang))


@kinds
async def test_an_ordinary_day_from_the_ballot_to_the_box(
    database_url: str, site: LiveSite, resident: Browser, kind: str
) -> None:
    typed, stored, said = VOTES[kind]
    edition = await edition_of(site, kind)

    review = await fill(resident, edition, **typed)
    receipt = await resident.submit(review.form("/confirm"))

    assert review.h1 == "Est-ce bien votre bulletin\u00a0?"
    assert review.says(said)
    assert receipt.h1 == "Votre vote est compté"
    assert receipt.says(said)
    assert await contents(site, edition) == [stored]


@kinds
async def test_choices_are_kept_and_shown_again(
    site: LiveSite, resident: Browser, kind: str
) -> None:
    typed, _, _ = VOTES[kind]
    edition = await edition_of(site, kind)
    await resident.post(edition.path("ballot/draft"), typed, headers={"HX-Request": "true"})

    again = await resident.get(edition.path("ballot"))

    assert filled(again) == typed
    assert again.says("Enregistré, pas encore compté")
    assert await BOXES["open"].turnout(site.web.database, edition.key) == 0


@kinds
async def test_a_change_begins_with_the_counted_ballot_which_stands_until_the_new_one(
    site: LiveSite, resident: Browser, kind: str
) -> None:
    typed, stored, _ = VOTES[kind]
    edition = await edition_of(site, kind)
    review = await fill(resident, edition, **typed)
    await resident.submit(review.form("/confirm"))

    ballot = await resident.get(edition.path("ballot") + "?change=1")

    assert filled(ballot) == typed
    empty = {name: [] for name in typed}
    review = await resident.submit(ballot.form("/ballot"), **empty)
    assert review.says("Rien n’est encore choisi")
    assert await contents(site, edition) == [stored]


@kinds
async def test_none_of_these_is_a_choice_only_where_it_is_offered(
    site: LiveSite, resident: Browser, kind: str
) -> None:
    edition = await edition_of(site, kind)

    page = await resident.post(edition.path("ballot/confirm"), {"none": "1"}, status=422)

    assert page.says("choisissez au moins un projet")
    ballot = await resident.get(edition.path("ballot"))
    assert not ballot.says("Aucun de ces projets")


@kinds
async def test_none_of_these_is_counted_as_a_blank_ballot(
    site: LiveSite, resident: Browser, kind: str
) -> None:
    edition = await edition_of(site, kind, allow_none=True)
    ballot = await resident.get(edition.path("ballot"))
    control = next(item for item in ballot.tree.elements("input") if "data-none" in item)

    chosen = {control.get("name"): [control.get("value")]}
    review = await resident.submit(ballot.form("/ballot"), **chosen)
    assert review.says("Aucun de ces projets")
    again = await resident.get(edition.path("ballot"))
    await resident.submit(review.form("/confirm"))

    assert filled(again) == chosen
    assert await contents(site, edition) == [""]


@kinds
async def test_choosing_nothing_is_not_the_same_as_none_of_these(
    site: LiveSite, resident: Browser, kind: str
) -> None:
    """An empty ballot is never counted by accident, not even after everything was taken off."""
    edition = await edition_of(site, kind, allow_none=True)
    await fill(resident, edition, **VOTES[kind][0])

    review = await fill(resident, edition, **{name: [] for name in VOTES[kind][0]})

    assert review.says("Rien n’est encore choisi")
    assert not review.says("Aucun de ces projets")
    assert [form for form in review.forms() if form.action.endswith("confirm")] == []


@pytest.mark.parametrize("kind", ["approval", "points", "ranking", "knapsack"])
async def test_none_of_these_together_with_projects_is_asked_about(
    site: LiveSite, resident: Browser, kind: str
) -> None:
    edition = await edition_of(site, kind, allow_none=True)

    page = await fill(resident, edition, 422, none=["1"], **VOTES[kind][0])

    assert page.says("Garder l’un ou l’autre") or page.says("l’un ou l’autre")
    assert filled(page) == {**VOTES[kind][0], "none": ["1"]}


async def test_among_round_buttons_none_of_these_excludes_the_projects(
    site: LiveSite, resident: Browser
) -> None:
    edition = await edition_of(site, "choose-one", allow_none=True)

    ballot = await resident.get(edition.path("ballot"))

    radios = [item for item in ballot.tree.elements("input") if item.get("type") == "radio"]
    assert {item.get("name") for item in radios} == {"p"}
    assert [item.get("value") for item in radios if "data-none" in item] == ["none"]


# Points


async def test_too_many_points_are_told_on_the_same_page_and_nothing_is_lost(
    site: LiveSite, resident: Browser
) -> None:
    edition = await edition_of(site, "points")
    typed = {"pt-1": ["5"], "pt-2": ["5"], "pt-3": ["2"]}

    page = await fill(resident, edition, 422, **typed)

    assert page.says("plus de points", "12") or page.says("à reprendre : 2")
    assert filled(page) == typed
    assert page.says("À reprendre : 2")
    mended = await resident.submit(page.form("/ballot"), **{"pt-2": ["3"]})
    assert mended.h1 == "Est-ce bien votre bulletin\u00a0?"


async def test_points_for_too_few_projects_are_told_on_review(
    site: LiveSite, resident: Browser
) -> None:
    edition = await edition_of(site, "points")

    review = await fill(resident, edition, **{"pt-1": ["5"], "pt-2": ["5"]})

    assert review.says("Projets au minimum : 3") or review.says("À ajouter : 1")
    assert [form for form in review.forms() if form.action.endswith("confirm")] == []


@pytest.mark.parametrize("typed", ["6", "-1", "--5", "many", "1" * 5000, "٣"])
async def test_points_that_no_list_offers_are_never_counted(
    site: LiveSite, resident: Browser, typed: str
) -> None:
    edition = await edition_of(site, "points")
    fields = {"pt-1": typed, "pt-2": "1", "pt-3": "1", "pt-4": "1"}

    await resident.post(edition.path("ballot/confirm"), fields, status=422)

    assert await contents(site, edition) == []


async def test_plus_and_minus_give_and_take_one_point_without_a_script(
    site: LiveSite, resident: Browser
) -> None:
    edition = await edition_of(site, "points")

    page = await fill(resident, edition, **{"pt-1": ["2"], "up": "1"})
    page = await resident.submit(page.form("/ballot"), down="1", **{"pt-2": ["1"]})
    page = await resident.submit(page.form("/ballot"), down="2")

    assert filled(page) == {"pt-1": ["2"]}
    assert page.says("8 points")


async def test_points_that_were_not_given_are_named_on_review(
    site: LiveSite, resident: Browser
) -> None:
    edition = await edition_of(site, "points")

    review = await fill(resident, edition, **{"pt-1": ["5"], "pt-2": ["2"], "pt-3": ["1"]})

    assert review.says("Il vous reste 2 points")
    assert titles(review) == sorted(
        titles(review), key=["Passages sûrs devant les écoles", "Jardin pour les enfants",
                             "Passerelle pour piétons"].index)  # fmt: skip


# Ranking


async def test_the_same_project_at_two_places_is_told_and_both_places_stay(
    site: LiveSite, resident: Browser
) -> None:
    edition = await edition_of(site, "ranking")
    typed = {"rank-1": ["4"], "rank-2": ["1"], "rank-3": ["4"]}

    page = await fill(resident, edition, 422, **typed)

    assert page.says("4 est choisi deux fois") or page.says("deux fois")
    assert filled(page) == typed


async def test_a_place_that_was_skipped_is_closed(site: LiveSite, resident: Browser) -> None:
    edition = await edition_of(site, "ranking")

    review = await fill(resident, edition, **{"rank-2": ["7"], "rank-5": ["3"]})
    await resident.submit(review.form("/confirm"))

    assert review.says("1er choix", "2e choix")
    assert await contents(site, edition) == ["7,3"]


async def test_a_choice_moves_up_down_and_out_without_a_script(
    site: LiveSite, resident: Browser
) -> None:
    edition = await edition_of(site, "ranking")

    page = await fill(resident, edition, add="3")
    for number in ("5", "1"):
        page = await resident.submit(page.form("/ballot"), add=number)
    assert filled(page) == {"rank-1": ["3"], "rank-2": ["5"], "rank-3": ["1"]}

    page = await resident.submit(page.form("/ballot"), up="1")
    page = await resident.submit(page.form("/ballot"), down="3")
    assert filled(page) == {"rank-1": ["1"], "rank-2": ["3"], "rank-3": ["5"]}

    page = await resident.submit(page.form("/ballot"), remove="3")
    assert filled(page) == {"rank-1": ["1"], "rank-2": ["5"]}
    assert page.says("Enregistré, pas encore compté")


async def test_the_buttons_of_a_ballot_come_back_to_where_they_stand(
    site: LiveSite, resident: Browser
) -> None:
    edition = await edition_of(site, "ranking")
    page = await fill(resident, edition, add="3")
    ids = {item.get("id") for item in page.tree.elements() if "id" in item}

    places = [item.get("formaction") for item in page.tree.elements("button")
              if item.get("name") in ("add", "remove", "up", "down")]  # fmt: skip

    assert len(places) == 7 + 5 * 3
    assert {place.partition("#")[2] for place in places} <= ids


async def test_one_choice_too_many_asks_which_one_leaves_and_its_place_is_taken(
    site: LiveSite, resident: Browser
) -> None:
    edition = await edition_of(site, "ranking", top=3)
    await fill(resident, edition, **{"rank-1": ["4"], "rank-2": ["1"], "rank-3": ["2"]})

    swap = await fill(resident, edition, add="7")
    assert swap.h1.endswith("projet 7")
    assert swap.form("/swap/7").fields["leaves"] == ["2"]
    back = await resident.submit(swap.form("/swap/7"), leaves="1")

    assert filled(back) == {"rank-1": ["4"], "rank-2": ["7"], "rank-3": ["2"]}


async def test_two_projects_at_one_place_are_refused(site: LiveSite, resident: Browser) -> None:
    edition = await edition_of(site, "ranking")

    page = await resident.post(edition.path("ballot/confirm"), {"rank-1": ["4", "7"]}, status=422)

    assert page.says("plusieurs projets")
    assert await contents(site, edition) == []


@pytest.mark.parametrize("name", ["rank-0", "rank-x", "rank-" + "9" * 5000, "rank--1"])
async def test_a_place_that_does_not_exist_is_never_counted(
    site: LiveSite, resident: Browser, name: str
) -> None:
    edition = await edition_of(site, "ranking")

    await resident.post(edition.path("ballot/confirm"), {name: "4"}, status=422)

    assert await contents(site, edition) == []


# Knapsack


async def test_choices_over_the_budget_come_back_with_the_excess_and_a_way_out(
    site: LiveSite, resident: Browser
) -> None:
    edition = await edition_of(site, "knapsack")
    typed = {"p": ["7", "4", "3", "5"]}  # 2 510 000 DH of 2 000 000

    page = await fill(resident, edition, 422, **typed)

    assert page.says("510 000 DH de plus que le budget") or page.says("510 000 DH")
    assert sorted(page.form("/ballot").fields["p"]) == ["3", "4", "5", "7"]
    removals = [value for name, value in page.form("/ballot").buttons if name == "remove"]
    assert sorted(removals) == ["3", "4", "5", "7"]

    still = await resident.submit(page.form("/ballot"), remove="4")
    assert still.says("60 000 DH")  # 2 060 000: still too much, and still told
    mended = await resident.submit(still.form("/ballot"), remove="5")
    assert sorted(mended.form("/ballot").fields["p"]) == ["3", "7"]
    assert not mended.says("corriger")
    review = await resident.submit(mended.form("/ballot"))
    assert review.says("Il vous reste 480 000 DH")


async def test_what_does_not_fit_says_how_much_is_short_and_is_not_disabled(
    site: LiveSite, resident: Browser
) -> None:
    edition = await edition_of(site, "knapsack")
    await fill(resident, edition, p=["1", "2", "4"])  # 880 000 DH are left, the souk costs 900 000

    page = await resident.get(edition.path("ballot"))

    souk = next(item for item in page.tree.elements("article")
                if item.get("aria-labelledby") == "t-7")  # fmt: skip
    assert "over" in souk.get("class")
    assert "20\u00a0000\u00a0DH" in souk.text
    assert "Échanger" in souk.text
    assert not [item for item in souk.elements("input") if "disabled" in item]


async def test_a_swap_offers_only_what_makes_room_the_cheapest_first(
    site: LiveSite, resident: Browser
) -> None:
    edition = await edition_of(site, "knapsack")

    swap = await fill(resident, edition, p=["1", "2", "4", "7"], swap="7")

    offers = [item.get("value") for item in swap.tree.elements("input")
              if item.get("name") == "leaves"]  # fmt: skip
    assert offers == ["1", "2", "4"]
    assert swap.says("Il vous reste : 880 000 DH", "260 000 DH")
    back = await resident.submit(swap.form("/swap/7"), leaves="2")
    assert sorted(back.form("/ballot").fields["p"]) == ["1", "4", "7"]


async def test_two_small_projects_can_make_room_together(site: LiveSite, resident: Browser) -> None:
    edition = await edition_of(site, "knapsack", budget=1_200_000 * 100)

    swap = await fill(resident, edition, p=["1", "2", "6"], swap="7")  # 580 000 short

    offers = [item.get("value") for item in swap.tree.elements("input")
              if item.get("name") == "leaves"]  # fmt: skip
    assert offers == ["2,6", "1,2"] or offers == ["6,2", "1,2"]
    back = await resident.submit(swap.form("/swap/7"), leaves=offers[0])
    assert sorted(back.form("/ballot").fields["p"]) == ["1", "7"]


async def test_when_nothing_more_fits_the_ballot_says_that_it_can_be_reviewed(
    site: LiveSite, resident: Browser
) -> None:
    edition = await edition_of(site, "knapsack")
    await fill(resident, edition, p=["7", "3", "1"])  # 200 000 left, the cheapest costs 210 000

    page = await resident.get(edition.path("ballot"))

    note = next(item for item in page.tree.elements("p") if "data-no-more" in item)
    assert "hidden" not in note
    assert "Le reste ne suffit" in note.text or "aucun autre projet" in note.text


async def test_all_of_the_money_may_be_used_to_the_last_dirham(
    site: LiveSite, resident: Browser
) -> None:
    edition = await edition_of(site, "knapsack", budget=900_000 * 100)

    review = await fill(resident, edition, p=["7"])
    await resident.submit(review.form("/confirm"))

    assert await contents(site, edition) == ["7"]


# Making room


async def test_a_full_approval_ballot_does_not_count_the_wanted_project_twice(
    site: LiveSite, resident: Browser
) -> None:
    edition = await edition_of(site, "approval")

    swap = await fill(resident, edition, p=["1", "2", "3", "7"], swap="7")
    offers = [item.get("value") for item in swap.tree.elements("input")
              if item.get("name") == "leaves"]  # fmt: skip
    kept = await resident.get(edition.path("ballot"))

    assert offers == ["1", "2", "3"]
    assert sorted(kept.form("/ballot").fields["p"]) == ["1", "2", "3"]


async def test_a_swap_for_which_there_is_room_goes_back_to_the_ballot(
    site: LiveSite, resident: Browser
) -> None:
    edition = await edition_of(site, "approval")
    await fill(resident, edition, p=["1"])

    page = await resident.get(edition.path("ballot/swap/7"))

    assert page.path.endswith("/ballot")


@pytest.mark.parametrize("leaves", ["5", "", "1,2", "nonsense"])
async def test_giving_up_what_is_not_offered_asks_again(
    site: LiveSite, resident: Browser, leaves: str
) -> None:
    edition = await edition_of(site, "approval")
    await fill(resident, edition, p=["1", "2", "3"])

    page = await resident.post(edition.path("ballot/swap/7"), {"leaves": leaves})

    assert "/swap/7" in page.path
    kept = await resident.get(edition.path("ballot"))
    assert sorted(kept.form("/ballot").fields["p"]) == ["1", "2", "3"]


async def test_buttons_for_a_project_that_does_not_exist_change_nothing(
    site: LiveSite, resident: Browser
) -> None:
    edition = await edition_of(site, "approval")

    for button in ("remove", "add", "up", "swap"):
        page = await resident.post(edition.path("ballot"), {"p": ["1"], button: "99"})
        assert page.h1 in ("Choisissez vos projets", "Est-ce bien votre bulletin\u00a0?")

    kept = await resident.get(edition.path("ballot"))
    assert kept.form("/ballot").fields["p"] == ["1"]


@kinds
async def test_a_ballot_of_thirty_projects_weighs_at_most_twenty_kilobytes(
    site: LiveSite, resident: Browser, kind: str
) -> None:
    parameters = Parameters(score=SCORES.get(kind, Score.VOTES))
    edition = await make_edition(
        site, projects=30, ballot_kind=kind, ballot_limits=LIMITS[kind], parameters=parameters
    )

    for lang in ("ar", "fr"):
        page = await resident.get(edition.path("ballot", lang=lang))
        sent = len(gzip.compress(page.response.content, 6))
        assert sent <= 20 * 1024, f"{lang}: {sent}"
