"""The unique index of standing receipts finds them too: a second index cost each ballot a written page."""

from alembic import op

revision = "0007_one_index_of_receipts"
down_revision = "0006_invitations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_receipt_key", table_name="receipt")
