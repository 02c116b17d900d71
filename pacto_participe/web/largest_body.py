"""A body that is too large is refused unread, with a page of ours.

Starlette's own limit does the same, but answers in bare English whenever the length is declared, as
browsers do.
"""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pacto_participe.web.errors import TOO_LARGE, on_http_error

LARGEST_BODY_BYTES = 512 * 1024


class RefuseLargeBodies:
    """413 before anything is read when the length is declared; else at the byte that is one too many."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let small bodies pass. A handler that never reads one is asked for nothing either."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if _declared(scope) > LARGEST_BODY_BYTES:
            page = await on_http_error(Request(scope), HTTPException(TOO_LARGE))
            await page(scope, receive, send)
            return
        had = 0

        async def receive_some() -> Message:
            nonlocal had
            message = await receive()
            had += len(message.get("body", b""))
            if had > LARGEST_BODY_BYTES:
                raise HTTPException(TOO_LARGE)
            return message

        await self.app(scope, receive_some, send)


def _declared(scope: Scope) -> int:
    """The length that the request says it has, 0 when it says none; the server holds it to that."""
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else 0
