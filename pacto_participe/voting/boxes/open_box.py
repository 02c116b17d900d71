"""The open box: readable by the operator, linkable by nobody without a key outside the database.

A voter's draft, ballot and receipt each lie under a pseudonym of their own, a keyed hash of the voter's
identity (docs/decisions/0005-open-box.md). The three cannot be joined to each other, to the roll or to a
session by what the database holds: no shared key, no time beside a choice, no order on the disk. The
primary key of the ballots is the guard of one person, one ballot, under any race.

Casting goes through the group writer: one commit for all who wait, answered after it.
"""

import hashlib
import json
import secrets as chance
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.storage.database import Database
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.sql import SharedSql, Sql, for_sqlite, instant
from pacto_participe.voting.boxes.box import Cast, CastAnswer, Contents, Counted, Standing, Voter
from pacto_participe.voting.receipts.codes import FREE_BITS, code_of


def pseudonym(key: bytes, use: str, identity: str) -> str:
    """32 hexadecimal characters; another `use` gives one that cannot be related to it (BLAKE2b, keyed)."""
    return hashlib.blake2b(
        identity.encode(), digest_size=16, key=key, person=use.encode()[:16]
    ).hexdigest()


def new_code() -> str:
    """The eight characters of a new receipt code, without the hyphen."""
    return code_of(chance.randbits(FREE_BITS)).text.replace("-", "")


class CastOrder(NamedTuple):
    """One confirmation as the writer takes it, with a receipt code that is almost surely free."""

    town: str
    vote: str
    ballot_key: str
    receipt_key: str
    draft_key: str
    content: str
    channel: str
    area: str
    confirm_key: str
    replaces: str
    code: str
    counted_at: datetime


@dataclass(frozen=True, slots=True)
class DraftOrder:
    """Choices to keep, not to count."""

    town: str
    vote: str
    draft_key: str
    content: str


_IS_UNSEALED = "SELECT 1 FROM vote WHERE collectivity_id = ? AND vote_id = ? AND sealed_at IS NULL"
_NEW_BALLOT = (
    "INSERT INTO ballot (collectivity_id, vote_id, ballot_key, content, channel, area) "
    "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_CHANGED_BALLOT = (
    "UPDATE ballot SET content = ?, channel = ?, area = ? "
    "WHERE collectivity_id = ? AND vote_id = ? AND ballot_key = ?"
)
_NEW_RECEIPT = (
    "INSERT INTO receipt "
    "(collectivity_id, vote_id, code, receipt_key, confirm_key, counted_at, replaced_at) "
    "VALUES (?, ?, ?, ?, ?, ?, NULL) ON CONFLICT DO NOTHING"
)
_STANDING_RECEIPT = (
    "SELECT code, confirm_key, counted_at FROM receipt "
    "WHERE collectivity_id = ? AND vote_id = ? AND receipt_key = ? AND replaced_at IS NULL "
    "AND receipt_key <> ''"  # as the partial index has it, which is used only when this is said
)
_REPLACE_RECEIPT = (
    "UPDATE receipt SET replaced_at = ? WHERE collectivity_id = ? AND vote_id = ? "
    "AND receipt_key = ? AND code = ? AND replaced_at IS NULL"
)
_DROP_DRAFT = "DELETE FROM draft WHERE collectivity_id = ? AND vote_id = ? AND draft_key = ?"
_KEEP_DRAFT = (
    "INSERT INTO draft (collectivity_id, vote_id, draft_key, content) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (collectivity_id, vote_id, draft_key) DO UPDATE SET content = excluded.content"
)


def _codes(order: CastOrder) -> Iterator[str]:
    """The order's own code, and two others should somebody have that one already."""
    yield order.code
    yield new_code()
    yield new_code()


class NoFreeCode(RuntimeError):
    """Three receipt codes in a row were taken: with 35 bits, something is wrong with chance."""


