"""The collectivities: the national home, the way from region to commune, and the command that loads them."""

from pacto_participe.collectivities import commands, routes
from pacto_participe.web.manifest import Feature

FEATURE = Feature(name="collectivities", routes=routes.ROUTES, commands=(commands.collectivities,))
