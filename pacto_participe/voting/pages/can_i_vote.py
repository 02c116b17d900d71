"""Everything that the page "Can I vote?" may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from pacto_participe.accounts.domain.eligibility import Eligibility
from pacto_participe.kernel.languages import Texts
from pacto_participe.voting.charter import Charter, VoteState


@dataclass(frozen=True, slots=True)
class OtherVote:
    """Another vote of the town, open or soon."""

    title: Texts
    state: str
    url: str


@dataclass(frozen=True, slots=True)
class OwnLineShown:
    """Where somebody stands on the roll that is fixed. `standing` is a Standing, or "no_residence".

    `area`: where they are counted, None once the vote is over, as nothing tells it then. `line`: in groups.
    """

    standing: str
    fixed_at: datetime | None = None
    area: str | None = None
    verified_at: datetime | None = None
    method: str = ""
    line: tuple[str, ...] = ()
    is_open: bool = True  # whether the close is still to come
    may_vote: bool = False  # by what is noted of them now


@dataclass(frozen=True, slots=True)
class CanIVotePage:
    """The rule in words, the questions that it needs, and the answer. `part` is a Part, or "" before one.

    `why`: the reason as it is for this person; `others`: votes that are open to them instead.
    """

    template: ClassVar[str] = "voting/can_i_vote.html"

    charter: Charter
    state: VoteState
    rule: Eligibility
    who: tuple[str, ...]
    questions: tuple[str, ...]
    answers: Mapping[str, str]
    missing: tuple[str, ...]
    part: str
    is_signed_in: bool
    is_own: bool = False
    has_voted: bool = False  # a ballot of theirs is in the box, and can be changed still
    why: str = ""
    others: tuple[OtherVote, ...] = ()
    line: OwnLineShown | None = None
