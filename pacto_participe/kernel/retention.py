"""Why personal data may be held (law 09-08), and the record of what was forgotten."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Ground(StrEnum):
    """On which ground something is held: law 09-08, article 4."""

    PUBLIC_TASK = "public_task"
    SECURITY = "security"
    CONSENT = "consent"
    ACCOUNT_OF_PUBLIC_ACTS = "account_of_public_acts"


@dataclass(frozen=True, slots=True)
class DataForgotten:
    """What was kept long enough is gone: numbers of rows by kind of data, never whose."""

    tag: ClassVar[str] = "web:data:forgotten"

    rows: dict[str, int]
