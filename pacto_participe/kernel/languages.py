"""Texts that people wrote in several languages, such as the title of a project."""

from collections.abc import Mapping
from dataclasses import dataclass

ORDER = ("ar", "fr", "en", "zgh")  # which text stands in for a missing one


@dataclass(frozen=True, slots=True)
class Texts:
    """One text per language, at least one. Hashable: pairs in the order above."""

    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> "Texts":
        """Empty texts count as missing. Raises ValueError when all are."""
        codes = (*ORDER, *sorted(texts.keys() - set(ORDER)))
        pairs = tuple((code, texts[code]) for code in codes if texts.get(code))
        if not pairs:
            raise ValueError("a text is needed in one language at least")
        return cls(pairs)

    def in_language(self, code: str) -> tuple[str, str]:
        """The text for a reader of this language, and the language it is in fact written in."""
        texts = dict(self.pairs)
        for candidate in (code, *ORDER):
            if candidate in texts:
                return texts[candidate], candidate
        candidate, text = self.pairs[0]  # of an election elsewhere, in its own language
        return text, candidate

    def to_dict(self) -> dict[str, str]:
        return dict(self.pairs)
