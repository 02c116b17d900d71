"""The pages of this feature by their addresses."""

from pacto_participe.collectivities.routes import places, promises, settings, today

ROUTES = (*places.ROUTES, *promises.ROUTES, *settings.ROUTES, *today.ROUTES)
STAFF_PAGES = (*today.PAGES, *settings.STAFF_PAGES)
PUBLIC_PAGES = promises.PAGES
TODAY = (today.what_is_not_set,)
