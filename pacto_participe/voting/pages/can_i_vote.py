"""Everything that the page "Can I vote?" may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from pacto_participe.voting.charter import Charter


@dataclass(frozen=True, slots=True)
class CanIVotePage:
    """The rule in words, three questions, and the answer. `part` is a Part, or "" before one."""

    template: ClassVar[str] = "voting/can_i_vote.html"

    charter: Charter
    last_day: datetime
    answers: Mapping[str, str]
    missing: tuple[str, ...]
    part: str
    is_own: bool
    is_signed_in: bool
