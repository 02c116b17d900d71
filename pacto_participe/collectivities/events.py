"""What happens to the register, as it is written down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class RegisterLoaded:
    """A register was loaded and changed something. Numbers of units."""

    tag: ClassVar[str] = "collectivities:register:loaded"

    added: int
    changed: int


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """A town says something else of itself. `before` and `after` hold no personal values."""

    tag: ClassVar[str] = "collectivities:settings:changed"

    version: int
    changed: tuple[str, ...]
    before: Mapping[str, str]
    after: Mapping[str, str]
