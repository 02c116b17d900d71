"""The home of a collectivity: the one thing that can be done there now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from pacto_participe.consultations.domain import Activity, Consultation, Stage, StageState
from pacto_participe.kernel.clock import days_left
from pacto_participe.voting.charter import Charter, VoteState
from pacto_participe.voting.queries import Vote


@dataclass(frozen=True, slots=True)
class PhaseShown:
    """One phase of the band: its activity, where it stands, and when it begins."""

    activity: Activity
    state: StageState
    starts_at: datetime


def phases_of(consultation: Consultation, now: datetime) -> tuple[PhaseShown, ...]:
    """The stages in order, the last begun one as the present one."""

    def shown(stage: Stage) -> PhaseShown:
        return PhaseShown(stage.activity, stage.state(now), stage.starts_at)

    return tuple(shown(stage) for stage in consultation.stages)


@dataclass(frozen=True, slots=True)
class PastVote:
    """An earlier edition, as one line."""

    charter: Charter
    state: VoteState
    is_imported: bool


@dataclass(frozen=True, slots=True)
class TownPage:
    """States: vote soon, open, closed, results out, nothing open, first edition (no history)."""

    template: ClassVar[str] = "voting/town.html"

    charter: Charter | None
    state: VoteState | None
    phases: tuple[PhaseShown, ...]
    turnout: int
    days_left: int
    past: tuple[PastVote, ...]
    next_stage: PhaseShown | None
    phone: str

    @property
    def is_open(self) -> bool:
        return self.state is VoteState.OPEN

    @property
    def has_results(self) -> bool:
        return self.state in (VoteState.PROVISIONAL, VoteState.FINAL)


def town_page(
    consultations: Sequence[Consultation],
    votes: Sequence[Vote],
    *,
    turnout: int,
    phone: str,
    now: datetime,
) -> TownPage:
    """The newest vote of the platform's own leads; imported elections are history."""
    own = [vote for vote in votes if not vote.is_imported]
    main = leading_vote(votes, now)
    rest = [vote for vote in votes if vote is not main]
    consultation = next(
        (item for item in consultations if main and item.consultation_id == main.consultation_id),
        consultations[0] if consultations and not own else None,
    )
    phases = phases_of(consultation, now) if consultation and not _is_import(main) else ()
    return TownPage(
        charter=main.charter if main else None,
        state=main.state(now) if main else None,
        phases=phases,
        turnout=turnout,
        days_left=days_left(now, main.charter.closes_at) if main else 0,
        past=tuple(PastVote(vote.charter, vote.state(now), vote.is_imported) for vote in rest),
        next_stage=next((phase for phase in phases if phase.state is StageState.NEXT), None),
        phone=phone,
    )


def _is_import(vote: Vote | None) -> bool:
    return vote is not None and vote.is_imported


def leading_vote(votes: Sequence[Vote], now: datetime) -> Vote | None:
    """The vote that the home shows: an open one, else the next to open, else the last that closed."""
    own = [vote for vote in votes if not vote.is_imported] or list(votes)
    by_closing = sorted(own, key=lambda vote: vote.charter.closes_at)
    for vote in by_closing:
        if vote.state(now) is VoteState.OPEN:
            return vote
    for vote in by_closing:
        if vote.state(now) is VoteState.SOON:
            return vote
    return by_closing[-1] if by_closing else None
