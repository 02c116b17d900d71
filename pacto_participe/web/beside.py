"""What a feature shows on a page of a feature below it, which does not know it.

A page of a lower floor asks for what stands beside its own matter (`beside_of`); each feature says in its
manifest what it has for which page (`beside=`). What is shown is a part of a page with a template of its own.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

BESIDE = "beside"  # where Web.extras holds the functions of all features


class Spot(StrEnum):
    """The pages that ask."""

    TOWN = "town"
    RESULTS = "results"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class AskedBeside:
    """For which page, at which instant: its votes, the newest first, and what it has read of their results.

    `votes` are Votes of voting/queries, `results` the published result.json by the id of its vote,
    `number` the project of a page that is about one.
    """

    web: Any
    now: datetime
    votes: tuple[Any, ...]
    results: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    number: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page: its template sees `shown`. `until`: when it reads otherwise by the clock alone."""

    template: str
    shown: Any
    until: datetime | None = None


# None where there is nothing to show.
ShowBeside = Callable[[AskedBeside], Awaitable[Part | None]]


async def beside_of(spot: Spot, asked: AskedBeside) -> tuple[Part, ...]:
    """What all features show there, in their order."""
    functions: tuple[ShowBeside, ...] = asked.web.extras[BESIDE].get(spot, ())
    parts = [await show(asked) for show in functions]
    return tuple(part for part in parts if part is not None)


def until_of(until: datetime | None, parts: tuple[Part, ...]) -> datetime | None:
    """When a page with these parts reads otherwise."""
    instants = (until, *(part.until for part in parts))
    return min((instant for instant in instants if instant is not None), default=None)
