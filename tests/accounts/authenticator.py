"""A passkey in software: it makes and signs what a telephone would, and can be told to lie.

Source: Web Authentication Level 3, sections 6.1 (authenticator data), 6.5 (attestation) and 7.2 (assertion).
"""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import encode_cbor

from pacto_participe.accounts.services.authenticators import RelyingParty

PARTY = RelyingParty("localhost", "http://localhost:8000")  # the site of the tests
PRESENT, VERIFIED, WITH_CREDENTIAL = 0x01, 0x04, 0x40


def text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """One credential of one site. `counts`: it has a counter; a synced passkey always says 0."""

    origin: str = PARTY.origin
    identity: str = PARTY.identity
    verifies: bool = True
    counts: bool = True
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    uses: int = 0

    def make(self, options: str) -> str:
        """What `navigator.credentials.create` answers, with attestation "none"."""
        credential = (
            bytes(16)
            + len(self.credential_id).to_bytes(2, "big")
            + self.credential_id
            + self._public_key()
        )
        attestation = {
            "fmt": "none",
            "attStmt": {},
            "authData": self._data(WITH_CREDENTIAL) + credential,
        }
        return self._answer(
            clientDataJSON=self._client_data("webauthn.create", options),
            attestationObject=encode_cbor(attestation),
        )

    def sign(self, options: str) -> str:
        """What `navigator.credentials.get` answers."""
        self.uses += self.counts
        client_data, data = self._client_data("webauthn.get", options), self._data(0)
        signed = data + hashlib.sha256(client_data).digest()
        return self._answer(
            clientDataJSON=client_data,
            authenticatorData=data,
            signature=self.key.sign(signed, ec.ECDSA(SHA256())),
        )

    def _answer(self, **parts: bytes) -> str:
        return json.dumps(
            {
                "id": text(self.credential_id),
                "rawId": text(self.credential_id),
                "type": "public-key",
                "response": {name: text(part) for name, part in parts.items()},
            }
        )

    def _client_data(self, kind: str, options: str) -> bytes:
        said = {
            "type": kind,
            "challenge": json.loads(options)["challenge"],
            "origin": self.origin,
            "crossOrigin": False,
        }
        return json.dumps(said).encode()

    def _data(self, flags: int) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        site = hashlib.sha256(self.identity.encode()).digest()
        return site + bytes([flags]) + self.uses.to_bytes(4, "big")

    def _public_key(self) -> bytes:
        """COSE (RFC 9053): EC2, ES256, P-256."""
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        return encode_cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y})
