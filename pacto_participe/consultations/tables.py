"""Rows of consultations and their stages."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field

from pacto_participe.consultations.domain import Activity
from pacto_participe.storage.tables import Row, choice_of


class ConsultationRow(Row, table=True):
    """One consultation. Titles and summaries are JSON: language -> text. Money in centimes."""

    __tablename__ = "consultation"
    __table_args__ = (
        UniqueConstraint("collectivity_id", "slug"),
        ForeignKeyConstraint(["collectivity_id"], ["collectivity.collectivity_id"]),
        CheckConstraint("budget_cents >= 0", name="budget_not_negative"),
    )

    collectivity_id: str = Field(primary_key=True, max_length=20)
    consultation_id: str = Field(primary_key=True, max_length=32)
    kind: str = Field(max_length=40)
    slug: str = Field(max_length=60)
    title: str = Field(sa_type=Text)
    summary: str = Field(sa_type=Text)
    budget_cents: int = Field(sa_type=BigInteger)
    currency: str = Field(default="MAD", max_length=3)
    is_demo: bool = False


class StageRow(Row, table=True):
    """One stage, from starts_at until ends_at excluded."""

    __tablename__ = "stage"
    __table_args__ = (
        ForeignKeyConstraint(
            ["collectivity_id", "consultation_id"],
            ["consultation.collectivity_id", "consultation.consultation_id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="ends_after_start"),
    )

    collectivity_id: str = Field(primary_key=True, max_length=20)
    consultation_id: str = Field(primary_key=True, max_length=32)
    activity: Activity = Field(primary_key=True, sa_type=choice_of(Activity, "activity"))
    starts_at: datetime
    ends_at: datetime | None = None
