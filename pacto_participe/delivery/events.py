"""What happens when somebody says how a project stands, as it is written down."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ProjectUpdated:
    """How a funded project stands was published. `update`: which of its updates that is."""

    tag: ClassVar[str] = "delivery:project:updated"

    vote_id: str
    project: int
    update: int
    status: str
    spent_cents: int


@dataclass(frozen=True, slots=True)
class UpdateCorrected:
    """What was said of a project before was corrected by another update; both can be read."""

    tag: ClassVar[str] = "delivery:project:corrected"

    vote_id: str
    project: int
    update: int
    corrects: int
    status: str
    spent_cents: int
