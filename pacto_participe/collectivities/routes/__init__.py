"""The pages of this feature by their addresses."""

from pacto_participe.collectivities.routes import places, promises, settings

ROUTES = (*places.ROUTES, *promises.ROUTES, *settings.ROUTES)
STAFF_PAGES = settings.STAFF_PAGES
PUBLIC_PAGES = promises.PAGES
