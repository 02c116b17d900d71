"""A clerk looks at the national card, and hands over a slip with a code."""

from pacto_participe.accounts.domain.methods.protocol import ResidenceMethod
from pacto_participe.accounts.domain.people import Method

COUNTER = ResidenceMethod(Method.COUNTER)
