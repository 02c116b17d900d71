import random
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pacto_participe.kernel.positions import Position
from pacto_participe.voting.domain import (
    PRESETS,
    Election,
    Option,
    Parameters,
    Pot,
    Profile,
    Reading,
    Transfer,
    Unaffordable,
    natural_score,
)
from pacto_participe.voting.pabulib import Heading, Unwritable, own_rule, read, write
from pacto_participe.voting.rules import count
from tests.voting.elections import approvals, election, names, pointed, rankings
from tests.voting.pabulib.checker import errors_of

HEADING = Heading(
    description="ميزانية تشاركية؛ édition 2026",
    country="Morocco",
    unit="Imsouane",
    instance="2026",
    begins=date(2026, 10, 1),
    ends=date(2026, 10, 15),
    vote_type="approval",
    language="ar",
)
VOTE_TYPES = {
    Reading.APPROVALS: "approval",
    Reading.POINTS: "cumulative",
    Reading.RANKING: "ordinal",
}


def heading_for(profile: Profile) -> Heading:
    limits = (("max_sum_points", "10"),) if profile.reading is Reading.POINTS else ()
    return replace(HEADING, vote_type=VOTE_TYPES[profile.reading], limits=limits)


def written(asked, profile, parameters, *, lot=None):
    outcome = count(asked, profile, parameters, lot=lot)
    return write(heading_for(profile), asked, profile, parameters, outcome, lot=lot)


def recounted(text):
    """The winners that our own reader finds, following the file alone."""
    file = read(text.encode())
    own = own_rule(file)
    outcome = count(file.election, file.profile, own.parameters, lot=own.lot)
    return {file.election.options[index].id for index in outcome.winners}


def test_the_file_of_a_small_vote_line_by_line():
    asked = Election((Option("1", 6050, 'Puits; "profond"'), Option("2", 5000, "طريق")), 10_000)
    profile = approvals(asked, (2, "1"), (1, "2 1"))

    assert written(asked, profile, Parameters()).splitlines() == [
        "META",
        "key;value",
        "description;ميزانية تشاركية؛ édition 2026",
        "country;Morocco",
        "unit;Imsouane",
        "instance;2026",
        "num_projects;2",
        "num_votes;3",
        "budget;100",
        "vote_type;approval",
        "rule;greedy",
        "date_begin;01.10.2026",
        "date_end;15.10.2026",
        "language;ar",
        "currency;MAD",
        "PROJECTS",
        "project_id;cost;votes;name;selected",
        '1;60.5;3;"Puits; ""profond""";1',
        "2;50;1;طريق;0",
        "VOTES",
        "voter_id;vote",
        "1;1",
        "2;1",
        "3;1,2",
    ]


def test_where_projects_lie_comes_last_and_is_empty_where_nobody_knows():
    souk = Position(2_969_740, -973_160)
    asked = Election(
        (Option("1", 6000, "Puits", position=souk), Option("2", 5000, "Route")), 10_000
    )
    profile = approvals(asked, (2, "1"), (1, "2 1"))
    north = Parameters(pots=(Pot("North", 5000),), transfer=Transfer.TO_COMMON_POT)

    plain, by_district = written(asked, profile, Parameters()), written(asked, profile, north)

    assert "PROJECTS\nproject_id;cost;votes;name;selected;latitude;longitude\n" in plain
    assert "\n1;60;3;Puits;1;29.69740;-9.73160\n2;50;1;Route;0;;\n" in plain
    assert "name;selected;district;latitude;longitude\n" in by_district
    for text in (plain, by_district):
        assert [option.position for option in read(text.encode()).election.options] == [souk, None]
    assert errors_of([plain, by_district]) == [{}, {}]


def test_equals_stand_in_the_order_in_which_the_count_took_them():
    asked = election(100, a=60, b=50)
    profile = approvals(asked, (2, "a"), (2, "b"))

    text = written(asked, profile, Parameters())

    assert recounted(text) == {"b"}
    assert text.index("\nb;50") < text.index("\na;60")


