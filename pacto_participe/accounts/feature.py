"""People, sign-in and verified residence: what this feature brings to the platform."""

from pacto_participe.accounts import commands, jobs, routes, wording
from pacto_participe.web.manifest import Feature

FEATURE = Feature(
    name="accounts",
    routes=routes.ROUTES,
    wordings=wording.WORDINGS,
    jobs=jobs.JOBS,
    commands=(commands.staff, commands.slips, commands.resident_list),
)
