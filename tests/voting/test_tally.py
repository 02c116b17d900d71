import json
from fractions import Fraction

import pytest
from click.testing import CliRunner

from pacto_participe.voting.commands import tally as command
from pacto_participe.voting.domain import (
    PRESETS,
    BadParameter,
    Comparison,
    Parameters,
    Pot,
    Score,
    Start,
    Unaffordable,
)
from pacto_participe.voting.pabulib import own_rule, read
from pacto_participe.voting.tally import as_json, changed, tally

FILE = """META
key;value
num_projects;4
num_votes;6
budget;100.5
vote_type;{vote_type}
rule;{rule}
{more}PROJECTS
project_id;cost;name
a;60;Well
b;50;Road
c;40.5;Park
d;40.5;Bench
VOTES
voter_id;vote{points}
1;{first}
2;{first}
3;{first}
4;{second}
5;{second}
6;{third}
"""


def text(rule="greedy", more="", vote_type="approval", points="", ballots=("a", "b", "c,d")):
    first, second, third = ballots
    return FILE.format(
        rule=rule,
        more=more,
        vote_type=vote_type,
        points=points,
        first=first,
        second=second,
        third=third,
    )


def file(**told):
    return read(text(**told).encode())


def test_the_json_has_the_keys_and_the_money_that_others_rely_on():
    told = as_json(tally(file()))

    assert list(told) == [
        "rule",
        "parameters",
        "budget",
        "votes",
        "winners",
        "cost",
        "rounds",
        "ties",
    ]
    assert told["rule"] == "greedy-skip"
    assert told["budget"] == "100.5"
    assert told["votes"] == 6
    assert told["winners"] == ["a", "c"]
    assert told["cost"] == "100.5"
    assert told["rounds"][1] == {
        "project": "b",
        "funded": False,
        "score": 2,
        "left": "40.5",
        "rank": 2,
        "cost": "50",
    }
    assert told["ties"] == [
        {"projects": ["c", "d"], "decided_by": ["official-order"], "decisive": True}
    ]
    assert Parameters.from_dict(told["parameters"]).ties == ("official-order",)


@pytest.mark.parametrize(
    ("rule", "more", "winners"),
    [
        ("greedy", "", "a c"),
        ("greedy-threshold", "min_project_score_threshold;2\n", "a"),
        ("greedy-no-skip", "", "a"),
        ("greedy-custom", "comment;#1: funded if at least 80% of it is left\n", "a"),
    ],
)
def test_without_a_rule_the_file_is_followed(rule, more, winners):
    assert as_json(tally(file(rule=rule, more=more)))["winners"] == winners.split()


def test_points_are_counted_as_points_and_rankings_from_the_longest_allowed():
    pointed = file(vote_type="cumulative", points=";points", ballots=("a;1", "b;9", "c,d;1,2"))
    ranked = file(vote_type="ordinal", more="max_length;3\n", ballots=("a", "b", "d,c"))

    assert as_json(tally(pointed))["rounds"][0]["score"] == 18
    assert [step["score"] for step in as_json(tally(ranked))["rounds"]] == [9, 6, 3, 2]


def test_a_rule_given_replaces_the_files_own():
    told = as_json(tally(file(rule="greedy"), rule="greedy-stop"))

    assert (told["rule"], told["winners"]) == ("greedy-stop", ["a"])


@pytest.mark.parametrize(("rule", "is_whole"), [("unknown", False), ("greedy", True)])
def test_a_rule_that_a_file_does_not_tell_is_said_to_be_a_guess(rule, is_whole):
    assert tally(file(rule=rule)).rule_is_whole is is_whole


@pytest.mark.parametrize(
    ("rule", "preset", "comparison"),
    [
        ("equalshares", "equal-shares", Comparison.NONE),
        ("equalshares-comparison", "equal-shares", Comparison.SATISFACTION),
        ("equalshares/add1", "equal-shares-add1", Comparison.NONE),
        ("equalshares/add1-comparison", "equal-shares-add1", Comparison.SATISFACTION),
    ],
)
def test_equal_shares_is_followed_by_its_names(rule, preset, comparison):
    own = own_rule(file(rule=rule))

    assert own.preset == preset
    assert own.parameters.mes_comparison is comparison
    assert own.parameters.mes_increment == PRESETS[preset].mes_increment


