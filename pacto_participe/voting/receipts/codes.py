"""A receipt as eight characters that a person can copy: K7Q4-M2XD.

Forty bits: 35 that nobody can guess and 5 that check them. Pure: whoever issues a receipt brings the
35 bits. The check is one character of GF(32): position i of the eight weighs alpha^(7-i), so all
weights differ and none is zero. Hence every single wrong character, every exchange of two different
characters (neighbours or not) and every pair read twice wrongly (AA for BB) is noticed, always, and
any other mistake 31 times out of 32. docs/decisions/0009-receipt-words.md has the proof.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from pacto_participe.kernel.errors import Problem

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8
FREE_BITS = 35

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_ALPHA_REDUCTION = 0b100101  # x^5 + x^2 + 1, primitive over GF(2)
_START = 1  # not 0, so that 0000-0000 is no receipt
_TIMES_ALPHA = tuple(
    element << 1 ^ (_ALPHA_REDUCTION if element & 16 else 0) for element in range(32)
)


class CodeProblem(StrEnum):
    """Why a text is not a receipt code."""

    EMPTY = "receipt_code_empty"
    TOO_SHORT = "receipt_code_too_short"
    TOO_LONG = "receipt_code_too_long"
    UNKNOWN_CHARACTER = "receipt_code_unknown_character"
    CHECK_FAILED = "receipt_code_check_failed"


@dataclass(frozen=True, slots=True)
class Code:
    """The forty bits of a receipt, check included. Raises ValueError when the check does not fit."""

    bits: int

    def __post_init__(self) -> None:
        if not is_code(self.bits):
            raise ValueError("these are not the forty bits of a receipt code")

    @property
    def text(self) -> str:
        """As it is shown everywhere: upper case, a hyphen after the fourth character."""
        shown = "".join(ALPHABET[value] for value in _characters(self.bits))
        return f"{shown[:4]}-{shown[4:]}"

    def __str__(self) -> str:
        return self.text


def code_of(bits35: int) -> Code:
    """The code of 35 bits. Raises ValueError outside 0 <= bits35 < 2**35."""
    if not 0 <= bits35 < 1 << FREE_BITS:
        raise ValueError("a receipt code is made from 35 bits")
    return Code(bits35 << 5 | _check_of(bits35))


def is_code(bits40: int) -> bool:
    """Whether forty bits carry the right check."""
    return 0 <= bits40 < 1 << 40 and _check_of(bits40 >> 5) == bits40 & 31


def parse(text: str) -> Code | Problem:
    """Read a code as people type it, or say what is wrong with it.

    Case, hyphens, spaces, invisible direction marks and punctuation do not matter; O is read as 0, I
    and L as 1, and the digits of any script as the digits they are. The problem's values name the
    `length` found or the `character` that no code has.
    """
    typed = [character for character in _plain(text) if character.isalnum()]
    if not typed:
        return Problem(CodeProblem.EMPTY)
    stranger = next((character for character in typed if character not in _VALUES), None)
    if stranger is not None:
        return Problem(CodeProblem.UNKNOWN_CHARACTER, values={"character": stranger})
    if len(typed) != CODE_LENGTH:
        short = len(typed) < CODE_LENGTH
        reason = CodeProblem.TOO_SHORT if short else CodeProblem.TOO_LONG
        return Problem(reason, values={"length": len(typed)})
    bits = 0
    for character in typed:
        bits = bits << 5 | _VALUES[character]
    return Code(bits) if is_code(bits) else Problem(CodeProblem.CHECK_FAILED)


def _plain(text: str) -> str:
    upper = unicodedata.normalize("NFKC", text).upper()
    return "".join(_as_ascii_digit(character) for character in upper).translate(_READ_AS)


def _as_ascii_digit(character: str) -> str:
    digit = unicodedata.digit(character, None)
    return character if digit is None else str(digit)


def _characters(bits40: int) -> tuple[int, ...]:
    return tuple(bits40 >> shift & 31 for shift in range(35, -1, -5))


def _check_of(bits35: int) -> int:
    """Horner's rule: each step adds a character and multiplies all so far by alpha."""
    check = _START
    for shift in range(30, -1, -5):
        check = _TIMES_ALPHA[check ^ (bits35 >> shift & 31)]
    return check
