"""People, how they are reached, where they live: values and rules without a database."""

from pacto_participe.accounts.domain.people import (
    Contact,
    ContactKind,
    EndReason,
    Method,
    RollCounts,
    Voter,
)

__all__ = ["Contact", "ContactKind", "EndReason", "Method", "RollCounts", "Voter"]
