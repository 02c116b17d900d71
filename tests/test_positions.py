"""Where something is on Earth: to the metre, with one writing."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pacto_participe.kernel.positions import Position

TIZNIT = Position(2_969_740, -973_160)
RABAT = Position(3_402_090, -684_160)
positions = st.builds(
    Position, st.integers(-9_000_000, 9_000_000), st.integers(-18_000_000, 18_000_000)
)


def test_a_position_is_written_with_five_decimals() -> None:
    assert TIZNIT.written == ("29.69740", "-9.73160")
    assert Position(-5, 5).written == ("-0.00005", "0.00005")


@given(positions)
def test_what_is_written_reads_back(position: Position) -> None:
    assert Position.from_written(*position.written) == position
    assert Position.found_in(*position.written) == (
        position if position != Position(0, 0) else None
    )


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        ("29.6974", "-9.73160"), ("-0.00000", "9.00000"), ("029.69740", "1.00000"),
        ("+29.69740", "1.00000"), ("29,69740", "1.00000"), ("91.00000", "1.00000"),
        ("29.69740", "180.00001"), ("", "1.00000"), ("nan", "1.00000"), ("٢٩.69740", "1.00000"),
        ("1e1", "1.00000"), ("29.69740 ", "1.00000"),
    ],
)  # fmt: skip
def test_any_other_writing_is_refused_in_what_is_frozen(latitude: str, longitude: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Position.from_written(latitude, longitude)


@pytest.mark.parametrize(
    ("latitude", "longitude", "found"),
    [
        ("52.2633681005657", "21.1571735143661", Position(5_226_337, 2_115_717)),
        ("52,26337", " 21.2 ", Position(5_226_337, 2_120_000)),
        ("-33", "151", Position(-3_300_000, 15_100_000)),
        ("52.204" + "9" * 25, "21", Position(5_220_500, 2_100_000)),
        ("", "", None),
        ("52.2", "", None),
        ("0", "0.0", None),
        ("521.2", "21.1", None),
        ("here", "there", None),
        ("inf", "1", None),
    ],
)
def test_what_others_write_is_understood_or_left_out(
    latitude: str, longitude: str, found: Position | None
) -> None:
    assert Position.found_in(latitude, longitude) == found


@given(st.text(), st.text())
@example("1_0", "2")
def test_no_text_of_a_file_is_a_fault(latitude: str, longitude: str) -> None:
    Position.found_in(latitude, longitude)


def test_what_is_nowhere_on_earth_is_refused() -> None:
    for degrees in ((Decimal("90.00001"), Decimal(0)), (Decimal("NaN"), Decimal(0)),
                    (Decimal(0), Decimal("-Infinity")), (Decimal(0), Decimal("1e30"))):  # fmt: skip
        with pytest.raises(ValueError, match=r"."):
            Position.of_degrees(*degrees)


def test_how_far_two_towns_are_apart() -> None:
    assert 540_000 < TIZNIT.metres_to(RABAT) < 560_000
    assert TIZNIT.metres_to(TIZNIT) == 0
    assert TIZNIT.metres_to(Position(2_969_741, -973_160)) == 1


@given(positions, positions)
def test_it_is_as_far_there_as_back_and_never_more_than_half_around(
    one: Position, other: Position
) -> None:
    assert one.metres_to(other) == other.metres_to(one) <= 20_020_000
