"""What was said of funded projects. It can only be added to; no row says who wrote it."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint
from sqlmodel import Field

from pacto_participe.delivery.domain import (
    LONGEST_DECISION,
    LONGEST_TEXT,
    Bureau,
    Milestone,
    Status,
)
from pacto_participe.storage.tables import Row, choice_of


class DeliveryUpdateRow(Row, table=True):
    """One update of one project, by its number on the ballot. `place` counts from 1 for each project:
    of two that are written at once, the key lets one in.
    """

    __tablename__ = "delivery_update"
    __table_args__ = (
        ForeignKeyConstraint(
            ["collectivity_id", "vote_id"], ["vote.collectivity_id", "vote.vote_id"]
        ),
        CheckConstraint("place > 0", name="place_positive"),
        CheckConstraint("spent_cents >= 0", name="spent_not_negative"),
        CheckConstraint("text_ar <> '' OR text_fr <> ''", name="text_said"),
        CheckConstraint(
            "status IN ('done', 'abandoned') OR next_on IS NOT NULL", name="next_day_promised"
        ),
        CheckConstraint("status <> 'done' OR done_on IS NOT NULL", name="end_dated"),
        CheckConstraint("status <> 'abandoned' OR decision <> ''", name="decision_named"),
        CheckConstraint("corrects IS NULL OR corrects = place - 1", name="newest_corrected"),
    )

    collectivity_id: str = Field(primary_key=True, max_length=20)
    vote_id: str = Field(primary_key=True, max_length=32)
    project: int = Field(primary_key=True)
    place: int = Field(primary_key=True)
    written_at: datetime
    status: Status = Field(sa_type=choice_of(Status, "status"))
    spent_cents: int = Field(sa_type=BigInteger)
    bureau: Bureau = Field(sa_type=choice_of(Bureau, "bureau"))
    text_ar: str = Field(max_length=LONGEST_TEXT)
    text_fr: str = Field(max_length=LONGEST_TEXT)
    milestone: Milestone | None = Field(default=None, sa_type=choice_of(Milestone, "milestone"))
    next_on: date | None = None
    done_on: date | None = None
    decision: str = Field(default="", max_length=LONGEST_DECISION)
    corrects: int | None = None


DELIVERY_UPDATE = Row.metadata.tables["delivery_update"]
