"""What someone looks for in the journal."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

PAGE = 50
SHORTEST_CODE = 6
MOST_WORDS = 8  # that are looked for: each asks the database more
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


@dataclass(frozen=True, slots=True)
class Place:
    """Where one of the words that are looked for can be read.

    `tags`: in the sentence of these acts; `roles`: beside acts of these; `codes`: code -> the tags of the
    acts whose sentence shows it in words with this one among them.
    """

    tags: tuple[str, ...]
    roles: tuple[str, ...]
    codes: Mapping[str, tuple[str, ...]]


def place_of(
    looked_for: str,
    told: Mapping[str, tuple[str, ...]],
    roles: Mapping[str, tuple[str, ...]],
    shown: Mapping[str, Mapping[str, tuple[str, ...]]],
) -> Place:
    """Of one folded word, as the beginning of one. `told`: tag -> the folded words of its sentence;
    `roles`: those of the name of each; `shown`: tag -> code -> those that it is shown by."""

    def has(said: tuple[str, ...]) -> bool:
        return any(word.startswith(looked_for) for word in said)

    codes: dict[str, tuple[str, ...]] = {}
    for tag, by_code in shown.items():
        for code, said in by_code.items():
            if has(said):
                codes[code] = (*codes.get(code, ()), tag)
    return Place(
        tags=tuple(tag for tag, said in told.items() if has(said)),
        roles=tuple(role for role, said in roles.items() if has(said)),
        codes=codes,
    )
