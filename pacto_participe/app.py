"""Where everything meets: settings, database, features and middleware become one application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.convertors import Convertor, register_url_convertor
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount

from pacto_participe.background import beside_the_requests
from pacto_participe.features import (
    FEATURES,
    MENU,
    acts,
    beside,
    finders,
    journal,
    retention_register,
    subjects,
)
from pacto_participe.kernel.clock import Clock, SystemClock
from pacto_participe.kernel.errors import NotAllowed, NotFound
from pacto_participe.migrations.runner import is_at_head
from pacto_participe.settings import Settings
from pacto_participe.storage.database import Database
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import NATION
from pacto_participe.web import i18n
from pacto_participe.web.beside import BESIDE
from pacto_participe.web.compiled_templates import CompiledTemplates
from pacto_participe.web.context import Web, actor_of, know_place
from pacto_participe.web.csrf import RefuseForgeries
from pacto_participe.web.desks import DESK, slug_of_desk
from pacto_participe.web.errors import HANDLERS
from pacto_participe.web.guards import Refusal
from pacto_participe.web.headers import SecurityHeaders
from pacto_participe.web.largest_body import RefuseLargeBodies
from pacto_participe.web.logs import set_up_logs
from pacto_participe.web.national import NATIONAL, make_provider
from pacto_participe.web.page_cache import TOWN_ID, PageCache
from pacto_participe.web.retention import REGISTER
from pacto_participe.web.routing import Address, Addresses, Door, Handler
from pacto_participe.web.senders import make_senders
from pacto_participe.web.sentences import Sentences
from pacto_participe.web.sessions import session_id_of
from pacto_participe.web.static_files import FingerprintedFiles, top_level
from pacto_participe.web.templating import Templates
from pacto_participe.web.today import TODAY


class LanguageConvertor(Convertor[str]):
    """The first segment of a path, when it is one of our languages."""

    regex = "|".join(i18n.LANGUAGES)

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("lang", LanguageConvertor())


def build_web(settings: Settings, *, clock: Clock | None = None) -> Web:
    """The parts that requests, jobs and commands share."""
    set_up_logs()
    addresses = Addresses([address for feature in FEATURES for address in feature.routes])
    static = FingerprintedFiles(top_level("static"))
    templates = Templates(
        top_level("templates"),
        url=addresses.path,
        static=static.url,
        compiled=CompiledTemplates(settings.data_dir),
    )
    sentences = Sentences(*(wording for feature in FEATURES for wording in feature.wordings))
    templates.environment.globals["sentence"] = sentences.of_problem
    i18n.compile_catalogues()
    return Web(
        settings=settings,
        clock=clock or SystemClock(),
        database=Database(settings.database),
        secrets=Secrets(settings.secrets),
        addresses=addresses,
        templates=templates,
        static=static,
        finders=finders(),
        senders=make_senders(settings, clock or SystemClock()),
        menu=MENU,
        extras={
            "sentences": sentences,
            "is_at_head": is_at_head,
            "journal": journal(sentences),
            TODAY: tuple(ask for feature in FEATURES for ask in feature.today),
            REGISTER: retention_register(settings.retention),
            BESIDE: beside(),
            "acts": acts(),
            "subjects": subjects(),
            NATIONAL: make_provider(settings, clock or SystemClock()),
        },
    )


def create_app(
    settings: Settings, *, clock: Clock | None = None, background: bool = True
) -> Starlette:
    """The application. `background` says whether this process also does the queue's jobs."""
    web = build_web(settings, clock=clock)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with beside_the_requests(web, wanted=background):
            yield
        await web.database.close()

    def enter(address: Address) -> Handler:
        return entered(web, address)

    app = Starlette(
        routes=[*web.addresses.routes(enter), Mount("/static", web.static, name="static")],
        lifespan=lifespan,
        exception_handlers=HANDLERS,
        middleware=[
            Middleware(SecurityHeaders, secure=settings.is_secure),
            Middleware(RefuseForgeries),
            Middleware(RefuseLargeBodies),
            Middleware(PageCache, seconds=settings.page_cache_seconds),
        ],
    )
    app.state.web = web
    return app


def entered(web: Web, address: Address) -> Handler:
    """A handler behind its language, its town and its door."""
    door = address.may

    async def enter(request: Request) -> Response:
        scope = request.scope
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            raise NotFound  # no text of ours holds a zero, and PostgreSQL fails on one
        lang = request.path_params.get("lang")
        if lang:
            i18n.speak(lang)
            scope["pacto.language"] = lang
        town_id = await _find_town(web, request)
        if door.asks_who:
            if slug := slug_of_desk(request, web.settings):
                # A shared device has no account: whatever asks who looks leads back to its desk.
                return RedirectResponse(web.addresses.path(DESK, slug=slug), status_code=303)
            session_id = session_id_of(request, web.settings)
            if session_id is not None:
                scope["pacto.actor"] = await web.finders.actor_of_session(
                    web.database, session_id, web.clock
                )
            actor = actor_of(request)
            if not door.opens(actor, town_id):
                return _turned_away(web, request, door, town_id)
            scope["pacto.door_roles"] = door.roles
        elif door.keeps and (learn := scope.get("pacto.learn_version")):
            made_meanwhile: Response | None = await learn(town_id or NATION)
            if made_meanwhile is not None:
                return made_meanwhile
        return await address.handler(request)

    return enter


async def _find_town(web: Web, request: Request) -> str | None:
    """The collectivity of the path; outside your town there is nothing, so an unknown one is 404."""
    slug = request.path_params.get("slug")
    if slug is None:
        return None
    town = await web.finders.town_of_slug(web.database, slug)
    if town is None:
        raise NotFound
    request.scope["pacto.town"] = town
    request.scope[TOWN_ID] = town.collectivity_id
    know_place(request, "slug", town.slug)
    return town.collectivity_id


def _turned_away(web: Web, request: Request, door: Door, town_id: str | None) -> Response:
    """Those who could pass by signing in are sent there and come back; others are told no.

    Who owes the second factor is asked for it. Whoever has no role in a town does not learn what its
    staff pages are: 404, not 403.
    """
    actor = actor_of(request)
    if not actor.is_signed_in:
        target = request.url.path if request.method == "GET" else ""
        return RedirectResponse(
            web.addresses.path("accounts:sign-in", next=target), status_code=303
        )
    if actor.owes_second_factor and door.opens(actor.whole, town_id):
        target = request.url.path if request.method == "GET" else ""
        return RedirectResponse(
            web.addresses.path("accounts:second-step", next=target), status_code=303
        )
    if town_id is not None and not actor.works_for(town_id):
        raise NotFound
    raise NotAllowed(Refusal.NOT_YOURS)
