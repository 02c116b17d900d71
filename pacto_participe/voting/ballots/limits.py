"""What every ballot's limits share: frozen whole numbers and switches, plain JSON in and out."""

from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any, ClassVar, Protocol, TypeVar

from pacto_participe.kernel.errors import Problem
from pacto_participe.voting.domain import BadParameter


class LimitProblem(StrEnum):
    """Why limits do not fit an election. Beside each: the values its sentence names."""

    BELOW_ONE = "limit-below-one"  # limit (its name)
    MAX_BELOW_MIN = "limit-max-below-min"  # min, max
    ABOVE_OPTIONS = "limit-above-options"  # limit, value, options (how many there are)
    POINTS_OUT_OF_REACH = "limit-points-out-of-reach"  # needed, total: too few points to comply
    NOTHING_AFFORDABLE = "limit-nothing-affordable"  # budget, cheapest (whole units)
    DEARER_THAN_BUDGET = "limit-dearer-than-budget"  # projects (ids), budget


class _IsDataclass(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Any]]


LimitsT = TypeVar("LimitsT", bound=_IsDataclass)


def to_plain(limits: _IsDataclass) -> dict[str, Any]:
    """Plain JSON, in the order of the fields."""
    return {item.name: getattr(limits, item.name) for item in fields(limits)}


def from_plain(cls: type[LimitsT], plain: Mapping[str, Any]) -> LimitsT:
    """Read what to_plain wrote; missing keys take their default. Raises BadParameter."""
    kinds = {item.name: item.type for item in fields(cls)}
    for key, value in plain.items():
        if key not in kinds:
            raise BadParameter(key, value, "there is no such limit")
        expected = bool if kinds[key] in (bool, "bool") else int
        if type(value) is not expected:
            word = "true or false" if expected is bool else "a whole number"
            raise BadParameter(key, value, word)
    try:
        return cls(**plain)
    except TypeError:
        missing = sorted(kinds.keys() - plain.keys())
        raise BadParameter(", ".join(missing), None, "these limits have no default") from None


def at_least_one(**limits: int) -> list[Problem]:
    """A problem for each of these limits that is below 1."""
    return [
        Problem(LimitProblem.BELOW_ONE, field=name, values={"limit": name})
        for name, value in limits.items()
        if value < 1
    ]


def at_most(option_count: int, **limits: int) -> list[Problem]:
    """A problem for each of these limits that asks for more options than there are."""
    return [
        Problem(
            LimitProblem.ABOVE_OPTIONS,
            field=name,
            values={"limit": name, "value": value, "options": option_count},
        )
        for name, value in limits.items()
        if value > option_count
    ]


def in_order(smallest: int, largest: int) -> list[Problem]:
    """A problem when the maximum is below the minimum."""
    if largest >= smallest:
        return []
    return [Problem(LimitProblem.MAX_BELOW_MIN, "max", {"min": smallest, "max": largest})]
