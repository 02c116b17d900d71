"""A publication as the town made it passes; whatever is changed in it is found."""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from pacto_participe.accounts.domain.eligibility import Who
from pacto_participe.kernel.positions import Position
from pacto_participe.voting.ballots import BALLOT_KINDS
from pacto_participe.voting.domain import PRESETS, Parameters, Score, Unaffordable
from pacto_participe.voting.verification import Grade, NotAPublication, findings_of
from tests.voting.verification.publications import (
    SIXTY_BALLOTS,
    charter_of_five,
    publication,
    resealed,
)


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return publication(charter_of_five(), SIXTY_BALLOTS)


def failures(files: dict[str, bytes]) -> set[str]:
    return {found.code for found in findings_of(files) if found.grade is Grade.FAIL}


def grades(files: dict[str, bytes]) -> dict[str, Grade]:
    return {found.code: found.grade for found in findings_of(files)}


def test_a_publication_as_it_was_made_passes_every_check(files):
    assert set(grades(files).values()) == {Grade.PASS}
    assert grades(files).keys() >= {
        "sums", "charter", "fingerprint", "ballots-agree", "ballots-valid", "box", "turnout",
        "count-votes", "count-winners", "count-cost", "count-rounds", "count-ties",
        "count-reasons", "projects", "minutes",
    }  # fmt: skip


def placed(charter):
    """The second project at the souk, the others nowhere."""
    first, second, *rest = charter.projects
    souk = replace(second, position=Position(2_969_740, -973_160))
    return replace(charter, projects=(first, souk, *rest))


def test_a_publication_that_says_where_projects_lie_passes_and_says_it_in_every_file():
    made = publication(placed(charter_of_five()), SIXTY_BALLOTS)

    assert set(grades(made).values()) == {Grade.PASS}
    header, *lines = made["projects.csv"].decode("utf-8-sig").splitlines()
    assert header.endswith(",cost,votes,funded,latitude,longitude")
    assert [line.rsplit(",", 2)[1:] for line in lines[:2]] == [["", ""], ["29.69740", "-9.73160"]]
    assert b"selected;latitude;longitude\n" in made["ballots.pb"]


def test_without_a_position_no_column_is_added(files):
    assert b"latitude" not in b"".join(files.values())


def test_a_position_that_was_changed_in_one_file_is_found():
    made = publication(placed(charter_of_five()), SIXTY_BALLOTS)
    for name, code in (("projects.csv", "projects"), ("ballots.pb", "ballots-agree"),
                       ("manifest.json", "fingerprint")):  # fmt: skip
        moved = {**made, name: made[name].replace(b"29.69740", b"29.69741")}

        assert code in failures(resealed(moved)), name


@pytest.mark.parametrize("preset", PRESETS)
def test_every_counting_rule_passes(preset):
    made = publication(charter_of_five(parameters=PRESETS[preset]), SIXTY_BALLOTS)

    assert not failures(made)


@pytest.mark.parametrize(("kind", "limits", "score", "ballots"), [
    ("choose-one", {"allow_none": True}, Score.VOTES, {"1": 30, "4": 25, "": 3}),
    ("knapsack", {"budget": 120_000_000}, Score.VOTES, {"1,2,4": 30, "3,5": 25}),
    ("points", {"total": 10, "max_each": 5, "min_projects": 2}, Score.POINTS,
     {"1:5,2:5": 30, "3:2,4:4,5:4": 21, "1:1,5:5": 4}),
    ("ranking", {"top": 3}, Score.BORDA, {"1,4": 30, "4,1,3": 21, "2": 4}),
])  # fmt: skip
@pytest.mark.parametrize("rule", ["most-votes", "equal-shares"])
def test_every_ballot_kind_passes(kind, limits, score, ballots, rule):
    assert kind in BALLOT_KINDS
    top = 3 if score is Score.BORDA else None
    parameters = Parameters(rule=rule, score=score, borda_top=top, mes_increment=1)
    charter = charter_of_five(ballot_kind=kind, ballot_limits=limits, parameters=parameters)

    assert not failures(publication(charter, ballots))


def test_a_project_paid_in_part_is_told_in_both_files():
    parameters = Parameters(
        unaffordable=Unaffordable.STOP_THEN_FUND_NEXT, fund_next_share=Fraction(4, 5)
    )
    charter = charter_of_five(budget_cents=110_000_000, parameters=parameters)

    assert not failures(publication(charter, SIXTY_BALLOTS))


