"""A letter with a code comes to the address of a resident, who types it with card number and birth date."""

from pacto_participe.accounts.domain.methods.protocol import ResidenceMethod
from pacto_participe.accounts.domain.people import Method

LETTER = ResidenceMethod(Method.LETTER, is_self_service=True, needs_batch=True)
