"""The answer of a policy: allowed, or denied for a reason that has a sentence."""

from dataclasses import dataclass
from enum import StrEnum

from pacto_participe.kernel.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Allowed:
    """Yes. True in a condition."""

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Denied:
    """No, and why. False in a condition."""

    reason: StrEnum

    def __bool__(self) -> bool:
        return False


Decision = Allowed | Denied


def require(decision: Decision) -> None:
    """Raise NotAllowed with the reason of a denial."""
    if isinstance(decision, Denied):
        raise NotAllowed(decision.reason)
