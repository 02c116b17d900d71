"""Requests and decisions. Both can only be added to; one decision a request, by its key."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import Field

from pacto_participe.approvals.domain import LONGEST_REASON, LONGEST_SUBJECT, Act, Verdict
from pacto_participe.storage.tables import Row, choice_of


class FourEyesRow(Row, table=True):
    """Whether a collectivity asks for a second person; without a row it does not."""

    __tablename__ = "four_eyes"
    __table_args__ = (CheckConstraint("changes > 0", name="changes_positive"),)

    collectivity_id: str = Field(
        primary_key=True, max_length=20, foreign_key="collectivity.collectivity_id"
    )
    is_on: bool
    changes: int
    changed_at: datetime


class ApprovalRow(Row, table=True):
    """An act that somebody asks for. `asked_by` is the number of an account, as in the journal."""

    __tablename__ = "approval"
    __table_args__ = (Index("ix_approval_subject", "collectivity_id", "act", "subject"),)

    collectivity_id: str = Field(
        primary_key=True, max_length=20, foreign_key="collectivity.collectivity_id"
    )
    approval_id: str = Field(primary_key=True, max_length=32)
    act: Act = Field(sa_type=choice_of(Act, "act"))
    subject: str = Field(max_length=LONGEST_SUBJECT)
    reason: str = Field(max_length=LONGEST_REASON)
    asked_by: str = Field(max_length=32)
    asked_at: datetime


class ApprovalDecisionRow(Row, table=True):
    """What another one decided, once."""

    __tablename__ = "approval_decision"
    __table_args__ = (
        ForeignKeyConstraint(
            ["collectivity_id", "approval_id"],
            ["approval.collectivity_id", "approval.approval_id"],
        ),
    )

    collectivity_id: str = Field(primary_key=True, max_length=20)
    approval_id: str = Field(primary_key=True, max_length=32)
    verdict: Verdict = Field(sa_type=choice_of(Verdict, "verdict"))
    decided_by: str = Field(max_length=32)
    decided_at: datetime


FOUR_EYES = Row.metadata.tables["four_eyes"]
APPROVAL = Row.metadata.tables["approval"]
DECISION = Row.metadata.tables["approval_decision"]
