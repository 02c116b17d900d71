"""Where ballots lie until the count. To add a kind of box: write its module, then name it here."""

from pacto_participe.kernel.registry import Registry
from pacto_participe.voting.boxes.box import Box, Cast, CastAnswer, Contents, Standing, Voter
from pacto_participe.voting.boxes.open_box import OPEN_BOX

BOXES: Registry[Box] = Registry("box", OPEN_BOX)

__all__ = ["BOXES", "Box", "Cast", "CastAnswer", "Contents", "Standing", "Voter"]
