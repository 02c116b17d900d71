"""Errors become pages here and nowhere else."""

import secrets
from dataclasses import dataclass
from typing import Any, ClassVar

import structlog
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from pacto_participe.kernel.errors import Conflict, NotAllowed, NotFound, Refused, TooMany
from pacto_participe.storage.outages import is_outage
from pacto_participe.storage.secrets import SecretMissing
from pacto_participe.web import i18n
from pacto_participe.web.context import Town, know_place, site_of, web_of
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.pages import show
from pacto_participe.web.templating import ltr

log = structlog.get_logger()

KNOWN_STATUSES = (403, 404, 405, 409, 413, 422, 429, 500, 503)
TOO_LARGE = 413
COMMAND = "pacto-participe list import"
LARGEST_FILE = _("A file of at most 500 kB can be sent here.")
# The pages that take files, and what to do with one that is too large for them.
ADVICE_OF_UPLOADS = {
    "accounts:list": _(
        "The operator takes in a longer list, with the command %(command)s. Or send the "
        "list in parts."
    ),
    "accounts:letters": _("Make the letters in several batches, with a shorter file for each."),
}


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What happened, in a sentence when we have one, and a reference for those who call for help."""

    template: ClassVar[str] = "errors/error.html"
    status: int
    sentences: tuple[str, ...] = ()
    reference: str = ""
    back: str = ""
    form: str = ""  # the page with the form that was sent, when it is one to send anew


def error_page(
    request: Request,
    status: int,
    sentences: tuple[str, ...] = (),
    reference: str = "",
    form: str = "",
) -> Response:
    """An error in the language of the path, else of the browser."""
    _speak(request)
    page = ErrorPage(status, sentences, reference, back=site_of(request).home_url, form=form)
    return show(request, page, status=status)


def _speak(request: Request) -> None:
    if "pacto.language" not in request.scope:
        i18n.speak(language_of_path(request) or preferred_language(request))


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
    if status == TOO_LARGE:
        return _too_large(request)
    response = error_page(request, status)
    if isinstance(error, HTTPException) and error.headers:
        response.headers.update(error.headers)
    return response


def _too_large(request: Request) -> Response:
    """413 with what to do about it where files are sent, and the way back to their form."""
    advice = next(
        (
            advice
            for name, advice in ADVICE_OF_UPLOADS.items()
            if web_of(request).addresses.place_within(name, request.url.path)
        ),
        None,
    )
    if advice is None:
        return error_page(request, TOO_LARGE)
    _speak(request)
    what_to_do = Markup(i18n.gettext(advice)) % {"command": ltr(COMMAND)}  # noqa: S704  our own words
    said = (i18n.gettext(LARGEST_FILE), what_to_do)
    return error_page(request, TOO_LARGE, said, form=request.url.path)


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
