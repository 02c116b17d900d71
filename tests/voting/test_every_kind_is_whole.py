"""What a ballot kind needs beside its module. A newcomer who adds one reads here what is missing."""

import re
from pathlib import Path

import pytest

from pacto_participe.voting.ballots import BALLOT_KINDS, limits_of, to_plain
from pacto_participe.voting.pabulib.reading import READINGS
from pacto_participe.voting.wording.paper import PAPERS
from pacto_participe.voting.wording.rules import BALLOTS

ROOT = Path(__file__).parents[2]
MACROS = (
    "instruction(page)",
    "cards(page, places, action)",
    "summary(page)",
    "mark(card)",
    "rest(page)",
)
PARTS = ("Limits", "On the screen", "Costs the voter", "On paper", "In Pabulib")

kinds = pytest.mark.parametrize("kind", BALLOT_KINDS, ids=lambda kind: kind.name)


@pytest.fixture(scope="module")
def page() -> str:
    return (ROOT / "docs/rules/ballots.md").read_text(encoding="utf-8")


@kinds
def test_a_kind_has_its_screen(kind):
    path = ROOT / "templates/voting/ballots" / kind.name / "fill.html"
    assert path.is_file(), f"write {path.relative_to(ROOT)}"

    text = path.read_text(encoding="utf-8")

    missing = [macro for macro in MACROS if f"{{% macro {macro} -%}}" not in text]
    assert not missing, f"give {path.relative_to(ROOT)} the macros {missing}"
    assert re.search(r'{% set measure = "(choices|points|money)" %}', text)


@kinds
def test_a_kind_has_its_words_on_screen_and_on_paper(kind):
    assert kind.name in BALLOTS, "say its rules in voting/wording/rules.py"
    assert kind.name in PAPERS, "say how its paper is filled in voting/wording/paper.py"


@kinds
def test_a_kind_is_explained_in_public(kind, page):
    _, found, after = page.partition(f" (`{kind.name}`)\n")
    section = after.partition("\n## ")[0]

    assert found, f"write a section about `{kind.name}` in docs/rules/ballots.md"
    assert [part for part in PARTS if f"**{part}:**" not in section] == []
    assert re.search(rf"^\| {kind.name} \|", page, re.MULTILINE)


@kinds
def test_the_public_page_names_every_limit_and_the_word_of_pabulib(kind, page):
    needed = {"budget": 100} if kind.name == "knapsack" else {}
    section = page.partition(f" (`{kind.name}`)\n")[2].partition("\n## ")[0]

    limits = to_plain(limits_of(kind, needed)).keys() - {"allow_none"}

    assert [name for name in limits if f"`{name}`" not in section] == []
    assert f"`{kind.pabulib_vote_type}`" in section
    assert READINGS[kind.pabulib_vote_type] is kind.reading


def test_nothing_is_said_of_a_kind_that_does_not_exist(page):
    folders = {folder.name for folder in (ROOT / "templates/voting/ballots").iterdir()}

    assert folders == set(BALLOT_KINDS.names)
    assert set(BALLOTS) == set(PAPERS) == set(BALLOT_KINDS.names)
    assert re.findall(r"^## .* \(`(.*)`\)$", page, re.MULTILINE) == list(BALLOT_KINDS.names)
