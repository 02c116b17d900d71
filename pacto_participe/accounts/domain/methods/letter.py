"""A slip with a code comes by post to the address of a resident."""

from pacto_participe.accounts.domain.methods.protocol import ResidenceMethod
from pacto_participe.accounts.domain.people import Method

LETTER = ResidenceMethod(Method.LETTER, is_offered=False)  # no page prints its slips yet
