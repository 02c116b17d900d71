"""How the open box writes: ballots and drafts of all who wait, in one transaction of the group writer.

First ballots go in together, a few statements for all of them; changes, and whoever comes twice, one by
one. On SQLite each statement lets another thread run and waits until it may go on: three statements for
each ballot took longer in that than in the database.
"""

import json
import secrets as chance
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from pacto_participe.storage.sql import for_sqlite, instant
from pacto_participe.voting.boxes.box import Cast, CastAnswer, Counted
from pacto_participe.voting.receipts.codes import FREE_BITS, code_of


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


_KNOWN_BALLOTS = (
    "SELECT ballot_key FROM ballot WHERE collectivity_id = ?1 AND vote_id = ?2 AND ballot_key IN"
)
_NEW_BALLOTS = (
    "INSERT INTO ballot (collectivity_id, vote_id, ballot_key, content, channel, area) VALUES"
)
_NEW_RECEIPTS = (
    "INSERT INTO receipt "
    "(collectivity_id, vote_id, code, receipt_key, confirm_key, counted_at) VALUES"
)
_UNLESS_THERE = " ON CONFLICT DO NOTHING"
_DROP_DRAFTS = "DELETE FROM draft WHERE collectivity_id = ?1 AND vote_id = ?2 AND draft_key IN"
LARGEST_PART = (
    64  # SQLite takes 999 values in a statement, and keeps each of these statements ready
)
OF_EACH = 4  # what a row has beside its vote


@lru_cache
def _rows(insert: str, count: int, tail: str = "") -> str:
    """The statement for so many rows of one vote."""
    firsts = range(3, 3 + OF_EACH * count, OF_EACH)
    rows = (", ".join(f"?{first + place}" for place in range(OF_EACH)) for first in firsts)
    return f"{insert} {', '.join(f'(?1, ?2, {row})' for row in rows)}{tail}"


@lru_cache
def _among(statement: str, count: int) -> str:
    """The statement for so many keys of one vote."""
    return f"{statement} ({', '.join(f'?{place}' for place in range(3, 3 + count))})"


def _parts(places: Sequence[int]) -> Iterator[Sequence[int]]:
    """All of them in parts of 64, then 32, 16 …: seven sizes are seven statements, whatever comes."""
    size, begins = LARGEST_PART, 0
    while begins < len(places):
        while len(places) - begins < size:
            size //= 2
        yield places[begins : begins + size]
        begins += size


def _firsts(items: Sequence[CastOrder]) -> list[int]:
    """Where the first ballots are, one of each voter."""
    firsts: dict[str, int] = {}
    for place, order in enumerate(items):
        if not order.replaces:
            firsts.setdefault(order.ballot_key, place)
    return list(firsts.values())


def _codes(order: CastOrder) -> Iterator[str]:
    """The order's own code, and two others should somebody have that one already."""
    yield order.code
    yield new_code()
    yield new_code()


class NoFreeCode(RuntimeError):
    """Three receipt codes in a row were taken: with 35 bits, something is wrong with chance."""


Vote = tuple[str, str]  # collectivity_id, vote_id


