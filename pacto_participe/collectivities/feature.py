"""The collectivities: the national home, the way from region to commune, and the command that loads them."""

from pacto_participe.collectivities import commands, routes, wording
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.manifest import Feature, MenuEntry

FEATURE = Feature(
    name="collectivities",
    routes=routes.ROUTES,
    commands=(commands.collectivities,),
    today=routes.TODAY,
    impersonal=("collectivity", "collectivity_settings"),  # what an administration says of itself
    wordings=(wording.REFUSALS, wording.SETTINGS),
    menu=(MenuEntry(_("Find my commune"), "home"), *routes.PUBLIC_PAGES, *routes.STAFF_PAGES),
    journal=wording.JOURNAL,
)
