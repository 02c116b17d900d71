"""What can only be added to is not replaced either: on SQLite, REPLACE passes by the guards of DELETE."""

from pacto_participe.migrations.append_only import keep_rows, refuse_replace, refuse_truncate

revision = "0025_no_line_is_replaced"
down_revision = "0024_votes_that_are_prepared"
branch_labels = None
depends_on = None


def upgrade() -> None:
    refuse_replace("approval", ("collectivity_id", "approval_id"))
    refuse_replace("approval_decision", ("collectivity_id", "approval_id"))
    refuse_replace("event", ("collectivity_id", "event_id"))
    refuse_replace("published_file", ("collectivity_id", "vote_id", "name"))
    refuse_replace("roll", ("collectivity_id", "vote_id", "moment"))
    refuse_replace("roll_line", ("collectivity_id", "vote_id", "line"), has_rowid=False)
    # The rules of a vote are frozen in its row, which could be taken away and written anew.
    refuse_replace("vote", ("collectivity_id", "vote_id"), ("collectivity_id", "edition"))
    keep_rows("vote", "collectivity_id", "vote_id", "edition")
    refuse_truncate("vote")
