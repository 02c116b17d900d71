"""What voting brings: routes, words, the closing of votes, commands."""

from pacto_participe.voting.routes import ballot, receipts
from pacto_participe.web.manifest import Feature

FEATURE = Feature(
    "voting",
    routes=(*ballot.ROUTES, *receipts.ROUTES),
)
