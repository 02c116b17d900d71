"""A resident looks for their own line on the roll of a vote. Nobody is told of another's."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pacto_participe.storage.database import Database
from pacto_participe.storage.secrets import SecretMissing, Secrets
from pacto_participe.voting import queries
from pacto_participe.voting.publication.roll import Roll, line_of
from pacto_participe.voting.queries import Vote
from pacto_participe.voting.services.rolls import CLOSED, FROZEN, key_name


class Standing(StrEnum):
    """Where a resident stands, seen from the roll of a vote."""

    FROZEN = "frozen"  # on the roll of before the opening
    ADDED = "added"  # on that of the close
    COMING = "coming"  # may vote, and comes on that of the close
    WAITING = "waiting"  # the vote is over, and its roll is not fixed yet
    OFF = "off"


@dataclass(frozen=True, slots=True)
class OwnLine:
    """The roll as it is fixed, a resident's line under its key, and the part that has it ("" for none)."""

    roll: Roll
    line: str
    moment: str

    def standing(self, vote: Vote, now: datetime, *, may_vote: bool) -> Standing:
        """`may_vote`: by what is noted of them now."""
        if self.moment:
            return Standing.FROZEN if self.moment == FROZEN else Standing.ADDED
        if self.roll.closed is None and now >= vote.charter.closes_at:
            return Standing.WAITING
        return Standing.COMING if self.roll.closed is None and may_vote else Standing.OFF

    @property
    def fixed_at(self) -> datetime:
        """When the part was fixed that has it; that of before the opening for who is on none."""
        part = self.roll.closed if self.moment == CLOSED else None
        return (part or self.roll.frozen).at


async def own_line(
    database: Database, secrets: Secrets, vote: Vote, residence_id: str
) -> OwnLine | None:
    """None while no roll is fixed, and where its key is lost. The caller has asked whose residence it is.

    Two quick statements.
    """
    roll = await queries.roll_of(database, vote.key)
    if roll is None:
        return None
    try:
        key = secrets.get(key_name(vote.charter.vote_id))
    except SecretMissing:
        return None
    line = line_of(key, residence_id)
    return OwnLine(roll, line, await queries.moment_of_line(database, vote.key, line))
