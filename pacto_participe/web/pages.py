"""Answers: a page (or one block of it for htmx), a redirect, and what surrounds every page."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Collection
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from pacto_participe.web import i18n
from pacto_participe.web.context import site_of, web_of
from pacto_participe.web.desks import slug_of_desk
from pacto_participe.web.page_cache import KEEP_UNTIL

WORTH_COMPRESSING = 1000  # bytes
COMPRESSION = 5  # a ballot of 30 projects: 60 KB to 6 KB in less than a millisecond


class Page(Protocol):
    """A frozen dataclass that names its template and holds everything the template may see."""

    template: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Any]]


def is_htmx(request: Request) -> bool:
    return request.headers.get("HX-Request") == "true"


def read_anew(status: int = 204) -> Response:
    """For htmx: the whole page is asked for again, where a part of it would say nothing true any more."""
    return Response(status_code=status, headers={"HX-Refresh": "true", "Cache-Control": "no-store"})


def show(
    request: Request,
    page: Page,
    *,
    status: int = 200,
    fragment: str | None = None,
    keep: bool = False,
) -> Response:
    """Render a page, compressed on the way.

    With `fragment`, htmx gets that block alone and a browser the whole page.

    A page is never kept by browsers or proxies unless `keep` says that its content is for all.
    """
    templates = web_of(request).templates
    site = replace(site_of(request), desk=slug_of_desk(request, web_of(request).settings))
    context = {"page": page, "site": site}
    if fragment and is_htmx(request):
        html = templates.fragment(page.template, fragment, **context)
    else:
        html = templates.page(page.template, **context)
    vary = "Accept-Encoding, HX-Request" if fragment else "Accept-Encoding"
    return _sent(request, html, status, {"Vary": vary, "Cache-Control": _who_keeps(keep)})


def show_in_pieces(request: Request, page: Page) -> Response:
    """A long page that is sent as it is made, and kept by nobody."""
    language, site = i18n.current().code, site_of(request)
    pieces = web_of(request).templates.pieces(page.template, page=page, site=site)

    async def sent() -> AsyncIterator[bytes]:
        i18n.speak(language)  # the answer is written after this request's own words are over
        for piece in pieces:
            yield piece.encode()
            await asyncio.sleep(0)  # a voter's turn

    headers = {"Cache-Control": _who_keeps(False), "Content-Language": i18n.written().code}
    return StreamingResponse(sent(), media_type="text/html", headers=headers)


def _who_keeps(is_for_all: bool) -> str:
    return "no-cache" if is_for_all else "no-store"


def _sent(request: Request, html: str, status: int, headers: dict[str, str]) -> Response:
    headers["Content-Language"] = i18n.written().code
    body = html.encode()
    if len(body) >= WORTH_COMPRESSING and "gzip" in request.headers.get("accept-encoding", ""):
        # No token stands in a form, so that there is nothing to guess from the size of a page.
        body = gzip.compress(body, COMPRESSION, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(body, status_code=status, headers=headers, media_type="text/html")


async def show_to_all(
    request: Request, page: Page, *, until: datetime | None = None, queries: Collection[str] = ()
) -> Response:
    """A page that is the same for everybody: rendered off the loop, then kept compressed.

    It is kept while the data of its town do not change, and never beyond `until`, the next instant
    at which it would read differently (a vote that opens, a day that begins). It is kept without a query
    and with one of `queries`, the ones that our own links have: anybody can write any other behind an
    address, and would push out the pages that are asked for.
    """
    templates = web_of(request).templates
    context = {"page": page, "site": site_of(request)}
    # A rendering of some milliseconds on the loop would make the voters wait.
    html = await run_in_threadpool(templates.page, page.template, **context)
    if request.url.query not in {"", *queries}:
        headers = {"Vary": "Accept-Encoding", "Cache-Control": _who_keeps(True)}
        return _sent(request, html, 200, headers)
    response = HTMLResponse(
        html, headers={"Cache-Control": "no-cache", "Content-Language": i18n.written().code}
    )
    request.scope[KEEP_UNTIL] = until
    return response


def file_for_all(
    request: Request,
    content: bytes,
    *,
    media_type: str,
    name: str = "",
    until: datetime | None = None,
) -> Response:
    """A public file, kept like a page. With a `name`, browsers save it instead of showing it."""
    headers = {"Cache-Control": "no-cache"}
    if name:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    if not request.url.query:
        request.scope[KEEP_UNTIL] = until
    return Response(content, media_type=media_type, headers=headers)


def redirect(request: Request, name: str, *, fragment: str = "", **values: Any) -> Response:
    """303 to a named route, in the language of this request, to the place `fragment` of its page."""
    path = web_of(request).addresses.path(name, **values) + (f"#{fragment}" if fragment else "")
    # Our own paths are quoted already; RedirectResponse would do it again, letter by letter.
    return Response(status_code=303, headers={"Location": path})


def redirect_within(request: Request, target: str, *, otherwise: str) -> Response:
    """303 to a path of this site that came from outside; anything else goes to `otherwise`."""
    return RedirectResponse(way_within(target) or otherwise, status_code=303)


def in_this_language(target: str) -> str:
    """The same page in the language of the request, where its path names another: /ar/account, in French."""
    _, code, *rest = [*target.split("/", 2), ""]
    if code not in i18n.LANGUAGES or not rest[0]:
        return target
    return f"/{i18n.current().code}/{rest[0]}"


def way_within(target: str) -> str:
    """A path of this site that came from outside, or "": for links and redirects that somebody else wrote."""
    is_ours = target.startswith("/") and not target.startswith("//")
    return target if is_ours and "\\" not in target and target.isprintable() else ""
