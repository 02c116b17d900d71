"""A shared device at a polling desk: a cookie that names the town and carries the desk's ticket.

A browser that shows it has left every session. Pages that ask who looks are shut to it (app.py), and lead
back to the desk; pages that are the same for everybody stay open.
"""

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.settings import Settings
from pacto_participe.web.sessions import cookie_of, fingerprint

DESK = "voting:desk"  # the page where a desk stands
HOURS = 14  # the longest day of a desk


def _name(settings: Settings) -> str:
    return "__Host-desk" if settings.is_secure else "desk"


def slug_of_desk(request: Request, settings: Settings) -> str:
    """The town whose desk this browser is, "" for every other browser."""
    slug, _, ticket = cookie_of(request, _name(settings)).partition(".")
    return slug if ticket else ""


def desk_ticket(request: Request, settings: Settings) -> str:
    """What the database keeps of the ticket that this browser shows, "" when it shows none."""
    _, _, ticket = cookie_of(request, _name(settings)).partition(".")
    return fingerprint(ticket) if ticket else ""


def make_desk(response: Response, slug: str, ticket: str, settings: Settings) -> None:
    """From now on this browser is a desk of the town."""
    response.set_cookie(
        _name(settings),
        f"{slug}.{ticket}",
        max_age=HOURS * 3600,
        path="/",
        secure=settings.is_secure,
        httponly=True,
        samesite="lax",
    )


def unmake_desk(response: Response, settings: Settings) -> None:
    """It is a browser like any other again."""
    response.delete_cookie(
        _name(settings), path="/", secure=settings.is_secure, httponly=True, samesite="lax"
    )


def forget_former_voter(response: Response) -> None:
    """Nothing that the browser kept of one voter is there for the next."""
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
