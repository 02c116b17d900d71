"""What happens to the register, as it is written down."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class RegisterLoaded:
    """A register was loaded and changed something. Numbers of units."""

    tag: ClassVar[str] = "collectivities:register:loaded"

    added: int
    changed: int
