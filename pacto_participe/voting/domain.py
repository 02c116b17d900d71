"""The values of a count: what was asked, what was said, under which parameters, what came of it.

Money here is in whole units, small enough that every cost is whole (the app uses centimes, so
`units_per_currency` is 100). Options are named by their index in the official order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import Enum, StrEnum
from fractions import Fraction
from typing import Any

from pacto_participe.kernel.money import exact_decimal
from pacto_participe.kernel.positions import Position

Number = int | Fraction


def in_currency(units: Number, units_per_currency: int) -> str:
    """An amount in whole units as exact currency, "312.84"; "n/d" where no decimal is exact."""
    amount = Fraction(units, units_per_currency)
    try:
        return exact_decimal(amount)
    except ValueError:
        return str(amount)


@dataclass(frozen=True, slots=True)
class Option:
    """A project as it stands on the ballot. Cost in whole units.

    Options with one `group` are twins: at most one of them can be funded. `district` names a pot.
    A withdrawn option stays on the list and on the ballots, and no count looks at it; none looks at where
    it lies on Earth either.
    """

    id: str
    cost: int
    name: str = ""
    group: str | None = None
    district: str | None = None
    is_withdrawn: bool = False
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Election:
    """What is to be decided. `options` stand in the official order, budget is in whole units."""

    options: tuple[Option, ...]
    budget: int
    units_per_currency: int = 100

    def __post_init__(self) -> None:
        """Raise ValueError for what no count can read: the same id twice, money below zero."""
        if len({option.id for option in self.options}) != len(self.options):
            raise ValueError("two options of the election have the same id")
        if self.budget < 0 or any(option.cost < 0 for option in self.options):
            raise ValueError("a cost or the budget is below zero")
        if self.units_per_currency < 1:
            raise ValueError("a currency unit holds at least one unit")

    def indexes(self) -> dict[str, int]:
        """Option id -> index."""
        return {option.id: index for index, option in enumerate(self.options)}

    def cost_of(self, chosen: Iterable[int]) -> int:
        """Whole units."""
        return sum(self.options[index].cost for index in chosen)


class Reading(StrEnum):
    """What a ballot says, whatever it looked like."""

    APPROVALS = "approvals"
    POINTS = "points"
    RANKING = "ranking"


@dataclass(frozen=True, slots=True)
class Profile:
    """All ballots, those with the same content as one row and a weight. Order means nothing.

    Rows hold option indexes: rising for approvals and points, best first for a ranking. An empty
    row is a blank ballot, and counts as a ballot. `marks` holds points beside each index, or is
    None when every mark is 1. Memory: about 100 bytes for each different ballot.
    """

    reading: Reading
    rows: tuple[tuple[int, ...], ...]
    weights: tuple[int, ...]
    marks: tuple[tuple[int, ...], ...] | None = None

    def __post_init__(self) -> None:
        """Raise ValueError when rows, weights and marks do not belong together."""
        if len(self.rows) != len(self.weights):
            raise ValueError("each row needs a weight")
        if self.marks is not None and list(map(len, self.marks)) != list(map(len, self.rows)):
            raise ValueError("each mark needs a place in its row")

    @property
    def ballots(self) -> int:
        """How many ballots were counted, blank ones included."""
        return sum(self.weights)

    @classmethod
    def grouped(
        cls,
        reading: Reading,
        ballots: Iterable[tuple[tuple[int, ...], tuple[int, ...] | None, int]],
    ) -> "Profile":
        """Join (row, marks or None, weight) of equal content; rows come out sorted.

        Two collections of the same ballots give equal profiles, in whatever order they came.
        """
        plain: dict[tuple[int, ...], int] = {}
        marked: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {}
        has_order = reading is Reading.RANKING
        for row, marks, weight in ballots:
            if marks is None or all(mark == 1 for mark in marks):
                key = row if has_order else tuple(sorted(row))
                plain[key] = plain.get(key, 0) + weight
            else:
                content = _content(reading, row, marks)
                marked[content] = marked.get(content, 0) + weight
        if not marked:
            # A million ballots: flat tuples sort in half the time, and marks take no room.
            rows = tuple(sorted(plain))
            return cls(reading, rows, tuple(plain[row] for row in rows))
        marked |= {(row, (1,) * len(row)): weight for row, weight in plain.items()}
        contents = sorted(marked)
        return cls(
            reading=reading,
            rows=tuple(row for row, _ in contents),
            weights=tuple(marked[content] for content in contents),
            marks=tuple(marks for _, marks in contents),
        )

    def votes(self, option_count: int) -> tuple[int, ...]:
        """For each option, how many ballots name it (with a mark above zero)."""
        votes = [0] * option_count
        if self.marks is None:
            for row, weight in zip(self.rows, self.weights, strict=True):
                for index in row:
                    votes[index] += weight
            return tuple(votes)
        for row, marks, weight in zip(self.rows, self.marks, self.weights, strict=True):
            for index, mark in zip(row, marks, strict=True):
                if mark > 0:
                    votes[index] += weight
        return tuple(votes)


def _content(
    reading: Reading, row: tuple[int, ...], marks: tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """A row in its one order, and its marks beside it."""
    if reading is Reading.RANKING:
        return row, marks
    pairs = sorted(zip(row, marks, strict=True))
    return tuple(index for index, _ in pairs), tuple(mark for _, mark in pairs)


class Score(StrEnum):
    """What most-votes adds up, and what equal shares calls a voter's liking."""

    VOTES = "votes"
    POINTS = "points"
    BORDA = "borda"


