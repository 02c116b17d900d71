"""Whether a vote is open, and whether one's own ballot is in it: yes or no, never what it says."""

from datetime import datetime

from pacto_participe.storage.database import Database
from pacto_participe.storage.secrets import SecretMissing, Secrets
from pacto_participe.voting import queries
from pacto_participe.voting.boxes import BOXES, Voter


async def is_vote_open(database: Database, collectivity_id: str, now: datetime) -> bool:
    """Whether a box of this town holds ballots that are joined to voters still. One quick statement."""
    return any(
        vote.sealed_at is None and vote.charter.opens_at <= now
        for vote in await queries.votes_of(database, collectivity_id)
    )


async def open_ballots(
    database: Database, secrets: Secrets, collectivity_id: str, identity: str, now: datetime
) -> dict[str, bool]:
    """Edition -> whether a ballot of this resident is in the box, for each vote that is not sealed.

    Told to the resident, and to nobody else (decision 0015). One quick statement, and two for each open
    vote. A vote whose key is destroyed is not open.
    """
    answers = {}
    for vote in await queries.votes_of(database, collectivity_id):
        if vote.sealed_at is not None or now < vote.charter.opens_at:
            continue
        try:
            answers[vote.charter.edition] = await has_ballot(database, secrets, vote, identity)
        except SecretMissing:
            continue
    return answers


async def has_ballot(
    database: Database, secrets: Secrets, vote: queries.Vote, identity: str
) -> bool:
    """Whether a ballot of this resident is in the box. Two quick statements. Raises SecretMissing."""
    box = BOXES[vote.charter.box]
    standing = await box.standing(database, secrets, vote.key, Voter(identity))
    return standing.counted is not None
