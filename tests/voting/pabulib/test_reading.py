import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pacto_participe.kernel.positions import Position
from pacto_participe.voting.domain import Reading
from pacto_participe.voting.pabulib import DamagedFile, read, read_file

SMALL = """META
key;value
description;A small vote
num_projects;3
num_votes;3
budget;100
vote_type;approval
rule;greedy
PROJECTS
project_id;cost;votes;name;selected
a;60;2;Well;1
b;50;1;Road;0
c;40;1;Park;1
VOTES
voter_id;vote;age;sex
1;a,c;34;F
2;a;61;M
3;b;;
"""


def swapped(old, new):
    assert old in SMALL, old
    return read(SMALL.replace(old, new, 1).encode())


def damage(old, new):
    with pytest.raises(DamagedFile) as caught:
        swapped(old, new)
    return caught.value.line, caught.value.cause


def test_a_small_file_is_read():
    file = read(SMALL.encode())

    assert [(o.id, o.cost, o.name) for o in file.election.options] == [
        ("a", 60, "Well"),
        ("b", 50, "Road"),
        ("c", 40, "Park"),
    ]
    assert file.election.budget == 100
    assert file.election.units_per_currency == 1
    assert file.profile.votes(3) == (2, 1, 1)
    assert file.profile.ballots == 3
    assert file.official_winners == {0, 2}
    assert file.vote_type == "approval"


def test_positions_are_read_as_cities_write_them():
    """Warsaw writes fifteen decimals, or nothing for what has no single place."""
    file = read(
        SMALL.replace("name;selected", "name;selected;latitude;longitude")
        .replace("Well;1", "Well;1;52.2633681005657;21.1571735143661")
        .replace("Road;0", "Road;0;;")
        .replace("Park;1", "Park;1;522;21.15")
        .encode()
    )

    assert [option.position for option in file.election.options] == [
        Position(5_226_337, 2_115_717), None, None,
    ]  # fmt: skip


def test_nothing_that_voters_said_of_themselves_is_kept():
    assert "34" not in repr(read(SMALL.encode()))
    assert "61" not in repr(read(SMALL.encode()))


def test_a_compressed_file_reads_the_same(tmp_path):
    path = tmp_path / "vote.pb.gz"
    path.write_bytes(gzip.compress(SMALL.encode()))

    assert read_file(path) == read(SMALL.encode())


def test_two_compressed_members_are_one_file():
    half = len(SMALL) // 2
    content = gzip.compress(SMALL[:half].encode()) + gzip.compress(SMALL[half:].encode())

    assert read(content) == read(SMALL.encode())


def test_line_ends_byte_marks_and_blank_lines_of_other_systems_are_read():
    windows = b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode()

    assert read(windows) == read(SMALL.encode())
    assert read(SMALL.replace("PROJECTS", "\n  \nPROJECTS").encode()) == read(SMALL.encode())


def test_a_name_may_hold_semicolons_and_quotation_marks():
    file = swapped("Well", '"Well; ""the deep"" one"')

    assert file.election.options[0].name == 'Well; "the deep" one'


def test_a_quoted_name_may_run_over_lines():
    file = swapped("Well", '"Well\nand pump"')

    assert file.election.options[0].name == "Well\nand pump"
    assert damage("Well;1", '"Well\nand pump";7') == (11, "selected is '7', not 0, 1, 2 or 3")


def test_quotation_marks_that_quote_nothing_mean_themselves():
    file = swapped("Well", '"Deep" well')

    assert file.election.options[0].name == '"Deep" well'


def test_costs_with_decimals_become_whole_units():
    file = swapped("a;60;", "a;60.25;")

    assert file.election.units_per_currency == 100
    assert [option.cost for option in file.election.options] == [6025, 5000, 4000]
    assert file.election.budget == 10_000


def test_trailing_zeros_need_no_smaller_unit():
    assert swapped("budget;100", "budget;100.00").election == read(SMALL.encode()).election


def test_a_sentinel_cost_means_withdrawn():
    file = swapped("b;50;", "b;999999999;")

    assert [option.is_withdrawn for option in file.election.options] == [False, True, False]


def test_a_project_named_twice_on_a_ballot_counts_once():
    assert swapped("1;a,c;", "1;a,c,a;").profile == read(SMALL.encode()).profile


def test_an_empty_ballot_counts_as_a_ballot():
    file = swapped("3;b;", "3;;")

    assert file.profile.ballots == 3
    assert file.profile.votes(3) == (2, 0, 1)


def test_a_side_rule_is_not_an_official_winner():
    assert swapped("Park;1", "Park;2").official_winners == {0}
    assert swapped("Park;1", "Park;3").selected == (1, 0, 3)


def test_without_the_column_there_is_no_official_outcome():
    text = "\n".join(line for line in SMALL.split("\n"))
    for old, new in ((";selected", ""), ("Well;1", "Well"), ("Road;0", "Road"), ("Park;1", "Park")):
        text = text.replace(old, new)

    assert read(text.encode()).official_winners is None


@pytest.mark.parametrize(
    ("vote_type", "reading"),
    [
        ("approval", Reading.APPROVALS),
        ("ordinal", Reading.RANKING),
        ("choose-1", Reading.APPROVALS),
    ],
)
def test_ballots_are_read_as_their_vote_type_says(vote_type, reading):
    profile = swapped("vote_type;approval", f"vote_type;{vote_type}").profile

    assert profile.reading is reading


