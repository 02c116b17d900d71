"""What a collectivity owes its residents in words: personal data (law 09-08) and accessibility."""

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.collectivities import queries
from pacto_participe.collectivities.domain.town_settings import TownSettings
from pacto_participe.collectivities.pages import AccessibilityPage, PrivacyPage
from pacto_participe.web.context import town_of, web_of
from pacto_participe.web.guards import public
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.manifest import MenuEntry
from pacto_participe.web.pages import show_to_all
from pacto_participe.web.retention import REGISTER
from pacto_participe.web.routing import get


async def show_privacy(request: Request) -> Response:
    """Who answers for personal data, what is held, why and until when. One statement."""
    register = web_of(request).extras[REGISTER]
    page = PrivacyPage(await _settings(request), register.shown())
    return await show_to_all(request, page)


async def show_accessibility(request: Request) -> Response:
    """How far everyone can use the site, and whom to tell. One statement."""
    return await show_to_all(request, AccessibilityPage(await _settings(request)))


async def _settings(request: Request) -> TownSettings:
    async with web_of(request).database.read() as session:
        return await queries.settings_of(session, town_of(request).collectivity_id)


PAGES = (
    MenuEntry(_("Personal data"), "collectivity:privacy"),
    MenuEntry(_("Accessibility"), "collectivity:accessibility"),
)

ROUTES = (
    get("/c/{slug}/privacy", show_privacy, name="collectivity:privacy", may=public),
    get(
        "/c/{slug}/accessibility", show_accessibility, name="collectivity:accessibility",
        may=public,
    ),
)  # fmt: skip
