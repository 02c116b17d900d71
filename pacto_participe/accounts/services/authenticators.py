"""The one place that knows the library of passkeys, which is an extra: everybody else asks here.

Without it, or where the address of this installation cannot have passkeys, `relying_party` gives None and
nothing offers them. The library is imported when somebody with a passkey comes, not at every start.
Every function but `relying_party` may take some milliseconds: call it in a thread.
"""

from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

EXTRA = "webauthn"
NAME = "Pacto Participe"


class NotProved(Exception):
    """An answer that proves nothing: malformed, of another site or challenge, wrongly signed."""


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Who asks, as browsers check it: "vote.example.ma" and "https://vote.example.ma"."""

    identity: str
    origin: str


@dataclass(frozen=True, slots=True)
class NewCredential:
    """What a new passkey says of itself. `verifies_user`: it saw a finger, a face or a PIN."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    verifies_user: bool


def is_installed() -> bool:
    """Whether the extra `passkeys` is."""
    return find_spec(EXTRA) is not None


def relying_party(base_url: str) -> RelyingParty | None:
    """By the address in the settings, never by what a request says; None: passkeys are not offered.

    Browsers know passkeys for names only, over HTTPS or on localhost.
    """
    parts = urlsplit(base_url)
    host = (parts.hostname or "").lower()
    if not is_installed() or not host or _is_number(host):
        return None
    if parts.scheme != "https" and host != "localhost":
        return None
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    port = "" if parts.port in (None, usual) else f":{parts.port}"
    return RelyingParty(host, f"{parts.scheme}://{host}{port}")


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def creation_options(
    party: RelyingParty, challenge: bytes, *, person_id: str, name: str, known: tuple[str, ...]
) -> str:
    """What `navigator.credentials.create` is asked, as JSON. `known`: credentials that are theirs already."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    return options_to_json(
        generate_registration_options(
            rp_id=party.identity,
            rp_name=NAME,
            user_id=person_id.encode(),
            user_name=name,
            challenge=challenge,
            timeout=300_000,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED,
                user_verification=UserVerificationRequirement.PREFERRED,
            ),
            exclude_credentials=_described(known),
        )
    )


def request_options(
    party: RelyingParty, challenge: bytes, *, known: tuple[str, ...], must_verify: bool
) -> str:
    """What `navigator.credentials.get` is asked, as JSON."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    return options_to_json(
        generate_authentication_options(
            rp_id=party.identity,
            challenge=challenge,
            timeout=300_000,
            allow_credentials=_described(known),
            user_verification=UserVerificationRequirement.REQUIRED
            if must_verify
            else UserVerificationRequirement.PREFERRED,
        )
    )


def _described(known: tuple[str, ...]) -> "list[PublicKeyCredentialDescriptor]":
    from webauthn import base64url_to_bytes
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known]


def new_credential(party: RelyingParty, answer: str, challenge: bytes) -> NewCredential:
    """A passkey that was just made. Raises NotProved."""
    from webauthn import verify_registration_response

    try:
        found = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.identity,
            expected_origin=party.origin,
        )
    except Exception as fault:  # whatever hostile bytes make the library raise, the answer is no
        raise NotProved(type(fault).__name__) from None
    return NewCredential(
        found.credential_id, found.credential_public_key, found.sign_count, found.user_verified
    )


def credential_of(answer: str) -> bytes:
    """Which credential an answer is of, before anything is proved. Raises NotProved."""
    from webauthn.helpers import parse_authentication_credential_json

    try:
        return parse_authentication_credential_json(answer).raw_id
    except Exception as fault:  # as above
        raise NotProved(type(fault).__name__) from None


def shown_count(
    party: RelyingParty, answer: str, challenge: bytes, public_key: bytes, *, must_verify: bool
) -> int:
    """The counter of a passkey that signed this challenge. Raises NotProved.

    Whether the counter moved on is for the caller to say: the library would not tell a copy from a
    forgery, and only what is signed is worth telling.
    """
    from webauthn import verify_authentication_response

    try:
        found = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.identity,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=must_verify,
        )
    except Exception as fault:  # as above
        raise NotProved(type(fault).__name__) from None
    return found.new_sign_count