def test_a_lot_that_was_completed_is_drawn_again():
    parameters = Parameters(ties=("lot",))
    charter = charter_of_five(budget_cents=60_000_000, parameters=parameters)
    made = publication(charter, {"4": 30, "5": 30}, completion="3 1 4 1 5")

    assert not failures(made)

    result = json.loads(made["result.json"])
    assert result["lot"]["needed"]
    result["lot"]["completion"] = "2 7 1 8 2"
    result["winners"] = ["5" if result["winners"] == ["4"] else "4"]
    assert "count-winners" in failures(forged(made, result)) or "count-rounds" in failures(
        forged(made, result)
    )


def test_a_vote_whose_lot_is_still_awaited_is_no_result():
    parameters = Parameters(ties=("lot",))
    charter = charter_of_five(budget_cents=60_000_000, parameters=parameters)
    made = publication(charter, {"4": 30, "5": 30}, completion="3 1 4 1 5")
    result = json.loads(made["result.json"])
    result["lot"]["completion"] = None

    assert "count-numbers" in failures(forged(made, result))


def forged(files: dict[str, bytes], result: object) -> dict[str, bytes]:
    """Another result.json, well written, with SHA256SUMS to match."""
    text = json.dumps(result, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    return resealed(files, result_json=text.encode())


# A forger who writes every file well, and SHA256SUMS too


@pytest.mark.parametrize(("path", "value", "code"), [
    (("winners",), ["2", "1", "4"], "count-winners"),
    (("winners",), ["1", "2"], "count-winners"),
    (("projects", 2, "funded"), True, "count-winners"),
    (("projects", 2, "votes"), 21, "count-votes"),
    (("projects", 2, "score"), "21", "count-votes"),
    (("projects", 2, "cost_cents"), "1", "count-votes"),
    (("projects", 2, "why", "code"), "no-support", "count-reasons"),
    (("projects", 2, "why", "numbers", "short"), "1", "count-reasons"),
    (("projects", 2, "votes"), 20.0, "count-votes"),
    (("spent_cents",), "111999999", "count-cost"),
    (("budget_cents",), "120000001", "count-cost"),
    (("rounds", 1, "left_cents"), "1", "count-rounds"),
    (("rounds",), [], "count-rounds"),
    (("ties", 0, "decisive"), "no", "count-ties"),
    (("numbers",), {"share": "1"}, "count-numbers"),
    (("box", "ballots"), 61, "box"),
    (("box", "blank"), 3, "box"),
    (("box", "fingerprint"), "0" * 64, "box"),
    (("charter",), "0" * 64, "fingerprint"),
    (("lot", "seed"), "other", "count-numbers"),
    (("turnout", "entitled"), 59, "turnout"),
    (("turnout", "entitled"), "many", "turnout"),
    (("turnout", "voted"), 59, "turnout"),
    (("turnout", "by_channel"), [{"voted": 50}, {"voted": 11}], "turnout"),
    (("counted_at",), "2026-11-30T23:00:00+00:00", "result-form"),
    (("comparison", "winners"), ["1"], "comparison"),
    (("comparison", "overall", "ours"), 60, "comparison"),
    (("comparison",), None, "comparison"),
    (("projects",), None, "count-votes"),
    (("box",), None, "box"),
    (("turnout",), [], "turnout"),
])  # fmt: skip
def test_a_false_statement_in_the_result_is_found(files, path, value, code):
    result = json.loads(files["result.json"])
    *way, last = path
    place = result
    for step in way:
        place = place[step]
    place[last] = value

    assert code in failures(forged(files, result))


def test_belenios_3_1_a_ballot_more_is_found_even_when_everything_else_is_made_to_fit(files):
    """The box was sealed in public: its fingerprint stands in the result and in the minutes."""
    stuffed = publication(charter_of_five(), {**SIXTY_BALLOTS, "3": 10})
    mixed = resealed(files, ballots_csv=stuffed["ballots.csv"], ballots_pb=stuffed["ballots.pb"])

    assert failures(mixed) >= {"box", "count-votes"}


def test_the_two_ballot_files_must_agree(files):
    other = publication(charter_of_five(), {**SIXTY_BALLOTS, "3": 10})

    assert "ballots-agree" in failures(resealed(files, ballots_pb=other["ballots.pb"]))


def test_other_costs_in_the_exchange_file_are_found(files):
    changed = files["ballots.pb"].replace(b"1;280000;", b"1;280001;")

    assert changed != files["ballots.pb"]
    assert "ballots-agree" in failures(resealed(files, ballots_pb=changed))


def test_other_winners_in_the_exchange_file_are_found(files):
    lines = files["ballots.pb"].decode().split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith("3;620000"))
    lines[at] = lines[at][:-1] + "1"

    assert "ballots-pb" in failures(resealed(files, ballots_pb="\n".join(lines).encode()))


