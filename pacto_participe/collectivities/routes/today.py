"""Today: what needs someone of the staff now, and the ways to their pages."""

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.collectivities import queries
from pacto_participe.collectivities.pages import StaffLink, TodayPage
from pacto_participe.collectivities.policies import SET_UP_BY
from pacto_participe.collectivities.wording import settings_missing
from pacto_participe.kernel.actors import Role
from pacto_participe.web import i18n
from pacto_participe.web.context import actor_of, town_of, web_of
from pacto_participe.web.guards import staff
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.manifest import MenuEntry
from pacto_participe.web.pages import show
from pacto_participe.web.routing import get
from pacto_participe.web.today import TODAY, Asked, Today, TodayItem, for_actor


async def show_today(request: Request) -> Response:
    """One statement, and those of the features: six at most with the features of today, and one more where
    projects are followed.
    """
    web, town, actor = web_of(request), town_of(request), actor_of(request)
    now = web.clock.now()

    def path(name: str, **values: str) -> str:
        return web.addresses.path(name, slug=town.slug, **values)

    features: tuple[Today, ...] = web.extras[TODAY]
    items: list[TodayItem] = []
    async with web.database.read() as session:
        asked = Asked(web, session, town.collectivity_id, now, path)
        for of_feature in features:
            items += await of_feature(asked)
    links = tuple(
        StaffLink(i18n.gettext(entry.label), path(entry.route), _gettext(entry.help))
        for entry in web.menu
        if entry.roles and entry.route != "staff:today"
        if web.addresses.places(entry.route) == {"slug"}
        if actor.has_role(town.collectivity_id, *entry.roles)
    )
    return show(request, TodayPage(for_actor(items, actor, town.collectivity_id, now), links, now))


def _gettext(message: str) -> str:
    return i18n.gettext(message) if message else ""


async def what_is_not_set(asked: Asked) -> Iterable[TodayItem]:
    """What the pages of the town say is missing. One statement."""
    said = await queries.settings_of(asked.session, asked.collectivity_id)
    sentences = asked.web.extras["sentences"]
    missing = tuple(sentences.of(name) for name in said.missing())
    if not missing:
        return ()
    address = asked.path("collectivity:settings")
    return (TodayItem(settings_missing(missing), address, roles=SET_UP_BY),)


PAGES = (MenuEntry(_("Today"), "staff:today", tuple(Role)),)

ROUTES = (get("/staff/{slug}/", show_today, name="staff:today", may=staff()),)
