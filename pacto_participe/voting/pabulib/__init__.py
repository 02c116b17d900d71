"""Pabulib: the open format of participatory budget elections, in and out.

Format: http://pabulib.org/format. What voters said of themselves (age, sex and the like) is never
read, so that it cannot be published again.
"""

from pacto_participe.voting.pabulib.own_rule import OwnRule, own_rule
from pacto_participe.voting.pabulib.reading import PabulibFile, read, read_file
from pacto_participe.voting.pabulib.records import DamagedFile
from pacto_participe.voting.pabulib.writing import Heading, Unwritable, write

__all__ = [
    "DamagedFile",
    "Heading",
    "OwnRule",
    "PabulibFile",
    "Unwritable",
    "own_rule",
    "read",
    "read_file",
    "write",
]
