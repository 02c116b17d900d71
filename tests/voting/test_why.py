"""Every "Why?" is worded in three languages, and says the numbers of the count itself."""

import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pacto_participe.voting.domain import (
    Comparison,
    Completion,
    Parameters,
    Pot,
    Profile,
    Reading,
    Score,
    Start,
    Unaffordable,
    Utility,
    WhyCode,
)
from pacto_participe.voting.publication.result import result_of
from pacto_participe.voting.rules import count
from pacto_participe.voting.rules.ties import TIE_ORDERS
from pacto_participe.voting.wording.naming import at_least, at_most, missing
from pacto_participe.voting.wording.rounds import round_sentences
from pacto_participe.voting.wording.ties import tie_sentences
from pacto_participe.voting.wording.why import why
from pacto_participe.web import i18n
from tests.town import NOON
from tests.voting.charters import charter_of

LANGUAGES = ("en", "fr", "ar")
THRESHOLDS = ("threshold.votes", "threshold.score", "threshold.share", "threshold.cost")

SKIP = Parameters()
STOP = Parameters(unaffordable=Unaffordable.STOP)
FUND_NEXT = Parameters(
    unaffordable=Unaffordable.STOP_THEN_FUND_NEXT, fund_next_share=Fraction(4, 5)
)
POINTS = Parameters(score=Score.POINTS)
SHARE = Parameters(threshold_share=Fraction(1, 20))
POTS = Parameters(pots=(Pot("Centre", 50_000_000),))
SHARES = Parameters(rule="equal-shares", mes_increment=1)


@pytest.fixture(autouse=True, scope="module")
def _catalogues():
    i18n.compile_catalogues()
    i18n.catalogue.cache_clear()


def verdict(code, *, tie=None, threshold=None, others=(), **numbers):
    plain = {name: str(Fraction(value)) for name, value in numbers.items()}
    return {"code": code.value, "numbers": plain, "others": list(others), "tie": tie,
            "threshold": threshold}  # fmt: skip


def spoken(parameters, told, *, other="funded", lang="en"):
    """The sentence about project 2 of three, when the count said this of it."""
    charter = charter_of([28_000_000, 45_000_000, 90_000_000], parameters=parameters)
    entries = [
        {"key": "1", "why": {"code": other}},
        {"key": "2", "why": told},
        {"key": "3", "why": {"code": "no-support"}},
    ]
    with i18n.speaking(lang):
        text = why(charter, entries[1], {"projects": entries})
    return re.sub(r"<[^>]+>", "", str(text)).replace("&#39;", "'")


GREEDY = {"cost": 45_000_000, "votes": 1_247, "rank": 6, "score": 1_247}
LEFT = {**GREEDY, "left": 18_000_000}
SHORT = {**LEFT, "short": 27_000_000}
SPENT = {"cost": 45_000_000, "votes": 1_247, "supporters": 1_247, "left": Fraction(100_000_001, 3),
         "short": 45_000_000 - Fraction(100_000_001, 3)}  # fmt: skip

