"""How the journal tells what happened: each feature says it of its own events, in its manifest."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pacto_participe.web import formats, i18n
from pacto_participe.web.sentences import Sentences, readable

FINGERPRINTS = ("fingerprint",)
# Any space but the one that holds the digits of an amount together.
_GAP = re.compile(r"(?:(?!(?<=\d)\u00a0(?=\d))\s)+")
_FIELD = re.compile(r"%\((\w+)\)s")


class JournalKind(StrEnum):
    """What an act is about, for those who look for one."""

    VOTES = "votes"
    RESIDENTS = "residents"
    STAFF = "staff"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class Told:
    """The sentence of an event, with its fields in their places and `vote` for the title of its vote.

    `codes`: for a field that holds a code, the enums that it may be of. `is_public`: for everybody, to
    the day; the rest is for those who answer for the collectivity, as are the `private` fields: what
    people wrote themselves.
    """

    sentence: str
    kind: JournalKind
    is_public: bool = False
    codes: Mapping[str, tuple[type[StrEnum], ...]] = field(default_factory=dict)
    private: tuple[str, ...] = ()


class _Fields(dict[str, Any]):
    """What an older event does not hold yet reads as nothing."""

    def __missing__(self, name: str) -> str:
        return ""


class Journal:
    """The sentences of all features, by the tag of the event."""

    def __init__(self, told: Iterable[Mapping[str, Told]], sentences: Sentences) -> None:
        self.told: dict[str, Told] = {tag: one for each in told for tag, one in each.items()}
        self._sentences = sentences

    def tags(self, *, kind: str = "", only_public: bool = False) -> tuple[str, ...]:
        """The tags of a kind of act (of every kind for ""), in the order of the features."""
        return tuple(
            tag
            for tag, told in self.told.items()
            if (not kind or told.kind == kind) and (told.is_public or not only_public)
        )

    def words_of(self, tag: str) -> str:
        """The sentence of an event without its fields, in the language of this request."""
        return _FIELD.sub(" ", i18n.gettext(self.told[tag].sentence))

    def codes_of(self, tag: str, votes: Mapping[str, str]) -> dict[str, str]:
        """Each code that the sentence of an event may show -> its words there.

        `votes`: vote id -> its title, for the sentences that name their vote.
        """
        told = self.told[tag]
        fields = set(_FIELD.findall(told.sentence))
        words = dict(votes) if "vote" in fields else {}
        for name, enums in told.codes.items():
            if name in fields:
                for code in (code for enum in enums for code in enum):
                    words.setdefault(code.value, self._sentences.of(code))
        return words

    def say(
        self, tag: str, body: Mapping[str, Any], *, vote: str = "", to_all: bool = False
    ) -> str:
        """One event in the language of this request; the bare tag for one that no feature knows any more."""
        told = self.told.get(tag)
        if told is None:
            return tag
        hidden = told.private if to_all else ()
        values = _Fields(
            {
                name: self._shown(told, name, value)
                for name, value in body.items()
                if name not in hidden
            }
        )
        values["vote"] = formats.apart(vote)
        return _GAP.sub(" ", (i18n.gettext(told.sentence) % values).strip())

    def _shown(self, told: Told, name: str, value: Any) -> Any:
        if isinstance(value, list):
            return formats.listed(str(self._shown(told, name, one)) for one in value)
        for codes in told.codes.get(name, ()):
            if value in {code.value for code in codes}:
                return self._sentences.of(codes(value))
        if isinstance(value, str):
            return formats.apart(value)
        return readable(name, value)
