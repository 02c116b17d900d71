"""Errors become pages here and nowhere else."""

import secrets
from dataclasses import dataclass
from typing import Any, ClassVar

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from pacto_participe.kernel.errors import Conflict, NotAllowed, NotFound, Refused, TooMany
from pacto_participe.storage.outages import is_outage
from pacto_participe.storage.secrets import SecretMissing
from pacto_participe.web import i18n
from pacto_participe.web.context import Town, know_place, site_of, web_of
from pacto_participe.web.pages import show

log = structlog.get_logger()

KNOWN_STATUSES = (403, 404, 405, 409, 413, 422, 429, 500, 503)


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What happened, in a sentence when we have one, and a reference for those who call for help."""

    template: ClassVar[str] = "errors/error.html"
    status: int
    sentences: tuple[str, ...] = ()
    reference: str = ""
    back: str = ""


def error_page(
    request: Request, status: int, sentences: tuple[str, ...] = (), reference: str = ""
) -> Response:
    """An error in the language of the path, else of the browser."""
    if "pacto.language" not in request.scope:
        i18n.speak(language_of_path(request) or preferred_language(request))
    page = ErrorPage(status, sentences, reference, back=site_of(request).home_url)
    return show(request, page, status=status)


def language_of_path(request: Request) -> str:
    """The language that an address asks for, even when there is nothing at that address."""
    first = request.url.path.lstrip("/").partition("/")[0]
    return first if first in i18n.LANGUAGES else ""


def preferred_language(request: Request) -> str:
    """By cookie, then by the browser's own list, then the town's own language, then Arabic."""
    chosen = request.cookies.get("lang", "")
    if chosen in i18n.LANGUAGES:
        return chosen
    for part in request.headers.get("accept-language", "").split(","):
        code = part.split(";")[0].strip().split("-")[0].lower()
        if code in i18n.LANGUAGES:
            return code
    town: Town | None = request.scope.get("pacto.town")
    return town.language if town else i18n.DEFAULT.code


async def on_http_error(request: Request, error: Exception) -> Response:
    """What the router or the server itself refuses."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status not in KNOWN_STATUSES:
        return PlainTextResponse(str(error), status_code=status)
    await _know_the_town(request)
    response = error_page(request, status)
    if isinstance(error, HTTPException) and error.headers:
        response.headers.update(error.headers)
    return response


async def _know_the_town(request: Request) -> None:
    """The town of an address at which there is nothing, so that its people find back to its pages."""
    web = web_of(request)
    slug = web.addresses.place_within("collectivity:home", request.url.path)
    is_name = bool(slug) and slug.isprintable()  # PostgreSQL fails on a zero
    if is_name and "pacto.town" not in request.scope:
        town = await web.finders.town_of_slug(web.database, slug)
        if town is not None:
            request.scope["pacto.town"] = town
            know_place(request, "slug", town.slug)


async def on_not_found(request: Request, error: Exception) -> Response:
    return error_page(request, 404)


async def on_not_allowed(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotAllowed)  # noqa: S101  registered for this type only
    sentences = web_of(request).extras["sentences"]
    known = (sentences.of(error.reason),) if sentences.knows(error.reason) else ()
    return error_page(request, 403, known)


async def on_refused(request: Request, error: Exception) -> Response:
    """A refusal that no handler turned into its own page."""
    assert isinstance(error, Refused)  # noqa: S101  registered for this type only
    sentences = web_of(request).extras["sentences"]
    said = tuple(sentences.of_problem(problem) for problem in error.problems)
    return error_page(request, 409 if isinstance(error, Conflict) else 422, said)


async def on_too_many(request: Request, error: Exception) -> Response:
    assert isinstance(error, TooMany)  # noqa: S101  registered for this type only
    response = error_page(request, 429)
    response.headers["Retry-After"] = str(error.retry_after_seconds)
    return response


async def on_key_missing(request: Request, error: Exception) -> Response:
    """A key that should be there is not: the vote waits, and opens no second ballot."""
    log.error("key missing")
    return error_page(request, 503)


async def on_fault(request: Request, error: Exception) -> Response:
    """A fault of ours, or a database that is away. The log names the place and a reference, never what was
    typed."""
    reference = secrets.token_hex(4)
    route = request.scope.get("route")
    log.error(
        "fault",
        reference=reference,
        path=getattr(route, "path", "?"),
        error=type(error).__name__,
        exc_info=error,
    )
    return error_page(request, 503 if is_outage(error) else 500, reference=reference)


HANDLERS: dict[Any, Any] = {
    HTTPException: on_http_error,
    NotFound: on_not_found,
    NotAllowed: on_not_allowed,
    Refused: on_refused,
    TooMany: on_too_many,
    SecretMissing: on_key_missing,
    Exception: on_fault,
}
