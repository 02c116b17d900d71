"""What the 1,024 words of each language promise to whoever reads them aloud at a counter."""

import itertools
import re
import unicodedata
from collections import defaultdict
from importlib import resources
from pathlib import Path

import pytest

from pacto_participe.voting.receipts.folding import fold, is_one_slip_apart
from pacto_participe.voting.receipts.words import LANGUAGES, party_symbols, word_list

LONGEST = {"ar": 6, "fr": 8, "en": 8}
LETTERS = {
    "ar": re.compile(r"[\u0621-\u063a\u0641-\u064a]+"),
    "fr": re.compile(r"[a-zàâæçéèêëîïôœùûüÿ]+"),
    "en": re.compile(r"[a-z]+"),
}
SYLLABLES = re.compile(r"[aeiouyàâæéèêëîïôœùûüÿ]+")
every_language = pytest.mark.parametrize("lang", LANGUAGES)


def unwelcome(lang: str) -> set[str]:
    text = (Path(__file__).parent / "unwelcome" / f"{lang}.txt").read_text(encoding="utf-8")
    lines = (line.partition("#")[0] for line in text.splitlines())
    return {fold(word) for line in lines for word in line.split()}


def plurals(word: str, lang: str) -> set[str]:
    endings = {"ar": ("ات",), "fr": ("s", "x"), "en": ("s", "es")}[lang]
    stem = word.removesuffix("ه") if lang == "ar" else word
    return {word, *(stem + ending for ending in endings)}


@every_language
def test_a_list_has_1024_different_words(lang):
    assert len(word_list(lang)) == 1024
    assert len({fold(word) for word in word_list(lang)}) == 1024


@every_language
def test_a_list_is_one_word_a_line_ending_in_a_newline_composed_and_nothing_else(lang):
    path = resources.files("pacto_participe.voting.receipts").joinpath("lists", f"{lang}.txt")
    text = path.read_text(encoding="utf-8")

    assert text == "".join(f"{word}\n" for word in word_list(lang))
    assert unicodedata.is_normalized("NFC", text)


@every_language
def test_a_list_is_in_the_order_of_its_folded_words(lang):
    assert list(word_list(lang)) == sorted(word_list(lang), key=fold)


@every_language
def test_words_are_short_and_of_the_letters_of_their_language(lang):
    for word in word_list(lang):
        assert LETTERS[lang].fullmatch(word), word
        assert len(word) <= LONGEST[lang], word
        assert len(fold(word)) >= 3, word


@every_language
def test_any_two_words_differ_by_at_least_two_slips(lang):
    """Words one slip apart share a form with one letter less, so only those are compared."""
    sharing = defaultdict(set)
    for word in map(fold, word_list(lang)):
        sharing[word].add(word)
        for at in range(len(word)):
            sharing[word[:at] + word[at + 1 :]].add(word)
    pairs = {
        pair for words in sharing.values() for pair in itertools.combinations(sorted(words), 2)
    }

    assert [pair for pair in pairs if is_one_slip_apart(*pair)] == []


def test_the_short_way_of_finding_near_words_misses_none():
    words = [fold(word) for word in word_list("ar")]

    assert not any(is_one_slip_apart(one, other) for one, other in itertools.combinations(words, 2))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_two_words_in_three_or_more_have_at_most_two_syllables(lang):
    """Counted by groups of vowels, the silent e of French at the end left out: a rough ear."""
    short = sum(
        len(SYLLABLES.findall(re.sub(r"(?<=[^aeiouy])es?$", "", word))) <= 2
        for word in word_list(lang)
    )

    assert short / 1024 > 2 / 3


def test_no_arabic_word_begins_like_an_article():
    assert [word for word in word_list("ar") if fold(word).startswith(("ال", "وال"))] == []


@every_language
def test_no_word_is_the_symbol_of_a_party_nor_its_plural(lang):
    assert len(party_symbols(lang)) > 80
    symbols = set().union(*(plurals(fold(symbol), lang) for symbol in party_symbols(lang)))

    assert [word for word in word_list(lang) if fold(word) in symbols] == []


@pytest.mark.parametrize(
    ("lang", "known"),
    [
        ("en", "wheat scales rose lamp dove book horse olive tractor car plane key lion sun palm"),
        (
            "fr",
            "épi balance rose lampe colombe livre cheval rameau tracteur clé lion soleil palmier",
        ),
        ("ar", "سنبلة ميزان وردة مصباح حمامة كتاب حصان غصن جرار شمعة نخلة سيارة أسد مفتاح شمس"),
    ],
)
def test_the_best_known_symbols_are_among_those_kept_out(lang, known):
    assert set(known.split()) <= party_symbols(lang)


@every_language
def test_no_word_is_unwelcome_on_a_receipt(lang):
    """Religion, power, money for votes, drink, pork, weapons, insults and what sounds like one."""
    assert len(unwelcome(lang)) > 100

    assert [word for word in word_list(lang) if fold(word) in unwelcome(lang)] == []
