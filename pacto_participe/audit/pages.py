"""Everything that the templates of the journal may see."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from pacto_participe.web.sentences import ToldProblems


@dataclass(frozen=True, slots=True)
class Line:
    """One act as it is read. `role` in words, "" for the platform itself."""

    at: datetime
    sentence: str
    role: str
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class JournalPage:
    """The journal for staff: newest first. `older` and `export` are addresses, "" when there is none.

    `kinds` and `roles`: (code, words). What was typed and could not be read stands in `since` and `until`.
    """

    template: ClassVar[str] = "audit/journal.html"
    lines: tuple[Line, ...]
    kind: str
    role: str
    words: str
    since: str
    until: str
    kinds: tuple[tuple[str, str], ...]
    roles: tuple[tuple[str, str], ...]
    problems: ToldProblems
    is_filtered: bool
    older: str
    csv: str
    jsonl: str


@dataclass(frozen=True, slots=True)
class PublicJournalPage:
    """What everybody may know, by day."""

    template: ClassVar[str] = "audit/public.html"
    days: tuple[tuple[date, tuple[Line, ...]], ...]
    older: str
