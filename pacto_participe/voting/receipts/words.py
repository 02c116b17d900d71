"""The forty bits of a receipt as four everyday words, in Arabic, French or English.

Each word stands for ten bits: its line in lists/<language>.txt. Folded, any two words of a list differ
by at least two slips, so a single misspelling is either put right or plainly unclear, and the check of
the code then says whether the four belong together. Everything is pure but for reading the lists once.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

from pacto_participe.kernel.errors import Problem
from pacto_participe.voting.receipts.codes import Code, is_code
from pacto_participe.voting.receipts.folding import fold, is_one_slip_apart

LANGUAGES = ("ar", "fr", "en")
WORDS_IN_A_RECEIPT = 4

_WORDS_LOOKED_AT = 8  # a pasted page is not searched word by word
_LONGEST_MENDED = 16

_ARTICLES = ("وال", "ال")
_SAID_BETWEEN_WORDS = {  # what people say or write between the words, folded
    "ar": frozenset({"و", "ثم"}),
    "fr": frozenset(["le", "la", "les", "l", "un", "une", "du", "de", "des", "d", "et", "puis"]),
    "en": frozenset(["the", "a", "an", "and", "then"]),
}
_LETTERS = re.compile(r"[^\W\d_]+")


class WordsProblem(StrEnum):
    """Why a text is not the four words of a receipt."""

    EMPTY = "receipt_words_empty"
    NOT_FOUR_WORDS = "receipt_words_not_four"
    UNKNOWN_WORD = "receipt_word_unknown"
    UNCLEAR_WORD = "receipt_word_unclear"
    CHECK_FAILED = "receipt_words_check_failed"
    TWO_LANGUAGES_FIT = "receipt_words_two_languages_fit"


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a text says in one language: the code, or else what is wrong."""

    code: Code | None
    problems: tuple[Problem, ...]
    mended: int
    known: int


@cache
def word_list(lang: str) -> tuple[str, ...]:
    """The 1,024 words of a language in the order of their ten bits. Raises KeyError for another."""
    if lang not in LANGUAGES:
        raise KeyError(f"there is no receipt word list for {lang!r}; known: {', '.join(LANGUAGES)}")
    return tuple(_lines(f"{lang}.txt"))


@cache
def party_symbols(lang: str) -> frozenset[str]:
    """Objects that no receipt word and no icon may show, because a party is known by them."""
    return frozenset(line.partition("#")[0].strip() for line in _lines(f"party_symbols.{lang}.txt"))


def words_of(code: Code, lang: str) -> tuple[str, ...]:
    """The four words of a code, first ten bits first. Raises KeyError for a language with no list."""
    words = word_list(lang)
    return tuple(words[code.bits >> shift & 1023] for shift in (30, 20, 10, 0))


def parse_words(text: str, lang: str | None = None) -> Code | tuple[Problem, ...]:
    """Read the four words as people type or dictate them, or say what is wrong.

    Case, accents, vowel signs, articles, numbering and whatever stands between the words do not
    matter; one slip a word is mended when only one word of the list is that near. Without a language
    (or with one that has no list) all three are tried and the one with fewest mended words wins: give
    one only after TWO_LANGUAGES_FIT, since receipts are lent between people. The problems name the
    `place` (1 to 4) and the `word` as typed, or the `found` number of words.
    """
    readings = [_read(text, language) for language in _languages(lang)]
    fitting = [reading for reading in readings if reading.code is not None]
    if not fitting:
        return max(readings, key=lambda reading: reading.known).problems
    fewest = min(reading.mended for reading in fitting)
    codes = {reading.code for reading in fitting if reading.mended == fewest}
    if len(codes) > 1:
        return (Problem(WordsProblem.TWO_LANGUAGES_FIT),)
    return next(code for code in codes if code is not None)


def known_words(text: str, lang: str | None = None) -> int:
    """How many words of the text a list knows, in the language that knows most of them."""
    return max(_read(text, language).known for language in _languages(lang))


def _languages(lang: str | None) -> tuple[str, ...]:
    return (lang,) if lang in LANGUAGES else LANGUAGES


def _read(text: str, lang: str) -> _Reading:
    typed = _typed_words(text, lang)
    matches = [_match(word, lang) for word in typed[:_WORDS_LOOKED_AT]]
    known = sum(len(places) == 1 for places in matches)
    if len(typed) != WORDS_IN_A_RECEIPT:
        return _Reading(None, (_wrong_number(len(typed)),), 0, known)
    problems = tuple(
        Problem(
            WordsProblem.UNCLEAR_WORD if places else WordsProblem.UNKNOWN_WORD,
            values={"place": place, "word": word},
        )
        for place, (word, places) in enumerate(zip(typed, matches, strict=True), start=1)
        if len(places) != 1
    )
    if problems:
        return _Reading(None, problems, 0, known)
    bits = 0
    for (position,) in matches:
        bits = bits << 10 | position
    if not is_code(bits):
        return _Reading(None, (Problem(WordsProblem.CHECK_FAILED),), 0, known)
    exact = _positions(lang)
    mended = sum(not any(form in exact for form in _forms(word, lang)) for word in typed)
    return _Reading(Code(bits), (), mended, known)


def _wrong_number(found: int) -> Problem:
    if found == 0:
        return Problem(WordsProblem.EMPTY)
    return Problem(WordsProblem.NOT_FOUR_WORDS, values={"found": found})


def _typed_words(text: str, lang: str) -> list[str]:
    """As they were typed, but for vowel signs, which would cut an Arabic word in pieces."""
    composed = unicodedata.normalize("NFC", text)
    bare = "".join(sign for sign in composed if unicodedata.category(sign) not in ("Mn", "Cf"))
    words = _LETTERS.findall(bare)
    return [word for word in words if fold(word) not in _SAID_BETWEEN_WORDS[lang]]


def _match(word: str, lang: str) -> tuple[int, ...]:
    """The places in the list that a typed word may mean: one if it is clear, none, or several."""
    positions = _positions(lang)
    forms = _forms(word, lang)
    exact = {positions[form] for form in forms if form in positions}
    if exact:
        return tuple(sorted(exact))
    return tuple(sorted({position for form in forms for position in _near(form, lang)}))


def _near(form: str, lang: str) -> set[int]:
    """The places of the words one slip away."""
    if len(form) > _LONGEST_MENDED:
        return set()
    positions = _positions(lang)
    sharing = _sharing_a_shortening(lang)
    candidates = {word for short in _shortenings(form) for word in sharing.get(short, ())}
    return {positions[word] for word in candidates if is_one_slip_apart(form, word)}


def _forms(word: str, lang: str) -> tuple[str, ...]:
    """The word folded and, in Arabic, also without its article."""
    folded = fold(word)
    if lang == "ar":
        for article in _ARTICLES:
            if folded.startswith(article):
                return folded, folded.removeprefix(article)
    return (folded,)


@cache
def _positions(lang: str) -> dict[str, int]:
    return {fold(word): position for position, word in enumerate(word_list(lang))}


@cache
def _sharing_a_shortening(lang: str) -> dict[str, tuple[str, ...]]:
    """Words by what is left of them without one letter: words one slip apart share such a rest."""
    sharing: dict[str, tuple[str, ...]] = {}
    for word in _positions(lang):
        for short in _shortenings(word):
            sharing[short] = (*sharing.get(short, ()), word)
    return sharing


def _shortenings(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _lines(name: str) -> list[str]:
    text = resources.files(__package__).joinpath("lists", name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
