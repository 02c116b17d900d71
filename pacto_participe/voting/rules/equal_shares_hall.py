"""One count by equal shares, from the ballots to the verdicts: what `equal_shares` says, put together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from pacto_participe.voting.domain import (
    Comparison,
    Completion,
    Election,
    Number,
    Outcome,
    Parameters,
    Profile,
    Score,
    Start,
    Utility,
    Verdict,
    WhyCode,
)
from pacto_participe.voting.rules.equal_shares_add1 import Raised, equals_of, raise_share
from pacto_participe.voting.rules.equal_shares_after import complete, prefers_most_votes
from pacto_participe.voting.rules.equal_shares_core import Candidates, Run, at_share
from pacto_participe.voting.rules.equal_shares_support import Support, support_of
from pacto_participe.voting.rules.equal_shares_why import Story
from pacto_participe.voting.rules.thresholds import left_out
from pacto_participe.voting.rules.ties import TieBreaker, lot_was_needed


def count_in_hall(
    election: Election, profile: Profile, parameters: Parameters, lot: str | None
) -> Outcome:
    """See EqualShares.count."""
    hall = _Hall.of(election, profile, parameters, lot)
    outcome = hall.outcome(hall.raised())
    if parameters.mes_completion is Completion.UTILITARIAN:
        outcome = complete(outcome, election, profile, parameters, hall.out, lot=lot)
    if parameters.mes_comparison is not Comparison.NONE:
        outcome = prefers_most_votes(outcome, election, profile, parameters, hall.support, lot=lot)
    return outcome


def first_share(election: Election, parameters: Parameters, ballots: int) -> Fraction:
    """What each voter owns at the start, in units; blank ballots have their share too."""
    if ballots == 0:
        return Fraction(0)
    share = Fraction(election.budget, ballots)
    if parameters.mes_start is Start.FLOOR:
        return Fraction(share // election.units_per_currency * election.units_per_currency)
    return share


@dataclass(slots=True)
class _Hall:
    """One election, ready to be counted. `free`: options that cost nothing, funded first."""

    election: Election
    parameters: Parameters
    lot: str | None
    votes: Sequence[int]
    ballots: int
    out: dict[int, Verdict]
    breaker: TieBreaker
    support: Support
    candidates: Candidates
    free: list[int] = field(default_factory=list)

    @classmethod
    def of(
        cls, election: Election, profile: Profile, parameters: Parameters, lot: str | None
    ) -> "_Hall":
        options = election.options
        support = support_of(profile, parameters, len(options))
        is_ranked = parameters.score is Score.BORDA  # a place may be worth no points
        votes = profile.votes(len(options)) if is_ranked else support.supporters
        out = left_out(election, votes, support.liking_sums, parameters, ballots=profile.ballots)
        breaker = TieBreaker(election, votes, parameters.ties, lot)
        order = sorted(range(len(options)), key=breaker.key)
        ranks = {index: rank for rank, index in enumerate(order)}
        groups = tuple(o.group if parameters.exclusive_groups else None for o in options)
        takes_part = [i not in out and support.supporters[i] > 0 for i in range(len(options))]
        free = _one_of_each_group(
            (i for i in order if takes_part[i] and options[i].cost == 0), groups
        )
        taken = {groups[i] for i in free} - {None}
        candidates = Candidates(
            costs=tuple(option.cost for option in options),
            gains=tuple(
                option.cost if parameters.mes_utility is Utility.COST else 1 for option in options
            ),
            is_open=tuple(
                takes_part[i] and 0 < options[i].cost <= election.budget and groups[i] not in taken
                for i in range(len(options))
            ),
            ranks=tuple(ranks[i] for i in range(len(options))),
            groups=groups,
            budget=election.budget,
        )
        return cls(
            election,
            parameters,
            lot,
            votes,
            profile.ballots,
            out,
            breaker,
            support,
            candidates,
            free,
        )

    def raised(self) -> Raised:
        """The run that counts."""
        share = first_share(self.election, self.parameters, self.ballots)
        if not any(self.candidates.is_open):
            return Raised(0, Run(share), ())
        if self.parameters.mes_increment == 0:
            run = at_share(self.support, self.candidates, share)
            return Raised(0, run, tuple(equals_of(run, self.candidates)))
        step = Fraction(self.parameters.mes_increment * self.election.units_per_currency)
        return raise_share(
            self.support,
            self.candidates,
            share,
            step,
            stop_when_exhaustive=self.parameters.mes_stop_when_exhaustive,
        )

    def outcome(self, raised: Raised) -> Outcome:
        """Winners, rounds, ties and a verdict for everyone, at the share of that run."""
        run = raised.run
        story = Story(self.support, self.candidates, run.share)
        ties = tuple(
            self.breaker.tie(equals.options, is_decisive=equals.is_decisive)
            for equals in raised.ties
        )
        needed = lot_was_needed(ties)
        numbers: dict[str, Number | str] = {
            "ballots": self.ballots,
            "first_share": first_share(self.election, self.parameters, self.ballots),
            "steps": raised.steps,
            "share": run.share,
        }
        lost = self._lost_ties(run)
        return Outcome(
            winners=(*self.free, *run.options),
            spent=run.spent,
            verdicts=tuple(
                self._verdict(index, run, story, lost)
                for index in range(len(self.election.options))
            ),
            rounds=tuple(story.rounds),
            ties=ties,
            lot_was_needed=needed,
            awaits_lot=needed and self.lot is None,
            numbers=numbers,
        )

    def _lost_ties(self, run: Run) -> dict[int, int]:
        """Unfunded option -> the funded one of the same rate that came first by the tie order."""
        lost: dict[int, int] = {}
        for step in run.steps:
            for rival in step.rivals:
                lost[rival] = step.option
        return {rival: winner for rival, winner in lost.items() if rival not in run.options}

    def _verdict(self, index: int, run: Run, story: Story, lost: dict[int, int]) -> Verdict:
        if index in self.out:
            return self.out[index]
        cost, budget = self.election.options[index].cost, self.election.budget
        numbers: dict[str, Number] = {"cost": cost, "votes": self.votes[index]}
        if index in self.free:
            supporters = self.support.supporters[index]
            numbers |= {"round": 0, "supporters": supporters, "most": 0, "endowment": run.share}
            return Verdict(index, WhyCode.FUNDED_BY_SHARES, numbers)
        if index in run.options:
            return Verdict(index, WhyCode.FUNDED_BY_SHARES, numbers | story.of_funded(index))
        if cost > budget:
            numbers |= {"budget": budget, "short": cost - budget}
            return Verdict(index, WhyCode.ABOVE_BUDGET, numbers)
        if self.support.supporters[index] == 0:
            return Verdict(index, WhyCode.NO_SUPPORT, numbers)
        twin = self._funded_twin(index, run)
        if twin is not None:
            tie = self.breaker.decided_by(twin, index) if lost.get(index) == twin else None
            return Verdict(index, WhyCode.TWIN_FUNDED, numbers, (twin,), tie)
        details, takers = story.of_unfunded(index)
        if index in lost:
            tie = self.breaker.decided_by(lost[index], index)
            return Verdict(index, WhyCode.LOST_TIE, numbers | details, (lost[index],), tie)
        return Verdict(index, WhyCode.SHARES_SPENT, numbers | details, takers)

    def _funded_twin(self, index: int, run: Run) -> int | None:
        group = self.candidates.groups[index]
        winners = (*self.free, *run.options)
        same = [w for w in winners if group is not None and self.candidates.groups[w] == group]
        return same[0] if same else None


def _one_of_each_group(indexes: Iterable[int], groups: Sequence[str | None]) -> list[int]:
    kept: list[int] = []
    for index in indexes:
        if groups[index] is None or all(groups[index] != groups[other] for other in kept):
            kept.append(index)
    return kept
