"""Who likes what, how much: the ballots as arrays, the way equal shares reads them."""

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from pacto_participe.voting.domain import Parameters, Profile, Score

Floats = NDArray[np.float64]
Indexes = NDArray[np.intp]
Flags = NDArray[np.bool_]


class Support:
    """Who likes which option how much: arrays over different ballots (rows with a weight).

    Memory: about 50 bytes for each mark.
    """

    def __init__(
        self,
        option_count: int,
        lengths: NDArray[np.int64],
        options: NDArray[np.int32],
        weights: NDArray[np.int64],
        likings: NDArray[np.int64] | None = None,
    ) -> None:
        """Rows one after the other: `lengths` of the rows, then options, and likings above 0.

        Without likings each is 1. Raises ValueError when they sum to 2**53 or more.
        """
        self.row_weights: Floats = weights.astype(np.float64)
        self._lengths = lengths
        self._starts = np.cumsum(lengths) - lengths
        self._options = options
        self._likings = None if likings is None else likings.astype(np.float64)
        self.option_count = option_count
        self._tables = self._as_tables()
        rows = np.repeat(np.arange(len(lengths), dtype=np.intp), lengths)
        short = np.int16 if option_count < 2**15 else np.int32  # short numbers are sorted by radix
        order = np.argsort(options.astype(short), kind="stable")
        counts = np.bincount(options, minlength=option_count)
        cuts = np.cumsum(counts)[:-1]
        self.rows: list[Indexes] = np.split(rows[order], cuts)
        self.likings: list[Floats | None] = [None] * option_count
        if self._likings is not None:
            self.likings = list(np.split(self._likings[order], cuts))
        self.pulls: list[Floats] = [
            self.row_weights[of_rows] if liking is None else self.row_weights[of_rows] * liking
            for of_rows, liking in zip(self.rows, self.likings, strict=True)
        ]
        self.supporters = [int(self.row_weights[of_rows].sum()) for of_rows in self.rows]
        self.liking_sums = [int(pull.sum()) for pull in self.pulls]
        if sum(self.liking_sums) >= 2**53:
            raise ValueError("the likings of all ballots sum to 2**53 or more")

    def likings_of(self, rows: Indexes, funded: Sequence[int]) -> tuple[int, list[int]]:
        """How many voters these rows are, and their likings of each funded option, summed."""
        weights = self.row_weights.take(rows)
        voters = int(np.add.reduce(weights))
        if not funded or not voters:
            return voters, [0] * len(funded)
        sums = self._sums(rows, weights, with_likings=True)
        return voters, sums.astype(np.int64).take(funded).tolist()

    def spread(self, rows: Indexes, amounts: Floats) -> Floats:
        """For each option, the amounts of those rows (one each) that like it, summed."""
        return self._sums(rows, amounts, with_likings=False)

    def voters(self, rows: Indexes) -> int:
        """How many voters these rows are."""
        return int(self.row_weights[rows].sum())

    def _sums(self, rows: Indexes, amounts: Floats, *, with_likings: bool) -> Floats:
        """For each option, the sum over those rows of amount (times liking)."""
        if self._tables is not None:
            options_of, likings_of = self._tables
            options = options_of.take(rows, axis=0)
            of_each = np.empty(options.shape)
            of_each[:] = amounts[:, None]
            if with_likings and likings_of is not None:
                of_each *= likings_of.take(rows, axis=0)
            options, amounts = options.ravel(), of_each.ravel()
        else:
            lengths = self._lengths[rows]
            firsts = self._starts[rows] - np.cumsum(lengths) + lengths
            marks = np.repeat(firsts, lengths) + np.arange(lengths.sum())
            options = self._options[marks]
            amounts = np.repeat(amounts, lengths)
            if with_likings and self._likings is not None:
                amounts *= self._likings[marks]
        sums = np.bincount(options, weights=amounts, minlength=self.option_count + 1)
        return sums[: self.option_count].astype(np.float64, copy=False)

    def _as_tables(self) -> tuple[NDArray[np.int32], Floats | None] | None:
        """Options (and likings) of each row, filled up with a place after the last option.

        Quicker to read than rows of many lengths; None where the filling would be most of it.
        """
        rows, width = len(self._lengths), int(self._lengths.max(initial=0))
        if rows * width > 3 * len(self._options) + 10_000:
            return None
        is_filled = np.arange(width) < self._lengths[:, None]
        options = np.full((rows, width), self.option_count, dtype=np.int32)
        options[is_filled] = self._options
        if self._likings is None:
            return options, None
        likings = np.zeros((rows, width))
        likings[is_filled] = self._likings
        return options, likings

    def row(self, row: int) -> dict[int, int]:
        """Option -> liking, of one row."""
        part = slice(self._starts[row], self._starts[row] + self._lengths[row])
        options = self._options[part].tolist()
        if self._likings is None:
            return dict.fromkeys(options, 1)
        return dict(zip(options, map(int, self._likings[part].tolist()), strict=True))


def support_of(profile: Profile, parameters: Parameters, option_count: int) -> Support:
    """Read ballots: a liking is 1 for each vote, or the points, or the points of the rank (Borda).

    What gives no points is not liked. Raises ValueError as Support does.
    """
    lengths = np.fromiter(map(len, profile.rows), np.int64, len(profile.rows))
    total = int(lengths.sum())
    options = np.fromiter(chain.from_iterable(profile.rows), np.int32, total)
    weights = np.array(profile.weights, dtype=np.int64)
    likings = _likings(profile, parameters, option_count, lengths)
    if likings is None:
        return Support(option_count, lengths, options, weights)
    is_liked = likings > 0
    rows = np.repeat(np.arange(len(lengths)), lengths)[is_liked]
    lengths = np.bincount(rows, minlength=len(lengths)).astype(np.int64)
    return Support(option_count, lengths, options[is_liked], weights, likings[is_liked])


def _likings(
    profile: Profile, parameters: Parameters, option_count: int, lengths: NDArray[np.int64]
) -> NDArray[np.int64] | None:
    """A whole number for each mark of each row, or None when all are 1."""
    total = int(lengths.sum())
    if parameters.score is Score.BORDA:
        top = option_count if parameters.borda_top is None else parameters.borda_top
        places = np.arange(total) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return np.maximum(top - places, 0)
    if profile.marks is None:
        return None
    marks = np.fromiter(chain.from_iterable(profile.marks), np.int64, total)
    return marks if parameters.score is Score.POINTS else (marks > 0).astype(np.int64)
