"""Offers of roles."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0006_invitations"
down_revision = "0005_phones_of_slips"
branch_labels = None
depends_on = None

Text = sqlmodel.sql.sqltypes.AutoString
Instant = sqlmodel.sql.sqltypes.UTCDateTime


def one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "invitation",
        sa.Column("collectivity_id", Text(length=20), nullable=False),
        sa.Column("invitation_id", Text(length=32), nullable=False),
        sa.Column("kind", one_of("kind", "phone", "email"), nullable=False),
        sa.Column("value", Text(length=254), nullable=False),
        sa.Column(
            "role",
            one_of("role", "clerk", "reviewer", "moderator", "administrator", "observer"),
            nullable=False,
        ),
        sa.Column("role_until", Instant(), nullable=True),
        sa.Column("invited_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("accepted_at", Instant(), nullable=True),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("collectivity_id", "invitation_id", name=op.f("pk_invitation")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index("ix_invitation_value", ["value"], unique=False)
