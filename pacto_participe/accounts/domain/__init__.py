"""People, how they are reached, where they live: values and rules without a database."""

from pacto_participe.accounts.domain.people import (
    Contact,
    ContactKind,
    EndReason,
    Facts,
    Method,
    Nationality,
    RollCounts,
    Tie,
    Voter,
)

__all__ = [
    "Contact",
    "ContactKind",
    "EndReason",
    "Facts",
    "Method",
    "Nationality",
    "RollCounts",
    "Tie",
    "Voter",
]
