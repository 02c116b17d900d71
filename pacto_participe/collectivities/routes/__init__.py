"""The pages of this feature by their addresses."""

from pacto_participe.collectivities.routes import places, settings

ROUTES = (*places.ROUTES, *settings.ROUTES)
STAFF_PAGES = settings.STAFF_PAGES