class Unaffordable(StrEnum):
    """What happens at a project that costs more than what is left."""

    SKIP = "skip"
    STOP = "stop"
    STOP_THEN_FUND_NEXT = "stop-then-fund-next"


class Transfer(StrEnum):
    """What becomes of money that a district pot did not spend."""

    NONE = "none"
    TO_COMMON_POT = "to-common-pot"
    TO_SECOND_STAGE = "to-second-stage"


class Utility(StrEnum):
    """Equal shares: how much a voter gains from a funded project: its cost, or the score alone."""

    COST = "cost"
    CARDINALITY = "cardinality"


class Start(StrEnum):
    """Equal shares: each voter's first share, B/n exactly or rounded down to a currency unit."""

    EXACT = "exact"
    FLOOR = "floor"


class Completion(StrEnum):
    """Equal shares: what to do with money left when no project can be paid."""

    NONE = "none"
    UTILITARIAN = "utilitarian"


class Comparison(StrEnum):
    """Equal shares: when the most-votes outcome replaces it."""

    NONE = "none"
    SATISFACTION = "satisfaction"
    EXCLUSION_RATIO = "exclusion-ratio"


@dataclass(frozen=True, slots=True)
class Pot:
    """A district's own money, in whole units."""

    district: str
    budget: int


class BadParameter(ValueError):
    """A parameter that does not exist, or a value it cannot take."""

    def __init__(self, key: str, value: object, expected: str) -> None:
        super().__init__(f"{key} cannot be {value!r}: {expected}")
        self.key = key
        self.value = value
        self.expected = expected


class NoSuchParameter(BadParameter):
    """A name that no parameter has: what it was to be set to does not matter."""

    def __init__(self, key: str, known: Iterable[str]) -> None:
        super().__init__(key, None, f"one of {', '.join(known)}")

    def __str__(self) -> str:
        return f"{self.key}: there is no such parameter; it is {self.expected}"


