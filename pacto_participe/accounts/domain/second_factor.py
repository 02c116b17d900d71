"""The second factor of staff: one-time codes (RFC 6238) and recovery codes, as pure rules.

A one-time code is six digits, new every thirty seconds, from a secret that the telephone keeps. The secret
is made from a random text and a key outside the database, so that the database alone signs nobody in.
"""

import base64
import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime

from pyotp import TOTP

from pacto_participe.accounts.domain.slips import ALPHABET, MEANT
from pacto_participe.accounts.domain.writing import without_separators
from pacto_participe.kernel.actors import Actor, Role

STEP_SECONDS = 30
DRIFT_STEPS = 1  # a telephone's clock may be half a minute off
SECRET_BYTES = 20  # RFC 4226, section 4: 160 bits
RECOVERY_CODES = 10
RECOVERY_SIGNS = 10  # 50 bits
NEEDED_BY = frozenset({Role.ADMINISTRATOR})  # and by operators


def secret_of(key: bytes, nonce: str) -> str:
    """What the telephone keeps: 160 bits in base 32, 32 letters."""
    made = hmac.digest(key, f"one-time-codes:{nonce}".encode(), hashlib.sha256)
    return base64.b32encode(made[:SECRET_BYTES]).decode()


def uri_of(secret: str, *, account: str, issuer: str) -> str:
    """What the square code holds: otpauth://totp/…"""
    return TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def step_of(now: datetime) -> int:
    """How many times thirty seconds have passed since 1970."""
    return int(now.astimezone(UTC).timestamp()) // STEP_SECONDS


def code_at(secret: str, step: int) -> str:
    """The six digits of one step."""
    return TOTP(secret).generate_otp(step)


def matching_step(secret: str, typed: str, now: datetime) -> int | None:
    """The step whose code was typed, None when it is none of now, just before or just after."""
    digits = without_separators(typed)
    found = None
    for step in range(step_of(now) - DRIFT_STEPS, step_of(now) + DRIFT_STEPS + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), digits.encode()):
            found = step
    return found


def recovery_code(number: int) -> str:
    """A recovery code from 50 bits of chance: ten signs that people do not confuse."""
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(RECOVERY_SIGNS))


def shown_recovery(code: str) -> str:
    """As it is printed: XXXXX-XXXXX."""
    return f"{code[:5]}-{code[5:]}"


def read_recovery(typed: str) -> str | None:
    """The code from any writing; None when it has not the shape of one."""
    code = without_separators(typed).translate(MEANT)
    is_code = len(code) == RECOVERY_SIGNS and all(sign in ALPHABET for sign in code)
    return code if is_code else None


def recovery_fingerprint(key: bytes, person_id: str, code: str) -> str:
    """What the database keeps of a recovery code: 64 hexadecimal signs."""
    return hmac.new(key, f"recovery:{person_id}:{code}".encode(), hashlib.sha256).hexdigest()


def is_needed(actor: Actor) -> bool:
    """Whether someone's work needs a second factor, whatever they show now."""
    whole = actor.whole
    return whole.is_operator or any(role in NEEDED_BY for _, role in whole.roles)


def as_shown(actor: Actor, *, is_set_up: bool, is_passed: bool) -> Actor:
    """What someone may do with the session they show.

    Who has a second factor works with it or not at all; who has none works in every role but those
    that need one. What is withheld stays beside, so that a door can say what is missing.
    """
    if is_passed:
        return replace(actor, passed_second_factor=True)
    withheld = {held for held in actor.roles if is_set_up or held[1] in NEEDED_BY}
    return replace(
        actor,
        roles=actor.roles - withheld,
        is_operator=False,
        withheld_roles=frozenset(withheld),
        withheld_operator=actor.is_operator,
    )
