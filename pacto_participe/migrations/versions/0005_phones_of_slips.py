"""Where a slip's code is to be texted, until it is sent."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0005_phones_of_slips"
down_revision = "0004_editions_and_votes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "activation_slip",
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
    )
