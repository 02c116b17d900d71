"""Keyed fingerprints. A card's number is never kept: the number space is small, so a bare hash would be
as good as the number. The keys live outside the database."""

import hashlib
import hmac
from datetime import date

from pacto_participe.accounts.domain.cards import CardNumber

IDENTITY_KEY = "identity"


def _fingerprint(key: bytes, purpose: str, text: str) -> str:
    return hmac.new(key, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()


def identity_of(key: bytes, number: CardNumber) -> str:
    """One human being, as the rolls know them. 64 hexadecimal signs."""
    return _fingerprint(key, "cnie", number.text)


def birth_of(key: bytes, number: CardNumber, born: date) -> str:
    """A birth date bound to its card, so that equal dates of two people do not look equal."""
    return _fingerprint(key, "birth", f"{number.text}:{born.isoformat()}")


def slip_fingerprint(key: bytes, code: str) -> str:
    """What the database keeps of a slip's code."""
    return _fingerprint(key, "slip-code", code)


def tries_fingerprint(key: bytes, who: str) -> str:
    """Whose tries are counted (an address, a contact), without saying who."""
    return _fingerprint(key, "tries", who)


def nonce_fingerprint(nonce: str) -> str:
    """What the database keeps of the random text that binds a code to the browser that asked."""
    return hashlib.sha256(nonce.encode()).hexdigest()
