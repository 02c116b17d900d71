"""The four words of a receipt say the same as its code, in three languages, even misspelt."""

import itertools
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pacto_participe.kernel.errors import Problem
from pacto_participe.voting.receipts.codes import Code, code_of
from pacto_participe.voting.receipts.folding import fold, is_one_slip_apart
from pacto_participe.voting.receipts.words import (
    LANGUAGES,
    WordsProblem,
    parse_words,
    party_symbols,
    word_list,
    words_of,
)

codes = st.integers(min_value=0, max_value=2**35 - 1).map(code_of)
languages = st.sampled_from(LANGUAGES)
every_language = pytest.mark.parametrize("lang", LANGUAGES)


def problems(answer: Code | tuple[Problem, ...]) -> list[str]:
    assert isinstance(answer, tuple)
    return [problem.code for problem in answer]


@given(codes, languages)
def test_the_words_of_a_code_read_back_as_that_code(code, lang):
    words = words_of(code, lang)

    assert len(words) == 4
    assert parse_words(" ".join(words), lang) == code


@given(codes, languages)
def test_the_language_need_not_be_said(code, lang):
    """French and English share words, so about once in 300,000 receipts the voter is asked which."""
    answer = parse_words(" ".join(words_of(code, lang)))

    assert answer == code or problems(answer) == [WordsProblem.TWO_LANGUAGES_FIT]


def test_words_that_are_a_receipt_in_two_languages_are_never_guessed():
    shared = sorted(set(word_list("fr")) & set(word_list("en")))
    both = next(
        text
        for text in map(" ".join, itertools.permutations(shared[:12], 4))
        if all(isinstance(parse_words(text, lang), Code) for lang in ("fr", "en"))
    )

    assert parse_words(both, "fr") != parse_words(both, "en")
    assert problems(parse_words(both)) == [WordsProblem.TWO_LANGUAGES_FIT]


@every_language
def test_every_word_of_a_list_is_read_in_each_of_the_four_places(lang):
    """1,024 codes in which each place meets each word: the i-th words from four different walks."""
    met = [set(), set(), set(), set()]
    for number in range(1024):
        code = code_of(
            (number << 25) | ((number * 5 + 1) % 1024 << 15) | ((number * 9 + 2) % 1024 << 5)
        )
        words = words_of(code, lang)
        assert parse_words("-".join(words), lang) == code
        for place, word in enumerate(words):
            met[place].add(word)

    assert [len(words) for words in met[:3]] == [1024, 1024, 1024]


@every_language
def test_the_last_place_meets_every_word_too(lang):
    """Its ten bits are five free ones and the check, so the first place has to vary with them."""
    met = set()
    for first in range(32):
        for last in range(32):
            code = code_of(first << 30 | last)
            assert parse_words(" ".join(words_of(code, lang)), lang) == code
            met.add(words_of(code, lang)[3])

    assert met == set(word_list(lang))


@given(
    codes, languages, st.sampled_from([", ", "\n", " / ", " - ", "،", " ؛ ", "...", "\t", " 2) "])
)
def test_what_stands_between_the_words_does_not_matter(code, lang, between):
    assert parse_words(f"1. {between.join(words_of(code, lang))} .", lang) == code


@given(codes, languages)
def test_case_and_accents_do_not_matter(code, lang):
    text = " ".join(words_of(code, lang))
    apart = unicodedata.normalize("NFD", text)
    without_accents = "".join(sign for sign in apart if unicodedata.category(sign) != "Mn")

    for typed in (text.upper(), text.title(), apart, without_accents):
        assert parse_words(typed, lang) == code


@given(codes)
def test_arabic_letters_typed_for_one_another_are_the_same(code):
    text = " ".join(words_of(code, "ar"))

    bare = text.translate(str.maketrans("أإآةؤئى", "اااهويي"))
    assert parse_words(bare, "ar") == code
    assert parse_words(text.replace("ا", "أ"), "ar") == code
    assert parse_words(text.replace("ي", "ى"), "ar") == code
    assert parse_words("".join(letter + "\u064e" for letter in text), "ar") == code
    assert parse_words(text.replace("ل", "لـ"), "ar") == code


@given(codes)
def test_arabic_words_may_carry_the_article_and_be_joined_by_and(code):
    words = words_of(code, "ar")

    assert parse_words(" ".join(f"ال{word}" for word in words), "ar") == code
    assert parse_words(" وال".join(["", *words]), "ar") == code
    assert parse_words(" و ".join(words), "ar") == code


@given(codes)
def test_french_and_english_words_may_carry_articles(code):
    assert parse_words("le " + ", la ".join(words_of(code, "fr")), "fr") == code
    assert parse_words("l’" + " et l'".join(words_of(code, "fr")), "fr") == code
    assert parse_words("the " + " and a ".join(words_of(code, "en"))) == code


def slips(word: str, letters: str) -> list[str]:
    """Every writing one slip away: a letter dropped, changed, added or exchanged with the next."""
    dropped = [word[:at] + word[at + 1 :] for at in range(len(word))]
    changed = [word[:at] + letter + word[at + 1 :] for at in range(len(word)) for letter in letters]
    added = [word[:at] + letter + word[at:] for at in range(len(word) + 1) for letter in letters]
    exchanged = [
        word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)
    ]
    return dropped + changed + added + exchanged


