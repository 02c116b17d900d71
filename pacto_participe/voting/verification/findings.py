"""What a check found: a grade, a stable code, one sentence in English."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """FAIL alone says that something is wrong."""

    PASS = "PASS"  # noqa: S105  a grade
    FAIL = "FAIL"
    NOTE = "NOTE"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    grade: Grade
    code: str
    told: str

    def __str__(self) -> str:
        return f"{self.grade} {self.code}: {self.told}"


def passed(code: str, told: str) -> Finding:
    return Finding(Grade.PASS, code, told)


def failed(code: str, told: str) -> Finding:
    return Finding(Grade.FAIL, code, told)


def noted(code: str, told: str) -> Finding:
    return Finding(Grade.NOTE, code, told)


def checked(code: str, good: str, faults: list[str]) -> Finding:
    """A PASS with `good`, or a FAIL with the first faults."""
    if not faults:
        return passed(code, good)
    more = f" (and {len(faults) - 3} more)" if len(faults) > 3 else ""
    return failed(code, "; ".join(faults[:3]) + more)
