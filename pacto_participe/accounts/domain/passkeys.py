"""Passkeys of staff (WebAuthn) as pure rules: the question that a passkey signs.

A challenge says itself for which browser, for what and until when it is good, under a key outside the
database: nothing is written until somebody answers. That it is answered once, the database sees to.
"""

import hashlib
import hmac
from datetime import UTC, datetime
from enum import StrEnum

CHALLENGE_SECONDS = 300
CHANCE_BYTES = 16  # Web Authentication, section 13.4.3: at least 16
MOST_PASSKEYS = 20  # of one person
LONGEST_NAME = 60
_TIME_BYTES = 8


class Purpose(StrEnum):
    """What an answer is for: one given to add a passkey signs nobody in."""

    ADD = "add"
    SHOW = "show"
    SIGN_IN = "sign-in"


def challenge_of(
    key: bytes, chance: bytes, *, purpose: Purpose, bound_to: str, now: datetime
) -> bytes:
    """56 bytes: chance, the second at which it is over, and the seal of both. `bound_to`: a browser."""
    until = _second(now) + CHALLENGE_SECONDS
    head = chance[:CHANCE_BYTES] + until.to_bytes(_TIME_BYTES, "big")
    return head + _seal(key, head, purpose, bound_to)


def over_at(
    key: bytes, challenge: bytes, *, purpose: Purpose, bound_to: str, now: datetime
) -> datetime | None:
    """Until when a challenge is good; None when it is over, or not of this browser and purpose."""
    size = CHANCE_BYTES + _TIME_BYTES
    head, seal = challenge[:size], challenge[size:]
    if not hmac.compare_digest(seal, _seal(key, head, purpose, bound_to)):
        return None
    until = int.from_bytes(head[CHANCE_BYTES:], "big")
    return datetime.fromtimestamp(until, UTC) if _second(now) < until else None


def fingerprint_of(public: bytes) -> str:
    """What the database finds a credential by, or a challenge that was answered: 64 hexadecimal signs."""
    return hashlib.sha256(public).hexdigest()


def _seal(key: bytes, head: bytes, purpose: Purpose, bound_to: str) -> bytes:
    said = f"passkey:{purpose.value}:{bound_to}:".encode() + head
    return hmac.digest(key, said, hashlib.sha256)


def _second(now: datetime) -> int:
    return int(now.astimezone(UTC).timestamp())
