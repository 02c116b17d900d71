"""OpenID Connect with one provider: authorization code, PKCE and nonce. Loaded only when it is set up.

Sources: OpenID Connect Core 1.0 (3.1.2 and 3.1.3.7), Discovery 1.0, RFC 7636 (PKCE), RFC 9207 (who sent
the answer), RFC 9700 (best practice). No token outlives the function that asked for it.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from json import JSONDecodeError, loads
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped]  # it has no types
from authlib.integrations.httpx_client import AsyncOAuth2Client  # type: ignore[import-untyped]  # nor here
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from pacto_participe.kernel.clock import Clock
from pacto_participe.settings import Settings
from pacto_participe.web.national import Proved, ProviderDown, ProviderUntrue, Ties

# Public keys only: a secret that both sides know (HS256) proves nothing, and "none" even less.
SIGNED_BY = ("RS256", "PS256", "ES256")
KEY_TYPES = ("RSA", "EC")
KNOWN_FOR = timedelta(hours=1)
ASKED_AGAIN_AFTER = timedelta(minutes=1)
OLDEST_SECONDS = 600
CLOCKS_APART_SECONDS = 60
TIMEOUT = httpx2.Timeout(10, connect=5)
LONGEST_SECONDS = 20
LARGEST_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class _Known:
    """What the provider says of itself, and its public keys."""

    at: datetime
    metadata: Mapping[str, Any]
    keys: KeySet


class OpenIdProvider:
    """The configured provider, and no other: every address asked is one of its own origin."""

    def __init__(
        self,
        settings: Settings,
        secret: str,
        clock: Clock,
        *,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._settings = settings
        self._secret = secret
        self._clock = clock
        self._transport = transport
        self._known: _Known | None = None

    async def address(self, ties: Ties, *, language: str) -> str:
        """The authorization request. It names no person."""
        async with _in_time():
            known = await self._discover()
        endpoint = self._endpoint(known.metadata, "authorization_endpoint")
        async with self._client(known.metadata, ties) as client:
            url, _ = client.create_authorization_url(
                endpoint,
                state=ties.state,
                nonce=ties.nonce,
                code_verifier=ties.verifier,
                ui_locales=language,
            )
        return str(url)

    async def look(self) -> None:
        """Read its description and keys."""
        async with _in_time():
            await self._discover()

    async def proved(self, ties: Ties, code: str, issuer: str) -> Proved:
        """Exchange the code, check the ID token, read two claims, and let go of the tokens."""
        wanted = (self._settings.national_card_claim, self._settings.national_birth_date_claim)
        async with _in_time():
            known = await self._discover()
            self._check_sender(known.metadata, issuer)
            tokens = await self._exchange(known.metadata, ties, code)
            claims = await self._checked(known, tokens.get("id_token"), ties.nonce)
            missing = [name for name in wanted if not claims.get(name)]
            if missing and "userinfo_endpoint" in known.metadata:
                more = await self._more(known.metadata, tokens.get("access_token"), claims["sub"])
                claims |= {name: more.get(name) for name in missing}
        card, birth_date = (claims.get(name) for name in wanted)
        return Proved(
            card if isinstance(card, str) else "", birth_date if isinstance(birth_date, str) else ""
        )

    # What the provider says of itself

    async def _discover(self) -> _Known:
        """Its own description and keys, asked for once an hour."""
        now = self._clock.now()
        if self._known is None or now - self._known.at >= KNOWN_FOR:
            issuer = self._settings.national_issuer
            metadata = await self._read(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if metadata.get("issuer") != issuer:
                raise ProviderUntrue("the description is another issuer's")
            self._known = _Known(now, metadata, await self._keys(metadata))
        return self._known

    async def _keys(self, metadata: Mapping[str, Any]) -> KeySet:
        published = (await self._read(self._endpoint(metadata, "jwks_uri"))).get("keys")
        usable = [
            key
            for key in (published if isinstance(published, list) else [])
            if isinstance(key, dict)
            and key.get("kty") in KEY_TYPES
            and key.get("use", "sig") == "sig"
        ]
        try:
            return KeySet.import_key_set({"keys": usable})
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise ProviderUntrue("no public key that can be read") from error

    def _endpoint(self, metadata: Mapping[str, Any], name: str) -> str:
        """An address of the description, of the issuer's own origin: no other machine is ever asked."""
        address = metadata.get(name)
        if not isinstance(address, str) or _origin(address) != _origin(
            self._settings.national_issuer
        ):
            raise ProviderUntrue(f"{name} is not of the issuer")
        return address

    def _check_sender(self, metadata: Mapping[str, Any], issuer: str) -> None:
        """RFC 9207: an answer of another provider is not ours."""
        is_told = metadata.get("authorization_response_iss_parameter_supported") is True
        if (issuer or is_told) and issuer != self._settings.national_issuer:
            raise ProviderUntrue("the answer was sent by another issuer")

    # Asking it

    def _client(self, metadata: Mapping[str, Any], ties: Ties) -> Any:
        ways = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        way = "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"
        return AsyncOAuth2Client(
            client_id=self._settings.national_client_id,
            client_secret=self._secret,
            token_endpoint_auth_method=way,
            scope=self._settings.national_scope,
            redirect_uri=ties.redirect_uri,
            code_challenge_method="S256",
            timeout=TIMEOUT,
            transport=self._transport,
            follow_redirects=False,
        )

    async def _exchange(
        self, metadata: Mapping[str, Any], ties: Ties, code: str
    ) -> Mapping[str, Any]:
        endpoint = self._endpoint(metadata, "token_endpoint")
        try:
            async with self._client(metadata, ties) as client:
                tokens: Mapping[str, Any] = await client.fetch_token(
                    endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=ties.verifier,
                )
        except OAuthError as error:
            raise ProviderUntrue("the code was refused") from error
        except (httpx2.HTTPError, ValueError) as error:
            raise ProviderDown from error
        return tokens

    async def _more(
        self, metadata: Mapping[str, Any], access_token: object, subject: str
    ) -> dict[str, Any]:
        """Claims that the provider gives only on asking: about the same subject, or not at all."""
        if not isinstance(access_token, str):
            return {}
        endpoint = self._endpoint(metadata, "userinfo_endpoint")
        claims = await self._read(endpoint, {"Authorization": f"Bearer {access_token}"})
        if claims.get("sub") != subject:
            raise ProviderUntrue("the claims are somebody else's")
        return claims

    async def _read(self, address: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """A JSON object, of bounded size. Redirects are not followed."""
        body = bytearray()
        try:
            async with (
                httpx2.AsyncClient(timeout=TIMEOUT, transport=self._transport) as client,
                client.stream("GET", address, headers=headers) as response,
            ):
                if response.status_code != 200:
                    raise ProviderDown
                async for piece in response.aiter_bytes():
                    body += piece
                    if len(body) > LARGEST_BYTES:
                        raise ProviderUntrue("the answer is too large")
        except httpx2.HTTPError as error:
            raise ProviderDown from error
        try:
            read = loads(body)
        except (JSONDecodeError, UnicodeDecodeError) as error:
            raise ProviderUntrue("the answer is no JSON") from error
        if not isinstance(read, dict):
            raise ProviderUntrue("the answer is no JSON object")
        return read

    # Believing it

    async def _checked(self, known: _Known, token: object, nonce: str) -> dict[str, Any]:
        """The claims of an ID token whose signature, times, audience and nonce are right."""
        if not isinstance(token, str):
            raise ProviderUntrue("no ID token")
        try:
            try:
                read = jwt.decode(token, known.keys, algorithms=SIGNED_BY)
            except InvalidKeyIdError:
                # A new key: asked for once, and not again for everyone who makes up the name of a key.
                read = jwt.decode(token, await self._newer_keys(known), algorithms=SIGNED_BY)
            self._check_claims(read, nonce)
        except (JoseError, ValueError) as error:
            raise ProviderUntrue(type(error).__name__) from error
        return dict(read.claims)

    async def _newer_keys(self, known: _Known) -> KeySet:
        now = self._clock.now()
        if now - known.at < ASKED_AGAIN_AFTER:
            return known.keys
        self._known = _Known(now, known.metadata, await self._keys(known.metadata))
        return self._known.keys

    def _check_claims(self, token: jwt.Token, nonce: str) -> None:
        """Raises JoseError and ProviderUntrue."""
        if str(token.header.get("typ", "JWT")).upper() != "JWT":
            raise ProviderUntrue("a token of another purpose")
        now, claims = int(self._clock.now().timestamp()), token.claims
        jwt.JWTClaimsRegistry(
            now=now,
            leeway=CLOCKS_APART_SECONDS,
            iss={"essential": True, "value": self._settings.national_issuer},
            sub={"essential": True},
            aud={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        ).validate(claims)
        client_id = self._settings.national_client_id
        if claims["aud"] not in (client_id, [client_id]):
            raise ProviderUntrue("a token for somebody else")
        if claims.get("azp", client_id) != client_id:
            raise ProviderUntrue("a token that was asked for by somebody else")
        if now - claims["iat"] > OLDEST_SECONDS + CLOCKS_APART_SECONDS:
            raise ProviderUntrue("an old token")
        if not compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise ProviderUntrue("a token of another sign-in")


@asynccontextmanager
async def _in_time() -> AsyncIterator[None]:
    """Around all that is asked for one resident: one who answers a letter at a time is down as well."""
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            yield
    except TimeoutError as error:
        raise ProviderDown from error


def _origin(address: str) -> tuple[str, str | None, int | None] | None:
    """Scheme, host and port; None for an address that hides another one, or is none."""
    try:
        parts = urlsplit(address)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return None
    if parts.username is not None or parts.password is not None or "\\" in address:
        return None
    return parts.scheme, parts.hostname, port
