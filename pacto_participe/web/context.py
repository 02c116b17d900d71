"""What a request can reach: the application's parts, its actor, its town, the site around the page."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request

from pacto_participe.kernel.actors import VISITOR, Actor
from pacto_participe.kernel.clock import Clock
from pacto_participe.kernel.languages import Texts
from pacto_participe.settings import Settings
from pacto_participe.storage.database import Database
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import UnitOfWork, unit_of_work
from pacto_participe.web import i18n
from pacto_participe.web.manifest import MenuEntry
from pacto_participe.web.routing import Addresses
from pacto_participe.web.static_files import FingerprintedFiles
from pacto_participe.web.templating import LanguageLink, Site, SiteCollectivity, Templates

PLACES = "pacto.places"


@dataclass(frozen=True, slots=True)
class Town:
    """The collectivity of a path, as the web floor needs it. Features give it (see Finders)."""

    collectivity_id: str
    slug: str
    names: dict[str, str]
    phone: str = ""
    taglines: dict[str, str] = field(default_factory=dict)
    mark: str = "mark"
    language: str = i18n.DEFAULT.code
    cndp_number: str = ""
    counter: Texts | None = None  # where it is, and when it is open, as the town wrote it
    hours: Texts | None = None

    def name(self, lang: str) -> str:
        return self.names.get(lang) or self.names["ar"]

    def tagline(self, lang: str) -> str:
        return self.taglines.get(lang, "")


# Vote -> whether this resident has a ballot in it, for each vote of the town that is open.
OpenBallots = Callable[[Database, Secrets, str, str, datetime], Awaitable[dict[str, bool]]]


# Whether a vote of the town is open.
IsVoteOpen = Callable[[Database, str, datetime], Awaitable[bool]]
# How many people administer a town at an instant.
Administrators = Callable[[AsyncSession, str, datetime], Awaitable[int]]
# What a quarter of a town is called, when it is known by some name there.
NameOfArea = Callable[[Database, str, str], Awaitable[Texts | None]]


async def _no_votes(*_of: object) -> dict[str, bool]:
    return {}


async def _no_vote(*_of: object) -> bool:
    return False


async def _nobody(*_of: object) -> int:
    return 0


async def _no_name(*_of: object) -> Texts | None:
    return None


@dataclass(frozen=True, slots=True)
class Finders:
    """What higher floors lend to this one: who is acting, and which town a slug means."""

    actor_of_session: Callable[[Database, str, Clock], Awaitable[Actor]]
    town_of_slug: Callable[[Database, str], Awaitable[Town | None]]
    forget_town: Callable[[str], None]  # what is remembered of a slug, since it changed
    open_ballots: OpenBallots = _no_votes
    is_vote_open: IsVoteOpen = _no_vote
    administrators: Administrators = _nobody
    name_of_area: NameOfArea = _no_name


@dataclass(frozen=True, slots=True)
class Web:
    """The parts of the application that requests share."""

    settings: Settings
    clock: Clock
    database: Database
    secrets: Secrets
    addresses: Addresses
    templates: Templates
    static: FingerprintedFiles
    finders: Finders
    senders: Any = None
    menu: tuple[MenuEntry, ...] = ()
    extras: dict[str, Any] = field(default_factory=dict)


def web_of(request: Request) -> Web:
    web: Web = request.scope["app"].state.web
    return web


def actor_of(request: Request) -> Actor:
    """Who is acting; a visitor on pages that ask nobody."""
    actor: Actor = request.scope.get("pacto.actor", VISITOR)
    return actor


def town_of(request: Request) -> Town:
    """The collectivity of the path."""
    town: Town = request.scope["pacto.town"]
    return town


def work(
    request: Request, *, actor: Actor | None = None
) -> AbstractAsyncContextManager[UnitOfWork]:
    """One transaction for what this request does. Commits on the way out."""
    web = web_of(request)
    roles = request.scope.get("pacto.door_roles")
    return unit_of_work(web.database, web.clock, actor or actor_of(request), door_roles=roles)


def site_of(request: Request) -> Site:
    """What surrounds the page: languages, town, menu."""
    web = web_of(request)
    language = i18n.current()
    town: Town | None = request.scope.get("pacto.town")
    path = request.url.path
    rest = path.removeprefix(f"/{language.code}")
    query = f"?{request.url.query}" if request.url.query and request.method == "GET" else ""
    languages = tuple(
        LanguageLink(
            code=other.code,
            name=other.name,
            url=f"/{other.code}{rest or '/'}{query}",
            current=other is language,
        )
        for other in i18n.LANGUAGES.values()
    )
    home_url = web.addresses.path("home")
    collectivity = None
    if town is not None:
        home_url = web.addresses.path("collectivity:home", slug=town.slug)
        collectivity = SiteCollectivity(
            name=town.name(language.code),
            slug=town.slug,
            url=home_url,
            phone=town.phone,
            tagline=town.tagline(i18n.written().code),
            mark=town.mark,
            cndp_number=town.cndp_number,
            counter=town.counter,
            hours=town.hours,
        )
    return Site(
        menu=menu_of(request),
        lang=language.code,
        dir=i18n.written().direction,
        written_lang=i18n.written().code,
        languages=languages,
        path=path,
        home_url=home_url,
        base_url=web.settings.base_url,
        source_url=web.settings.source_url,
        collectivity=collectivity,
        is_demo=web.settings.is_demo,
        is_signed_in=actor_of(request).is_signed_in,
    )


def know_place(request: Request, name: str, value: str) -> None:
    """A place of this request's path that exists, so that the menu may lead to its pages."""
    request.scope.setdefault(PLACES, {})[name] = value


def menu_of(request: Request) -> tuple[tuple[str, str], ...]:
    """Label and address of each entry whose places are known here: the town, the edition."""
    web = web_of(request)
    known: dict[str, str] = request.scope.get(PLACES, {})
    town: Town | None = request.scope.get("pacto.town")
    town_id = town.collectivity_id if town else ""
    entries = []
    for entry in web.menu:
        places = web.addresses.places(entry.route)
        is_theirs = not entry.roles or actor_of(request).has_role(town_id, *entry.roles)
        if is_theirs and places <= known.keys():
            values = {name: known[name] for name in places}
            entries.append((i18n.gettext(entry.label), web.addresses.path(entry.route, **values)))
    return tuple(entries)
