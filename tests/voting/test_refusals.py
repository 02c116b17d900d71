"""Every refusal has a sentence in each language that fills in the values beside its code."""

import inspect
import re

import pytest

from pacto_participe.kernel.errors import Problem
from pacto_participe.voting.ballots import (
    BALLOT_KINDS,
    BallotProblem,
    LimitProblem,
    Marks,
    limits_of,
)
from pacto_participe.voting.charter import in_cents
from pacto_participe.voting.domain import Election, Option
from pacto_participe.voting.policies import (
    CharterProblem,
    DeskRefusal,
    ImportProblem,
    ReceiptRefusal,
    VoteRefusal,
)
from pacto_participe.voting.wording import refusals
from pacto_participe.web import i18n
from pacto_participe.web.sentences import Sentences

ENUMS = (VoteRefusal, BallotProblem, LimitProblem, CharterProblem, DeskRefusal, ImportProblem)
EXAMPLES = {
    "limit": "max", "min": 2, "max": 3, "value": 12, "options": 7, "needed": 3, "total": 2,
    "budget": 200_000_000, "cheapest": 210_000_000, "projects": ("4", "7"), "project": "4",
    "by": 1, "points": -1, "rank": 2, "excess": 12_000_00, "cost": 212_000_000,
    "vote_type": "scoring", "least": 18, "edition": "swiecie-2023",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _catalogues():
    i18n.compile_catalogues()
    i18n.catalogue.cache_clear()


def values_beside(code):
    """The names written beside a member in its enum: what its Problem carries."""
    source = inspect.getsource(type(code))
    line = next(line for line in source.splitlines() if line.strip().startswith(f"{code.name} ="))
    _, _, comment = line.partition("#")
    words = re.findall(r"[a-z_]+", re.sub(r"\(.*?\)", "", comment.partition(":")[0]))
    return {word for word in words if word in EXAMPLES}


CODES = [code for enum in ENUMS for code in enum]


@pytest.mark.parametrize("code", CODES, ids=lambda code: f"{type(code).__name__}.{code.name}")
def test_every_code_has_a_sentence_in_each_language(code):
    sentences = Sentences(refusals.WORDING)
    problem = in_cents(Problem(code, "", {name: EXAMPLES[name] for name in values_beside(code)}))

    said = set()
    for lang in ("ar", "fr", "en"):
        with i18n.speaking(lang):
            said.add(sentences.of_problem(problem))

    assert len(said) == 3
    assert not any("%(" in sentence or "None" in sentence.split() for sentence in said)


def test_the_wording_names_every_code_once_and_nothing_else():
    known = {(type(code), code) for code in refusals.WORDING}

    assert known == {(type(code), code) for code in CODES}
    assert ReceiptRefusal not in {kind for kind, _ in known}


def test_money_of_a_ballot_is_said_as_money():
    election = Election((Option("1", 150_000_00), Option("2", 120_000_00)), 200_000_00)
    knapsack = BALLOT_KINDS["knapsack"]
    limits = limits_of(knapsack, {"budget": 200_000_00})

    (problem,) = knapsack.problems(Marks.chosen(["1", "2"]), limits, election.options)

    with i18n.speaking("fr"):
        assert Sentences(refusals.WORDING).of_problem(in_cents(problem)) == (
            "Vos choix dépassent le budget de 70\u00a0000\u00a0DH. Retirez-en un."
        )


def test_several_projects_are_listed_with_the_comma_of_the_language():
    problem = Problem(BallotProblem.DUPLICATED_RANK, "", {"rank": 2, "projects": ("4", "7")})
    sentences = Sentences(refusals.WORDING)

    with i18n.speaking("ar"):
        assert "4، 7" in sentences.of_problem(problem)
    with i18n.speaking("fr"):
        assert "4, 7" in sentences.of_problem(problem)
