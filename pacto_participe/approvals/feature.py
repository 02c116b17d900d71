"""Four eyes: what this feature brings to the platform."""

from pacto_participe.approvals import routes, wording
from pacto_participe.web.manifest import Feature

FEATURE = Feature(
    name="approvals",
    routes=routes.ROUTES,
    wordings=(wording.WORDING,),
    menu=routes.STAFF_PAGES,
    kept=wording.KEPT,
    impersonal=("four_eyes",),
    journal=wording.JOURNAL,
    acts=routes.ACTS,
    today=(routes.what_waits,),
)