CASES = [
    (SKIP, verdict(WhyCode.FUNDED, **{**GREEDY, "left": 200_000_000})),
    (POINTS, verdict(WhyCode.FUNDED, **{**GREEDY, "left": 200_000_000})),
    (SKIP, verdict(WhyCode.FUNDED, **{**GREEDY, "left": 45_000_000})),
    (SKIP, verdict(WhyCode.FUNDED, **{**GREEDY, "left": 45_000_000, "cost": 0})),
    (FUND_NEXT, verdict(WhyCode.PARTLY_FUNDED, **{**GREEDY, "left": 40_000_000}, share="4/5")),
    (SKIP, verdict(WhyCode.TOO_EXPENSIVE, **SHORT)),
    (SKIP, verdict(WhyCode.TOO_EXPENSIVE, **{**GREEDY, "left": 0, "short": 45_000_000})),
    (STOP, verdict(WhyCode.TOO_EXPENSIVE, **SHORT)),
    (FUND_NEXT, verdict(WhyCode.TOO_EXPENSIVE, **SHORT)),
    (STOP, verdict(WhyCode.STOPPED, others=["1"], **LEFT)),
    *[(SKIP, verdict(WhyCode.LOST_TIE, others=["1"], tie=order.name, **SHORT))
      for order in TIE_ORDERS],
    *[(SHARES, verdict(WhyCode.LOST_TIE, others=["1"], tie=order.name, **SPENT))
      for order in TIE_ORDERS],
    (SKIP, verdict(WhyCode.LOST_TIE, others=["1", "3"], tie="lot", **SHORT)),
    (STOP, verdict(WhyCode.LOST_TIE, others=["1"], tie="lot", **{**LEFT, "short": 0})),
    *[(SHARE, verdict(WhyCode.BELOW_THRESHOLD, threshold=name, needed=161, had=had, **GREEDY))
      for name in THRESHOLDS for had in (1, 2, 7, 40, 100)],
    (POINTS, verdict(WhyCode.BELOW_THRESHOLD, threshold="threshold.score", needed="5/2", had=2,
                     **GREEDY)),
    (SKIP, verdict(WhyCode.TWIN_FUNDED, others=["1"], **GREEDY)),
    (SKIP, verdict(WhyCode.TWIN_FUNDED, others=["1"], cost=45_000_000, votes=3)),
    *[(SKIP, verdict(WhyCode.TWIN_FUNDED, others=["1"], tie=order.name, **GREEDY))
      for order in TIE_ORDERS],
    (SKIP, verdict(WhyCode.NO_SUPPORT, cost=45_000_000, votes=0)),
    (SKIP, verdict(WhyCode.WITHDRAWN, cost=45_000_000, votes=3)),
    *[(SHARES, verdict(WhyCode.FUNDED_BY_SHARES, cost=45_000_000, votes=n, round=2, supporters=n,
                       most=Fraction(45_000_000, n), share=62_200)) for n in (1, 2, 5, 12, 1_218)],
    (SHARES, verdict(WhyCode.FUNDED_BY_SHARES, cost=0, votes=4, round=0, supporters=4, most=0)),
    (SHARES, verdict(WhyCode.FUNDED_BY_COMPLETION, **{**GREEDY, "left": 50_000_000})),
    *[(SHARES, verdict(WhyCode.SHARES_SPENT, others=others, **{**SPENT, "supporters": n}))
      for others in ((), ("1",), ("1", "3")) for n in (1, 2, 5, 12, 100)],
    (SHARES, verdict(WhyCode.SHARES_SPENT, **SPENT, rank=4, score=9, rest=18_000_000)),
    (SHARES, verdict(WhyCode.ABOVE_BUDGET, cost=45_000_000, votes=3, budget=40_000_000,
                     short=5_000_000)),
    (POTS, verdict(WhyCode.ABOVE_BUDGET, cost=45_000_000, votes=3, budget=40_000_000,
                   short=5_000_000)),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "told"), CASES)
def test_every_verdict_has_its_words_in_each_language(parameters, told):
    texts = {lang: spoken(parameters, told, lang=lang) for lang in LANGUAGES}

    assert len(set(texts.values())) == len(LANGUAGES)
    assert re.search(r"[\u0621-\u064a]", texts["ar"])
    for text in texts.values():
        assert "%" not in text.replace("80%", "").replace("80\u00a0%", "").replace("5\u00a0%", "")\
            .replace("5%", "")  # fmt: skip
        assert text.endswith("."), text


def test_the_cases_above_leave_no_verdict_out():
    assert {told["code"] for _, told in CASES} == {code.value for code in WhyCode}
    assert set(THRESHOLDS) == {name for name in Parameters().to_dict() if "threshold" in name}


def test_a_project_that_did_not_fit_is_told_by_how_much():
    text = spoken(SKIP, verdict(WhyCode.TOO_EXPENSIVE, **SHORT))

    assert text == (
        "Place 6 by votes. 180,000\u00a0DH were available, it costs 450,000\u00a0DH: "
        "270,000\u00a0DH short."
    )


def test_equal_shares_are_told_as_in_the_brief():
    told = verdict(WhyCode.FUNDED_BY_SHARES, cost=54_000_000, votes=1_218, round=3,
                   supporters=1_218, most=Fraction(46_131, 1), share=62_200)  # fmt: skip

    assert spoken(SHARES, told, lang="fr") == (
        "Chaque votant dispose d’une part égale du budget. 1\u00a0218 personnes l’ont choisi et "
        "leurs parts suffisent à le payer\u00a0: 462\u00a0DH chacune au plus."
    )


