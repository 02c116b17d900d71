"""People, sign-in and verified residence: what this feature brings to the platform."""

from pacto_participe.accounts import commands, jobs, routes, wording
from pacto_participe.accounts.routes import agreed
from pacto_participe.accounts.routes.staff import STAFF_PAGES
from pacto_participe.accounts.routes.today import people_now
from pacto_participe.accounts.services.retention import KEPT
from pacto_participe.accounts.wording.journal import JOURNAL
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.manifest import Feature, MenuEntry

FEATURE = Feature(
    name="accounts",
    routes=routes.ROUTES,
    wordings=wording.WORDINGS,
    jobs=jobs.JOBS,
    commands=(commands.staff, commands.slips, commands.resident_list, commands.keys),
    journal=JOURNAL,
    kept=KEPT,
    impersonal=("card_key",),
    today=(people_now,),
    acts=agreed.ACTS,
    subjects=agreed.SUBJECTS,
    menu=(MenuEntry(_("My account"), "accounts:account"), *STAFF_PAGES),
)
