"""The pages that belong to no feature: the root, the health of the server, the service worker."""

import asyncio
import time

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from pacto_participe.kernel.clock import knows_morocco
from pacto_participe.storage.secrets import SecretMissing
from pacto_participe.storage.sql import Sql
from pacto_participe.web.context import Web, web_of
from pacto_participe.web.errors import preferred_language
from pacto_participe.web.guards import public
from pacto_participe.web.routing import get

SCHEMA_SECONDS = 5
_ANY = Sql("SELECT 1 AS alive")


async def choose_language(request: Request) -> Response:
    """The root: on to the visitor's language."""
    return RedirectResponse(f"/{preferred_language(request)}/", status_code=302)


async def alive(request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "alive"})


async def ready(request: Request) -> Response:
    """Database, schema, clock and secrets: 503 and the name of what is missing, else 200."""
    web = web_of(request)
    checks = {"clock": knows_morocco(), "schema": await _is_at_head(web)}
    try:
        checks["database"] = bool(await web.database.quick.one(_ANY))
    except Exception:  # whatever the driver raises, the answer is that it is not ready
        checks["database"] = False
    try:
        web.secrets.get_or_make("server")
        checks["secrets"] = True
    except (OSError, SecretMissing):
        checks["secrets"] = False
    is_ready = all(checks.values())
    return JSONResponse(
        {"status": "ready" if is_ready else "not ready", "checks": checks},
        status_code=200 if is_ready else 503,
    )


async def _is_at_head(web: Web) -> bool:
    """Asked in a thread, and once in some seconds: it reads every migration, and anybody may ask."""
    known: tuple[float, bool] | None = web.extras.get("schema")
    if known is None or time.monotonic() - known[0] >= SCHEMA_SECONDS:
        is_at_head = await asyncio.to_thread(web.extras["is_at_head"], web.settings.database)
        known = web.extras["schema"] = (time.monotonic(), is_at_head)
    return known[1]


async def service_worker(request: Request) -> Response:
    """At the root, so that it may serve every page of the site when there is no network."""
    content = web_of(request).static.content("js/sw.js")
    return Response(content, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


async def robots(request: Request) -> Response:
    """Nothing of the staff or of a voter's way for search engines."""
    lines = ["User-agent: *", "Disallow: /*/staff/", "Disallow: /*/account", "Disallow: /v/"]
    return Response("\n".join(lines) + "\n", media_type="text/plain")


ROUTES = (
    get("/", choose_language, name="root", may=public, in_language=False),
    get("/healthz", alive, name="alive", may=public, in_language=False),
    get("/readyz", ready, name="ready", may=public, in_language=False),
    get("/sw.js", service_worker, name="service-worker", may=public, in_language=False),
    get("/robots.txt", robots, name="robots", may=public, in_language=False),
)