def test_a_lot_is_told_by_the_order_of_projects():
    asked = election(50, a=50, b=50, c=50)
    profile = approvals(asked, (2, "a"), (2, "b"), (2, "c"))
    for seed in ("1", "2", "3", "4"):
        winners = count(asked, profile, Parameters(), lot=seed).winners

        text = written(asked, profile, Parameters(), lot=seed)

        assert recounted(text) == set(names(asked, winners).split())


def test_a_lot_drawn_between_equal_shares_is_told_too():
    asked = election(100, a=50, b=50, c=50)
    profile = approvals(asked, (2, "a b c"))
    shares = PRESETS["equal-shares"]
    for seed in ("1", "2", "3", "4", "5"):
        winners = count(asked, profile, shares, lot=seed).winners

        text = written(asked, profile, shares, lot=seed)

        assert recounted(text) == set(names(asked, winners).split())


def test_ballots_come_out_sorted_by_content_however_they_came():
    asked = election(100, a=60, b=50)
    one = Profile(Reading.APPROVALS, rows=((1,), (0,)), weights=(1, 2))
    other = Profile(Reading.APPROVALS, rows=((0,), (1,)), weights=(2, 1))

    assert written(asked, one, Parameters()) == written(asked, other, Parameters())


def test_blank_ballots_are_counted_again_though_the_format_cannot_list_them():
    asked = election(100, a=60, b=50)
    profile = approvals(asked, (2, "a"), (3, ""))

    text = written(asked, profile, Parameters())

    assert "num_votes;2\n" in text
    assert read(text.encode()).profile == profile
    assert errors_of([text]) == [{}]


@pytest.mark.parametrize("bad", ["", "a,b", "a;b", 'a"', "a b", "votes"])
def test_an_id_that_the_format_cannot_hold_is_refused(bad):
    asked = Election((Option(bad, 1),), 10)

    with pytest.raises(Unwritable):
        written(asked, approvals(asked), Parameters())


def test_a_vote_type_of_other_ballots_is_refused():
    asked = election(100, a=60)
    profile = rankings(asked, (1, "a"))
    outcome = count(asked, profile, Parameters())

    with pytest.raises(Unwritable, match="does not hold ranking"):
        write(HEADING, asked, profile, Parameters(), outcome)


def test_points_need_their_sum_told():
    asked = election(100, a=60)
    profile = pointed(asked, (1, {"a": 3}))
    heading = replace(HEADING, vote_type="cumulative")

    with pytest.raises(Unwritable, match="max_sum_points"):
        write(heading, asked, profile, Parameters(), count(asked, profile, Parameters()))


def test_partly_funded_is_selected_2():
    asked = election(100, a=60, b=50, c=70)
    parameters = Parameters(
        unaffordable=Unaffordable.STOP_THEN_FUND_NEXT, fund_next_share=Fraction(4, 5)
    )

    file = read(written(asked, approvals(asked, (2, "a"), (1, "b")), parameters).encode())

    assert dict(zip("abc", file.selected, strict=True)) == {"a": 1, "b": 2, "c": 0}
    assert own_rule(file).parameters == parameters


RULES_OF_FILES = {
    "greedy": Parameters(),
    "greedy-no-skip": PRESETS["greedy-stop"],
    "greedy-threshold": Parameters(threshold_votes=2),
    "share": Parameters(threshold_share=Fraction(1, 5)),
    "cost": Parameters(threshold_cost=Fraction(1, 3)),
    "fund-next": Parameters(
        unaffordable=Unaffordable.STOP_THEN_FUND_NEXT, fund_next_share=Fraction(4, 5)
    ),
    "shares": PRESETS["equal-shares"],
    "add1": PRESETS["equal-shares-add1"],
    "exhaustive": PRESETS["equal-shares-add1-exhaustive"],
    "pots": Parameters(pots=(Pot("North", 99_50),), transfer=Transfer.TO_COMMON_POT),
}