@pytest.mark.parametrize(
    ("key", "value", "field", "expected"),
    [
        ("mes.start", "floor", "mes_start", Start.FLOOR),
        ("mes_start", "floor", "mes_start", Start.FLOOR),
        ("start", "floor", "mes_start", Start.FLOOR),
        ("stop-when-exhaustive", "yes", "mes_stop_when_exhaustive", True),
        ("mes.stop_when_exhaustive", "no", "mes_stop_when_exhaustive", False),
        ("mes.comparison", "exclusion_ratio", "mes_comparison", Comparison.EXCLUSION_RATIO),
        ("increment", "10", "mes_increment", 10),
        ("threshold", "50", "threshold_votes", 50),
        ("threshold", "5%", "threshold_share", Fraction(1, 20)),
        ("threshold.cost", "1/3", "threshold_cost", Fraction(1, 3)),
        ("score", "borda", "score", Score.BORDA),
        ("unaffordable", "stop", "unaffordable", Unaffordable.STOP),
        ("ties", "more-votes,official-order", "ties", ("more-votes", "official-order")),
        ("pots", "North:1.5,South:2", "pots", (Pot("North", 150), Pot("South", 200))),
        ("exclusive_groups", "off", "exclusive_groups", False),
        ("rule", "mes", "rule", "equal-shares"),
    ],
)
def test_every_parameter_can_be_set_as_people_type_it(key, value, field, expected):
    assert getattr(changed(Parameters(), [(key, value)], 100), field) == expected


def test_funding_the_next_is_set_by_its_share_alone():
    parameters = changed(Parameters(), [("fund_next_share", "80%")], 1)

    assert parameters.unaffordable is Unaffordable.STOP_THEN_FUND_NEXT
    assert parameters.fund_next_share == Fraction(4, 5)
    assert changed(parameters, [("unaffordable", "skip")], 1) == Parameters()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("colour", "green"),
        ("score", "love"),
        ("threshold", "many"),
        ("threshold.cost", "1/0"),
        ("increment", "-1"),
        ("exhaustive", "yes"),
        ("stop_when_exhaustive", "maybe"),
        ("ties", "oldest-first"),
        ("pots", "North"),
        ("pots", "North:0.001"),
        ("rule", "dictator"),
    ],
)
def test_a_setting_that_means_nothing_is_refused(key, value):
    with pytest.raises(BadParameter):
        tally(file(), settings=[(key, value)])


@pytest.fixture
def vote(tmp_path):
    def written(content=None):
        path = tmp_path / "vote.pb"
        path.write_text(text() if content is None else content)
        return str(path)

    return written


def run(*arguments):
    return CliRunner().invoke(command, arguments, catch_exceptions=False)


def test_the_command_prints_the_winners_and_ends_well(vote):
    ran = run(vote())

    assert ran.exit_code == 0
    assert "1. a  60  Well" in ran.stdout
    assert "2 projects funded, 100.5" in ran.stdout
    assert ran.stderr == ""


def test_the_command_prints_json(vote):
    ran = run(vote(), "--json", "--rule", "greedy-stop", "--set", "threshold=1")

    assert ran.exit_code == 0
    assert json.loads(ran.stdout)["winners"] == ["a"]


def test_the_command_says_when_it_had_to_guess_the_rule(vote):
    ran = run(vote(text(rule="unknown")), "--json")

    assert ran.exit_code == 0
    assert json.loads(ran.stdout)["rule"] == "greedy-skip"
    assert "'unknown'" in ran.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--rule", "dictator"), "one of greedy-skip, greedy-stop"),
        (("--set", "nonsense"), "'nonsense' is not KEY=VALUE"),
        (("--set", "colour=green"), "there is no such parameter"),
    ],
)
def test_the_command_refuses_bad_arguments_with_one_sentence(vote, arguments, sentence):
    ran = run(vote(), *arguments)

    assert ran.exit_code == 2
    assert sentence in ran.stderr
    assert ran.stderr.count("\n") == 1
    assert ran.stdout == ""


def test_a_parameter_that_does_not_exist_is_named_with_those_that_do(vote):
    ran = run(vote(), "--set", "nonsense=1")

    assert ran.stderr.startswith("nonsense: there is no such parameter; it is one of rule, score,")
    assert "cannot be" not in ran.stderr


def test_the_command_names_file_line_and_cause_of_a_damaged_file(vote):
    path = vote(text().replace("b;50;", "b;dear;"))

    ran = run(path)

    assert ran.exit_code == 2
    assert ran.stderr == f"{path}, line 11: the cost 'dear' is not an amount of money\n"


def test_the_command_names_a_file_that_is_not_there(tmp_path):
    ran = run(str(tmp_path / "nowhere.pb"))

    assert ran.exit_code == 2
    assert ran.stderr == f"{tmp_path / 'nowhere.pb'}: No such file or directory\n"


def test_a_lot_that_nobody_gave_is_asked_for_and_one_given_decides(vote):
    even = text(ballots=("a", "b", "c,d")).replace("d;40.5", "d;40.5")
    waiting = run(vote(even), "--set", "ties=lot")
    drawn = run(vote(even), "--set", "ties=lot", "--lot", "dice 4 2 6")

    assert "the lot is needed and not known" in waiting.stdout
    assert "the lot is needed" not in drawn.stdout
    assert "(lot)" in drawn.stdout
