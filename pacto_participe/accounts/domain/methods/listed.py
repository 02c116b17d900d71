"""A resident is found in the list that the commune imported, by number and birth date."""

from pacto_participe.accounts.domain.methods.protocol import ResidenceMethod
from pacto_participe.accounts.domain.people import Method

LIST = ResidenceMethod(Method.LIST, is_self_service=True)