class Casting:
    """Puts ballots into the box, many in one transaction."""

    def on_sqlite(self, connection: sqlite3.Connection, items: Sequence[CastOrder]) -> list[Cast]:
        """Two inserts and a delete for a first ballot."""
        execute = connection.execute
        unsealed: dict[tuple[str, str], bool] = {}
        answers = []
        spent_drafts = []
        for order in items:
            vote = (order.town, order.vote)
            if vote not in unsealed:
                unsealed[vote] = execute(_IS_UNSEALED, vote).fetchone() is not None
            cast = (
                self._one(execute, order, for_sqlite(order.counted_at))
                if unsealed[vote]
                else Cast(CastAnswer.SEALED)
            )
            if cast.answer is CastAnswer.COUNTED:
                spent_drafts.append((*vote, order.draft_key))
            answers.append(cast)
        connection.executemany(_DROP_DRAFT, spent_drafts)
        return answers

    def _one(self, execute: Any, order: CastOrder, counted_at: object) -> Cast:
        """Into the box of a vote that is not sealed; the instant as the database takes it.

        Rows are counted, not returned: RETURNING doubles the cost of these inserts on SQLite.
        """
        vote = (order.town, order.vote)
        if not order.replaces:
            ballot = (*vote, order.ballot_key, order.content, order.channel, order.area)
            is_fresh = execute(_NEW_BALLOT, ballot).rowcount == 1
        else:
            old = (counted_at, *vote, order.receipt_key, order.replaces)
            is_fresh = execute(_REPLACE_RECEIPT, old).rowcount == 1
            if is_fresh:
                changed = (order.content, order.channel, order.area, *vote, order.ballot_key)
                execute(_CHANGED_BALLOT, changed)
        if not is_fresh:
            standing = execute(_STANDING_RECEIPT, (*vote, order.receipt_key)).fetchone()
            return _as_it_stands(standing, order)
        for code in _codes(order):
            receipt = (*vote, code, order.receipt_key, order.confirm_key, counted_at)
            if execute(_NEW_RECEIPT, receipt).rowcount == 1:
                return Cast(CastAnswer.COUNTED, Counted(code, order.counted_at))
        raise NoFreeCode

    def on_postgres(self, connection: Any, items: Sequence[CastOrder]) -> list[Cast]:
        """First ballots in one statement for all; changes, and whoever comes twice, one by one."""
        answers: dict[int, Cast] = {}
        firsts: dict[str, int] = {}
        for place, order in enumerate(items):
            if not order.replaces:
                firsts.setdefault(order.ballot_key, place)
        # One alone goes by the longer way, which takes another receipt code when its own is taken.
        if len(firsts) > 1:
            answers.update(self._firsts(connection, items, list(firsts.values())))
        for place, order in enumerate(items):
            if place not in answers:
                answers[place] = self._one_by_one(connection, order)
        return [answers[place] for place in range(len(items))]

    def _firsts(
        self, connection: Any, items: Sequence[CastOrder], places: Sequence[int]
    ) -> dict[int, Cast]:
        """Those that went in, and those whose vote is sealed."""
        asked = [{**items[place]._asdict(), "place": place} for place in places]
        orders = json.dumps(asked, default=datetime.isoformat)
        done = connection.execute(_POSTGRES_FIRSTS, {"orders": orders}, prepare=True).fetchall()
        answers = {}
        for place, is_open, is_new in done:
            order = items[place]
            if is_new:
                answers[place] = Cast(CastAnswer.COUNTED, Counted(order.code, order.counted_at))
            elif not is_open:
                answers[place] = Cast(CastAnswer.SEALED)
        return answers

    def _one_by_one(self, connection: Any, order: CastOrder) -> Cast:
        vote = (order.town, order.vote)
        execute = _as_psycopg(connection)
        if execute(_IS_UNSEALED + " FOR SHARE", vote).fetchone() is None:
            return Cast(CastAnswer.SEALED)
        cast = self._one(execute, order, order.counted_at)
        if cast.answer is CastAnswer.COUNTED:
            execute(_DROP_DRAFT, (*vote, order.draft_key))
        return cast


