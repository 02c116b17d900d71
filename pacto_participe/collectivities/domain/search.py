"""How a typed name finds a unit: what is stored to be searched, what a query asks, what to suggest."""

from collections.abc import Iterable
from dataclasses import dataclass

from pacto_participe.collectivities.domain.folding import fold, folded_words
from pacto_participe.collectivities.domain.names import TYPE_WORDS
from pacto_participe.collectivities.domain.places import CollectivityType, Unit

# Words that join others in a typed name and say nothing: commune de Fès, commune of Agadir.
_JOINING_WORDS = frozenset({"de", "du", "of", "the", "la", "le"})
# Latin spellings that the registers and residents mix (Ouled and Oulad, Beni and Bni), and what the
# four best-known cities are called in English. Both sides of a comparison are brought to one of them.
_SPELLINGS = {
    "ouled": "oulad",
    "awlad": "oulad",
    "beni": "bni",
    "ouad": "oued",
    "el": "al",
    "marrakesh": "marrakech",
    "fez": "fes",
    "tangier": "tanger",
    "tangiers": "tanger",
}
_MOST_WORDS = 6
_LEAST_PART = 4  # letters that tell a name when they stand in the middle of it


def _types_by_word() -> dict[str, frozenset[CollectivityType]]:
    found: dict[str, set[CollectivityType]] = {}
    for words in TYPE_WORDS.values():
        for kind, word in words.items():
            for form in (fold(word), f"{fold(word)}s"):
                found.setdefault(form, set()).add(CollectivityType(kind))
    return {word: frozenset(kinds) for word, kinds in found.items()}


_TYPES_BY_WORD = _types_by_word()


@dataclass(frozen=True, slots=True)
class NameQuery:
    """What someone looks for: folded words, each the beginning of a word of the name.

    `types` is empty when any type will do; "جهة سوس" asks for regions only.
    """

    words: tuple[str, ...]
    types: frozenset[CollectivityType] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not self.words and not self.types


def name_query(text: str) -> NameQuery:
    """Read what was typed. Type words narrow the types; words that only join others are left out."""
    words = tuple(_one_spelling(word) for word in folded_words(text))
    types: frozenset[CollectivityType] = frozenset()
    if words and words[0] in _TYPES_BY_WORD:
        types = _TYPES_BY_WORD[words[0]]
        words = words[1:]
    telling = tuple(word for word in words if word not in _JOINING_WORDS)
    return NameQuery((telling or words)[:_MOST_WORDS], types)


def searched_text(unit: Unit) -> str:
    """The folded names as they are stored: `| agadir | اكادير |`.

    The bars let one LIKE tell a whole name, a name's beginning and a word's beginning apart. Folded
    text holds letters, digits and spaces only, so nothing in it needs escaping.
    """
    names = (folded_words(name) for name in (unit.name_fr, unit.name_ar, unit.name_zgh or ""))
    spelled = (" ".join(map(_one_spelling, words)) for words in names)
    return f"| {' | '.join(name for name in spelled if name)} |"


def whole_name(query: NameQuery) -> str:
    """A LIKE pattern: one of the names is the query."""
    return f"%| {' '.join(query.words)} |%"


def name_beginning(query: NameQuery) -> str:
    """A LIKE pattern: one of the names begins with the query."""
    return f"%| {' '.join(query.words)}%"


def word_beginning(word: str) -> str:
    """A LIKE pattern: some word of a name begins with this."""
    return f"% {word}%"


def part_of_a_word(word: str) -> str | None:
    """A LIKE pattern: it stands within a name, as "chaouen" in Chefchaouen. None when it is too short
    to tell anything.
    """
    return f"%{word}%" if len(word) >= _LEAST_PART else None


def likeness(query: NameQuery, searched: str) -> int:
    """How many letters a word of the names shares with a word of the query, at best: its first ones,
    or all of them anywhere.
    """
    words = [word for word in searched.split() if word != "|"]
    return max((_common(asked, word) for asked in query.words for word in words), default=0)


def nearest(query: NameQuery, candidates: Iterable[tuple[str, str]], *, most: int) -> list[str]:
    """The ids of the candidates that are most like the query, in their own order when they tie.

    Candidates are (id, searched text), best known first. One letter less than the best still counts.
    """
    scored = [(likeness(query, searched), key) for key, searched in candidates]
    least = max((score for score, _ in scored), default=0) - 1
    close = sorted((pair for pair in scored if pair[0] >= least), key=lambda pair: -pair[0])
    return [key for _, key in close[:most]]


def _one_spelling(word: str) -> str:
    return _SPELLINGS.get(word, word)


def _common(one: str, other: str) -> int:
    if len(one) >= _LEAST_PART and one in other:
        return len(one)
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length
