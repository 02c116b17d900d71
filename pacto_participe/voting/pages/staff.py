"""The votes of a town as its staff see them, drafts too, and the acts that each state allows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from pacto_participe.kernel.languages import Texts
from pacto_participe.voting.charter import Charter, CharterProject, VoteState
from pacto_participe.voting.pages.edition import in_groups
from pacto_participe.voting.queries import Vote
from pacto_participe.voting.queries.prepared import PreparedVote
from pacto_participe.voting.wording import rules as words
from pacto_participe.web.sentences import ToldProblems, sentence_at

DRAFT, ANNOUNCED = "draft", VoteState.ANNOUNCED
_OF_THE_RULES = {
    "limits",
    "projects",
    "rule",
}  # what must be right before rules can be said in words


@dataclass(frozen=True, slots=True)
class VoteLine:
    """One vote in the list. `state`: DRAFT, ANNOUNCED or a VoteState."""

    charter: Charter
    state: str


@dataclass(frozen=True, slots=True)
class VotesPage:
    """The votes of a town: what is prepared first, then the last to close."""

    template: ClassVar[str] = "voting/staff/votes.html"

    votes: tuple[VoteLine, ...]


def votes_page(prepared: Sequence[PreparedVote], votes: Iterable[Vote], now: datetime) -> VotesPage:
    """Without the elections of other places."""
    drafts = (VoteLine(each.charter, state_of_prepared(each)) for each in prepared)
    held = (VoteLine(each.charter, each.state(now)) for each in votes if not each.is_imported)
    return VotesPage((*drafts, *held))


def state_of_prepared(prepared: PreparedVote) -> str:
    """Whether everybody can see it."""
    return ANNOUNCED if prepared.is_announced else DRAFT


@dataclass(frozen=True, slots=True)
class RulesTold:
    """The rules in words; the parts that cannot be said yet are empty."""

    ballot: tuple[str, ...]
    rule_name: str
    counting: tuple[str, ...]
    ties: tuple[str, ...]
    who: tuple[str, ...]
    fingerprint: tuple[str, ...]


def rules_told(charter: Charter, who: tuple[str, ...], wrong: set[str]) -> RulesTold:
    """`wrong`: the fields of what is missing. Limits that make no sense have no sentence."""
    can_be_said = not wrong & _OF_THE_RULES
    return RulesTold(
        ballot=words.ballot_rules(charter) if can_be_said else (),
        rule_name=words.rule_name(charter.parameters.rule),
        counting=words.counting_rules(charter) if can_be_said else (),
        ties=words.tie_rules(charter) if can_be_said else (),
        who=who,
        fingerprint=in_groups(charter.fingerprint),
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits for a second person. `is_stale`: what it is about was changed since."""

    act: str
    name: str
    until: datetime
    is_stale: bool


@dataclass(frozen=True, slots=True)
class VotersTyped:
    """The form of who may vote, as it is or as it was typed."""

    minimum_age: str
    who: str
    ties: str


@dataclass(frozen=True, slots=True)
class VotePage:
    """One vote. `acts`: the names of the acts that its state and the person allow, to link their pages."""

    template: ClassVar[str] = "voting/staff/vote.html"

    charter: Charter
    state: str
    told: RulesTold
    is_roll_frozen: bool
    has_draw: bool  # awaited, or written down
    is_draw_written: bool
    acts: frozenset[str]
    missing: tuple[str, ...]
    waiting: tuple[Waiting, ...]
    can_change: bool
    can_approve: bool
    can_read_roll: bool
    now: datetime
    revision: int = 0
    voters: VotersTyped | None = None
    summary: Texts | None = None
    problems: ToldProblems = ()
    done: str = ""

    @property
    def is_announced(self) -> bool:
        return self.state != DRAFT

    @property
    def is_frozen(self) -> bool:
        return self.state not in (DRAFT, ANNOUNCED)

    @property
    def is_counted(self) -> bool:
        return self.state in (VoteState.PROVISIONAL, VoteState.FINAL)

    def problem(self, name: str) -> str:
        return sentence_at(self.problems, name)

    def waits(self, act: str) -> bool:
        """Whether a second person is asked for this act on the vote as it stands."""
        return any(each.act == act and not each.is_stale for each in self.waiting)


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """What an act does, before it is done. `sent`: hidden fields. `drawn`: what is written down, "" else."""

    template: ClassVar[str] = "voting/staff/confirm.html"

    act: str
    charter: Charter
    happens: tuple[str, ...]
    route: str
    sent: tuple[tuple[str, str], ...]
    needs_two: bool
    told: RulesTold | None = None
    drawn: str = ""
    revision: int = 0
    reason: str = ""
    problems: ToldProblems = ()

    @property
    def reason_problem(self) -> str:
        return sentence_at(self.problems, "reason")


@dataclass(frozen=True, slots=True)
class DrawPage:
    """Where what was drawn is written. `tied`: the equal projects of each tie, as on the list."""

    template: ClassVar[str] = "voting/staff/draw.html"

    charter: Charter
    tied: tuple[tuple[CharterProject, ...], ...]
    most: int
    drawn: str = ""
    problems: ToldProblems = ()

    @property
    def problem(self) -> str:
        return sentence_at(self.problems, "drawn")
