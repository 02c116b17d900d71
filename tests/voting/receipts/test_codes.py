"""A receipt code survives being copied by hand, and notices when it was copied wrongly."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pacto_participe.kernel.errors import Problem
from pacto_participe.voting.receipts.codes import (
    ALPHABET,
    Code,
    CodeProblem,
    code_of,
    is_code,
    parse,
)

free_bits = st.integers(min_value=0, max_value=2**35 - 1)
ALL_BITS_CASES = [0, 1, 2**35 - 1, *(1 << place for place in range(35))]


def reason(answer: Code | Problem) -> str:
    assert isinstance(answer, Problem)
    return answer.code


@given(free_bits)
def test_a_code_reads_back_as_itself(bits):
    code = code_of(bits)

    assert parse(code.text) == code
    assert code.bits >> 5 == bits


@pytest.mark.parametrize("bits", ALL_BITS_CASES)
def test_each_of_the_35_bits_reaches_the_paper_and_comes_back(bits):
    assert parse(code_of(bits).text) == code_of(bits)


@given(free_bits)
def test_a_code_looks_like_two_groups_of_four_upper_case_characters(bits):
    text = code_of(bits).text

    assert len(text) == 9
    assert text[4] == "-"
    assert set(text) - {"-"} <= set(ALPHABET)
    assert str(code_of(bits)) == text


@given(free_bits)
def test_case_hyphens_spaces_and_direction_marks_do_not_matter(bits):
    code = code_of(bits)
    plain = code.text.replace("-", "")

    for typed in (
        plain,
        code.text.lower(),
        f"  {code.text} ",
        " ".join(plain),
        plain[:4] + "\u2013" + plain[4:],
        f"\u2066{code.text}\u2069",
        f"\u200e{plain[:4]}.{plain[4:]}\u200f",
        "".join(chr(ord(character) + 0xFEE0) for character in plain),
    ):
        assert parse(typed) == code, typed


@given(free_bits)
def test_letters_that_look_like_digits_are_read_as_those_digits(bits):
    code = code_of(bits)

    for one in "ILil":
        typed = code.text.replace("0", "o").replace("1", one)
        assert parse(typed) == code


@given(free_bits, st.sampled_from(["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"]))
def test_arabic_and_persian_digits_are_digits(bits, digits):
    code = code_of(bits)

    assert parse(code.text.translate(str.maketrans("0123456789", digits))) == code


def test_one_code_written_out_stays_the_same_for_ever():
    assert code_of(0).text == "0000-000M"
    assert code_of(0b10011_00111_10111_00100_10100_00010_11101).text == "K7Q4-M2XM"


def test_nothing_typed_is_told_apart_from_too_little_and_too_much():
    assert reason(parse(" - ")) == CodeProblem.EMPTY
    short, long = parse("K7Q4-M2X"), parse("K7Q4-M2XDD")

    assert reason(short) == CodeProblem.TOO_SHORT
    assert short.values == {"length": 7}
    assert reason(long) == CodeProblem.TOO_LONG
    assert long.values == {"length": 9}


@pytest.mark.parametrize("stranger", ["U", "ب", "Ü"])
def test_a_character_that_no_code_has_is_named(stranger):
    answer = parse(f"K7Q4-M2X{stranger}")

    assert reason(answer) == CodeProblem.UNKNOWN_CHARACTER
    assert answer.values == {"character": stranger}


@pytest.mark.parametrize("bits", [-1, 2**35])
def test_a_code_is_made_of_35_bits_no_fewer_no_more(bits):
    with pytest.raises(ValueError, match="35 bits"):
        code_of(bits)


def test_forty_bits_with_a_wrong_check_are_no_code():
    with pytest.raises(ValueError, match="forty bits"):
        Code(code_of(7).bits ^ 1)


def test_of_the_codes_sharing_seven_characters_exactly_one_is_right():
    for bits in (0, 1, 12345678901, 2**35 - 1):
        assert sum(is_code(bits << 5 | check) for check in range(32)) == 1


def test_the_check_depends_only_on_the_difference_between_two_codes():
    """So that errors tried on one code are thereby tried on all 2**35 (the check is affine)."""
    syndromes = {}
    for place, change in itertools.product(range(35), (0, 0x2AAAAAAAA, 0x555555555)):
        before, after = code_of(change), code_of(change ^ 1 << place)
        syndromes.setdefault(place, set()).add(before.bits ^ after.bits)

    assert all(len(differences) == 1 for differences in syndromes.values())


def codes_to_spoil():
    """By the law above one would do; a few more cost little."""
    return [code_of(bits) for bits in (0, 2**35 - 1, 0x123456789, 0x2BCDEF012, 0x5A5A5A5A5)]


def test_every_single_wrong_character_is_noticed():
    for code in codes_to_spoil():
        for place, wrong in itertools.product(range(8), range(1, 32)):
            assert not is_code(code.bits ^ wrong << 5 * place)


def test_every_exchange_of_two_different_characters_is_noticed_neighbours_or_not():
    """Each pair of places, each pair of different characters in them."""
    for left, right in itertools.combinations(range(8), 2):
        for first, second in itertools.permutations(range(32), 2):
            code = with_characters({left: first, right: second})
            difference = first ^ second
            assert not is_code(code.bits ^ difference << 5 * left ^ difference << 5 * right)


def test_every_pair_of_equal_neighbours_read_as_another_pair_is_noticed():
    for code in codes_to_spoil():
        for place, wrong in itertools.product(range(7), range(1, 32)):
            assert not is_code(code.bits ^ wrong << 5 * place ^ wrong << 5 * (place + 1))


def with_characters(wanted: dict[int, int]) -> Code:
    """A code with the wanted characters at two places (0 is the check), found by trying a third."""
    free = next(place for place in range(8) if place not in wanted)
    base = sum(value << 5 * place for place, value in wanted.items())
    return next(
        Code(base | value << 5 * free) for value in range(32) if is_code(base | value << 5 * free)
    )


@given(free_bits, st.integers(0, 7), st.sampled_from(ALPHABET))
def test_what_the_visitor_reads_about_a_wrong_character_is_that_the_check_failed(bits, at, wrong):
    plain = code_of(bits).text.replace("-", "")
    typed = plain[:at] + wrong + plain[at + 1 :]

    if typed == plain:
        assert parse(typed) == code_of(bits)
    else:
        assert reason(parse(typed)) == CodeProblem.CHECK_FAILED
