"""A provider of identities for tests, and to try the national sign-in on one's own machine.

    .venv/bin/python -m tests.national_provider 8190

It believes whatever card and birth date are typed, and signs it with a key of its own: never for real people.
"""

import base64
import hashlib
import html
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT_ID, CLIENT_SECRET = "pacto", "for tests only"
TOKEN_SECONDS = 300

Claims = dict[str, Any]


@dataclass
class Asked:
    """An authorization request that somebody agreed to."""

    query: Mapping[str, str]
    person: Claims
    is_used: bool = False


def new_key() -> RSAKey:
    return RSAKey.generate_key(2048, auto_kid=True)


@dataclass
class LocalProvider:
    """The provider. Tests make it lie by replacing `sign`, `change` or `metadata`."""

    issuer: str
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    key: RSAKey = field(default_factory=new_key)
    asked: dict[str, Asked] = field(default_factory=dict)
    tickets: dict[str, Claims] = field(default_factory=dict)
    change: Callable[[Claims], Claims] = lambda claims: claims
    sign: Callable[["LocalProvider", Claims], str] | None = None
    metadata: Claims = field(default_factory=dict)
    is_down: bool = False
    tells_on_asking: bool = False
    requests: list[str] = field(default_factory=list)

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._describe),
                Route("/jwks", self._keys),
                Route("/authorize", self._ask, methods=["GET"]),
                Route("/authorize", self._agree, methods=["POST"]),
                Route("/token", self._token, methods=["POST"]),
                Route("/userinfo", self._userinfo),
                Route("/favicon.ico", _nothing),
            ]
        )

    def agreed(self, address: str, card: str, birth_date: str, **more: str) -> str:
        """What the browser is sent back to, once somebody has signed in. For tests without pages."""
        query = dict(parse_qsl(urlsplit(address).query))
        assert query["client_id"] == CLIENT_ID
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        code = token_urlsafe(16)
        person = {"sub": f"sub-{card}", "cnie": card, "birthdate": birth_date}
        self.asked[code] = Asked(query, person)
        back = {"code": code, "state": query["state"], "iss": self.issuer, **more}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def id_token(self, claims: Claims) -> str:
        if self.sign is not None:
            return self.sign(self, claims)
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    # Pages and answers

    async def _describe(self, request: Request) -> Response:
        self.requests.append("description")
        if self.is_down:
            return Response(status_code=503)
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "jwks_uri": f"{self.issuer}/jwks",
                "response_types_supported": ["code"],
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
                "authorization_response_iss_parameter_supported": True,
                **self.metadata,
            }
        )

    async def _keys(self, request: Request) -> Response:
        self.requests.append("keys")
        public = {**self.key.as_dict(private=False), "use": "sig", "alg": "RS256"}
        return JSONResponse({"keys": [public, {"kty": "oct", "k": "AAAA", "kid": "shared"}]})

    async def _ask(self, request: Request) -> Response:
        query = html.escape(request.url.query)
        return HTMLResponse(
            "<!doctype html><html lang='fr'><meta name='viewport' content='width=device-width'>"
            "<title>Test provider</title><h1>Test provider</h1>"
            f"<form method='post' action='/authorize?{query}'>"
            "<p><label>Card <input name='card' value='YY000001'></label>"
            "<p><label>Birth date <input name='birth_date' value='1990-05-01'></label>"
            "<p><button name='answer' value='yes'>Agree</button> "
            "<button name='answer' value='no'>Refuse</button></form>"
        )

    async def _agree(self, request: Request) -> Response:
        typed = dict(parse_qsl((await request.body()).decode()))
        if typed["answer"] == "no":
            query = request.query_params
            back = {"error": "access_denied", "state": query["state"], "iss": self.issuer}
            return RedirectResponse(f"{query['redirect_uri']}?{urlencode(back)}", status_code=303)
        back_to = self.agreed(str(request.url), typed["card"], typed["birth_date"])
        return RedirectResponse(back_to, status_code=303)

    async def _token(self, request: Request) -> Response:
        self.requests.append("token")
        if self.is_down:
            return Response(status_code=503)
        sent = dict(parse_qsl((await request.body()).decode()))
        asked = self.asked.get(sent.get("code", ""))
        if not _is_client(request) or asked is None or asked.is_used or not _fits(sent, asked):
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        asked.is_used = True
        now = int(self.now().timestamp())
        claims: Claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
            "nonce": asked.query["nonce"],
            **asked.person,
        }
        ticket = token_urlsafe(16)
        self.tickets[ticket] = asked.person
        if self.tells_on_asking:
            del claims["cnie"], claims["birthdate"]
        token = self.id_token(self.change(claims))
        return JSONResponse({"access_token": ticket, "token_type": "Bearer", "id_token": token})

    async def _userinfo(self, request: Request) -> Response:
        self.requests.append("userinfo")
        ticket = request.headers.get("authorization", "").removeprefix("Bearer ")
        if ticket not in self.tickets:
            return Response(status_code=401)
        return JSONResponse(self.tickets[ticket])


async def _nothing(request: Request) -> Response:
    return Response(status_code=204)


def _is_client(request: Request) -> bool:
    kind, _, pair = request.headers.get("authorization", "").partition(" ")
    if kind != "Basic":
        return False
    name, _, secret = base64.b64decode(pair).decode().partition(":")
    return (unquote(name), unquote(secret)) == (CLIENT_ID, CLIENT_SECRET) or (name, secret) == (
        CLIENT_ID,
        CLIENT_SECRET,
    )


def _fits(sent: Mapping[str, str], asked: Asked) -> bool:
    """The same address as before, and the text whose digest came with the request (PKCE)."""
    digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return (
        sent.get("grant_type") == "authorization_code"
        and sent.get("redirect_uri") == asked.query["redirect_uri"]
        and challenge == asked.query["code_challenge"]
    )


@contextmanager
def served_provider() -> Iterator[str]:
    """A provider on a free port of this machine, under another name than the platform: another site."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        issuer = f"http://localhost:{listening.getsockname()[1]}"
        config = uvicorn.Config(LocalProvider(issuer).app, log_level="error", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield issuer
        server.should_exit = True
        thread.join()


def main(port: int) -> None:
    """Serve it on this machine only."""
    issuer = f"http://127.0.0.1:{port}"
    print(f"Issuer {issuer}   client id {CLIENT_ID}   client secret {CLIENT_SECRET}")  # noqa: T201  for who starts it by hand
    uvicorn.run(LocalProvider(issuer).app, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 8190)
