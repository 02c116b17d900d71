"""Keyed fingerprints. A card's number is never kept: the number space is small, so a bare hash would be
as good as the number. The keys live outside the database."""

import hashlib
import hmac
from dataclasses import dataclass
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


def again(key: bytes, fingerprint: str) -> str:
    """A fingerprint wrapped in another key. Whoever has not both keys cannot try numbers against it."""
    return _fingerprint(key, "again", fingerprint)


def check_of(key: bytes) -> str:
    """16 signs that tell this key from another, and nothing else about it."""
    return _fingerprint(key, "which-key", "")[:16]


@dataclass(frozen=True, slots=True, repr=False)
class CardKeys:
    """The keys of a town's fingerprints, the oldest first: each wraps what the one before it made.

    A new key is put around the fingerprints that are there, without knowing a number
    (docs/decisions/0012-rotation-of-the-key-of-cards.md).
    """

    keys: tuple[bytes, ...]

    def card(self, number: CardNumber) -> str:
        """What the database keeps of a card's number."""
        return self.around(identity_of(self.keys[0], number))

    def birth(self, number: CardNumber, born: date) -> str:
        """What the list keeps of a birth date."""
        return self.around(birth_of(self.keys[0], number, born))

    def around(self, fingerprint: str) -> str:
        """A fingerprint of the first key, with all the others around it."""
        for key in self.keys[1:]:
            fingerprint = again(key, fingerprint)
        return fingerprint


def slip_fingerprint(key: bytes, code: str) -> str:
    """What the database keeps of a slip's code."""
    return _fingerprint(key, "slip-code", code)


def tries_fingerprint(key: bytes, who: str) -> str:
    """Whose tries are counted (an address, a contact), without saying who."""
    return _fingerprint(key, "tries", who)


def national_text(key: bytes, purpose: str, flow: str) -> str:
    """A text of one national sign-in (state, nonce, verifier), which only this installation can make.

    64 hexadecimal signs. Made, not stored: the browser keeps `flow`, and the database nothing.
    """
    return _fingerprint(key, f"national-{purpose}", flow)


def nonce_fingerprint(nonce: str) -> str:
    """What the database keeps of the random text that binds a code to the browser that asked."""
    return hashlib.sha256(nonce.encode()).hexdigest()
