"""The national sign-in: one more method of residence, and which returns from it were used."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0019_national_sign_in"
down_revision = "0017_no_journal_is_emptied"
branch_labels = None
depends_on = None

Text = sqlmodel.sql.sqltypes.AutoString
Instant = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    # A batch change keeps the CHECK of a column as it was reflected, so that it is replaced by name.
    with op.batch_alter_table("residence", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_residence_method"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_residence_method"),
            "method IN ('counter', 'list', 'letter', 'mediator', 'national')",
        )
    op.create_table(
        "national_return",
        sa.Column("flow", Text(length=64), nullable=False),
        sa.Column("used_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("flow", name=op.f("pk_national_return")),
    )
