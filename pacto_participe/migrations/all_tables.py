"""Every table of the platform, by importing the modules that hold them."""

from pacto_participe.accounts import tables as accounts
from pacto_participe.approvals import tables as approvals
from pacto_participe.collectivities import tables as collectivities
from pacto_participe.consultations import tables as consultations
from pacto_participe.delivery import tables as delivery
from pacto_participe.proposals import tables as proposals
from pacto_participe.storage import events, jobs
from pacto_participe.voting import tables as voting
from pacto_participe.web import rate_limits, sessions

__all__ = [
    "accounts",
    "approvals",
    "collectivities",
    "consultations",
    "delivery",
    "events",
    "jobs",
    "proposals",
    "rate_limits",
    "sessions",
    "voting",
]