def test_where_the_money_of_the_supporters_went_is_named():
    told = verdict(WhyCode.SHARES_SPENT, others=["1", "3"], **SPENT)

    text = spoken(SHARES, told)

    assert "above all project 1 (Projet 1), project 3 (Projet 3)." in text
    assert text.endswith(
        "Left to them together: 333,333\u00a0DH. It costs 450,000\u00a0DH: 116,667\u00a0DH short."
    )


def test_the_last_money_is_said_to_have_gone_to_a_partly_funded_project():
    text = spoken(FUND_NEXT, verdict(WhyCode.STOPPED, others=["1"], **LEFT), other="partly-funded")

    assert "project 1 (Projet 1) received what was left" in text


def test_a_lost_tie_without_its_reason_is_an_error_and_not_a_guess():
    with pytest.raises(KeyError):
        spoken(SKIP, verdict(WhyCode.LOST_TIE, others=["1"], **SHORT))


@given(
    cost=st.integers(1, 10**10),
    part=st.fractions(0, 1, max_denominator=10**6).filter(lambda f: f < 1),
)
def test_what_is_left_and_what_is_missing_always_make_up_the_cost(cost, part):
    left = cost * part

    shown, short = missing(cost, left)

    assert shown + short == cost
    assert shown <= left < shown + 100
    assert short > 0


@given(st.fractions(0, 10**9, max_denominator=10**6))
def test_at_most_is_never_less_and_at_least_never_more(amount):
    assert amount <= at_most(amount) < amount + 100
    assert amount - 100 < at_least(amount) <= amount


# The real count on small elections


@st.composite
def elections(draw):
    """A charter and ballots: up to six projects, a dozen ballots, parameters of either rule."""
    size = draw(st.integers(2, 6))
    by_points = draw(st.booleans())
    whole = st.integers(0, 12).map(lambda n: n * 5_000_000)
    odd = st.integers(1, 60_000_000)
    costs = draw(st.lists(st.one_of(whole, whole, odd), min_size=size, max_size=size))
    rows = st.lists(st.integers(0, size - 1), max_size=size, unique=True).map(sorted).map(tuple)
    ballots = []
    for row in draw(st.lists(rows, min_size=1, max_size=12)):
        marks = tuple(draw(st.integers(1, 5)) for _ in row) if by_points else None
        ballots.append((row, marks, draw(st.integers(1, 9))))
    profile = Profile.grouped(Reading.POINTS if by_points else Reading.APPROVALS, ballots)
    return (
        charter_of(
            costs,
            budget_cents=draw(st.integers(1, 24).map(lambda n: n * 5_000_000)),
            parameters=draw(parameters(by_points)),
            groups=draw(st.lists(st.sampled_from([None, None, "site"]), min_size=size,
                                 max_size=size)),
            withdrawn=draw(st.sets(st.integers(0, size - 1), max_size=1)),
        ),
        profile,
    )  # fmt: skip


@st.composite
def parameters(draw, by_points):
    ties = draw(st.permutations(["lower-cost", "more-votes", "lot"]))
    values = {
        "score": Score.POINTS if by_points else Score.VOTES,
        "threshold_votes": draw(st.sampled_from([0, 1, 1, 3])),
        "threshold_score": draw(st.sampled_from([None, None, Fraction(7, 2), Fraction(4)])),
        "threshold_share": draw(st.sampled_from([None, None, Fraction(1, 10), Fraction(1, 3)])),
        "threshold_cost": draw(st.sampled_from([None, None, Fraction(1, 3)])),
        "ties": tuple(ties[: draw(st.integers(0, 3))]),
    }
    if draw(st.booleans()):
        unaffordable = draw(st.sampled_from(Unaffordable))
        funds_next = unaffordable is Unaffordable.STOP_THEN_FUND_NEXT
        share = draw(st.sampled_from([Fraction(1, 2), Fraction(4, 5)])) if funds_next else None
        return Parameters(unaffordable=unaffordable, fund_next_share=share, **values)
    return Parameters(
        rule="equal-shares",
        mes_utility=draw(st.sampled_from(Utility)),
        mes_start=draw(st.sampled_from(Start)),
        mes_increment=draw(st.sampled_from([0, 1000, 50_000])),
        mes_stop_when_exhaustive=draw(st.booleans()),
        mes_completion=draw(st.sampled_from(Completion)),
        mes_comparison=draw(st.sampled_from(Comparison)),
        **values,
    )