@dataclass(frozen=True, slots=True)
class Parameters:
    """Everything, beside projects and ballots, that can change who wins. Frozen before opening.

    `ties` names tie orders, used from the first on; official order always settles what remains.
    """

    rule: str = "most-votes"
    score: Score = Score.VOTES
    borda_top: int | None = None  # the first choice is worth this; None: the number of options
    unaffordable: Unaffordable = Unaffordable.SKIP
    fund_next_share: Fraction | None = None  # of the cost; only with STOP_THEN_FUND_NEXT
    threshold_votes: int = 1  # fewer supporters than this: out
    threshold_score: Fraction | None = None  # a lower score than this: out
    threshold_share: Fraction | None = None  # of all ballots; a lower share of supporters: out
    threshold_cost: Fraction | None = None  # votes / ballots < this * cost / budget: out
    exclusive_groups: bool = True
    pots: tuple[Pot, ...] = ()
    transfer: Transfer = Transfer.NONE
    ties: tuple[str, ...] = ("lower-cost", "more-votes", "lot")
    mes_utility: Utility = Utility.COST
    mes_start: Start = Start.EXACT
    mes_increment: int = 0  # currency units a voter, each step; 0: no Add1 loop
    mes_stop_when_exhaustive: bool = False
    mes_completion: Completion = Completion.NONE
    mes_comparison: Comparison = Comparison.NONE

    def __post_init__(self) -> None:
        """Raise BadParameter for values that contradict each other."""
        funds_next = self.unaffordable is Unaffordable.STOP_THEN_FUND_NEXT
        if funds_next != (self.fund_next_share is not None):
            raise BadParameter(
                "fund_next_share",
                self.fund_next_share,
                "it belongs to stop-then-fund-next, and only there",
            )
        if self.fund_next_share is not None and not 0 < self.fund_next_share <= 1:
            raise BadParameter("fund_next_share", self.fund_next_share, "above 0, at most 1")
        for key in ("borda_top", "threshold_votes", "mes_increment"):
            value = getattr(self, key)
            if value is not None and value < 0:
                raise BadParameter(dotted(key), value, "not below zero")
        if len(set(self.ties)) != len(self.ties):
            raise BadParameter("ties", ", ".join(self.ties), "each order once")
        if len({pot.district for pot in self.pots}) != len(self.pots):
            raise BadParameter("pots", "…", "each district once")

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON under the published names, Fractions as "n/d", in the order above."""
        return {dotted(item.name): _plain(getattr(self, item.name)) for item in fields(self)}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Parameters":
        """Read what to_dict wrote. Missing keys take their default; raises BadParameter."""
        names = {dotted(item.name): item.name for item in fields(cls)}
        values: dict[str, Any] = {}
        for key, value in plain.items():
            if key not in names:
                raise NoSuchParameter(key, names)
            values[names[key]] = _typed(key, names[key], value)
        return cls(**values)

    def changed(self, **values: Any) -> "Parameters":
        """These parameters with other values; raises BadParameter."""
        return replace(self, **values)


def dotted(name: str) -> str:
    """The published name of a field: mes_start is mes.start, threshold_votes threshold.votes."""
    for prefix in ("mes_", "threshold_"):
        if name.startswith(prefix):
            return f"{prefix[:-1]}.{name.removeprefix(prefix)}"
    return name


_ENUMS: dict[str, type[StrEnum]] = {
    "score": Score,
    "unaffordable": Unaffordable,
    "transfer": Transfer,
    "mes_utility": Utility,
    "mes_start": Start,
    "mes_completion": Completion,
    "mes_comparison": Comparison,
}
_FRACTIONS = ("fund_next_share", "threshold_score", "threshold_share", "threshold_cost")
_FLAGS = ("exclusive_groups", "mes_stop_when_exhaustive")
_COUNTS = ("borda_top", "threshold_votes", "mes_increment")


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Pot):
        return {"district": value.district, "budget": value.budget}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _typed(key: str, name: str, value: Any) -> Any:
    if name in _ENUMS:
        known = [member.value for member in _ENUMS[name]]
        if value not in known:
            raise BadParameter(key, value, f"one of {', '.join(known)}")
        return _ENUMS[name](value)
    if name in _FRACTIONS:
        return None if value is None else _fraction(key, value)
    if name in _FLAGS:
        if not isinstance(value, bool):
            raise BadParameter(key, value, "true or false")
        return value
    if name in _COUNTS:
        if value is None and name == "borda_top":
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            raise BadParameter(key, value, "a whole number")
        return value
    if name in ("ties", "pots") and not isinstance(value, list | tuple):
        raise BadParameter(key, value, "a list")
    if name == "pots":
        return tuple(_pot(key, item) for item in value)
    return tuple(map(str, value)) if name == "ties" else str(value)


def _fraction(key: str, value: Any) -> Fraction:
    """Text or whole numbers only: a float has lost what was written."""
    if isinstance(value, str | int) and not isinstance(value, bool):
        try:
            number = Fraction(value)
        except (ValueError, ZeroDivisionError):
            number = Fraction(-1)
        if number >= 0:
            return number
    raise BadParameter(key, value, "a fraction such as 4/5, not below zero")


def _pot(key: str, item: Any) -> Pot:
    match item:
        case {"district": str(district), "budget": int(budget), **rest} if not rest and budget >= 0:
            return Pot(district, budget)
    raise BadParameter(key, item, "a district and its budget in whole units")


def natural_score(reading: Reading) -> Score:
    """The score that belongs to a reading when nobody says otherwise."""
    return {
        Reading.APPROVALS: Score.VOTES,
        Reading.POINTS: Score.POINTS,
        Reading.RANKING: Score.BORDA,
    }[reading]


_ADD1: dict[str, Any] = {"rule": "equal-shares", "mes_increment": 1}

PRESETS: dict[str, Parameters] = {
    "greedy-skip": Parameters(),
    "greedy-stop": Parameters(unaffordable=Unaffordable.STOP),
    "equal-shares": Parameters(rule="equal-shares"),
    "equal-shares-add1": Parameters(**_ADD1),
    "equal-shares-add1-exhaustive": Parameters(**_ADD1, mes_stop_when_exhaustive=True),
}


class WhyCode(StrEnum):
    """Why an option was funded or not. Beside each: the numbers its Verdict carries.

    Always there: cost, votes (ballots naming it). Money in whole units, exact.
    """

    FUNDED = "funded"  # rank, score, left (before it was paid)
    PARTLY_FUNDED = "partly-funded"  # rank, score, left (all of it goes here), share (of the cost)
    TOO_EXPENSIVE = "too-expensive"  # rank, score, left, short = cost - left
    STOPPED = "stopped"  # rank, score, left; others = (where the count stopped,)
    LOST_TIE = "lost-tie"  # rank, score, left, short; others = (who came first,); tie = the order
    BELOW_THRESHOLD = "below-threshold"  # needed, had; threshold = which (a key of Parameters)
    TWIN_FUNDED = "twin-funded"  # rank, score; others = (the twin,); tie = the order, if it decided
    NO_SUPPORT = "no-support"  # nobody chose it
    WITHDRAWN = "withdrawn"  # taken off the list after the ballots were made

    # Equal shares
    FUNDED_BY_SHARES = "funded-by-shares"  # round, supporters, most (one pays), endowment (of each)
    FUNDED_BY_COMPLETION = "funded-by-completion"  # rank, score, left
    SHARES_SPENT = "shares-spent"  # supporters, left (they have together), short = cost - left,
    # endowment; others = (where most of their money went, …); paid_1 to the first, and so on
    ABOVE_BUDGET = "above-budget"  # budget, short: no ballot could ever have funded it


# Among the numbers of verdicts and rounds, those that are money, in whole units or Fractions of them.
# (Equal shares: owned by supporters before a payment, price of a point, rest for the completion.)
MONEY_NUMBERS = frozenset(
    {"cost", "left", "short", "paid", "budget", "most", "endowment"}
    | {"owned", "price", "rest", "paid_1", "paid_2", "paid_3"}
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The "Why?" of one option: a code, the options and the tie order its sentence names."""

    option: int
    code: WhyCode
    numbers: Mapping[str, Number] = field(default_factory=dict)
    others: tuple[int, ...] = ()
    tie: str | None = None
    threshold: str | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """One step of the count: the option looked at, and whether it was funded.

    `left` is the money before the step. `numbers` holds what else the rule wants to show; the
    names are those of WhyCode.
    """

    option: int
    funded: bool
    score: Number
    left: Number
    numbers: Mapping[str, Number] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tie:
    """Options that were equal, in the order they were taken; decided_by[i] put i before i + 1.

    `is_decisive`: another order among them could have funded others.
    """

    options: tuple[int, ...]
    decided_by: tuple[str, ...]
    is_decisive: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a count says: indexes of the winners as they were funded, and a verdict for everyone.

    `spent` includes what a partly funded project receives, in whole units. `lot_was_needed`: a
    decisive tie was settled by the lot. `awaits_lot`: it was not known yet, official order stands
    in, and nothing of this may be published as a result. `numbers`: what else the rule found, such
    as the share of each voter.
    """

    winners: tuple[int, ...]
    spent: int
    verdicts: tuple[Verdict, ...]
    rounds: tuple[Round, ...] = ()
    ties: tuple[Tie, ...] = ()
    lot_was_needed: bool = False
    awaits_lot: bool = False
    numbers: Mapping[str, Number | str] = field(default_factory=dict)
