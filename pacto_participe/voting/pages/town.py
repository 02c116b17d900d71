"""The home of a collectivity: the one thing that can be done there now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import ClassVar

from pacto_participe.consultations.domain import Activity, Consultation, Stage, StageState
from pacto_participe.kernel.clock import days_left, local, next_midnight
from pacto_participe.voting.charter import Charter, VoteState, next_change
from pacto_participe.voting.queries import Vote
from pacto_participe.voting.wording import rules as words
from pacto_participe.web.beside import Part

COUNTED = (VoteState.PROVISIONAL, VoteState.FINAL)


@dataclass(frozen=True, slots=True)
class PhaseShown:
    """One phase of the band: its activity, where it stands, and when it begins."""

    activity: Activity
    state: StageState
    starts_at: datetime
    is_this_year: bool

    @property
    def name(self) -> str:
        """In the language of the request."""
        return words.activity_name(self.activity)


def phases_of(
    stages: Sequence[Stage], charter: Charter | None, now: datetime
) -> tuple[PhaseShown, ...]:
    """The stages in order; of those that run, the last begun is the present one.

    When people vote, the charter says: once frozen, it is what the ballot box obeys.
    """
    stages = sorted(
        (_by_charter(stage, charter) for stage in stages),
        key=lambda stage: stage.starts_at,
    )
    states = [stage.state(now) for stage in stages]
    running = [place for place, state in enumerate(states) if state is StageState.NOW]
    for place in running[:-1]:
        states[place] = StageState.DONE
    return tuple(
        PhaseShown(stage.activity, state, stage.starts_at, _year(stage.starts_at) == _year(now))
        for stage, state in zip(stages, states, strict=True)
    )


def _year(instant: datetime) -> int:
    return local(instant).year


def _by_charter(stage: Stage, charter: Charter | None) -> Stage:
    if stage.activity is Activity.VOTE and charter is not None:
        return Stage(stage.activity, charter.opens_at, charter.closes_at)
    return stage


@dataclass(frozen=True, slots=True)
class PastVote:
    """An earlier edition, as one line."""

    charter: Charter
    state: VoteState
    is_imported: bool

    @property
    def is_counted(self) -> bool:
        return self.state in COUNTED


@dataclass(frozen=True, slots=True)
class ComingVote:
    """An edition that is announced, and when its vote is to open."""

    consultation: Consultation
    opens_at: datetime


@dataclass(frozen=True, slots=True)
class TownPage:
    """What the town's home says. `face` names its top: templates/voting/town/FACE.html.

    `voters` is how many ballots were cast, `days` how many days remain until the close or the opening,
    `how` the first rule of the ballot, `chosen` how many projects were funded (once it is published),
    `coming` the editions that are announced beside what leads, `beside` what other features show.
    """

    template: ClassVar[str] = "voting/town.html"

    face: str
    charter: Charter | None
    announced: Consultation | None
    phases: tuple[PhaseShown, ...]
    voters: int
    days: int
    how: str
    chosen: int | None
    past: tuple[PastVote, ...]
    coming: tuple[ComingVote, ...]
    phone: str
    beside: tuple[Part, ...] = ()

    @property
    def closes_with_the_day(self) -> bool:
        """Whether the day alone says when voting ends, as it does from 23:59 on."""
        return self.charter is not None and local(self.charter.closes_at).time() >= time(23, 59)

    @property
    def next_phase(self) -> PhaseShown | None:
        return next((phase for phase in self.phases if phase.state is StageState.NEXT), None)


def town_page(
    consultations: Sequence[Consultation],
    votes: Sequence[Vote],
    *,
    voters: int,
    chosen: int | None,
    phone: str,
    now: datetime,
    beside: tuple[Part, ...] = (),
) -> TownPage:
    """The leading vote on top, or an edition that is announced and has no rules yet, or nothing."""
    main = leading_vote(votes, now)
    charter = main.charter if main else None
    coming = announced_editions(consultations, votes, now)
    announced: Consultation | None = None
    if coming and (main is None or main.state(now) in COUNTED):
        rest = list(votes)
        main, charter = None, None
        announced = coming.pop(0).consultation
        consultation: Consultation | None = announced
        face = "announced"
    else:
        rest = [vote for vote in votes if vote is not main]
        consultation = _consultation_of(main, consultations)
        face = main.state(now).value if main else "nothing"
    return TownPage(
        face=face,
        charter=charter,
        announced=announced,
        phases=phases_of(consultation.stages if consultation else (), charter, now),
        voters=voters,
        days=_days(main, now),
        how=words.ballot_rules(charter)[0] if charter else "",
        chosen=chosen,
        past=tuple(PastVote(vote.charter, vote.state(now), vote.is_imported) for vote in rest),
        coming=tuple(coming),
        phone=phone,
        beside=beside,
    )


def _consultation_of(
    vote: Vote | None, consultations: Sequence[Consultation]
) -> Consultation | None:
    """The stages around a vote; an election held elsewhere has none to show."""
    if vote is None or vote.is_imported:
        return None
    return next(
        (item for item in consultations if item.consultation_id == vote.consultation_id), None
    )


def _days(vote: Vote | None, now: datetime) -> int:
    if vote is None:
        return 0
    is_soon = vote.state(now) is VoteState.SOON
    return days_left(now, vote.charter.opens_at if is_soon else vote.charter.closes_at)


def leading_vote(votes: Sequence[Vote], now: datetime) -> Vote | None:
    """The vote that the home shows: an open one, else the next to open, else the last that closed.

    Elections held elsewhere lead only where there is none of the town's own.
    """
    own = [vote for vote in votes if not vote.is_imported] or list(votes)
    by_closing = sorted(own, key=lambda vote: vote.charter.closes_at)
    for wanted in (VoteState.OPEN, VoteState.SOON):
        for vote in by_closing:
            if vote.state(now) is wanted:
                return vote
    return by_closing[-1] if by_closing else None


def announced_editions(
    consultations: Sequence[Consultation], votes: Sequence[Vote], now: datetime
) -> list[ComingVote]:
    """Those whose rules are not frozen yet, while their vote lies ahead, the next to open first."""
    voted = {vote.consultation_id for vote in votes}
    coming = [
        ComingVote(item, stage.starts_at)
        for item in consultations
        if item.consultation_id not in voted
        and (stage := item.stage(Activity.VOTE)) is not None
        and stage.starts_at > now
    ]
    return sorted(coming, key=lambda each: each.opens_at)


def reads_otherwise_at(
    consultations: Sequence[Consultation], votes: Sequence[Vote], now: datetime
) -> datetime:
    """The next instant at which the home reads differently: a vote, a stage, or the next day."""
    instants = [next_midnight(now)]
    instants += [at for vote in votes if (at := next_change(vote.charter, now))]
    instants += [at for item in consultations if (at := item.next_change(now))]
    return min(instants)