@given(st.data(), codes, languages, st.integers(0, 3))
def test_one_slip_in_a_word_is_mended_or_called_unclear_and_never_read_as_another(
    data, code, lang, place
):
    words = list(words_of(code, lang))
    letters = "ابتجدرسعفقلمنهوي" if lang == "ar" else "abcdefghijklmnopqrstuvwxyz"
    right = words[place]
    words[place] = data.draw(st.sampled_from(slips(right, letters)))
    answer = parse_words(" ".join(words), lang)

    if isinstance(answer, Code):
        assert answer == code
    else:
        assert set(problems(answer)) <= {WordsProblem.UNCLEAR_WORD, WordsProblem.NOT_FOUR_WORDS}


@every_language
def test_most_single_slips_are_mended(lang):
    """Of all the slips of all the words, counted one by one without the rest of the receipt."""
    letters = "".join(sorted(set("".join(map(fold, word_list(lang))))))
    listed = [fold(word) for word in word_list(lang)]
    neighbours = {}
    for word in listed:
        for slip in set(slips(word, letters)) - {word}:
            neighbours[slip] = neighbours.get(slip, 0) + 1
    clear = sum(count == 1 for count in neighbours.values())

    assert not set(neighbours) & set(listed)
    assert clear / len(neighbours) > 0.9


def test_four_words_slipped_in_each_are_still_read():
    code = code_of(0x2468ACE13)
    for lang, letter in (("fr", "z"), ("en", "q"), ("ar", "ظ")):
        typed = " ".join(word + letter for word in words_of(code, lang))
        assert parse_words(typed) == code


def test_a_wrong_word_is_noticed_31_times_of_32():
    """Every other word in the first place of one receipt."""
    code = code_of(0x123456789)
    words = words_of(code, "en")
    answers = [
        parse_words(" ".join([other, *words[1:]]), "en")
        for other in word_list("en")
        if other != words[0]
    ]
    noticed = sum(not isinstance(answer, Code) for answer in answers)

    assert noticed == 1023 - 31
    assert {problems(a)[0] for a in answers if isinstance(a, tuple)} == {WordsProblem.CHECK_FAILED}


def test_an_unknown_word_is_named_with_its_place_as_it_was_typed():
    words = list(words_of(code_of(5), "fr"))
    words[2] = "Émmzzq"
    (problem,) = parse_words(" ".join(words), "fr")

    assert problem.code == WordsProblem.UNKNOWN_WORD
    assert problem.values == {"place": 3, "word": "Émmzzq"}


def test_a_word_as_near_to_two_words_is_called_unclear():
    unclear = next(
        slip
        for word in word_list("en")
        for slip in slips(word, "abcdefghijklmnopqrstuvwxyz")
        if sum(is_one_slip_apart(slip, other) for other in word_list("en")) > 1
        and slip not in word_list("en")
    )
    words = list(words_of(code_of(5), "en"))
    words[0] = unclear

    (problem,) = parse_words(" ".join(words), "en")
    assert problem.code == WordsProblem.UNCLEAR_WORD
    assert problem.values["place"] == 1


def test_three_words_or_five_are_counted_for_the_voter():
    words = words_of(code_of(99), "en")

    for typed in (words[:3], (*words, words[0])):
        (problem,) = parse_words(" ".join(typed))
        assert problem.code == WordsProblem.NOT_FOUR_WORDS
        assert problem.values == {"found": len(typed)}
    assert problems(parse_words(" 12 - ")) == [WordsProblem.EMPTY]


def test_the_problems_told_are_those_of_the_language_that_knows_most_words():
    words = list(words_of(code_of(123456), "en"))
    words[3] = "zzzzzz"

    assert problems(parse_words(" ".join(words))) == [WordsProblem.UNKNOWN_WORD]


def test_a_language_without_a_list_is_refused():
    with pytest.raises(KeyError, match="zgh"):
        words_of(code_of(1), "zgh")


@given(codes, languages)
def test_no_receipt_shows_a_party_symbol(code, lang):
    shown = {fold(word) for word in words_of(code, lang)}

    assert not shown & {fold(symbol) for symbol in party_symbols(lang)}


@given(st.text(alphabet="abcd", max_size=6), st.text(alphabet="abcd", max_size=6))
def test_one_slip_apart_agrees_with_the_full_distance(one, other):
    assume(one != other)

    assert is_one_slip_apart(one, other) == (other in slips(one, "abcd"))
    assert is_one_slip_apart(one, other) == is_one_slip_apart(other, one)


def test_a_page_pasted_into_the_box_is_answered_without_searching_it_all():
    text = "zzzz " * 50_000 + "y" * 500_000

    (problem,) = parse_words(text)
    assert problem.code == WordsProblem.NOT_FOUR_WORDS
    assert problem.values == {"found": 50_001}


def test_on_a_page_in_a_language_without_a_list_the_words_of_the_others_are_read():
    code = code_of(31337)

    assert parse_words(" ".join(words_of(code, "ar")), "zgh") == code