@pytest.mark.parametrize("vote_type", ["cumulative", "scoring"])
def test_points_are_read(vote_type):
    text = SMALL.replace("approval", vote_type).replace("vote;age;sex", "vote;points;sex")
    text = text.replace("1;a,c;34;F", "1;a,c;7,3;F").replace("2;a;61;M", "2;a;-2;M")
    file = read(text.replace("3;b;;", "3;b,b;1,2;").encode())

    assert file.profile.reading is Reading.POINTS
    assert dict(zip(file.profile.rows, file.profile.marks, strict=True)) == {
        (0, 2): (7, 3),
        (0,): (-2,),
        (1,): (3,),
    }


def test_a_ranking_keeps_its_order():
    text = SMALL.replace("approval", "ordinal").replace("1;a,c;", "1;c,a;")

    assert (2, 0) in read(text.encode()).profile.rows


@pytest.mark.parametrize(
    ("old", "new", "line", "cause"),
    [
        ("META\n", "", 1, "expected the section META, found 'key'"),
        ("key;value", "name;value", 2, "META has no column 'key'"),
        ("num_votes;3", "num_votes", 5, "META has no value for 'num_votes'"),
        ("rule;greedy", "budget;7", 8, "META names 'budget' twice"),
        ("budget;100", "budget;", 6, "META does not tell the budget"),
        ("budget;100", "town;x", 1, "META does not tell the budget"),
        ("budget;100", "budget;1,000", 6, "the budget '1,000' is not an amount of money"),
        ("budget;100", "budget;-5", 6, "the budget '-5' is not an amount of money"),
        ("budget;100", "budget;1e9", 6, "the budget '1e9' is not an amount of money"),
        ("vote_type;approval", "vote_type;shouting", 7, "is none of approval, choose-1"),
        ("PROJECTS\n", "", 13, "expected the section PROJECTS, found 'VOTES'"),
        ("project_id;cost", "id;cost", 10, "PROJECTS has no column 'project_id'"),
        ("votes;name", "name;name", 10, "PROJECTS has two columns of the same name"),
        ("a;60;2;Well;1", "a;60;2;Well", 11, "a project has 4 fields instead of 5"),
        ("b;50;", "a;50;", 12, "project_id 'a' is there twice"),
        ("b;50;", ";50;", 12, "no project_id"),
        ("b;50;", "b;dear;", 12, "the cost 'dear' is not an amount of money"),
        ("Road;0", "Road;yes", 12, "selected is 'yes', not 0, 1, 2 or 3"),
        ("Road;0", '"Road;0', 12, "a quotation mark is opened and never closed"),
        ("voter_id;vote;", "voter_id;choice;", 15, "VOTES has no column 'vote'"),
        ("2;a;61;M", "2;a;61", 17, "a vote has 3 fields instead of 4"),
        ("2;a;61;M", "2;a,z;61;M", 17, "a vote names project 'z', which is not there"),
        ("2;a;61;M", "1;a;61;M", 17, "voter '1' has voted before in this file"),
        ("2;a;61;M\n", "", 5, "num_votes is 3, and there are 2"),
        ("num_projects;3", "num_projects;4", 4, "num_projects is 4, and there are 3"),
    ],
)
def test_a_damaged_file_gets_its_line_and_one_cause(old, new, line, cause):
    told = damage(old, new)

    assert told[0] == line
    assert cause in told[1]


def test_damaged_points_get_their_line_and_cause():
    pointed = SMALL.replace("approval", "cumulative").replace("vote;age;sex", "vote;points;sex")
    for bad, cause in (
        ("2;a;1,2;M", "a vote gives 2 points to 1 projects"),
        ("2;a;many;M", "'many' is not a whole number of points"),
        ("2;a;0.5;M", "'0.5' is not a whole number of points"),
    ):
        text = pointed.replace("1;a,c;34;F", "1;a,c;1,2;F").replace("2;a;61;M", bad)
        with pytest.raises(DamagedFile, match=cause) as caught:
            read(text.replace("3;b;;", "3;b;1;").encode())
        assert caught.value.line == 17


def test_a_file_cut_anywhere_is_told_from_a_whole_one():
    whole = SMALL.encode()
    for end in range(len(whole) - len("3;b;;\n")):
        with pytest.raises(DamagedFile):
            read(whole[:end])


def test_a_compressed_file_cut_anywhere_is_told_from_a_whole_one():
    whole = gzip.compress(SMALL.encode())
    for end in range(2, len(whole) - 1):
        with pytest.raises(DamagedFile):
            read(whole[:end])


def test_text_that_is_not_utf_8_gets_its_line():
    with pytest.raises(DamagedFile) as caught:
        read(SMALL.replace("Road", "Rue \xe9").encode("latin-1"))

    assert (caught.value.line, caught.value.cause) == (12, "the text is not UTF-8")


@settings(max_examples=400)
@given(st.binary(max_size=200))
def test_no_bytes_at_all_make_it_fall_over(content):
    with pytest.raises(DamagedFile):
        read(content)


@settings(max_examples=400)
@given(st.data())
def test_no_small_change_makes_it_fall_over(data):
    at = data.draw(st.integers(0, len(SMALL) - 1))
    put = data.draw(st.text(alphabet='";,\n\r\0a19.-é', max_size=3))
    taken = data.draw(st.integers(0, 4))

    error = None
    try:
        read((SMALL[:at] + put + SMALL[at + taken :]).encode())
    except DamagedFile as damaged:
        error = damaged

    if error is not None:
        assert 1 <= error.line <= SMALL.count("\n") + 5
        assert "\n" not in error.cause
