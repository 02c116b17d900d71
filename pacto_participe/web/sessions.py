"""Sessions: a random ticket in a cookie, its fingerprint in the database. Nothing personal in either."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlmodel import Field, col, delete
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.settings import Settings
from pacto_participe.storage.sql import Sql
from pacto_participe.storage.steps import Step, Steps
from pacto_participe.storage.tables import Row


class SessionRow(Row, table=True):
    """One signed-in browser. `session_id` is the SHA-256 of the cookie's ticket, in hexadecimal."""

    __tablename__ = "session"

    session_id: str = Field(primary_key=True, max_length=64)
    person_id: str = Field(index=True, max_length=32)
    started_at: datetime
    expires_at: datetime
    device: str = Field(default="", max_length=80)
    second_factor_at: datetime | None = None  # when this browser showed the second factor


def cookie_name(settings: Settings) -> str:
    """Bound to the host and to HTTPS wherever residents come over HTTPS."""
    return "__Host-session" if settings.is_secure else "session"


def fingerprint(ticket: str) -> str:
    """What the database keeps of a ticket."""
    return hashlib.sha256(ticket.encode()).hexdigest()


def session_id_of(request: Request, settings: Settings) -> str | None:
    """The fingerprint of the ticket this browser shows, if it shows one."""
    ticket = _cookie(request.scope["headers"], cookie_name(settings).encode())
    return fingerprint(ticket) if ticket else None


def cookie_of(request: Request, name: str) -> str:
    """One cookie that this browser shows, "" when it does not."""
    return _cookie(request.scope["headers"], name.encode())


def _cookie(headers: list[tuple[bytes, bytes]], wanted: bytes) -> str:
    """One cookie, "" when there is none: every voter's request asks, and only for this one."""
    for header, cookies in headers:
        if header == b"cookie":
            for cookie in cookies.split(b";"):
                name, _, value = cookie.partition(b"=")
                if name.strip() == wanted:
                    return value.strip().decode("latin-1")
    return ""


_START = Sql(
    "INSERT INTO session (session_id, person_id, started_at, expires_at, device, second_factor_at) "
    "VALUES (:session, :person, :now, :end, :device, :second)"
)
_END = Sql("DELETE FROM session WHERE session_id = :session")


def starting(
    *,
    person_id: str,
    now: datetime,
    days: int,
    device: str = "",
    instead_of: str | None = None,
    has_second_factor: bool = False,
) -> Steps[str]:
    """A new session; the one before is worth nothing afterwards. At most two statements.

    Returns the ticket for the cookie; it is not kept anywhere else.
    """
    if instead_of is not None:
        yield Step(_END, {"session": instead_of})
    ticket = secrets.token_urlsafe(32)
    yield Step(
        _START,
        {
            "session": fingerprint(ticket),
            "person": person_id,
            "now": now,
            "end": now + timedelta(days=days),
            "device": device[:80],
            "second": now if has_second_factor else None,
        },
    )
    return ticket


async def end(session: AsyncSession, session_id: str) -> None:
    """Sign this browser out. One statement."""
    await session.exec(delete(SessionRow).where(col(SessionRow.session_id) == session_id))


async def end_all(session: AsyncSession, person_id: str) -> None:
    """Sign out everywhere. One statement."""
    await session.exec(delete(SessionRow).where(col(SessionRow.person_id) == person_id))


def set_cookie(response: Response, ticket: str, settings: Settings) -> None:
    """Give the browser its ticket."""
    response.set_cookie(
        cookie_name(settings),
        ticket,
        max_age=settings.session_days * 86_400,
        path="/",
        secure=settings.is_secure,
        httponly=True,
        samesite="lax",
    )


def clear_cookie(response: Response, settings: Settings) -> None:
    """Take the ticket back, and all that the browser kept of this site."""
    response.delete_cookie(
        cookie_name(settings), path="/", secure=settings.is_secure, httponly=True, samesite="lax"
    )
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
