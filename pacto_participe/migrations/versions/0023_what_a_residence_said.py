"""What a residence said until it was changed, for the votes that were open then."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0023_what_a_residence_said"
down_revision = "0022_letters_and_mediators"
branch_labels = None
depends_on = None

Text = sqlmodel.sql.sqltypes.AutoString
Instant = sqlmodel.sql.sqltypes.UTCDateTime


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    with op.batch_alter_table("residence", schema=None) as batch_op:
        batch_op.add_column(sa.Column("says_since", Instant(), nullable=True))
    op.create_table(
        "residence_past",
        sa.Column("collectivity_id", Text(length=20), nullable=False),
        sa.Column("residence_id", Text(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("district", Text(length=60), nullable=False),
        sa.Column("adult_on", sa.Date(), nullable=True),
        sa.Column(
            "nationality", _one_of("nationality", "unknown", "citizen", "foreign"), nullable=False
        ),
        sa.Column("tie", _one_of("tie", "lives", "works"), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collectivity_id", "residence_id"],
            ["residence.collectivity_id", "residence.residence_id"],
            name=op.f("fk_residence_past_collectivity_id_residence_id_residence"),
        ),
        sa.PrimaryKeyConstraint(
            "collectivity_id", "residence_id", "place", name=op.f("pk_residence_past")
        ),
    )
