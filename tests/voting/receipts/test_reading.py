"""A resident has one box to type in, and may type the code or the words."""

from hypothesis import given
from hypothesis import strategies as st

from pacto_participe.voting.receipts.codes import CodeProblem, code_of
from pacto_participe.voting.receipts.reading import read_receipt
from pacto_participe.voting.receipts.words import LANGUAGES, WordsProblem, words_of

codes = st.integers(min_value=0, max_value=2**35 - 1).map(code_of)


@given(codes, st.sampled_from(LANGUAGES))
def test_code_and_words_lead_to_the_same_receipt(code, lang):
    assert read_receipt(code.text.lower()) == code
    assert read_receipt(" ".join(words_of(code, lang)), lang) == code


def test_a_spoilt_code_is_told_as_a_code():
    (problem,) = read_receipt("K7Q4-M2XX")
    assert problem.code == CodeProblem.CHECK_FAILED
    (problem,) = read_receipt("K7Q4")
    assert problem.code == CodeProblem.TOO_SHORT


def test_spoilt_words_are_told_as_words():
    words = list(words_of(code_of(77), "fr"))
    (problem,) = read_receipt(" ".join(words[:2]))
    assert problem.code == WordsProblem.NOT_FOUR_WORDS
    words[1] = "zzzzzzzz"
    (problem,) = read_receipt(" ".join(words), "fr")
    assert problem.code == WordsProblem.UNKNOWN_WORD


def test_an_empty_box_is_told_as_empty():
    (problem,) = read_receipt("  ")
    assert problem.code == CodeProblem.EMPTY