def test_ballots_in_the_order_of_voting_are_found(files):
    header, *lines = files["ballots.csv"].split(b"\n")
    lines[0], lines[-2] = b"1," + lines[-2].split(b",", 1)[1], b"60," + lines[0].split(b",", 1)[1]
    shuffled = b"\n".join((header, *lines))

    assert failures(resealed(files, ballots_csv=shuffled)) == {"ballots-form"}


def test_a_ballot_beyond_its_limits_is_found():
    made = publication(charter_of_five(), {**SIXTY_BALLOTS, "1,2,3,4": 1})

    assert failures(made) == {"ballots-valid"}


def test_an_original_file_that_breaks_its_own_limits_is_noted():
    charter = charter_of_five(source="Pabulib, Poland, Świecie 2023")
    made = publication(charter, {**SIXTY_BALLOTS, "1,2,3,4": 1}, entitled=None)

    assert not failures(made)
    assert grades(made)["ballots-valid"] is Grade.NOTE
    assert grades(made)["turnout"] is Grade.NOTE


@pytest.mark.parametrize(("winners", "agrees", "differs", "grade"), [
    (["1", "2", "4"], True, [], Grade.PASS),
    (["1", "2"], False, ["4"], Grade.NOTE),
    (["1", "2"], True, [], Grade.FAIL),
    (["1", "2"], False, [], Grade.FAIL),
])  # fmt: skip
def test_whether_the_citys_own_outcome_agrees_is_told_truly(winners, agrees, differs, grade):
    official = {"winners": winners, "source": "a city", "agrees": agrees, "differs": differs}
    made = publication(charter_of_five(source="a city"), SIXTY_BALLOTS, official=official)

    assert grades(made)["official"] is grade


# A vote too small to publish its ballots


def test_a_small_vote_says_what_the_public_cannot_check(files):
    made = publication(charter_of_five(), {"1,4": 20, "2": 9})

    assert "ballots.csv" not in made
    assert not failures(made)
    notes = {code for code, grade in grades(made).items() if grade is Grade.NOTE}
    assert notes == {"ballots-agree", "ballots-valid", "box", "comparison", "count"}
    assert grades(made)["count-winners"] is Grade.PASS


def test_a_small_vote_counted_wrongly_from_its_totals_is_found():
    made = publication(charter_of_five(), {"1,4": 20, "2": 9})
    result = json.loads(made["result.json"])
    result["winners"].reverse()

    assert "count-winners" in failures(forged(made, result))


def test_a_small_vote_by_equal_shares_is_left_to_observers():
    made = publication(charter_of_five(parameters=PRESETS["equal-shares"]), {"1,4": 20, "2": 9})

    assert not failures(made)
    assert "count-winners" not in grades(made)


def test_a_large_vote_cannot_pass_for_a_small_one(files):
    hidden = {name: content for name, content in files.items() if "ballots" not in name}

    assert "sums" in failures(resealed(hidden))


def test_a_small_vote_whose_ballots_are_published_is_found():
    made = publication(charter_of_five(fewest_ballots_published=10), {"1,4": 20, "2": 9})
    strict = publication(charter_of_five(), {"1,4": 20, "2": 9})
    leaked = resealed(strict, ballots_csv=made["ballots.csv"])

    assert "sums" in failures(leaked)


# Files missing, extra, reordered, cut short, or not what they are called


@pytest.mark.parametrize("name", [
    "SHA256SUMS", "manifest.json", "projects.csv", "result.json", "ballots.csv", "ballots.pb",
    "minutes.ar.html", "minutes.fr.html",
])  # fmt: skip
def test_a_missing_file_is_found(files, name):
    rest = {other: content for other, content in files.items() if other != name}

    assert failures(rest)
    if name != "SHA256SUMS":
        assert failures(resealed(rest))


