"""Rows of votes. No table joins a voter and a choice: see boxes/open_box.py.

While a vote is open, its drafts, ballots and receipts are each found by a pseudonym of their own, made
with a key that lives outside the database. At close the ballots are kept by content only, the receipts
by code only, and the key is destroyed.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, Text, text
from sqlmodel import Field

from pacto_participe.storage.tables import Row


class VoteRow(Row, table=True):
    """One vote. `charter` is frozen by the database: once set it cannot change."""

    __tablename__ = "vote"
    __table_args__ = (
        ForeignKeyConstraint(
            ["collectivity_id", "consultation_id"],
            ["consultation.collectivity_id", "consultation.consultation_id"],
        ),
        Index("uq_vote_edition", "collectivity_id", "edition", unique=True),
    )

    collectivity_id: str = Field(primary_key=True, max_length=20)
    vote_id: str = Field(primary_key=True, max_length=32)
    consultation_id: str = Field(max_length=32)
    edition: str = Field(max_length=60)
    charter: str = Field(sa_type=Text)
    fingerprint: str = Field(max_length=64)
    opens_at: datetime
    closes_at: datetime
    sealed_at: datetime | None = None
    lot_completion: str | None = Field(default=None, max_length=200)
    counted_at: datetime | None = None
    awaits_lot: bool = False
    is_imported: bool = False


class PreparedVoteRow(Row, table=True):
    """A vote whose rules are not frozen yet; the row is deleted when they are.

    `charter` is the text that would be frozen, `announcement` what everybody reads beside it, and
    `consultation_id` is set once it is announced. `revision` counts the changes.
    """

    __tablename__ = "prepared_vote"
    __table_args__ = (
        ForeignKeyConstraint(["collectivity_id"], ["collectivity.collectivity_id"]),
        ForeignKeyConstraint(
            ["collectivity_id", "consultation_id"],
            ["consultation.collectivity_id", "consultation.consultation_id"],
        ),
        CheckConstraint("revision > 0", name="revision_positive"),
    )

    collectivity_id: str = Field(primary_key=True, max_length=20)
    edition: str = Field(primary_key=True, max_length=40)
    charter: str = Field(sa_type=Text)
    announcement: str = Field(sa_type=Text)
    opens_at: datetime
    revision: int = 1
    consultation_id: str | None = Field(default=None, max_length=32)
    changed_at: datetime


PREPARED = Row.metadata.tables["prepared_vote"]


class RecordingRow(Row, table=True):
    """A recording of the commune, by the fingerprint of its bytes, which stands in the charter.

    What it is and whose it is, the charter says; replaced with the draft, and never after.
    """

    __tablename__ = "recording"
    __table_args__ = (ForeignKeyConstraint(["collectivity_id"], ["collectivity.collectivity_id"]),)

    collectivity_id: str = Field(primary_key=True, max_length=20)
    edition: str = Field(primary_key=True, max_length=60)
    sha256: str = Field(primary_key=True, max_length=64)
    content: bytes = Field(sa_type=LargeBinary)


RECORDING = Row.metadata.tables["recording"]


def _of_a_vote() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["collectivity_id", "vote_id"], ["vote.collectivity_id", "vote.vote_id"]
    )


class DraftRow(Row, table=True):
    """Choices that are saved and not counted. Never read by a count; gone at close."""

    __tablename__ = "draft"
    # Rows in the order of a random key, so that their place on the disk tells no order of arrival.
    __table_args__ = (_of_a_vote(), {"sqlite_with_rowid": False})

    collectivity_id: str = Field(primary_key=True, max_length=20)
    vote_id: str = Field(primary_key=True, max_length=32)
    draft_key: str = Field(primary_key=True, max_length=32)
    content: str = Field(sa_type=Text)


class BallotRow(Row, table=True):
    """One counted ballot of an open vote. The key is the guard of one person, one ballot."""

    __tablename__ = "ballot"
    __table_args__ = (_of_a_vote(), {"sqlite_with_rowid": False})

    collectivity_id: str = Field(primary_key=True, max_length=20)
    vote_id: str = Field(primary_key=True, max_length=32)
    ballot_key: str = Field(primary_key=True, max_length=32)
    content: str = Field(sa_type=Text)
    channel: str = Field(max_length=16)
    area: str = Field(default="", max_length=80)


class ReceiptRow(Row, table=True):
    """A receipt proves that a ballot is in the box, and never says what is on it.

    `receipt_key` leads from a voter to the receipt while the vote is open; emptied at close.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        _of_a_vote(),
        # One receipt stands for each voter. Also the way to find it: whoever asks repeats the condition.
        Index(
            "uq_receipt_standing",
            "collectivity_id",
            "vote_id",
            "receipt_key",
            unique=True,
            sqlite_where=text("replaced_at IS NULL AND receipt_key <> ''"),
            postgresql_where=text("replaced_at IS NULL AND receipt_key <> ''"),
        ),
        # The short link of a receipt names no town.
        Index("ix_receipt_code", "code"),
        {"sqlite_with_rowid": False},
    )

    collectivity_id: str = Field(primary_key=True, max_length=20)
    vote_id: str = Field(primary_key=True, max_length=32)
    code: str = Field(primary_key=True, max_length=8)
    receipt_key: str = Field(max_length=32)
    confirm_key: str = Field(max_length=32)
    counted_at: datetime
    replaced_at: datetime | None = None


