"""The styleguide served for a browser, with the real headers, and nothing of any feature."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount

from pacto_participe.kernel.actors import VISITOR, Actor
from pacto_participe.kernel.clock import Clock, SystemClock
from pacto_participe.settings import Settings
from pacto_participe.storage.database import Database
from pacto_participe.storage.secrets import Secrets
from pacto_participe.web import i18n
from pacto_participe.web.context import Finders, Town, Web, web_of
from pacto_participe.web.errors import HANDLERS, error_page
from pacto_participe.web.front import service_worker
from pacto_participe.web.guards import anyone
from pacto_participe.web.headers import SecurityHeaders
from pacto_participe.web.pages import show
from pacto_participe.web.routing import Address, Addresses, Handler, get
from pacto_participe.web.sentences import Sentences
from pacto_participe.web.static_files import FingerprintedFiles, top_level
from pacto_participe.web.styleguide import ROUTES, styleguide_page
from pacto_participe.web.templating import Templates


class Language(StringConvertor):
    """The first segment of a path. The application has its own; this gallery knows no feature."""

    regex = "|".join(i18n.LANGUAGES)


register_url_convertor("lang", Language())

OUED_SALAM = Town(
    "00.000.00.00.",
    "oued-salam",
    {"ar": "جماعة وادي السلام", "fr": "Commune d’Oued Salam", "en": "Commune of Oued Salam"},
    phone="05 00 00 00 00",
)


async def _nobody(database: Database, session_id: str, clock: Clock) -> Actor:
    return VISITOR


async def _oued_salam(database: Database, slug: str) -> Town | None:
    return OUED_SALAM


async def show_error(request: Request) -> Response:
    """The page of one status, as a town's resident would see it."""
    return error_page(request, int(request.path_params["status"]), reference="4f3a9c21")


async def show_help(request: Request) -> Response:
    """A page that may be kept on the phone."""
    icons = web_of(request).templates.environment.globals["icon"]
    return show(request, styleguide_page("home", tuple(i.name for i in icons.all)), keep=True)


def gallery(folder: Path) -> Starlette:
    """Sheets of the styleguide and error pages, in a town that does not exist."""
    addresses = Addresses(
        [
            *ROUTES,
            get("/", show_error, name="home", may=anyone),
            get("/c/{slug}/", show_error, name="collectivity:home", may=anyone),
            get("/c/{slug}/help", show_help, name="help", may=anyone),
            get("/sw.js", service_worker, name="sw", may=anyone, in_language=False),
            get("/errors/{status}", show_error, name="error", may=anyone),
        ]
    )
    static = FingerprintedFiles(top_level("static"))
    settings = Settings(mode="demo", data_dir=folder)
    i18n.compile_catalogues()
    i18n.catalogue.cache_clear()
    app = Starlette(
        routes=[*addresses.routes(_entered), Mount("/static", static)],
        exception_handlers=HANDLERS,
        middleware=[Middleware(SecurityHeaders, secure=False)],
    )
    app.state.web = Web(
        settings=settings,
        clock=SystemClock(),
        database=Database(f"sqlite:///{folder / 'unused.db'}"),
        secrets=Secrets(settings.secrets),
        addresses=addresses,
        templates=Templates(top_level("templates"), url=addresses.path, static=static.url),
        static=static,
        finders=Finders(actor_of_session=_nobody, town_of_slug=_oued_salam, forget_town=str),
        extras={"sentences": Sentences()},
    )
    return app


def _entered(address: Address) -> Handler:
    async def enter(request: Request) -> Response:
        if lang := request.path_params.get("lang"):
            i18n.speak(lang)
            request.scope["pacto.language"] = lang
        request.scope["pacto.town"] = OUED_SALAM
        return await address.handler(request)

    return enter


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    """The address of a server in a thread of this process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(
            app, port=port, log_level="error", access_log=False, ws="none", lifespan="off"
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()
