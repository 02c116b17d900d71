"""Every real election at hand, counted by the rule its file names, beside the city's outcome."""

from pathlib import Path

import pytest

from benchmarks.real_elections import FAMILIES, FOLDER, WHY, Case, case, elections, left_out, page

ARE_HERE = FOLDER.is_dir()
# Nothing stands in for the cities' own outcomes: without them there is nothing to compare with.
needs_elections = pytest.mark.skipif(not ARE_HERE, reason=f"no real elections at {FOLDER.name}")

# The city left one project out after the vote; see docs/rules/real-elections.md.
LEFT_OUT = {
    "Poland_Warszawa_2018_Las": "1649",
    "Poland_Warszawa_2018_Wawrzyszew": "2527",
    "Poland_Warszawa_2018_Ursynow_Wysoki_Poludniowy": "1137",
    "Poland_Warszawa_2020_Bialoleka": "118",
}


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return sorted((case(*item) for item in elections()), key=lambda found: found.name)


@pytest.fixture(scope="module")
def in_families(cases: list[Case]) -> list[Case]:
    return [found for found in cases if found.rule in FAMILIES and found.official is not None]


@needs_elections
def test_all_files_are_read_and_counted(cases):
    assert len(cases) == 1173


@needs_elections
def test_our_winners_are_the_official_ones_but_for_four_named_elections(in_families):
    different = {found.name for found in in_families if not found.is_same}

    assert len(in_families) == 880
    assert different == set(LEFT_OUT)


@needs_elections
def test_each_of_the_four_agrees_once_one_named_project_is_left_out(in_families):
    explained = {
        found.name: found.ids(left_out(found) or frozenset())
        for found in in_families
        if not found.is_same
    }

    assert explained == LEFT_OUT


@needs_elections
def test_official_outcomes_of_equal_shares_are_reproduced(cases):
    shared = [found for found in cases if found.rule.startswith("equalshares")]

    assert [(found.name, found.is_same) for found in shared] == [
        ("Netherlands_Assen_2024", True),
        ("Poland_Swiecie_2023", True),
    ]


@needs_elections
def test_in_poznan_the_project_that_got_the_rest_is_ours_too(cases):
    poznan = [found for found in cases if found.rule == "greedy-custom" and "Poznan" in found.name]

    assert len(poznan) == 69
    for found in poznan:
        second = {index for index, mark in enumerate(found.file.selected) if mark == 2}
        assert found.partly == second, found.name
        assert found.is_same, found.name


@needs_elections
def test_every_difference_is_told_why_and_the_page_is_up_to_date(cases):
    different = {found.name for found in cases if found.official is not None and not found.is_same}
    kept = Path("docs/rules/real-elections.md").read_text(encoding="utf-8")

    assert different == set(WHY)
    assert page(cases) == kept, (
        "run: python -m benchmarks.real_elections > docs/rules/real-elections.md"
    )