def amounts(text):
    """Every amount of money in an English sentence, in centimes."""
    found = re.findall(r"([\d,]+)(?:\.(\d\d))?\u00a0DH", text)
    return [int(whole.replace(",", "")) * 100 + int(rest or 0) for whole, rest in found]


def people(text):
    """What the sentence says of how many chose it, None when it does not say."""
    if found := re.search(r"([\d,]+) (?:person|people) chose it", text):
        return int(found[1].replace(",", ""))
    return None


def counted(charter, profile):
    outcome = count(charter.election, profile, charter.parameters, lot="seed:drawn")
    result = result_of(
        charter,
        profile,
        outcome,
        fingerprint="",
        counted_at=NOON,
        lot_completion="drawn",
        turnout={},
    )
    return outcome, result


@settings(max_examples=400, deadline=None)
@given(elections())
def test_each_sentence_says_the_numbers_of_the_count_and_adds_up(asked):
    charter, profile = asked
    outcome, result = counted(charter, profile)
    votes = profile.votes(len(charter.projects))

    with i18n.speaking("en"):
        for entry, project, verdict_of in zip(
            result["projects"], charter.projects, outcome.verdicts, strict=True
        ):
            text = re.sub(r"<[^>]+>", "", str(why(charter, entry, result)))
            _check(text, project, verdict_of, outcome, charter, votes[verdict_of.option])
        for step in result["rounds"]:
            round_sentences(charter, step)
        tie_sentences(charter, result["ties"])


def _check(text, project, told, outcome, charter, votes):
    numbers, money = told.numbers, amounts(text)
    cost = project.cost_cents
    assert people(text) in (None, votes, numbers.get("supporters"))
    if place := re.search(r"Place (\d+) by", text):
        assert int(place[1]) == numbers["rank"]
    match told.code:
        case WhyCode.FUNDED if cost:
            before = outcome.winners[: outcome.winners.index(told.option)]
            left = charter.budget_cents - charter.election.cost_of(before)
            assert money == ([left, cost] if left != cost else [cost])
        case WhyCode.TOO_EXPENSIVE:
            left = numbers["left"]
            assert money == ([left, cost, cost - left] if left else [cost])
        case WhyCode.LOST_TIE if "supporters" not in numbers and numbers["short"]:
            assert money in ([numbers["left"], cost, cost - numbers["left"]], [cost])
            assert outcome.verdicts[told.others[0]].numbers["score"] == numbers["score"]
        case WhyCode.PARTLY_FUNDED:
            assert money == [cost, numbers["left"]]
            assert charter.parameters.fund_next_share * cost <= numbers["left"] < cost
        case WhyCode.STOPPED:
            assert told.others[0] not in outcome.winners
        case WhyCode.BELOW_THRESHOLD:
            assert numbers["had"] < numbers["needed"]
        case WhyCode.FUNDED_BY_SHARES if cost:
            assert money[0] >= numbers["most"]
            assert money[0] * numbers["supporters"] >= cost
        case WhyCode.SHARES_SPENT | WhyCode.LOST_TIE if "supporters" in numbers:
            left, said_cost, short = money[:3]
            assert left + short == said_cost == cost
            assert left <= numbers["left"] < left + 100
            assert all(rest < cost for rest in money[3:])
        case WhyCode.FUNDED_BY_COMPLETION:
            assert money[1] == cost <= money[0]
        case WhyCode.ABOVE_BUDGET:
            assert money == [cost, cost - charter.budget_cents, charter.budget_cents]
        case WhyCode.TWIN_FUNDED:
            assert told.others[0] in outcome.winners
            assert charter.projects[told.others[0]].group == project.group is not None
        case WhyCode.NO_SUPPORT:
            assert votes == 0