def test_the_look_of_the_minutes_is_there_as_the_list_says(files):
    rest = {name: content for name, content in files.items() if name != "minutes.css"}

    assert "sums" in failures(rest)
    assert "sums" in failures({**files, "minutes.css": b"p{display:none}"})
    assert "sums" in failures({**resealed(rest), "minutes.css": b"p{margin:0}"})
    assert not failures(
        resealed(rest)
    )  # as publications were before minutes had a look of their own


def test_a_file_more_is_found(files):
    assert "sums" in failures({**files, "notes.txt": b"read me"})
    assert "sums" in failures(resealed({**files, "notes.txt": b"read me"}))


def test_the_lines_of_the_list_of_files_have_one_order(files):
    lines = files["SHA256SUMS"].splitlines(keepends=True)

    for at in range(len(lines)):
        moved = lines[:at] + lines[at + 1 :] + [lines[at]]
        if moved != lines:
            assert "sums" in failures({**files, "SHA256SUMS": b"".join(moved)})
        doubled = [*lines[: at + 1], *lines[at:]]
        assert "sums" in failures({**files, "SHA256SUMS": b"".join(doubled)})


@pytest.mark.parametrize("name", ["manifest.json", "result.json", "ballots.csv", "ballots.pb"])
@pytest.mark.parametrize("content", [
    b"", b"\xff\xfe", b"[]", b"{}", b"null", b"1", b'"text"', b"[" * 200_000, b"META\n", b"a,b\n",
    b'{"format":"pacto-participe/charter/1"}', b'{"projects":5}', b"9" * 5000,
])  # fmt: skip
def test_a_file_that_is_something_else_altogether_is_found(files, name, content):
    assert failures(resealed(files, **{name.replace(".", "_"): content}))


def test_what_is_no_publication_is_no_verdict():
    with pytest.raises(NotAPublication):
        findings_of({"holiday.jpg": b"\xff\xd8"})


# Every byte


def test_no_byte_can_be_changed_unnoticed(files):
    unnoticed = [
        (name, at)
        for name, content in files.items()
        for at in range(len(content))
        if not is_refused({**files, name: flipped(content, at, 1)})
    ]

    assert unnoticed == []


def is_refused(files: dict[str, bytes]) -> bool:
    return any(found.grade is Grade.FAIL for found in findings_of(files, stop_at_failure=True))


def flipped(content: bytes, at: int, bit: int) -> bytes:
    return content[:at] + bytes([content[at] ^ bit]) + content[at + 1 :]


@pytest.mark.parametrize("name", ["manifest.json", "projects.csv", "ballots.csv"])
def test_no_byte_can_be_changed_by_who_also_changes_the_list_of_files(files, name):
    """What follows from rules and ballots is made again, byte for byte."""
    key = name.replace(".", "_")
    unnoticed = [
        (at, bit)
        for at in range(0, len(files[name]), 5)
        for bit in (1, 32)
        if not is_refused(resealed(files, **{key: flipped(files[name], at, bit)}))
    ]

    assert unnoticed == []


def test_any_change_of_the_ballots_in_the_exchange_file_is_found(files):
    content = files["ballots.pb"]
    unnoticed = [
        at
        for at in range(content.index(b"VOTES\n"), len(content) - 1, 3)
        if not is_refused(resealed(files, ballots_pb=flipped(content, at, 1)))
    ]

    numbers = {at for at in unnoticed if b";" not in content[content.rindex(b"\n", 0, at) + 1 : at]}
    assert set(unnoticed) == numbers, "only the numbers of the voters mean nothing"


def test_whatever_is_cut_off_is_missed(files):
    for name, content in files.items():
        for length in range(0, len(content), max(1, len(content) // 40)):
            assert is_refused({**files, name: content[:length]}), (name, length)


def test_a_vote_whose_rules_say_more_of_who_may_passes_too():
    charter = charter_of_five(who=Who.CITIZENS, includes_workers=True, age_on=date(2026, 12, 31))

    made = publication(charter, SIXTY_BALLOTS, roll=(380, 20))

    assert not failures(made)
    assert json.loads(made["manifest.json"])["who_may_vote"]["who"] == "citizens"


def test_rules_of_a_newer_version_are_refused_by_name(files):
    newer = json.loads(files["manifest.json"]) | {"quarter": "Centre"}
    text = json.dumps(newer, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    found = findings_of(resealed(files, **{"manifest.json": text.encode()}))

    assert any("written by a newer version: quarter" in str(each) for each in found)
