"""The open box: readable by the operator, linkable by nobody without a key outside the database.

A voter's draft, ballot and receipt each lie under a pseudonym of their own, a keyed hash of the voter's
identity (docs/decisions/0005-open-box.md). The three cannot be joined to each other, to the roll or to a
session by what the database holds: no shared key, no time beside a choice, no order on the disk. The
primary key of the ballots is the guard of one person, one ballot, under any race.

Casting goes through the group writer: one commit for all who wait, answered after it.
"""

import hashlib
from datetime import datetime

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.storage.database import Database
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.sql import SharedSql, Sql, instant
from pacto_participe.voting.boxes.box import Cast, Contents, Counted, Standing, Voter
from pacto_participe.voting.boxes.open_box_writing import (
    Casting,
    CastOrder,
    DraftKeeping,
    DraftOrder,
    new_code,
)


def pseudonym(key: bytes, use: str, identity: str) -> str:
    """32 hexadecimal characters; another `use` gives one that cannot be related to it (BLAKE2b, keyed)."""
    return hashlib.blake2b(
        identity.encode(), digest_size=16, key=key, person=use.encode()[:16]
    ).hexdigest()


_PLACES = {"town": "text", "vote": "text", "key": "text"}
_DRAFT = SharedSql(
    "SELECT content FROM draft WHERE collectivity_id = :town AND vote_id = :vote AND draft_key = :key",
    **_PLACES,
)
_RECEIPT = SharedSql(
    "SELECT code, counted_at FROM receipt WHERE collectivity_id = :town AND vote_id = :vote "
    "AND receipt_key = :key AND replaced_at IS NULL AND receipt_key <> ''",
    **_PLACES,
)
_CONFIRMED = SharedSql(
    "SELECT code FROM receipt WHERE collectivity_id = :town AND vote_id = :vote "
    "AND receipt_key = :key AND confirm_key = :confirm AND replaced_at IS NULL AND receipt_key <> ''",
    **_PLACES,
    confirm="text",
)
_BALLOT = SharedSql(
    "SELECT content FROM ballot WHERE collectivity_id = :town AND vote_id = :vote "
    "AND ballot_key = :key",
    **_PLACES,
)
_TURNOUT = Sql(
    "SELECT count(*) AS ballots FROM ballot WHERE collectivity_id = :town AND vote_id = :vote"
)


