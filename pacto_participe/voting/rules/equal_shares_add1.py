"""Raising the share: the Add1 loop, exact, without counting again where nothing can change.

More money for everyone never hurts: along the same sequence of funded options, a larger share leaves
every voter at least as much money in every round (by induction: money is larger, so the price is
smaller, so what is left is larger), and no option has a larger rate. Two things follow for a share
between two others:

* the rates at the larger share are lower bounds, as long as the same options were funded;
* if both shares fund the same sequence, and in every round the winner's rate at the *smaller* share
  lies below every other rate at the *larger* one, then every share between funds it too. Equals do
  not spoil this when they are the same at both shares, at the same rate: they are equals at every share
  between too, and the winner beats them by the tie order. Equals at one of the two only would do so for
  the winners, but a share between might know a tie that neither of them knows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from pacto_participe.voting.rules.equal_shares_core import (
    Candidates,
    Run,
    Step,
    at_share,
)
from pacto_participe.voting.rules.equal_shares_support import Support

# Steps. A run further ahead lends its bounds to all before it, so that fewer options are looked at.
SHORTEST_LEAP = 8
LONGEST_LEAP = 4096  # a run is never wasted by looking further ahead than this


@dataclass(frozen=True, slots=True)
class Equals:
    """Options that had the smallest rate together, rising.

    Not decisive when they were funded one after the other at that same rate: then none took money
    that another needed, and any order among them leads to the same place.
    """

    options: tuple[int, ...]
    is_decisive: bool


@dataclass(frozen=True, slots=True)
class Raised:
    """Where the loop ended: after so many steps, with the last run that keeps the budget.

    `ties`: all that any share on the way met, the one that overspends included.
    """

    steps: int
    run: Run
    ties: tuple[Equals, ...]


def raise_share(
    support: Support,
    candidates: Candidates,
    share: Fraction,
    step: Fraction,
    *,
    stop_when_exhaustive: bool,
) -> Raised:
    """Add `step` to everyone's share until the outcome overspends; the one before counts.

    Ends also where nothing is left to fund, or, if asked, at the first exhaustive outcome.
    """

    def is_last(run: Run) -> bool:
        unfunded = still_open(candidates, support, run)
        if not stop_when_exhaustive:
            return next(unfunded, None) is None
        rest = candidates.budget - run.spent
        return all(candidates.costs[i] > rest for i in unfunded)

    def count(steps: int, below: Run | None = None, above: Run | None = None) -> Run:
        return at_share(support, candidates, share + steps * step, below=below, above=above)

    last, kept = 0, Run(share)
    ties: dict[tuple[int, ...], bool] = {}
    for steps, run in _rising(count):
        for equals in equals_of(run, candidates):
            ties[equals.options] = ties.get(equals.options, False) or equals.is_decisive
        if run.overspends:
            break
        last, kept = steps, run
        if is_last(run):
            break
    return Raised(last, kept, tuple(Equals(*each) for each in ties.items()))


def _rising(count: Callable[..., Run]) -> Iterator[tuple[int, Run]]:
    """Runs at rising numbers of steps; those left out fund the same as the one before."""
    low, steps, leap = count(0), 0, SHORTEST_LEAP
    yield steps, low
    ahead: list[tuple[int, Run]] = []
    while True:
        if not ahead:
            ahead.append((steps + leap, count(steps + leap, low)))
            leap = min(2 * leap, LONGEST_LEAP)
        next_steps, next_run = ahead[-1]
        if next_steps == steps + 1 or same_between(low, next_run):
            ahead.pop()
            steps, low = next_steps, next_run
            yield steps, low
        else:
            half = (next_steps - steps) // 2
            middle, leap = steps + half, max(half, SHORTEST_LEAP)
            ahead.append((middle, count(middle, low, next_run)))


def same_between(low: Run, high: Run) -> bool:
    """Whether every share between surely funds the same options in this order, and knows no other ties."""
    if low.overspends or high.overspends or low.options != high.options:
        return False
    return all(
        lower.rate_at_most < upper.next_rate
        and lower.rivals == upper.rivals
        and (not upper.rivals or lower.price == upper.price)
        for lower, upper in zip(low.steps, high.steps, strict=True)
    )


def still_open(candidates: Candidates, support: Support, run: Run) -> Iterator[int]:
    """Open options that somebody likes, not funded and without a funded twin."""
    funded = set(run.options)
    taken = {candidates.groups[i] for i in funded} - {None}
    return (
        i
        for i in range(len(candidates.costs))
        if candidates.is_open[i]
        and support.supporters[i]
        and i not in funded
        and candidates.groups[i] not in taken
    )


def equals_of(run: Run, candidates: Candidates) -> list[Equals]:
    """The ties of a run, each once."""
    ties = []
    position = 0
    while position < len(run.steps):
        step = run.steps[position]
        size = 1 + len(step.rivals)
        if size > 1:
            options = tuple(sorted((step.option, *step.rivals)))
            following = run.steps[position : position + size]
            is_harmless = len(following) == size and all(
                other.option in options and have_one_rate(step, other, candidates)
                for other in following
            )
            ties.append(Equals(options, not is_harmless))
            position += size - 1 if is_harmless else 0
        position += 1
    return ties


def have_one_rate(step: Step, other: Step, candidates: Candidates) -> bool:
    """Surely so: a step without a price had no equal."""
    if step.price is None or other.price is None:
        return False
    gains = candidates.gains
    return other.price * gains[step.option] == step.price * gains[other.option]
