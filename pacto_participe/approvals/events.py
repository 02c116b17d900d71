"""What happens between the two, as it is written down."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FourEyesTurnedOn:
    """The collectivity asks for a second person from now on. `change` counts."""

    tag: ClassVar[str] = "approvals:four-eyes:on"

    change: int


@dataclass(frozen=True, slots=True)
class FourEyesTurnedOff:
    """Two people agreed that one suffices again."""

    tag: ClassVar[str] = "approvals:four-eyes:off"

    change: int


@dataclass(frozen=True, slots=True)
class ApprovalAsked:
    """Somebody asks for an act that needs a second person."""

    tag: ClassVar[str] = "approvals:approval:asked"

    approval_id: str
    act: str
    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class ApprovalDecided:
    """It was confirmed and done, declined or taken back."""

    tag: ClassVar[str] = "approvals:approval:decided"

    approval_id: str
    act: str
    subject: str
    verdict: str
