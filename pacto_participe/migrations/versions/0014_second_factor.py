"""One-time codes and recovery codes of staff, and which browsers showed them."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0014_second_factor"
down_revision = "0013_polling_desks"
branch_labels = None
depends_on = None

Text = sqlmodel.sql.sqltypes.AutoString
Instant = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.add_column("session", sa.Column("second_factor_at", Instant(), nullable=True))
    op.create_table(
        "second_factor",
        sa.Column("person_id", Text(length=32), nullable=False),
        sa.Column("nonce", Text(length=64), nullable=False),
        sa.Column("pending_nonce", Text(length=64), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.person_id"],
            name=op.f("fk_second_factor_person_id_person"),
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("person_id", Text(length=32), nullable=False),
        sa.Column("fingerprint", Text(length=64), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.person_id"],
            name=op.f("fk_recovery_code_person_id_person"),
        ),
        sa.PrimaryKeyConstraint("person_id", "fingerprint", name=op.f("pk_recovery_code")),
    )
