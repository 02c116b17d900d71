"""Everything that the templates of this feature may see."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from pacto_participe.web.sentences import ToldProblems, sentence_at


@dataclass(frozen=True, slots=True)
class ApprovalLine:
    """One request. `is_mine`: asked by who looks, who may take it back and not confirm it."""

    approval_id: str
    act: str
    subject: str
    detail: str
    address: str  # where the thing is read, "" when there is no such page
    reason: str
    asked_at: datetime
    expires_at: datetime
    is_mine: bool
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalsPage:
    """What waits for a second person, what became of the rest, and whether two are needed."""

    template: ClassVar[str] = "approvals/approvals.html"

    is_on: bool
    is_alone: bool  # two are needed, and there is one
    waiting: tuple[ApprovalLine, ...]
    past: tuple[ApprovalLine, ...]
    reason: str = ""
    problems: ToldProblems = ()
    done: str = ""

    @property
    def reason_problem(self) -> str:
        return sentence_at(self.problems, "reason")
