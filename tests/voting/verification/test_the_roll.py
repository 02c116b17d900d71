"""What anyone can check of the roll: the lines under both fingerprints, and no ballot outside of it."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pacto_participe.voting.publication.roll import fingerprint_of, line_of
from pacto_participe.voting.verification import Grade, findings_of
from tests.voting.verification.publications import (
    SIXTY_BALLOTS,
    charter_of_five,
    publication,
    resealed,
)


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return publication(charter_of_five(), SIXTY_BALLOTS, roll=(390, 25))


def failures(files: dict[str, bytes]) -> set[str]:
    return {found.code for found in findings_of(files) if found.grade is Grade.FAIL}


def with_roll(
    files: dict[str, bytes], change: Callable[[dict[str, Any]], None]
) -> dict[str, bytes]:
    """Another roll.json, well written, with result.json and SHA256SUMS to match."""
    roll, result = json.loads(files["roll.json"]), json.loads(files["result.json"])
    change(roll)
    result["roll"] = {name: roll[name] for name in ("frozen", "closed", "left")}
    text = json.dumps(result, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"
    return resealed(files, roll_json=json.dumps(roll).encode(), result_json=text)


def test_a_roll_as_it_was_made_passes(files: dict[str, bytes]) -> None:
    [roll] = [found for found in findings_of(files) if found.code == "roll"]

    assert roll.grade is Grade.PASS
    assert roll.told == "390 people before the opening, 415 at the close, 60 ballots"
    assert not failures(files)
    assert not failures(with_roll(files, lambda roll: None))


def test_a_publication_from_before_there_were_rolls_passes_as_it_did() -> None:
    old = publication(charter_of_five(), SIXTY_BALLOTS)

    assert not failures(old)
    assert "roll" not in {found.code for found in findings_of(old)}


def test_a_roll_that_is_taken_away_or_brought_in_is_found(files: dict[str, bytes]) -> None:
    without = {name: content for name, content in files.items() if name != "roll.json"}
    old = publication(charter_of_five(), SIXTY_BALLOTS)

    assert "sums" in failures(without)
    assert "roll" in failures(resealed(without))
    assert "sums" in failures(resealed(old | {"roll.json": files["roll.json"]}))


def _more_people(roll: dict[str, Any]) -> None:
    roll["closed"]["people"] += 1


def _another_line(roll: dict[str, Any]) -> None:
    roll["lines"]["frozen"][0] = "0" * 64


def _line_moved(roll: dict[str, Any]) -> None:
    """Someone who came late stands on the roll of before the opening; the lines are the same in all."""
    roll["lines"]["frozen"] = sorted([*roll["lines"]["frozen"], roll["lines"]["added"].pop()])
    roll["frozen"]["people"] += 1


def _line_twice(roll: dict[str, Any]) -> None:
    roll["lines"]["added"] = sorted([*roll["lines"]["added"], roll["lines"]["frozen"][0]])
    roll["closed"]["people"] += 1


def _no_lines(roll: dict[str, Any]) -> None:
    roll["lines"] = {"frozen": [], "added": []}


def _fewer_than_voted(roll: dict[str, Any]) -> None:
    """Consistent in itself, and too small for the box."""
    lines = roll["lines"]["frozen"][:30]
    roll["lines"] = {"frozen": lines, "added": []}
    for part in ("frozen", "closed"):
        roll[part] |= {"people": 30, "fingerprint": fingerprint_of(lines)}


def _not_sorted(roll: dict[str, Any]) -> None:
    roll["lines"]["frozen"].reverse()


def _not_lines(roll: dict[str, Any]) -> None:
    roll["lines"]["frozen"] = [1, None, "x"]


@pytest.mark.parametrize("change", [
    _more_people, _another_line, _line_moved, _line_twice, _no_lines, _fewer_than_voted, _not_sorted,
    _not_lines,
])  # fmt: skip
def test_a_roll_that_was_changed_with_care_is_found(
    files: dict[str, bytes], change: Callable[[dict[str, Any]], None]
) -> None:
    assert "roll" in failures(with_roll(files, change))


@pytest.mark.parametrize("turnout", [
    {"entitled": 59},
    {"entitled": None},
    {"by_area": [{"name": "Centre", "voted": 31, "entitled": 30}]},
    {"by_area": [{"name": "Centre", "voted": 31, "entitled": None}]},
    {"by_area": [{"name": "A", "voted": 1, "entitled": 300}, {"name": "B", "voted": 1, "entitled": 300}]},
    {"by_area": {}},
    {"by_area": [None]},
])  # fmt: skip
def test_more_ballots_than_people_are_found_in_all_and_in_each_area(
    files: dict[str, bytes], turnout: dict[str, Any]
) -> None:
    result = json.loads(files["result.json"])
    result["turnout"] |= turnout
    text = json.dumps(result, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"

    assert "roll" in failures(resealed(files, result_json=text))


def test_areas_that_hold_no_more_ballots_than_people_pass(files: dict[str, bytes]) -> None:
    result = json.loads(files["result.json"])
    result["turnout"]["by_area"] = [{"name": "Centre", "voted": 31, "entitled": 31}]
    text = json.dumps(result, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"

    assert not failures(resealed(files, result_json=text))


def test_a_roll_that_result_json_does_not_know_is_found(files: dict[str, bytes]) -> None:
    roll = json.loads(files["roll.json"])
    roll["left"] += 1

    assert "roll" in failures(resealed(files, roll_json=json.dumps(roll).encode()))


@pytest.mark.parametrize("content", [
    b"", b"\xff\xfe", b"[]", b"{}", b"null", b"1", b'"text"', b"[" * 200_000, b'{"lines": []}',
    b'{"format": "pacto-participe/roll/1", "lines": {"frozen": null, "added": null}}',
])  # fmt: skip
def test_a_roll_that_is_something_else_altogether_is_found(
    files: dict[str, bytes], content: bytes
) -> None:
    assert "roll" in failures(resealed(files, roll_json=content))


def _tree(leaves: list[bytes]) -> bytes:
    """RFC 9162, section 2.1.1, word by word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\1" + _tree(leaves[:split]) + _tree(leaves[split:])).digest()


@given(st.integers(0, 70))
def test_the_fingerprint_is_the_tree_of_the_standard(people: int) -> None:
    lines = [line_of(b"key", str(number)) for number in range(people)]

    expected = _tree([bytes.fromhex(line) for line in sorted(lines)]).hex()
    assert fingerprint_of(lines) == fingerprint_of(reversed(lines)) == expected
