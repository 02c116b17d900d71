"""Nationality and tie of residents and of listed people: unknown, and living here, of everybody so far."""

import sqlalchemy as sa
from alembic import op

revision = "0020_who_may_vote"
down_revision = "0019_national_sign_in"
branch_labels = None
depends_on = None

CHOICES = {"nationality": ("unknown", "citizen", "foreign"), "tie": ("lives", "works")}


def upgrade() -> None:
    for table in ("residence", "listed_person"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name, values in CHOICES.items():
                kind = sa.Enum(
                    *values, name=name, native_enum=False, create_constraint=True, length=32
                )
                batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=values[0]))
