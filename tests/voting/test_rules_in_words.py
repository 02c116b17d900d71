"""Every ballot kind, counting rule and tie order has its words, in every language."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest

from pacto_participe.consultations.domain import Activity
from pacto_participe.kernel.languages import Texts
from pacto_participe.voting.ballots import BALLOT_KINDS
from pacto_participe.voting.charter import Charter
from pacto_participe.voting.domain import (
    Comparison,
    Completion,
    Parameters,
    Pot,
    Score,
    Start,
    Transfer,
    Unaffordable,
    Utility,
)
from pacto_participe.voting.rules import RULES
from pacto_participe.voting.rules.ties import TIE_ORDERS
from pacto_participe.voting.wording import rules as words
from pacto_participe.web import i18n
from tests.invented import invented_projects

LIMITS = {"knapsack": {"budget": 100_000_000}}
LANGUAGES = ("ar", "fr", "en")


def charter(kind="approval", limits=None, **parameters):
    return Charter(
        collectivity_id="09.581.01.07",
        vote_id="v",
        edition="2026",
        title=Texts.of({"fr": "2026"}),
        currency="MAD",
        budget_cents=200_000_000,
        projects=invented_projects(10),
        ballot_kind=kind,
        ballot_limits=LIMITS.get(kind, {}) if limits is None else limits,
        parameters=Parameters(**parameters),
        lot_seed="1",
        opens_at=datetime(2026, 11, 16, tzinfo=UTC),
        closes_at=datetime(2026, 11, 30, tzinfo=UTC),
    )


@pytest.fixture(autouse=True)
def _catalogues():
    i18n.compile_catalogues()
    i18n.catalogue.cache_clear()


def test_every_registry_has_its_words():
    assert words.BALLOTS.keys() == set(BALLOT_KINDS.names)
    assert words.RULES.keys() == words.RULE_NAMES.keys() == set(RULES.names)
    assert words.TIES.keys() == set(TIE_ORDERS.names)
    assert words.ACTIVITIES.keys() == set(Activity)


@pytest.mark.parametrize("kind", BALLOT_KINDS.names)
def test_a_ballot_kind_is_explained_in_each_language(kind):
    said = {}
    for lang in LANGUAGES:
        with i18n.speaking(lang):
            said[lang] = words.ballot_rules(charter(kind))

    assert len({len(sentences) for sentences in said.values()}) == 1
    assert all("%" not in sentence for sentences in said.values() for sentence in sentences)
    for one, other in (("ar", "fr"), ("fr", "en"), ("ar", "en")):
        assert not set(said[one]) & set(said[other])


@pytest.mark.parametrize(
    ("kind", "limits", "says"),
    [
        ("approval", {"max": 5}, "Choose up to 5 projects."),
        ("approval", {"max": 99}, "Choose up to 10 projects."),
        ("approval", {"min": 1, "max": 1}, "Choose exactly one project."),
        ("approval", {"min": 3, "max": 3}, "Choose exactly 3 projects."),
        ("approval", {"min": 2, "max": 5}, "Choose from 2 to 5 projects."),
        ("approval", {"allow_none": True}, "“None of these projects” is a choice too."),
        ("choose-one", {}, "Choose one project. It gets your vote."),
        ("points", {"total": 10}, "You have 10 points to share out among projects."),
        ("points", {"max_each": 4}, "One project can get 4 points from you at most."),
        ("points", {"min_projects": 3}, "Give points to 3 projects at least."),
        ("ranking", {"top": 5}, "Put up to 5 projects in order, the one that you want most first."),
        ("ranking", {"min": 2}, "Choose 2 of them at least."),
        ("knapsack", {"budget": 5_000_000}, "Choose projects that cost 50,000\u00a0DH together at most."),
    ],
)  # fmt: skip
def test_a_limit_is_said_with_its_number(kind, limits, says):
    with i18n.speaking("en"):
        assert says in words.ballot_rules(charter(kind, limits))


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"score": Score.POINTS}, "most points come first"),
        ({"score": Score.BORDA}, "as many points as there are projects"),
        ({"score": Score.BORDA, "borda_top": 5}, "is worth 5 points"),
        ({}, "is passed over"),
        ({"unaffordable": Unaffordable.STOP}, "The count stops"),
        (
            {
                "unaffordable": Unaffordable.STOP_THEN_FUND_NEXT,
                "fund_next_share": Fraction(4, 5),
            },
            "at least 80% of its cost",
        ),
        ({"threshold_votes": 25}, "25 votes at least"),
        ({"threshold_score": Fraction(7, 2)}, "4 points at least"),
        ({"threshold_share": Fraction(1, 40)}, "at least 2.5% of all voters"),
        ({"threshold_cost": Fraction(1, 2)}, "50% of its share of the budget"),
        ({"pots": (Pot("Centre", 1_000_000),)}, "has its own budget: 10,000\u00a0DH."),
        ({"pots": (Pot("A", 1),), "transfer": Transfer.NONE}, "is not given to another"),
        ({"pots": (Pot("A", 1),), "transfer": Transfer.TO_COMMON_POT}, "projects of all areas"),
        ({"pots": (Pot("A", 1),), "transfer": Transfer.TO_SECOND_STAGE}, "were not funded"),
        ({"rule": "equal-shares"}, "the same share of the budget"),
        ({"rule": "equal-shares"}, "is shared by the most people"),
        ({"rule": "equal-shares", "mes_utility": Utility.CARDINALITY}, "costs the people"),
        ({"rule": "equal-shares", "score": Score.POINTS}, "more points pays a larger part"),
        ({"rule": "equal-shares", "score": Score.BORDA}, "higher pays a larger part"),
        ({"rule": "equal-shares", "score": Score.BORDA, "borda_top": 5}, "is worth 5 points"),
        ({"rule": "equal-shares", "mes_start": Start.FLOOR}, "rounded down"),
        ({"rule": "equal-shares", "mes_increment": 1}, "raised by the same small step"),
        (
            {
                "rule": "equal-shares",
                "mes_increment": 1,
                "mes_stop_when_exhaustive": True,
            },
            "until no other project fits",
        ),
        ({"rule": "equal-shares", "mes_completion": Completion.UTILITARIAN}, "still fit"),
        ({"rule": "equal-shares", "mes_comparison": Comparison.SATISFACTION}, "more people more"),
        ({"rule": "equal-shares", "mes_comparison": Comparison.EXCLUSION_RATIO}, "fewer people"),
    ],
)  # fmt: skip
def test_everything_that_can_change_who_wins_is_said(parameters, says):
    for lang in LANGUAGES:
        with i18n.speaking(lang):
            sentences = words.counting_rules(charter(**parameters))
        assert all(sentences)
        if lang == "en":
            assert says in " ".join(sentences)


def test_projects_that_exclude_each_other_are_mentioned_only_where_there_are_some():
    first, second, *rest = invented_projects(4)
    twins = (replace(first, group="roads"), replace(second, group="roads"), *rest)

    with i18n.speaking("en"):
        assert "exclude" not in " ".join(words.counting_rules(charter()))
        assert "exclude" in " ".join(words.counting_rules(replace(charter(), projects=twins)))


def test_official_order_settles_what_the_published_list_leaves_equal():
    with i18n.speaking("en"):
        assert words.tie_rules(charter(ties=("more-votes",))) == (
            "the project with more votes",
            "the project with the smaller number",
        )
        assert words.tie_rules(charter(ties=("official-order", "lot")))[0] == (
            "the project with the smaller number"
        )


@pytest.mark.parametrize("number", [1, 2, 3, 10, 11, 99, 100, 102])
def test_arabic_counts_in_its_six_ways(number):
    projects = invented_projects(120)
    with i18n.speaking("ar"):
        sentence = words.ballot_rules(replace(charter(limits={"max": number}), projects=projects))[
            0
        ]

    expected = {
        1: "اختيار مشروع واحد بالضبط.",
        2: "اختيار مشروعين على الأكثر.",
        3: "اختيار 3 مشاريع على الأكثر.",
        10: "اختيار 10 مشاريع على الأكثر.",
        11: "اختيار 11 مشروعا على الأكثر.",
        99: "اختيار 99 مشروعا على الأكثر.",
        100: "اختيار 100 مشروع على الأكثر.",
        102: "اختيار 102 مشروع على الأكثر.",
    }
    assert sentence == expected[number]
