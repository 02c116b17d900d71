"""Commands about counting. The command line of the product names them."""

from pacto_participe.voting.commands.tally import tally
from pacto_participe.voting.commands.verify import verify

__all__ = ["tally", "verify"]
