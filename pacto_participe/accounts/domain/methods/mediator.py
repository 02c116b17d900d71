"""A mediator of a douar hands over the slip with the code."""

from pacto_participe.accounts.domain.methods.protocol import ResidenceMethod
from pacto_participe.accounts.domain.people import Method

MEDIATOR = ResidenceMethod(Method.MEDIATOR, is_offered=False)  # no page prints its slips yet