def _as_psycopg(connection: Any) -> Callable[[str, tuple[Any, ...]], Any]:
    """`execute` for statements as SQLite takes them."""
    return lambda statement, values: connection.execute(statement.replace("?", "%s"), values)


# In the order of their keys, so that two writers never wait for each other in a ring.
_POSTGRES_FIRSTS = """
WITH asked AS MATERIALIZED (
  SELECT * FROM json_to_recordset(%(orders)s::json) AS asked (
    place int, town text, vote text, ballot_key text, content text, channel text, area text,
    receipt_key text, draft_key text, confirm_key text, code text, counted_at timestamptz)
), unsealed AS MATERIALIZED (
  SELECT collectivity_id, vote_id FROM vote
  WHERE (collectivity_id, vote_id) IN (SELECT DISTINCT town, vote FROM asked) AND sealed_at IS NULL
  FOR SHARE
), put AS (
  INSERT INTO ballot (collectivity_id, vote_id, ballot_key, content, channel, area)
  SELECT town, vote, ballot_key, content, channel, area FROM asked
  JOIN unsealed ON unsealed.collectivity_id = town AND unsealed.vote_id = vote
  ORDER BY ballot_key
  ON CONFLICT DO NOTHING RETURNING ballot_key
), given AS (
  INSERT INTO receipt (collectivity_id, vote_id, code, receipt_key, confirm_key, counted_at)
  SELECT town, vote, code, receipt_key, confirm_key, counted_at FROM asked
  JOIN put USING (ballot_key)
), dropped AS (
  DELETE FROM draft USING asked JOIN put USING (ballot_key)
  WHERE draft.collectivity_id = asked.town AND draft.vote_id = asked.vote
    AND draft.draft_key = asked.draft_key
)
SELECT asked.place, unsealed.vote_id IS NOT NULL, put.ballot_key IS NOT NULL FROM asked
LEFT JOIN unsealed ON unsealed.collectivity_id = asked.town AND unsealed.vote_id = asked.vote
LEFT JOIN put ON put.ballot_key = asked.ballot_key
"""


def _as_it_stands(row: Any, order: CastOrder) -> Cast:
    """What to say when the ballot did not go in: the same confirmation again, or another before it."""
    if row is None:
        return Cast(CastAnswer.ALREADY)
    code, confirm_key, counted_at = row
    receipt = Counted(code, instant(counted_at))
    return Cast(
        CastAnswer.SAME if confirm_key == order.confirm_key else CastAnswer.ALREADY, receipt
    )


class DraftKeeping:
    """Keeps choices that are not counted, through the same writer."""

    def on_sqlite(self, connection: sqlite3.Connection, items: Sequence[DraftOrder]) -> list[bool]:
        """One read a vote and one insert a draft."""
        execute = connection.execute
        kept = []
        for order in items:
            is_open = execute(_IS_UNSEALED, (order.town, order.vote)).fetchone() is not None
            if is_open:
                execute(_KEEP_DRAFT, (order.town, order.vote, order.draft_key, order.content))
            kept.append(is_open)
        return kept

    def on_postgres(self, connection: Any, items: Sequence[DraftOrder]) -> list[bool]:
        """The same, two statements a draft; in the order of their keys, as above."""
        execute = _as_psycopg(connection)
        kept = {}
        for order in sorted(items, key=lambda item: item.draft_key):
            vote = (order.town, order.vote)
            is_open = execute(_IS_UNSEALED + " FOR SHARE", vote).fetchone() is not None
            if is_open:
                execute(_KEEP_DRAFT, (*vote, order.draft_key, order.content))
            kept[id(order)] = is_open
        return [kept[id(order)] for order in items]


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
