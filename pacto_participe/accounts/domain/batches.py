"""Batches of codes: letters that are posted, and sheets that a mediator of a douar takes along."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pacto_participe.accounts.domain.people import Method
from pacto_participe.accounts.domain.slips import slip_code

MOST_LETTERS = 5000
MOST_STRIPS = 50
LEAST_DAYS, MOST_DAYS = 3, 90
LETTER_DAYS = 30
SHEET_DAYS = 14


class CancelReason(StrEnum):
    """Why the codes of a batch are worth nothing any more: the fixed list."""

    PRINT_LOST = "print_lost"
    FILE_WRONG = "file_wrong"
    NOT_HANDED_OUT = "not_handed_out"
    MISUSED = "misused"


class CodeState(StrEnum):
    """What becomes of a code when somebody types it."""

    GOOD = "good"
    USED = "used"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch. `number` counts the batches of a method in a town; `made_by` is a role."""

    batch_id: str
    method: Method
    number: int
    district: str
    size: int
    made_by: str
    made_at: datetime
    expires_at: datetime
    cancelled_at: datetime | None
    cancelled_by: str
    reason: CancelReason | None

    def state_of_code(self, used_at: datetime | None, now: datetime) -> CodeState:
        """Used tells more than cancelled, and cancelled more than expired."""
        if used_at is not None:
            return CodeState.USED
        if self.cancelled_at is not None:
            return CodeState.CANCELLED
        return CodeState.GOOD if now < self.expires_at else CodeState.EXPIRED


def new_codes(key: bytes, chances: list[str]) -> list[str]:
    """A code for each random text. The texts are kept nowhere: nobody can make the codes again."""
    return [slip_code(key, chance) for chance in chances]


def birth_lock(key: bytes, code: str, born: date) -> str:
    """A birth date bound to its code: whoever has not the code cannot try dates against it."""
    return hmac.new(key, f"letter:{code}:{born.isoformat()}".encode(), hashlib.sha256).hexdigest()