def made(seed: int, reading: Reading) -> tuple[Election, Profile]:
    """An election as a town might have it: money in centimes, no project above the budget."""
    dice = random.Random(seed)
    options = tuple(
        Option(
            f"P{n}",
            dice.randrange(50_00, 400_00, dice.choice((1, 50, 100_00))),
            name=dice.choice(("Well", 'The "old" road', "حديقة; ماء", "")),
            district=dice.choice((None, "North")),
            group="site" if n < 2 and seed % 3 == 0 else None,
            is_withdrawn=n == 4 and seed % 4 == 0,
        )
        for n in range(6)
    )
    budget = min(max(option.cost for option in options) * 2, sum(o.cost for o in options) - 1)
    asked = Election(options, budget)
    ballots = []
    for _ in range(30 if seed % 5 else 3):  # with 3, some projects have no vote at all
        row = tuple(dice.sample(range(6), dice.randint(1, 3)))
        marks = tuple(dice.randint(1, 3) for _ in row) if reading is Reading.POINTS else None
        ballots.append((row, marks, dice.randint(1, 3)))
    return asked, Profile.grouped(reading, ballots)


@pytest.mark.parametrize("reading", Reading)
def test_every_file_is_accepted_by_pabulib_checker(reading):
    texts, told = [], []
    for seed in range(12):
        asked, profile = made(seed, reading)
        for name, parameters in RULES_OF_FILES.items():
            scored = parameters.changed(score=natural_score(reading))
            texts.append(written(asked, profile, scored, lot="seed"))
            told.append((seed, name))

    errors = dict(zip(told, errors_of(texts), strict=True))

    assert {case: found for case, found in errors.items() if found} == {}


@pytest.mark.parametrize("reading", Reading)
@pytest.mark.parametrize("name", RULES_OF_FILES)
def test_a_file_recounts_to_the_same_winners_by_itself(name, reading):
    for seed in range(12):
        asked, profile = made(seed, reading)
        parameters = RULES_OF_FILES[name].changed(score=natural_score(reading))
        outcome = count(asked, profile, parameters, lot="seed")

        text = write(heading_for(profile), asked, profile, parameters, outcome, lot="seed")

        funded = {asked.options[index].id for index in outcome.winners}
        assert recounted(text) == funded, (name, seed)


def test_the_checker_would_tell_a_wrong_winner():
    asked, profile = made(1, Reading.APPROVALS)
    text = written(asked, profile, Parameters())
    lines = text.split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith("P") and line.endswith(";1"))
    lines[at] = lines[at][:-1] + "0"

    [errors] = errors_of(["\n".join(lines)])

    assert errors


@settings(max_examples=100)
@given(st.data())
def test_what_is_written_is_what_is_read(data):
    reading = data.draw(st.sampled_from(Reading))
    costs = data.draw(st.lists(st.integers(1, 10**9), min_size=1, max_size=6))
    options = tuple(Option(str(n), cost, f"n{n}") for n, cost in enumerate(costs))
    asked = Election(options, data.draw(st.integers(1, 10**10)))
    rows = st.lists(st.sampled_from(range(len(costs))), unique=True, max_size=4)
    ballots = []
    for row in data.draw(st.lists(rows, max_size=8)):
        points = tuple(data.draw(st.integers(1, 9)) for _ in row)
        marks = points if reading is Reading.POINTS else None
        ballots.append((tuple(row), marks, data.draw(st.integers(1, 3))))
    profile = Profile.grouped(reading, ballots)
    parameters = Parameters(score=natural_score(reading))

    file = read(written(asked, profile, parameters, lot="x").encode())

    back = {option.id: option for option in file.election.options}
    unit = file.election.units_per_currency
    for option in asked.options:
        assert Fraction(back[option.id].cost, unit) == Fraction(option.cost, 100)
        assert back[option.id].name == option.name
    assert Fraction(file.election.budget, unit) == Fraction(asked.budget, 100)
    assert said(file.election, file.profile) == said(asked, profile)


def said(asked: Election, profile: Profile) -> dict:
    """Ballots by ids, so that another order of options does not matter."""
    marks = profile.marks or [(1,) * len(row) for row in profile.rows]
    told = {}
    for row, points, weight in zip(profile.rows, marks, profile.weights, strict=True):
        pairs = [(asked.options[i].id, p) for i, p in zip(row, points, strict=True)]
        if profile.reading is not Reading.RANKING:
            pairs.sort()
        told[tuple(pairs)] = weight
    return told
