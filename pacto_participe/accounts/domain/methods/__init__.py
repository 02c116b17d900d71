"""Methods of verifying residence. To add one: write its module, then name it here."""

from pacto_participe.accounts.domain.methods.counter import COUNTER
from pacto_participe.accounts.domain.methods.letter import LETTER
from pacto_participe.accounts.domain.methods.listed import LIST
from pacto_participe.accounts.domain.methods.mediator import MEDIATOR
from pacto_participe.accounts.domain.methods.national import NATIONAL
from pacto_participe.accounts.domain.methods.protocol import ResidenceMethod
from pacto_participe.kernel.registry import Registry

__all__ = ["METHODS", "ResidenceMethod"]

# In the order in which the page "Can I vote?" offers them: the counter last, for whoever has nothing else.
METHODS: Registry[ResidenceMethod] = Registry(
    "method of residence", NATIONAL, LIST, LETTER, MEDIATOR, COUNTER
)
