"""Tie orders: which of two equal options comes first. To add one: write it, then name it below.

Each order gives an option a key that never changes during the count; the smaller key comes first.
Official order settles what the published list leaves equal, so the count is always defined.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pacto_participe.kernel.registry import Registry
from pacto_participe.voting.domain import Election, Tie

OFFICIAL_ORDER_NAME = "official-order"
LOT_NAME = "lot"


def lot_number(seed: str, option_id: str) -> int:
    """SHA-256 of the UTF-8 seed followed at once by the UTF-8 id, as a number; smallest first."""
    return int.from_bytes(hashlib.sha256(f"{seed}{option_id}".encode()).digest())


@dataclass(frozen=True, slots=True)
class TieOrder:
    """A name and the key of each option: (election, votes, index, lot) -> smaller comes first."""

    name: str
    key: Callable[[Election, Sequence[int], int, str | None], int]


def _cost(election: Election, votes: Sequence[int], index: int, lot: str | None) -> int:
    return election.options[index].cost


def _votes(election: Election, votes: Sequence[int], index: int, lot: str | None) -> int:
    return -votes[index]


def _place(election: Election, votes: Sequence[int], index: int, lot: str | None) -> int:
    return index


def _lot(election: Election, votes: Sequence[int], index: int, lot: str | None) -> int:
    return 0 if lot is None else lot_number(lot, election.options[index].id)


TIE_ORDERS: Registry[TieOrder] = Registry(
    "tie order",
    TieOrder("lower-cost", _cost),
    TieOrder("more-votes", _votes),
    TieOrder(OFFICIAL_ORDER_NAME, _place),
    TieOrder(LOT_NAME, _lot),
)


class TieBreaker:
    """One total order over the options of an election, the same for the whole count.

    A lot that is not known yet (None) puts official order in its place; `decided_by` still says
    "lot", so that the outcome can say that it waits.
    """

    def __init__(
        self, election: Election, votes: Sequence[int], ties: Sequence[str], lot: str | None
    ) -> None:
        """Raises UnknownName for a tie order that is not registered."""
        orders = [TIE_ORDERS[name] for name in ties]
        if OFFICIAL_ORDER_NAME not in ties:
            orders.append(TIE_ORDERS[OFFICIAL_ORDER_NAME])
        self._names = [order.name for order in orders]
        self.keys: tuple[tuple[int, ...], ...] = tuple(
            tuple(order.key(election, votes, index, lot) for order in orders)
            for index in range(len(election.options))
        )
        self.has_lot = lot is not None

    def key(self, index: int) -> tuple[int, ...]:
        """Sort by this: who comes first has the smaller one."""
        return self.keys[index]

    def decided_by(self, first: int, second: int) -> str:
        """The name of the order that puts one before the other."""
        for name, one, other in zip(self._names, self.keys[first], self.keys[second], strict=True):
            if one != other or (name == LOT_NAME and not self.has_lot):
                return name
        return OFFICIAL_ORDER_NAME

    def tie(self, options: Sequence[int], *, is_decisive: bool) -> Tie:
        """The record of a tie among equal options, in the order they were taken."""
        ordered = tuple(sorted(options, key=self.key))
        return Tie(
            options=ordered,
            decided_by=tuple(map(self.decided_by, ordered, ordered[1:])),
            is_decisive=is_decisive,
        )


def lot_was_needed(ties: Sequence[Tie]) -> bool:
    """Whether a decisive tie was settled by the lot."""
    return any(tie.is_decisive and LOT_NAME in tie.decided_by for tie in ties)
