"""Delivery: what this feature brings to the platform."""

from pacto_participe.delivery import wording
from pacto_participe.delivery.routes import beside, public, staff
from pacto_participe.web.beside import Spot
from pacto_participe.web.manifest import Feature

FEATURE = Feature(
    name="delivery",
    routes=(*public.ROUTES, *staff.ROUTES),
    wordings=(wording.WORDING,),
    menu=staff.STAFF_PAGES,
    today=(staff.what_is_due,),
    impersonal=("delivery_update",),
    journal=wording.JOURNAL,
    beside={
        Spot.TOWN: beside.on_the_home,
        Spot.RESULTS: beside.under_the_results,
        Spot.PROJECT: beside.on_a_project,
    },
)
