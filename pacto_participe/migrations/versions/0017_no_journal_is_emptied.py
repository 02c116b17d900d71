"""What can only be added to cannot be emptied either: TRUNCATE passes by the guards of single rows."""

from pacto_participe.migrations.append_only import refuse_truncate

revision = "0017_no_journal_is_emptied"
down_revision = "0016_approvals"
branch_labels = None
depends_on = None

TABLES = ("event", "published_file", "roll", "roll_line", "approval", "approval_decision")


def upgrade() -> None:
    for table in TABLES:
        refuse_truncate(table)
