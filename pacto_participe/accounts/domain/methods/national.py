"""The State says who somebody is, and the commune's own list or counter that they live here."""

from pacto_participe.accounts.domain.methods.protocol import ResidenceMethod
from pacto_participe.accounts.domain.people import Method

NATIONAL = ResidenceMethod(Method.NATIONAL, is_self_service=True, needs_provider=True)
