"""An administrator is made by two where a town asks for it: one more act, and offers that are held."""

import sqlalchemy as sa
from alembic import op

revision = "0026_two_make_an_administrator"
down_revision = "0025_no_line_is_replaced"
branch_labels = None
depends_on = None

ACTS = (
    "publish_consultation",
    "freeze_rules",
    "freeze_roll",
    "write_draw",
    "give_administrator",
    "four_eyes_off",
)


def upgrade() -> None:
    guards = _guards_of("approval")
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_approval_act"), type_="check")
        names = ", ".join(f"'{act}'" for act in ACTS)
        batch_op.create_check_constraint(op.f("ck_approval_act"), f"act IN ({names})")
    for guard in guards:
        op.execute(guard)
    op.add_column(
        "invitation",
        sa.Column("is_held", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def _guards_of(table: str) -> list[str]:
    """The triggers that SQLite drops with a table that is rebuilt, as they were made."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return []
    found = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    return list(connection.execute(found, {"table": table}).scalars())
