"""What the journal brings: its pages."""

from pacto_participe.audit import commands, routes, wording
from pacto_participe.audit.policies import READERS
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.manifest import Feature, MenuEntry

FEATURE = Feature(
    "audit",
    routes=routes.ROUTES,
    wordings=(wording.WORDING,),
    commands=(commands.journal,),
    menu=(
        MenuEntry(_("Journal"), "audit:public"),
        MenuEntry(_("The whole journal"), "audit:journal", READERS),
    ),
)
