"""What someone looks for in the journal."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

PAGE = 50
SHORTEST_CODE = 6
_CODE = re.compile(r"[A-Za-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Days count whole, in local time. `after`: the id of the last event of the page before."""

    kind: str = ""
    role: str = ""
    words: str = ""
    since: date | None = None
    until: date | None = None
    after: str = ""

    @property
    def details(self) -> str:
        """What may stand in the fields of an act, such as a fingerprint or an edition; "" for words."""
        is_code = len(self.words) >= SHORTEST_CODE and _CODE.fullmatch(self.words) is not None
        return self.words if is_code and not self.kind else ""


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the journal as it is stored. The person is not among what is read."""

    event_id: str
    at: datetime
    tag: str
    role: str
    body: Mapping[str, Any]


def matching(words: Iterable[str], told: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The tags whose folded words hold each of the folded words that are looked for, as beginnings."""
    wanted = tuple(words)
    return tuple(
        tag
        for tag, said in told.items()
        if all(any(word.startswith(looked) for word in said) for looked in wanted)
    )
