"""A mediator of a douar hands over a code; the list, or the counter, confirms who used it."""

from pacto_participe.accounts.domain.methods.protocol import ResidenceMethod
from pacto_participe.accounts.domain.people import Method

MEDIATOR = ResidenceMethod(Method.MEDIATOR, is_self_service=True, needs_batch=True)
