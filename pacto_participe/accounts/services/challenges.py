"""The questions that passkeys answer: asked without a trace, answered once."""

import base64
import binascii
import secrets as chance
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert as insert_or

from pacto_participe.accounts.domain.passkeys import (
    CHANCE_BYTES,
    Purpose,
    challenge_of,
    fingerprint_of,
    over_at,
)
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.services.second_factor import SECOND_FACTOR_KEY
from pacto_participe.accounts.tables import SPENT_CHALLENGE
from pacto_participe.kernel.clock import Clock
from pacto_participe.kernel.errors import Problem, Refused
from pacto_participe.storage.database import Database
from pacto_participe.storage.secrets import Secrets


@dataclass(frozen=True, slots=True)
class Question:
    """What a page asks a passkey: JSON for the browser, and the challenge that comes back with the answer."""

    options: str
    challenge: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: JSON of the browser, "" without JavaScript."""

    text: str
    challenge: str


def new_challenge(secrets: Secrets, clock: Clock, purpose: Purpose, *, bound_to: str) -> bytes:
    """What a passkey will sign. `bound_to`: the session or the cookie of the browser that is asked."""
    return challenge_of(
        secrets.get_or_make(SECOND_FACTOR_KEY),
        chance.token_bytes(CHANCE_BYTES),
        purpose=purpose,
        bound_to=bound_to,
        now=clock.now(),
    )


def require_answer(
    secrets: Secrets, clock: Clock, answer: Answer, purpose: Purpose, *, bound_to: str
) -> tuple[bytes, datetime]:
    """The challenge that is answered, and until when it is good. Raises Refused.

    Guesses nothing: no answer at all (no JavaScript) and a page that was open too long are no tries.
    """
    if not answer.text:
        raise Refused(Problem(Refusal.PASSKEY_NEEDS_SCRIPT))
    challenge = from_text(answer.challenge)
    key = secrets.get_or_make(SECOND_FACTOR_KEY)
    until = over_at(key, challenge, purpose=purpose, bound_to=bound_to, now=clock.now())
    if until is None:
        raise Refused(Problem(Refusal.PASSKEY_WRONG))
    return challenge, until


async def spend(
    database: Database,
    secrets: Secrets,
    clock: Clock,
    answer: Answer,
    purpose: Purpose,
    *,
    bound_to: str,
) -> bytes:
    """The challenge of an answer, good for this once: of two who show it at once, one is refused.

    One statement, in a transaction of its own. Raises Refused.
    """
    challenge, until = require_answer(secrets, clock, answer, purpose, bound_to=bound_to)
    spent = insert_or(SPENT_CHALLENGE).values(
        fingerprint=fingerprint_of(challenge), expires_at=until
    )
    once = spent.on_conflict_do_nothing().returning(SPENT_CHALLENGE.c.fingerprint)
    async with database.write() as session:
        is_new = (await session.execute(once)).scalar_one_or_none() is not None
    if not is_new:
        raise Refused(Problem(Refusal.PASSKEY_WRONG))
    return challenge


def as_text(value: bytes) -> str:
    """Base64url without its padding, as browsers write it."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def from_text(text: str) -> bytes:
    """The same back; nothing at all when it is not that."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        return b""
