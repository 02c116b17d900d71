"""Who may be funded at all: thresholds published before the vote."""

from collections.abc import Sequence
from fractions import Fraction

from pacto_participe.voting.domain import (
    Election,
    Number,
    Parameters,
    Verdict,
    WhyCode,
    dotted,
)


def left_out(
    election: Election,
    votes: Sequence[int],
    scores: Sequence[int],
    parameters: Parameters,
    *,
    ballots: int,
) -> dict[int, Verdict]:
    """Option index -> why it does not take part. `ballots` includes blank ones."""
    verdicts: dict[int, Verdict] = {}
    for index, option in enumerate(election.options):
        base: dict[str, Number] = {"cost": option.cost, "votes": votes[index]}
        if option.is_withdrawn:
            verdicts[index] = Verdict(index, WhyCode.WITHDRAWN, base)
        elif votes[index] == 0 and parameters.threshold_votes > 0:
            verdicts[index] = Verdict(index, WhyCode.NO_SUPPORT, base)
        else:
            missed = _missed(election, index, votes[index], scores[index], parameters, ballots)
            if missed is not None:
                name, needed, had = missed
                numbers = {**base, "needed": needed, "had": had}
                verdicts[index] = Verdict(
                    index, WhyCode.BELOW_THRESHOLD, numbers, threshold=dotted(name)
                )
    return verdicts


def _missed(
    election: Election,
    index: int,
    votes: int,
    score: int,
    parameters: Parameters,
    ballots: int,
) -> tuple[str, Number, Number] | None:
    """The first threshold not reached: (field, needed, had). Shares are told in votes."""
    if votes < parameters.threshold_votes:
        return "threshold_votes", parameters.threshold_votes, votes
    if parameters.threshold_score is not None and score < parameters.threshold_score:
        return "threshold_score", parameters.threshold_score, score
    if parameters.threshold_share is not None:
        needed = whole_votes(parameters.threshold_share * ballots)
        if votes < needed:
            return "threshold_share", needed, votes
    if parameters.threshold_cost is not None and election.budget > 0:
        share_of_budget = Fraction(election.options[index].cost, election.budget)
        needed = whole_votes(parameters.threshold_cost * share_of_budget * ballots)
        if votes < needed:
            return "threshold_cost", needed, votes
    return None


def whole_votes(needed: Fraction) -> int:
    """The smallest whole number of votes that reaches it."""
    return -(-needed.numerator // needed.denominator)
