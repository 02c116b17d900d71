"""What may follow equal shares: spending the rest by most votes, and yielding to most votes."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pacto_participe.voting.domain import (
    Comparison,
    Election,
    Number,
    Outcome,
    Parameters,
    Profile,
    Unaffordable,
    Verdict,
    WhyCode,
)
from pacto_participe.voting.rules.equal_shares_support import Support
from pacto_participe.voting.rules.most_votes import MOST_VOTES
from pacto_participe.voting.rules.ties import lot_was_needed


def complete(
    outcome: Outcome,
    election: Election,
    profile: Profile,
    parameters: Parameters,
    out: Mapping[int, Verdict],
    *,
    lot: str | None,
) -> Outcome:
    """Spend what shares left: most votes (or points) first, skipping what does not fit.

    Options left `out` by a threshold stay out; twins of funded options too.
    """
    closed = {*out, *outcome.winners, *_twins_of(outcome.winners, election, parameters)}
    rest = replace(
        election,
        options=tuple(
            replace(option, is_withdrawn=index in closed)
            for index, option in enumerate(election.options)
        ),
        budget=election.budget - outcome.spent,
    )
    added = MOST_VOTES.count(rest, profile, _without_thresholds(parameters), lot=lot)
    ties = outcome.ties + added.ties
    needed = lot_was_needed(ties)
    return replace(
        outcome,
        winners=outcome.winners + added.winners,
        spent=outcome.spent + added.spent,
        verdicts=tuple(
            before if before.option in closed else _after(before, completion)
            for before, completion in zip(outcome.verdicts, added.verdicts, strict=True)
        ),
        rounds=outcome.rounds + added.rounds,
        ties=ties,
        lot_was_needed=needed,
        awaits_lot=needed and lot is None,
    )


def _twins_of(winners: Iterable[int], election: Election, parameters: Parameters) -> list[int]:
    """Every option of a funded group, also those that nobody likes or that are above the budget."""
    if not parameters.exclusive_groups:
        return []
    funded = {election.options[index].group for index in winners} - {None}
    return [index for index, option in enumerate(election.options) if option.group in funded]


def _without_thresholds(parameters: Parameters) -> Parameters:
    return parameters.changed(
        unaffordable=Unaffordable.SKIP,
        fund_next_share=None,
        threshold_votes=0,
        threshold_score=None,
        threshold_share=None,
        threshold_cost=None,
        pots=(),
    )


def _after(before: Verdict, completion: Verdict) -> Verdict:
    """The verdict once the completion has spoken; what shares said of the unfunded stays."""
    told = {key: completion.numbers[key] for key in ("rank", "score") if key in completion.numbers}
    if completion.code is WhyCode.FUNDED:
        kept = {key: before.numbers[key] for key in ("cost", "votes")}
        numbers = kept | told | {"left": completion.numbers["left"]}
        return Verdict(before.option, WhyCode.FUNDED_BY_COMPLETION, numbers)
    if completion.code is WhyCode.TWIN_FUNDED:
        return completion
    rest = {"rest": completion.numbers["left"]} if "left" in completion.numbers else {}
    return replace(before, numbers={**before.numbers, **told, **rest})


def prefers_most_votes(
    outcome: Outcome,
    election: Election,
    profile: Profile,
    parameters: Parameters,
    support: Support,
    *,
    lot: str | None,
) -> Outcome:
    """The outcome of most votes, if voters do better under it; else `outcome`. With the figures.

    Satisfaction: more voters see more of what they like funded under it than under shares.
    Exclusion ratio: fewer voters see nothing of what they like funded.
    """
    other = MOST_VOTES.count(election, profile, parameters, lot=lot)
    here, there = (_liked(support, each.winners) for each in (outcome, other))
    weights = support.row_weights
    figures: dict[str, Number | str]
    if parameters.mes_comparison is Comparison.SATISFACTION:
        for_shares = int(weights[here > there].sum())
        for_most = int(weights[there > here].sum())
        figures = {"prefer_shares": for_shares, "prefer_most_votes": for_most}
        yields = for_most > for_shares
    else:
        without_shares = int(weights[here == 0].sum())
        without_most = int(weights[there == 0].sum())
        figures = {"without_by_shares": without_shares, "without_by_most_votes": without_most}
        yields = without_most < without_shares
    numbers = {**outcome.numbers, **figures, "taken": "most-votes" if yields else "equal-shares"}
    if not yields:
        return replace(outcome, numbers=numbers)
    needed = outcome.lot_was_needed or other.lot_was_needed
    return replace(other, numbers=numbers, lot_was_needed=needed, awaits_lot=needed and lot is None)


def _liked(support: Support, winners: Iterable[int]) -> NDArray[np.int64]:
    """For each row, how many of the winners it likes."""
    liked = np.zeros(len(support.row_weights), dtype=np.int64)
    for winner in winners:
        liked[support.rows[winner]] += 1
    return liked
