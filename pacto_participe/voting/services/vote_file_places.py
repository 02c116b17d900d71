"""Where a project lies, as the file of a vote says it, and whether that can be in the town."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pacto_participe.collectivities.domain.places import Unit
from pacto_participe.kernel.positions import Position

# Farther than any project of theirs can be, though communes of the Sahara are as large as Belgium.
MOST_KILOMETRES_OF_A_COMMUNE, MOST_KILOMETRES = 300, 1_000
_TWO_NUMBERS = (
    "must be a latitude and a longitude in degrees, such as [29.6974, -9.7316], without quotes"
)
_OCEAN = "0, 0 is a point of the ocean; leave the position out where it is not known"


def position_of(said: Any) -> Position:
    """Raises ValueError with what to write instead."""
    match said:
        case [int() | Decimal() as latitude, int() | Decimal() as longitude] if not (
            isinstance(latitude, bool) or isinstance(longitude, bool)
        ):
            position = _on_earth(Decimal(latitude), Decimal(longitude))
            if position == Position(0, 0):
                raise ValueError(_OCEAN)
            return position
    raise ValueError(_TWO_NUMBERS)


def _on_earth(latitude: Decimal, longitude: Decimal) -> Position:
    try:
        return Position.of_degrees(latitude, longitude)
    except ValueError as error:
        raise ValueError(f"{_TWO_NUMBERS}; {error}") from None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a town lies, and how far from there its projects may."""

    centre: Position
    most_kilometres: int

    def slip(self, position: Position) -> str:
        """What is wrong with a position that cannot be here; nothing for one that can."""
        if not self._is_far(position):
            return ""
        swapped = position.swapped
        if swapped is not None and not self._is_far(swapped):
            return f"the latitude comes first: perhaps [{', '.join(swapped.written)}]"
        kilometres = self.centre.metres_to(position) // 1000
        return f"is {kilometres} kilometres away from the town; latitude first, and west is below 0"

    def _is_far(self, position: Position) -> bool:
        return self.centre.metres_to(position) > self.most_kilometres * 1000


def surroundings_of(town: Unit) -> Surroundings | None:
    """From the register, which does not know where every commune lies."""
    if town.latitude is None or town.longitude is None:
        return None
    centre = Position.of_degrees(Decimal(str(town.latitude)), Decimal(str(town.longitude)))
    is_commune = town.type.is_commune
    return Surroundings(centre, MOST_KILOMETRES_OF_A_COMMUNE if is_commune else MOST_KILOMETRES)