class Casting:
    """Puts ballots into the box, many in one transaction."""

    def on_sqlite(self, connection: sqlite3.Connection, items: Sequence[CastOrder]) -> list[Cast]:
        """Four statements for up to 64 first ballots of a vote, three or four for each that is left."""
        execute = connection.execute
        firsts: dict[Vote, list[int]] = {}
        for place in _firsts(items):
            firsts.setdefault((items[place].town, items[place].vote), []).append(place)
        votes = {(order.town, order.vote) for order in items}
        unsealed = {vote for vote in votes if execute(_IS_UNSEALED, vote).fetchone()}
        answers: dict[int, Cast] = {}
        for vote, places in firsts.items():
            if vote in unsealed and len(places) > 1:
                answers.update(self._together(execute, vote, items, places))
        spent_drafts = []
        for place, order in enumerate(items):
            vote = (order.town, order.vote)
            if place in answers:
                continue
            if vote in unsealed:
                answers[place] = self._one(execute, order, for_sqlite(order.counted_at))
            else:
                answers[place] = Cast(CastAnswer.SEALED)
            if answers[place].answer is CastAnswer.COUNTED:
                spent_drafts.append((*vote, order.draft_key))
        connection.executemany(_DROP_DRAFT, spent_drafts)
        return [answers[place] for place in range(len(items))]

    def _together(
        self, execute: Any, vote: Vote, items: Sequence[CastOrder], places: Sequence[int]
    ) -> dict[int, Cast]:
        """Those of them that went in. Who has a ballot in the box already is left out: no other writer can
        put one there before this transaction ends.
        """
        known: set[str] = set()
        for part in _parts(places):
            keys = [items[place].ballot_key for place in part]
            found = execute(_among(_KNOWN_BALLOTS, len(part)), (*vote, *keys))
            known.update(key for (key,) in found)
        answers = {}
        for part in _parts([place for place in places if items[place].ballot_key not in known]):
            orders = [items[place] for place in part]
            codes = self._many(execute, vote, orders)
            for place, order, code in zip(part, orders, codes, strict=True):
                answers[place] = Cast(CastAnswer.COUNTED, Counted(code, order.counted_at))
        return answers

    def _many(self, execute: Any, vote: Vote, orders: Sequence[CastOrder]) -> list[str]:
        """Ballots and receipts of people who have none; gives the codes of the receipts."""
        ballots: list[Any] = [*vote]
        receipts: list[Any] = [*vote]
        for order in orders:
            ballots += (order.ballot_key, order.content, order.channel, order.area)
            at = for_sqlite(order.counted_at)
            receipts += (order.code, order.receipt_key, order.confirm_key, at)
        execute(_rows(_NEW_BALLOTS, len(orders)), ballots)
        is_free = execute(_rows(_NEW_RECEIPTS, len(orders), _UNLESS_THERE), receipts).rowcount
        drafts = (*vote, *(order.draft_key for order in orders))
        execute(_among(_DROP_DRAFTS, len(orders)), drafts)
        if is_free == len(orders):
            return [order.code for order in orders]
        # Somebody had one of the codes already, and its owner went without a receipt.
        return [self._receipt(execute, order) for order in orders]

    def _receipt(self, execute: Any, order: CastOrder) -> str:
        """The code of the receipt that the order has, or is given now."""
        vote = (order.town, order.vote)
        standing = execute(_STANDING_RECEIPT, (*vote, order.receipt_key)).fetchone()
        if standing is not None:
            return str(standing[0])
        return self._new_receipt(execute, order, for_sqlite(order.counted_at))

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
        code = self._new_receipt(execute, order, counted_at)
        return Cast(CastAnswer.COUNTED, Counted(code, order.counted_at))

    def _new_receipt(self, execute: Any, order: CastOrder, counted_at: object) -> str:
        for code in _codes(order):
            keys = (order.town, order.vote, code, order.receipt_key, order.confirm_key)
            if execute(_NEW_RECEIPT, (*keys, counted_at)).rowcount == 1:
                return code
        raise NoFreeCode

    def on_postgres(self, connection: Any, items: Sequence[CastOrder]) -> list[Cast]:
        """First ballots in one statement for all; changes, and whoever comes twice, one by one."""
        answers: dict[int, Cast] = {}
        firsts = _firsts(items)
        # One alone goes by the longer way, which takes another receipt code when its own is taken.
        if len(firsts) > 1:
            answers.update(self._in_one_statement(connection, items, firsts))
        for place, order in enumerate(items):
            if place not in answers:
                answers[place] = self._one_by_one(connection, order)
        return [answers[place] for place in range(len(items))]

    def _in_one_statement(
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
