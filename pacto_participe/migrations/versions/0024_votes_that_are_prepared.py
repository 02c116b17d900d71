"""Votes that are prepared: what would be frozen, and what everybody reads beside it, until then."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0024_votes_that_are_prepared"
down_revision = "0023_what_a_residence_said"
branch_labels = None
depends_on = None

Text = sqlmodel.sql.sqltypes.AutoString
Instant = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "prepared_vote",
        sa.Column("collectivity_id", Text(length=20), nullable=False),
        sa.Column("edition", Text(length=40), nullable=False),
        sa.Column("charter", sa.Text(), nullable=False),
        sa.Column("announcement", sa.Text(), nullable=False),
        sa.Column("opens_at", Instant(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("consultation_id", Text(length=32), nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.CheckConstraint("revision > 0", name=op.f("ck_prepared_vote_revision_positive")),
        sa.ForeignKeyConstraint(
            ["collectivity_id"],
            ["collectivity.collectivity_id"],
            name=op.f("fk_prepared_vote_collectivity_id_collectivity"),
        ),
        sa.ForeignKeyConstraint(
            ["collectivity_id", "consultation_id"],
            ["consultation.collectivity_id", "consultation.consultation_id"],
            name=op.f("fk_prepared_vote_collectivity_id_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("collectivity_id", "edition", name=op.f("pk_prepared_vote")),
    )
