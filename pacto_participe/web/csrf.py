"""Forged requests are refused by what the browser says of their origin, not by a token in the form.

Browsers send Sec-Fetch-Site over HTTPS and on localhost, and Origin with every POST; a request with
neither does not come from a browser's page. No token means that pages can be kept and compressed.
The proxy in front must leave Host as it came (docs/settings.md).
"""

from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def is_forged(headers: dict[bytes, bytes]) -> bool:
    """Whether the browser says that the request comes from another site."""
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site not in {b"same-origin", b"none"}
    origin = headers.get(b"origin")
    if origin is None:
        return False
    return urlsplit(origin.decode("latin-1")).netloc.encode("latin-1") != headers.get(b"host")


class RefuseForgeries:
    """403 for a state-changing request from another site."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let safe methods pass; ask the headers of the others."""
        if (
            scope["type"] == "http"
            and scope["method"] not in SAFE_METHODS
            and is_forged(dict(scope["headers"]))
        ):
            response = PlainTextResponse("This form was sent from another site.", status_code=403)
            await response(scope, receive, send)
            return
        await self.app(scope, receive, send)
