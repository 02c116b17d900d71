"""Codes on paper and in messages: eight signs for a slip, six digits for a sign-in.

Both are made from a random id and a key outside the database, so that the database, its backups and
its queue of jobs hold ids only.
"""

import hashlib
import hmac

from pacto_participe.accounts.domain.writing import without_separators

# Crockford's base 32: no I, L, O, U. What people confuse is read as what was meant.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MEANT = str.maketrans({"O": "0", "I": "1", "L": "1"})
SLIP_SIGNS = 8
CODE_DIGITS = 6


def _number(key: bytes, purpose: str, name: str) -> int:
    return int.from_bytes(hmac.digest(key, f"{purpose}:{name}".encode(), hashlib.sha256), "big")


def slip_code(key: bytes, slip_id: str) -> str:
    """The code of a slip: 40 bits, as eight signs without a hyphen."""
    number = _number(key, "slip", slip_id)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(SLIP_SIGNS))


def shown_slip(code: str) -> str:
    """As it is printed: XXXX-XXXX."""
    return f"{code[:4]}-{code[4:]}"


def read_slip(text: str) -> str | None:
    """The code as it is kept, from any writing: small letters, spaces, O for 0, I or L for 1."""
    code = without_separators(text).translate(MEANT)
    is_code = len(code) == SLIP_SIGNS and all(sign in ALPHABET for sign in code)
    return code if is_code else None


def login_code(key: bytes, code_id: str) -> str:
    """The six digits of a sign-in."""
    return f"{_number(key, 'login', code_id) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def read_login_code(text: str) -> str:
    """What was typed, as digits; never refused here, so that a wrong code always costs a try."""
    return without_separators(text)
