"""Signed links: one value goes out in a message and comes back unchanged, for one purpose, for a while.

    PURPOSE = "pacto/sign-in/1"     # who reads it, what for, version; a town's links name the town too
    token = links.sign(secrets, PURPOSE, code_id, now=…)
    links.read(secrets, PURPOSE, token, max_age=timedelta(minutes=10), now=…)

A token can be read by whoever holds it: put a random id into it, never a code, an address or a person.
It is no proof of being used once: the row that its id names keeps that.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

from pacto_participe.storage.secrets import Secrets

LINKS_KEY = "links"


class _Signer(TimestampSigner):
    """Asks the caller for the instant, since only kernel/clock.py reads the clock."""

    def __init__(self, *given: Any, now: datetime, **named: Any) -> None:
        super().__init__(*given, **named)
        self._now = now

    def get_timestamp(self) -> int:
        return int(self._now.timestamp())


def _serializer(secrets: Secrets, purpose: str, now: datetime) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        secrets.get_or_make(LINKS_KEY),
        salt=purpose,
        signer=_Signer,
        signer_kwargs={"now": now, "key_derivation": "hmac", "digest_method": hashlib.sha256},
    )


def sign(secrets: Secrets, purpose: str, value: str, *, now: datetime) -> str:
    """A token for an address, about 100 letters for an id of 32. Its time runs from `now`, in seconds."""
    return _serializer(secrets, purpose, now).dumps(value)


def read(
    secrets: Secrets, purpose: str, token: str, *, max_age: timedelta, now: datetime
) -> str | None:
    """The value; None when the token is of another purpose or installation, changed, or too old."""
    try:
        value = _serializer(secrets, purpose, now).loads(
            token, max_age=int(max_age.total_seconds())
        )
    except BadData:
        return None
    return value if isinstance(value, str) else None