class OpenBox:
    """See the module. The key of a vote is called vote-<vote_id>."""

    name = "open"

    def __init__(self) -> None:
        self._casting = Casting()
        self._drafts = DraftKeeping()

    def prepare(self, secrets: Secrets, vote_id: str) -> None:
        """Make the key of the vote."""
        secrets.get_or_make(f"vote-{vote_id}")

    def order_seed(self, secrets: Secrets, vote_id: str, voter: Voter) -> bytes:
        """Another pseudonym, for the order of the projects."""
        return pseudonym(secrets.get(f"vote-{vote_id}"), "order", voter.identity).encode()

    async def standing(
        self, database: Database, secrets: Secrets, vote: tuple[str, str], voter: Voter
    ) -> Standing:
        """Two quick statements."""
        town, vote_id = vote
        key = secrets.get(f"vote-{vote_id}")
        draft = await database.quick.one(
            _DRAFT, town=town, vote=vote_id, key=pseudonym(key, "draft", voter.of_draft)
        )
        receipt = await database.quick.one(
            _RECEIPT, town=town, vote=vote_id, key=pseudonym(key, "receipt", voter.identity)
        )
        return Standing(
            draft=draft["content"] if draft else None,
            counted=Counted(receipt["code"], instant(receipt["counted_at"])) if receipt else None,
        )

    async def ballot_of(
        self, database: Database, secrets: Secrets, vote: tuple[str, str], voter: Voter
    ) -> str | None:
        """One quick statement."""
        town, vote_id = vote
        key = pseudonym(secrets.get(f"vote-{vote_id}"), "ballot", voter.identity)
        row = await database.quick.one(_BALLOT, town=town, vote=vote_id, key=key)
        return row["content"] if row else None

    async def is_counted(
        self,
        database: Database,
        secrets: Secrets,
        vote: tuple[str, str],
        voter: Voter,
        confirmation: str,
    ) -> bool:
        """One quick statement. Raises SecretMissing when the key is destroyed (sealed)."""
        town, vote_id = vote
        key = secrets.get(f"vote-{vote_id}")
        row = await database.quick.one(
            _CONFIRMED,
            town=town,
            vote=vote_id,
            key=pseudonym(key, "receipt", voter.identity),
            confirm=pseudonym(key, "confirmation", confirmation),
        )
        return row is not None

    async def save_draft(
        self,
        database: Database,
        secrets: Secrets,
        vote: tuple[str, str],
        voter: Voter,
        content: str,
    ) -> bool:
        """Through the group writer."""
        town, vote_id = vote
        key = pseudonym(secrets.get(f"vote-{vote_id}"), "draft", voter.of_draft)
        kept: bool = await database.group_writer.submit(
            self._drafts, DraftOrder(town, vote_id, key, content)
        )
        return kept

    async def cast(
        self,
        database: Database,
        secrets: Secrets,
        vote: tuple[str, str],
        voter: Voter,
        *,
        content: str,
        confirmation: str,
        replaces: str,
        now: datetime,
    ) -> Cast:
        """Through the group writer. Raises SecretMissing when the key is destroyed (sealed)."""
        town, vote_id = vote
        key = secrets.get(f"vote-{vote_id}")
        order = CastOrder(
            town=town,
            vote=vote_id,
            ballot_key=pseudonym(key, "ballot", voter.identity),
            receipt_key=pseudonym(key, "receipt", voter.identity),
            draft_key=pseudonym(key, "draft", voter.of_draft),
            content=content,
            channel=voter.channel,
            area=voter.area,
            confirm_key=pseudonym(key, "confirmation", confirmation),
            replaces=replaces,
            code=new_code(),
            counted_at=now,
        )
        answer: Cast = await database.group_writer.submit(self._casting, order)
        return answer

    async def turnout(self, database: Database, vote: tuple[str, str]) -> int:
        """One statement that walks the ballots of the vote: ask at most every few seconds."""
        row = await database.quick.one(_TURNOUT, town=vote[0], vote=vote[1])
        return int(row["ballots"]) if row else 0

    async def seal(self, session: AsyncSession, vote: tuple[str, str]) -> Contents:
        """Eight statements, whatever the number of ballots. The caller marks the vote as sealed first."""
        return await _empty(session, {"town": vote[0], "vote": vote[1]})

    def destroy_keys(self, secrets: Secrets, vote_id: str) -> None:
        """Overwrites and removes the file of the key."""
        secrets.destroy(f"vote-{vote_id}")


_OF_VOTE = "WHERE collectivity_id = :town AND vote_id = :vote"


async def _empty(session: AsyncSession, vote: dict[str, str]) -> Contents:
    async def counted(column: str) -> dict[str, int]:
        rows = await session.execute(
            text(f"SELECT {column}, count(*) FROM ballot {_OF_VOTE} GROUP BY {column}"),
            vote,
        )
        return {name: count for name, count in rows.all()}  # noqa: C416  rows are not tuples

    weights = await counted("content")
    contents = Contents(weights, await counted("channel"), await counted("area"))
    await session.execute(
        text(
            "INSERT INTO area_content (collectivity_id, vote_id, area, content, weight) "
            f"SELECT collectivity_id, vote_id, area, content, count(*) FROM ballot {_OF_VOTE} "
            "AND area IN (SELECT area FROM ballot "
            f"{_OF_VOTE} AND area <> '' GROUP BY area HAVING count(*) >= 30) "
            "GROUP BY collectivity_id, vote_id, area, content"
        ),
        vote,
    )
    await session.execute(text(f"DELETE FROM ballot {_OF_VOTE}"), vote)
    await session.execute(text(f"DELETE FROM draft {_OF_VOTE}"), vote)
    await session.execute(
        text(f"UPDATE receipt SET receipt_key = '', confirm_key = '' {_OF_VOTE}"),
        vote,
    )
    return contents


OPEN_BOX = OpenBox()
