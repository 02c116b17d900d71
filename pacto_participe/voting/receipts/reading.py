"""One box for whatever a resident copied from a receipt: the code, or the four words."""

from pacto_participe.kernel.errors import Problem
from pacto_participe.voting.receipts.codes import CODE_LENGTH, Code, parse
from pacto_participe.voting.receipts.words import known_words, parse_words


def read_receipt(text: str, lang: str | None = None) -> Code | tuple[Problem, ...]:
    """The code that a text names in either writing, or what is wrong in the writing it looks like.

    It looks like words when a list knows one of them, or when it is too long for a spoilt code.
    """
    by_code = parse(text)
    if isinstance(by_code, Code):
        return by_code
    by_words = parse_words(text, lang)
    if isinstance(by_words, Code) or known_words(text, lang) or _too_long_for_a_code(text):
        return by_words
    return (by_code,)


def _too_long_for_a_code(text: str) -> bool:
    return sum(map(str.isalnum, text)) > CODE_LENGTH + 3
