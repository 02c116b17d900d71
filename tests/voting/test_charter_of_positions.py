"""Where projects lie is frozen with the rules: charters without it keep every byte."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pacto_participe.kernel.positions import Position
from pacto_participe.voting.charter import FORMAT, FORMAT_OF_A_RULE, Charter
from tests.voting.charters import charter_of
from tests.voting.test_charter_of_a_rule import FINGERPRINT, stored

SOUK = Position(2_969_740, -973_160)
POSITIONS = st.none() | st.builds(
    Position, st.integers(-9_000_000, 9_000_000), st.integers(-18_000_000, 18_000_000)
)


def placed(*positions: Position | None) -> Charter:
    charter = charter_of([5_000_000, 7_000_000, 2_000_000])
    projects = tuple(
        replace(project, position=position)
        for project, position in zip(charter.projects, positions, strict=True)
    )
    return replace(charter, projects=projects)


def test_without_a_position_text_and_fingerprint_are_what_they_were() -> None:
    charter = placed(None, None, None)

    assert (charter.text, charter.fingerprint) == (stored(), FINGERPRINT)


@given(st.tuples(POSITIONS, POSITIONS, POSITIONS))
def test_every_position_reads_back_as_it_was_written(positions) -> None:
    charter = placed(*positions)

    read = Charter.from_text(charter.text)

    assert read == charter
    assert read.text == charter.text
    has_any = any(position is not None for position in positions)
    assert json.loads(charter.text)["format"] == (FORMAT_OF_A_RULE if has_any else FORMAT)
    assert ("positions" in json.loads(charter.text)) is has_any


def test_a_position_is_plain_to_read_and_part_of_the_fingerprint() -> None:
    charter = placed(None, SOUK, None)

    assert json.loads(charter.text)["positions"] == {"2": ["29.69740", "-9.73160"]}
    assert charter.fingerprint != FINGERPRINT
    assert (
        charter.fingerprint != placed(None, replace(SOUK, latitude_e5=2_969_741), None).fingerprint
    )


@pytest.mark.parametrize(
    "positions",
    [
        {"9": ["29.69740", "-9.73160"]}, {"2": ["29.6974", "-9.73160"]}, {"2": [29.6974, -9.7316]},
        {"2": ["29.69740"]}, {"2": ["-9.73160", "229.69740"]}, {"2": None}, {"2": "29"},
    ],
)  # fmt: skip
def test_what_no_charter_writes_is_refused(positions) -> None:
    plain = json.loads(placed(None, SOUK, None).text)

    with pytest.raises((ValueError, TypeError)):
        Charter.from_text(json.dumps(plain | {"positions": positions}))
