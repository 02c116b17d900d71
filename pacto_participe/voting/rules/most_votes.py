"""Most votes first: take the options from the most supported down, while the money lasts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from pacto_participe.voting.domain import (
    Election,
    Number,
    Outcome,
    Parameters,
    Profile,
    Reading,
    Round,
    Tie,
    Unaffordable,
    Verdict,
    WhyCode,
)
from pacto_participe.voting.rules.scores import scores
from pacto_participe.voting.rules.thresholds import left_out
from pacto_participe.voting.rules.ties import TieBreaker, lot_was_needed


@dataclass(frozen=True, slots=True)
class MostVotes:
    """The three greedy families: skip, stop, and stop then fund the next if the rest covers p %."""

    name: str = "most-votes"
    readings: frozenset[Reading] = frozenset(Reading)

    def count(
        self, election: Election, profile: Profile, parameters: Parameters, *, lot: str | None
    ) -> Outcome:
        """Exact; time grows with the marks on different ballots. An option that takes the last
        unit of money is funded.
        """
        votes = profile.votes(len(election.options))
        score = scores(profile, parameters, votes)
        out = left_out(election, votes, score, parameters, ballots=profile.ballots)
        breaker = TieBreaker(election, votes, parameters.ties, lot)
        order = sorted(
            (index for index in range(len(election.options)) if index not in out),
            key=lambda index: (-score[index], breaker.key(index)),
        )
        walk = _Walk(election, parameters, votes, score)
        for index in order:
            walk.visit(index)
        groups = [tuple(group) for _, group in groupby(order, key=lambda index: score[index])]
        ties = tuple(walk.ties(groups, breaker))
        out.update(walk.verdicts(groups, breaker))
        needed = lot_was_needed(ties)
        return Outcome(
            winners=tuple(walk.winners),
            spent=election.budget - walk.rest,
            verdicts=tuple(out[index] for index in range(len(election.options))),
            rounds=tuple(walk.rounds()),
            ties=ties,
            lot_was_needed=needed,
            awaits_lot=needed and lot is None,
        )


MOST_VOTES = MostVotes()


@dataclass(frozen=True, slots=True)
class _Step:
    """An option in its turn: the money before it, and what became of it."""

    index: int
    rank: int
    left: int
    code: WhyCode
    others: tuple[int, ...] = ()


@dataclass(slots=True)
class _Walk:
    """The walk down the list, option by option."""

    election: Election
    parameters: Parameters
    votes: Sequence[int]
    score: Sequence[int]
    steps: dict[int, _Step] = field(default_factory=dict)
    winners: list[int] = field(default_factory=list)
    rest: int = -1
    stopped_at: int | None = None

    def __post_init__(self) -> None:
        self.rest = self.election.budget

    def visit(self, index: int) -> None:
        """Fund it, or say why not."""
        left = self.rest
        code, others = self._decide(index)
        self.steps[index] = _Step(index, len(self.steps) + 1, left, code, others)
        if code is WhyCode.FUNDED:
            self.winners.append(index)
            self.rest -= self.election.options[index].cost
        elif code is WhyCode.PARTLY_FUNDED:
            self.rest = 0

    def _decide(self, index: int) -> tuple[WhyCode, tuple[int, ...]]:
        if self.stopped_at is not None:
            return WhyCode.STOPPED, (self.stopped_at,)
        twin = self._funded_twin(index)
        if twin is not None:
            return WhyCode.TWIN_FUNDED, (twin,)
        if self.election.options[index].cost <= self.rest:
            return WhyCode.FUNDED, ()
        if self.parameters.unaffordable is not Unaffordable.SKIP:
            self.stopped_at = index
        if self._covers_enough(index, self.rest):
            return WhyCode.PARTLY_FUNDED, ()
        return WhyCode.TOO_EXPENSIVE, ()

    def _funded_twin(self, index: int) -> int | None:
        group = self.election.options[index].group
        if group is None or not self.parameters.exclusive_groups:
            return None
        for winner in self.winners:
            if self.election.options[winner].group == group:
                return winner
        return None

    def _covers_enough(self, index: int, left: int) -> bool:
        share = self.parameters.fund_next_share
        return share is not None and left > 0 and left >= share * self.election.options[index].cost

    def rounds(self) -> list[Round]:
        """The steps that looked at an option; what comes after a stop was not looked at."""
        return [
            Round(
                option=step.index,
                funded=step.code is WhyCode.FUNDED,
                score=self.score[step.index],
                left=step.left,
                numbers={"rank": step.rank, "cost": self.election.options[step.index].cost}
                | ({"paid": step.left} if step.code is WhyCode.PARTLY_FUNDED else {}),
            )
            for step in self.steps.values()
            if step.code is not WhyCode.STOPPED
        ]

    def ties(self, groups: Sequence[tuple[int, ...]], breaker: TieBreaker) -> list[Tie]:
        """Every group of equals that the walk reached."""
        return [
            breaker.tie(group, is_decisive=self._is_decisive(group))
            for group in groups
            if len(group) > 1 and self.steps[group[0]].code is not WhyCode.STOPPED
        ]

    def _is_decisive(self, group: tuple[int, ...]) -> bool:
        """Whether taking these equals in another order could change who is funded.

        Skipping: someone left out would have fitted, had he come first. Stopping: not all were
        funded, and at least one could have had money.
        """
        left = self.steps[group[0]].left
        contenders = [index for index in group if not self._was_out_before(index, group)]
        lost = [index for index in contenders if self.steps[index].code is not WhyCode.FUNDED]
        if self.parameters.unaffordable is Unaffordable.SKIP:
            return any(self.election.options[index].cost <= left for index in lost)
        return bool(lost) and any(
            self.election.options[index].cost <= left or self._covers_enough(index, left)
            for index in contenders
            if len(contenders) > 1
        )

    def _was_out_before(self, index: int, group: tuple[int, ...]) -> bool:
        step = self.steps[index]
        return step.code is WhyCode.TWIN_FUNDED and step.others[0] not in group

    def verdicts(
        self, groups: Sequence[tuple[int, ...]], breaker: TieBreaker
    ) -> dict[int, Verdict]:
        """Option index -> its "Why?"."""
        return {
            index: self._verdict(self.steps[index], group, breaker)
            for group in groups
            for index in group
        }

    def _verdict(self, step: _Step, group: tuple[int, ...], breaker: TieBreaker) -> Verdict:
        cost = self.election.options[step.index].cost
        numbers: dict[str, Number] = {
            "cost": cost,
            "votes": self.votes[step.index],
            "rank": step.rank,
            "score": self.score[step.index],
            "left": step.left,
        }
        code, others = step.code, step.others
        if step.code in (WhyCode.TOO_EXPENSIVE, WhyCode.STOPPED):
            ahead = self._took_its_place(step.index, group)
            if ahead:
                code, others = WhyCode.LOST_TIE, ahead
        if code in (WhyCode.TOO_EXPENSIVE, WhyCode.LOST_TIE):
            numbers["short"] = max(0, cost - step.left)
        if code is WhyCode.PARTLY_FUNDED and self.parameters.fund_next_share is not None:
            numbers["share"] = self.parameters.fund_next_share
        of_equals = bool(others) and others[0] in group and code is not WhyCode.STOPPED
        tie = breaker.decided_by(others[0], step.index) if of_equals else None
        return Verdict(step.index, code, numbers, others, tie)

    def _took_its_place(self, index: int, group: tuple[int, ...]) -> tuple[int, ...]:
        """Equals that came first and without whom this one would have been funded."""
        first = self.steps[group[0]]
        if first.code is WhyCode.STOPPED or self.election.options[index].cost > first.left:
            return ()
        ahead = group[: group.index(index)]
        return tuple(
            other
            for other in ahead
            if self.steps[other].code in (WhyCode.FUNDED, WhyCode.PARTLY_FUNDED)
            or other == self.stopped_at
        )
