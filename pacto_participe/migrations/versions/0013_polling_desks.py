"""Shared devices at a polling desk."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0013_polling_desks"
down_revision = "0012_a_draw_is_written_once"
branch_labels = None
depends_on = None

Text = sqlmodel.sql.sqltypes.AutoString
Instant = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "desk",
        sa.Column("collectivity_id", Text(length=20), nullable=False),
        sa.Column("desk_id", Text(length=32), nullable=False),
        sa.Column("vote_id", Text(length=32), nullable=False),
        sa.Column("ticket", Text(length=64), nullable=False),
        sa.Column("pin", Text(length=200), nullable=False),
        sa.Column("opened_by", Text(length=32), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("turn", Text(length=32), nullable=False),
        sa.Column("residence_id", Text(length=32), nullable=True),
        sa.Column("turn_until", Instant(), nullable=True),
        sa.Column("has_cast", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collectivity_id", "vote_id"],
            ["vote.collectivity_id", "vote.vote_id"],
            name=op.f("fk_desk_collectivity_id_vote_id_vote"),
        ),
        sa.PrimaryKeyConstraint("collectivity_id", "desk_id", name=op.f("pk_desk")),
    )
    op.create_index("uq_desk_ticket", "desk", ["collectivity_id", "ticket"], unique=True)
