"""What can go wrong in a way that a person can understand. Sentences live in each feature's wording.py."""

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: a code, the field it concerns (or ""), and the values its sentence names.

    `label`: what the field is called, for a sentence that would say the same of any field.
    """

    code: StrEnum
    field: str = ""
    values: dict[str, Any] = dataclasses.field(default_factory=dict)
    label: str = ""


class Refused(Exception):
    """The request was understood and cannot be done: 422, with what to mend. Nothing was stored."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(problem.code.value for problem in problems))
        self.problems = problems


class Conflict(Refused):
    """Something else happened first: 409."""


class NotFound(Exception):
    """No such thing, or none in this town: 404."""


class NotAllowed(Exception):
    """This person may not: 403. The reason is a code with a sentence."""

    def __init__(self, reason: StrEnum) -> None:
        super().__init__(reason.value)
        self.reason = reason


class TooMany(Exception):
    """Too many tries in too short a time: 429."""

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(f"retry after {retry_after_seconds} s")
        self.retry_after_seconds = retry_after_seconds


def refuse_if(problems: tuple[Problem, ...]) -> None:
    """Raise Refused when there is anything to mend."""
    if problems:
        raise Refused(*problems)
