"""Several pots in one vote: each district's money for its own projects, then what is left over.

A pot is counted by any rule as an election of its own, over the ballots that name one of its
options. Options without a pot share the rest of the budget, the common pot, counted last.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from pacto_participe.voting.domain import (
    BadParameter,
    Election,
    Number,
    Outcome,
    Parameters,
    Profile,
    Round,
    Tie,
    Transfer,
    Verdict,
    WhyCode,
)
from pacto_participe.voting.rules.protocol import VotingRule


def count_by_pots(
    rule: VotingRule,
    election: Election,
    profile: Profile,
    parameters: Parameters,
    *,
    lot: str | None,
) -> Outcome:
    """The outcome of all pots together. Raises BadParameter when they exceed the budget."""
    common = election.budget - sum(pot.budget for pot in parameters.pots)
    if common < 0:
        raise BadParameter("pots", -common, "together they exceed the budget by so many units")
    whole = _Stages(rule, election, profile, replace(parameters, pots=()), lot)
    unspent = 0
    for pot in parameters.pots:
        unspent += whole.count(pot.district, pot.budget, _of_district(election, pot.district))
    if parameters.transfer is Transfer.TO_COMMON_POT:
        common, unspent = common + unspent, 0
    unspent += whole.count("", common, _without_pot(election, parameters))
    if parameters.transfer is Transfer.TO_SECOND_STAGE:
        whole.count("second-stage", unspent, whole.unfunded())
    return whole.outcome()


def _of_district(election: Election, district: str) -> list[int]:
    return [i for i, option in enumerate(election.options) if option.district == district]


def _without_pot(election: Election, parameters: Parameters) -> list[int]:
    districts = {pot.district for pot in parameters.pots}
    return [i for i, option in enumerate(election.options) if option.district not in districts]


@dataclass(slots=True)
class _Stages:
    """What the pots counted so far have given."""

    rule: VotingRule
    election: Election
    profile: Profile
    parameters: Parameters
    lot: str | None
    winners: list[int] = field(default_factory=list)
    partly: set[int] = field(default_factory=set)
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    rounds: list[Round] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    numbers: dict[str, Number | str] = field(default_factory=dict)
    spent: int = 0
    lot_was_needed: bool = False
    awaits_lot: bool = False

    def count(self, name: str, budget: int, candidates: Sequence[int]) -> int:
        """Count one pot; returns the money that it did not spend."""
        options = [index for index in candidates if not self._is_out_by_twin(index)]
        if not options:
            return budget
        pot = Election(
            options=tuple(self.election.options[index] for index in options),
            budget=budget,
            units_per_currency=self.election.units_per_currency,
        )
        ballots = restricted(self.profile, options)
        outcome = self.rule.count(pot, ballots, self.parameters, lot=self.lot)
        self._add(name, outcome, options)
        return budget - outcome.spent

    def unfunded(self) -> list[int]:
        """Options that got nothing yet, in official order."""
        taken = {*self.winners, *self.partly}
        return [i for i in range(len(self.election.options)) if i not in taken]

    def _is_out_by_twin(self, index: int) -> bool:
        group = self.election.options[index].group
        if group is None or not self.parameters.exclusive_groups:
            return False
        twins = [w for w in self.winners if self.election.options[w].group == group]
        if twins and index not in self.verdicts:
            votes = self.profile.votes(len(self.election.options))[index]
            numbers = {"cost": self.election.options[index].cost, "votes": votes}
            self.verdicts[index] = Verdict(index, WhyCode.TWIN_FUNDED, numbers, (twins[0],))
        return bool(twins)

    def _add(self, name: str, outcome: Outcome, options: Sequence[int]) -> None:
        def named(indexes: Iterable[int]) -> tuple[int, ...]:
            return tuple(options[index] for index in indexes)

        self.winners += named(outcome.winners)
        for verdict in outcome.verdicts:
            index = options[verdict.option]
            self.verdicts[index] = replace(verdict, option=index, others=named(verdict.others))
            if verdict.code is WhyCode.PARTLY_FUNDED:
                self.partly.add(index)
        self.rounds += [replace(step, option=options[step.option]) for step in outcome.rounds]
        self.ties += [replace(tie, options=named(tie.options)) for tie in outcome.ties]
        self.numbers |= {f"{name}.{key}": value for key, value in outcome.numbers.items()}
        self.spent += outcome.spent
        self.lot_was_needed |= outcome.lot_was_needed
        self.awaits_lot |= outcome.awaits_lot

    def outcome(self) -> Outcome:
        return Outcome(
            winners=tuple(self.winners),
            spent=self.spent,
            verdicts=tuple(self.verdicts[i] for i in range(len(self.election.options))),
            rounds=tuple(self.rounds),
            ties=tuple(self.ties),
            lot_was_needed=self.lot_was_needed,
            awaits_lot=self.awaits_lot,
            numbers=self.numbers,
        )


def restricted(profile: Profile, options: Sequence[int]) -> Profile:
    """The ballots that name one of these options, with nothing else on them, renumbered."""
    places = {index: place for place, index in enumerate(options)}
    marks: Iterable[tuple[int, ...] | None] = profile.marks or (None for _ in profile.rows)

    def kept() -> Iterable[tuple[tuple[int, ...], tuple[int, ...] | None, int]]:
        for row, points, weight in zip(profile.rows, marks, profile.weights, strict=True):
            at = [position for position, index in enumerate(row) if index in places]
            if at:
                here = tuple(places[row[position]] for position in at)
                yield here, points and tuple(points[position] for position in at), weight

    return Profile.grouped(profile.reading, kept())
