"""The roll of a vote, fixed before the opening and at the close. It can be added to, and nothing else."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from pacto_participe.migrations.append_only import make_append_only, shut_behind

revision = "0009_the_roll_of_a_vote"
down_revision = "0008_when_a_line_was_listed"
branch_labels = None
depends_on = None

Text = sqlmodel.sql.sqltypes.AutoString
Instant = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "roll",
        sa.Column("collectivity_id", Text(length=20), nullable=False),
        sa.Column("vote_id", Text(length=32), nullable=False),
        sa.Column("moment", Text(length=8), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("departed", sa.Integer(), nullable=False),
        sa.Column("fingerprint", Text(length=64), nullable=False),
        sa.Column("fixed_at", Instant(), nullable=False),
        sa.Column("fixed_by", Text(length=32), nullable=False),
        sa.Column("reason", Text(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["collectivity_id", "vote_id"],
            ["vote.collectivity_id", "vote.vote_id"],
            name=op.f("fk_roll_collectivity_id_vote_id_vote"),
        ),
        sa.PrimaryKeyConstraint("collectivity_id", "vote_id", "moment", name=op.f("pk_roll")),
    )
    op.create_table(
        "roll_line",
        sa.Column("collectivity_id", Text(length=20), nullable=False),
        sa.Column("vote_id", Text(length=32), nullable=False),
        sa.Column("line", Text(length=64), nullable=False),
        sa.Column("moment", Text(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["collectivity_id", "vote_id"],
            ["vote.collectivity_id", "vote.vote_id"],
            name=op.f("fk_roll_line_collectivity_id_vote_id_vote"),
        ),
        sa.PrimaryKeyConstraint("collectivity_id", "vote_id", "line", name=op.f("pk_roll_line")),
        sqlite_with_rowid=False,
    )
    make_append_only("roll")
    make_append_only("roll_line")
    # What a fingerprint binds is whole: no line comes into that part of the roll afterwards.
    shut_behind("roll_line", "roll", ("collectivity_id", "vote_id", "moment"))