class CountedBallotRow(Row, table=True):
    """The box as it is counted: each different content, and how many ballots say so."""

    __tablename__ = "counted_ballot"
    __table_args__ = (
        _of_a_vote(),
        CheckConstraint("weight > 0", name="weight_positive"),
        {"sqlite_with_rowid": False},
    )

    collectivity_id: str = Field(primary_key=True, max_length=20)
    vote_id: str = Field(primary_key=True, max_length=32)
    content_key: str = Field(primary_key=True, max_length=64)
    content: str = Field(sa_type=Text)
    weight: int


class TurnoutRow(Row, table=True):
    """How many voted by channel or area (`dimension`), beside how many were entitled."""

    __tablename__ = "turnout"
    __table_args__ = (_of_a_vote(),)

    collectivity_id: str = Field(primary_key=True, max_length=20)
    vote_id: str = Field(primary_key=True, max_length=32)
    dimension: str = Field(primary_key=True, max_length=16)
    name: str = Field(primary_key=True, max_length=80)
    voted: int
    entitled: int | None = None


class AreaContentRow(Row, table=True):
    """Ballots by content in areas of 30 voters or more, from the sealing until the count is published.

    Only the figures by area are published; these rows are deleted then.
    """

    __tablename__ = "area_content"
    __table_args__ = (_of_a_vote(), {"sqlite_with_rowid": False})

    collectivity_id: str = Field(primary_key=True, max_length=20)
    vote_id: str = Field(primary_key=True, max_length=32)
    area: str = Field(primary_key=True, max_length=80)
    content: str = Field(primary_key=True, sa_type=Text)
    weight: int


class DeskRow(Row, table=True):
    """A shared device that is open for one vote. The row is deleted when the desk ends; the journal stays.

    `residence_id` is who holds it now, NULL between two turns; nothing is kept of former turns but their
    number. `turn` names the one under way, `has_cast` says that its ballot is counted.
    """

    __tablename__ = "desk"
    __table_args__ = (
        _of_a_vote(),
        Index("uq_desk_ticket", "collectivity_id", "ticket", unique=True),
    )

    collectivity_id: str = Field(primary_key=True, max_length=20)
    desk_id: str = Field(primary_key=True, max_length=32)
    vote_id: str = Field(max_length=32)
    ticket: str = Field(max_length=64)
    pin: str = Field(max_length=200)
    opened_by: str = Field(max_length=32)
    opened_at: datetime
    expires_at: datetime
    turns: int = 0
    turn: str = Field(default="", max_length=32)
    residence_id: str | None = Field(default=None, max_length=32)
    turn_until: datetime | None = None
    has_cast: bool = False


class RollRow(Row, table=True):
    """The roll of a vote as it was fixed: `frozen` before the opening, `closed` at the close. Never changed.

    `reason` is what an administrator gave who froze it before its time; `fixed_by` their role, or "".
    """

    __tablename__ = "roll"
    __table_args__ = (_of_a_vote(),)

    collectivity_id: str = Field(primary_key=True, max_length=20)
    vote_id: str = Field(primary_key=True, max_length=32)
    moment: str = Field(primary_key=True, max_length=8)
    people: int
    departed: int = 0
    fingerprint: str = Field(max_length=64)
    fixed_at: datetime
    fixed_by: str = Field(default="", max_length=32)
    reason: str = Field(default="", max_length=300)


class RollLineRow(Row, table=True):
    """One line of a roll: a residence under a key of this vote that lies outside the database.

    `moment` says with which part of the roll it came. It says nothing of whether anyone voted.
    """

    __tablename__ = "roll_line"
    __table_args__ = (_of_a_vote(), {"sqlite_with_rowid": False})

    collectivity_id: str = Field(primary_key=True, max_length=20)
    vote_id: str = Field(primary_key=True, max_length=32)
    line: str = Field(primary_key=True, max_length=64)
    moment: str = Field(max_length=8)


class PublishedFileRow(Row, table=True):
    """One file of a publication, written once, at the count."""

    __tablename__ = "published_file"
    __table_args__ = (_of_a_vote(),)

    collectivity_id: str = Field(primary_key=True, max_length=20)
    vote_id: str = Field(primary_key=True, max_length=32)
    name: str = Field(primary_key=True, max_length=80)
    media_type: str = Field(max_length=80)
    content: bytes = Field(sa_type=LargeBinary)
    sha256: str = Field(max_length=64)
