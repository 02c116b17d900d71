"""What a public draw gave can be written once, and changed by nobody who writes to the database."""

from pacto_participe.migrations.append_only import make_frozen

revision = "0012_a_draw_is_written_once"
down_revision = "0011_keys_of_cards"
branch_labels = None
depends_on = None


def upgrade() -> None:
    make_frozen("vote", "lot_completion")
