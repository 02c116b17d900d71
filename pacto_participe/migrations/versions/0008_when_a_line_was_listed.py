"""When a line of the list of residents was brought last, so that it can be forgotten."""

from datetime import UTC, datetime

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0008_when_a_line_was_listed"
down_revision = "0007_one_index_of_receipts"
branch_labels = None
depends_on = None

Instant = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.add_column("listed_person", sa.Column("listed_at", Instant(), nullable=True))
    listed = sa.table("listed_person", sa.column("listed_at", Instant()))
    # The lines that are there count from today: when they came was not written down.
    op.execute(listed.update().values(listed_at=datetime.now(UTC)))
    with op.batch_alter_table("listed_person", schema=None) as batch_op:
        batch_op.alter_column("listed_at", existing_type=Instant(), nullable=False)
