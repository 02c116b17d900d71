"""What voting brings: routes, words, the closing of votes, commands."""

from pacto_participe.voting import commands, jobs
from pacto_participe.voting.routes import ballot, receipts
from pacto_participe.voting.wording import receipts as receipt_words
from pacto_participe.web.manifest import Feature

FEATURE = Feature(
    "voting",
    routes=(*ballot.ROUTES, *receipts.ROUTES),
    wordings=(receipt_words.WORDING,),
    turns=(jobs.close_votes,),
    commands=(commands.tally,),
)
