"""A place on Earth: WGS 84, in whole hundred-thousandths of a degree.

One of them is a metre at most. Whole numbers are written the same everywhere, so that what is frozen and
fingerprinted with a position in it has one writing.
"""

import math
import re
from dataclasses import dataclass
from decimal import Decimal

PLACES = 5
UNITS_PER_DEGREE = 100_000
METRES_PER_DEGREE = 111_195  # along a meridian of a ball as large as the Earth
_DEGREES = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{1,30})?")


@dataclass(frozen=True, slots=True)
class Position:
    """Raises ValueError for what is nowhere on Earth."""

    latitude_e5: int
    longitude_e5: int

    def __post_init__(self) -> None:
        if abs(self.latitude_e5) > 90 * UNITS_PER_DEGREE:
            raise ValueError("a latitude lies between -90 and 90")
        if abs(self.longitude_e5) > 180 * UNITS_PER_DEGREE:
            raise ValueError("a longitude lies between -180 and 180")

    @classmethod
    def of_degrees(cls, latitude: Decimal, longitude: Decimal) -> "Position":
        """Rounded to five decimals. Raises ValueError."""
        return cls(_units(latitude), _units(longitude))

    @classmethod
    def from_written(cls, latitude: str, longitude: str) -> "Position":
        """What `written` wrote, and nothing else: of a frozen text each sign counts. Raises ValueError."""
        position = cls.of_degrees(_decimal(latitude), _decimal(longitude))
        if position.written != (latitude, longitude):
            raise ValueError(f"not a position: {latitude[:20]}, {longitude[:20]}")
        return position

    @classmethod
    def found_in(cls, latitude: str, longitude: str) -> "Position | None":
        """What somebody else's file says; None where it says nothing that can be used.

        A point of the ocean, 0 and 0, is what programs write that know no position.
        """
        try:
            position = cls.of_degrees(_decimal(latitude.strip()), _decimal(longitude.strip()))
        except ValueError:
            return None
        return position if position != cls(0, 0) else None

    @property
    def written(self) -> tuple[str, str]:
        """("29.69740", "-9.73160"): latitude, longitude, always with five decimals."""
        return _text(self.latitude_e5), _text(self.longitude_e5)

    @property
    def swapped(self) -> "Position | None":
        """What it would be if somebody wrote the longitude first; None when that is nowhere."""
        try:
            return Position(self.longitude_e5, self.latitude_e5)
        except ValueError:
            return None

    def metres_to(self, other: "Position") -> int:
        """The shortest way over a ball, which the Earth nearly is: to a half in a hundred."""
        north, other_north = _radians(self.latitude_e5), _radians(other.latitude_e5)
        east, other_east = _radians(self.longitude_e5), _radians(other.longitude_e5)
        half = (
            math.sin((other_north - north) / 2) ** 2
            + math.cos(north) * math.cos(other_north) * math.sin((other_east - east) / 2) ** 2
        )
        return round(2 * math.degrees(math.asin(min(1.0, math.sqrt(half)))) * METRES_PER_DEGREE)


def _radians(units: int) -> float:
    return math.radians(units / UNITS_PER_DEGREE)


def _decimal(text: str) -> Decimal:
    if _DEGREES.fullmatch(text) is None or not text.isascii():
        raise ValueError(f"not degrees: {text[:20]!r}")
    return Decimal(text.replace(",", "."))


def _units(degrees: Decimal) -> int:
    if not degrees.is_finite() or abs(degrees) > 1000:
        raise ValueError("not degrees")
    return round(degrees * UNITS_PER_DEGREE)


def _text(units: int) -> str:
    whole, part = divmod(abs(units), UNITS_PER_DEGREE)
    return f"{'-' if units < 0 else ''}{whole}.{part:0{PLACES}d}"
