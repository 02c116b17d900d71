"""Recordings of projects, for who does not read well: the bytes, by their fingerprint."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0027_recordings"
down_revision = "0026_two_make_an_administrator"
branch_labels = None
depends_on = None

Text = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.create_table(
        "recording",
        sa.Column("collectivity_id", Text(length=20), nullable=False),
        sa.Column("edition", Text(length=60), nullable=False),
        sa.Column("sha256", Text(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collectivity_id"],
            ["collectivity.collectivity_id"],
            name=op.f("fk_recording_collectivity_id_collectivity"),
        ),
        sa.PrimaryKeyConstraint("collectivity_id", "edition", "sha256", name=op.f("pk_recording")),
    )
