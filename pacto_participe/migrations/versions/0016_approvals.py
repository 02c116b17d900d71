"""Four eyes: whether a town asks for them, requests, and one decision each, changed by nobody."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from pacto_participe.migrations.append_only import make_append_only

revision = "0016_approvals"
down_revision = "0015_settings_of_a_collectivity"
branch_labels = None
depends_on = None

Text = sqlmodel.sql.sqltypes.AutoString
Instant = sqlmodel.sql.sqltypes.UTCDateTime


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _town(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["collectivity_id"],
        ["collectivity.collectivity_id"],
        name=op.f(f"fk_{table}_collectivity_id_collectivity"),
    )


def upgrade() -> None:
    op.create_table(
        "four_eyes",
        sa.Column("collectivity_id", Text(length=20), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.CheckConstraint("changes > 0", name=op.f("ck_four_eyes_changes_positive")),
        _town("four_eyes"),
        sa.PrimaryKeyConstraint("collectivity_id", name=op.f("pk_four_eyes")),
    )
    op.create_table(
        "approval",
        sa.Column("collectivity_id", Text(length=20), nullable=False),
        sa.Column("approval_id", Text(length=32), nullable=False),
        sa.Column(
            "act",
            _one_of(
                "act",
                "publish_consultation",
                "freeze_rules",
                "freeze_roll",
                "write_draw",
                "four_eyes_off",
            ),
            nullable=False,
        ),
        sa.Column("subject", Text(length=60), nullable=False),
        sa.Column("reason", Text(length=300), nullable=False),
        sa.Column("asked_by", Text(length=32), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        _town("approval"),
        sa.PrimaryKeyConstraint("collectivity_id", "approval_id", name=op.f("pk_approval")),
    )
    op.create_index("ix_approval_subject", "approval", ["collectivity_id", "act", "subject"])
    op.create_table(
        "approval_decision",
        sa.Column("collectivity_id", Text(length=20), nullable=False),
        sa.Column("approval_id", Text(length=32), nullable=False),
        sa.Column(
            "verdict", _one_of("verdict", "approval_confirmed", "approval_declined"), nullable=False
        ),
        sa.Column("decided_by", Text(length=32), nullable=False),
        sa.Column("decided_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collectivity_id", "approval_id"],
            ["approval.collectivity_id", "approval.approval_id"],
            name=op.f("fk_approval_decision_collectivity_id_approval"),
        ),
        sa.PrimaryKeyConstraint(
            "collectivity_id", "approval_id", name=op.f("pk_approval_decision")
        ),
    )
    make_append_only("approval")
    make_append_only("approval_decision")
