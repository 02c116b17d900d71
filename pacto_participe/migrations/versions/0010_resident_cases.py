"""What the counter has to decide, and since when somebody wants messages."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0010_resident_cases"
down_revision = "0009_the_roll_of_a_vote"
branch_labels = None
depends_on = None

Text = sqlmodel.sql.sqltypes.AutoString
Instant = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.add_column("person", sa.Column("messages_since", Instant(), nullable=True))
    op.create_table(
        "resident_case",
        sa.Column("collectivity_id", Text(length=20), nullable=False),
        sa.Column("case_id", Text(length=32), nullable=False),
        sa.Column("key", Text(length=120), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "correction",
                "conflict",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("about", Text(length=32), nullable=False),
        sa.Column("residence_id", Text(length=32), nullable=False),
        sa.Column("person_id", Text(length=32), nullable=True),
        sa.Column("other_person_id", Text(length=32), nullable=True),
        sa.Column("said", Text(length=500), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("taken_by", Text(length=32), nullable=True),
        sa.Column("taken_at", Instant(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decision", Text(length=32), nullable=False),
        sa.Column("note", Text(length=500), nullable=False),
        sa.PrimaryKeyConstraint("collectivity_id", "case_id", name=op.f("pk_resident_case")),
    )
    with op.batch_alter_table("resident_case", schema=None) as batch_op:
        batch_op.create_index("ix_resident_case_person_id", ["person_id"], unique=False)
        batch_op.create_index(
            "uq_resident_case_open",
            ["collectivity_id", "key"],
            unique=True,
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )
