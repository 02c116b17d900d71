"""The fingerprint of a card apart from what boxes count by, so that its key can be rotated.

What a box counts by stays the old fingerprint where a vote is not sealed, so that no ballot is lost or given
twice; elsewhere it becomes the random id of the residence.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0011_keys_of_cards"
down_revision = "0010_resident_cases"
branch_labels = None
depends_on = None

Text = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.create_table(
        "card_key",
        sa.Column("collectivity_id", Text(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key_check", Text(length=16), nullable=False),
        sa.PrimaryKeyConstraint("collectivity_id", name=op.f("pk_card_key")),
    )
    op.execute(
        "INSERT INTO card_key (collectivity_id, version, key_check) "
        "SELECT collectivity_id, 1, '' FROM residence "
        "UNION SELECT collectivity_id, 1, '' FROM listed_person"
    )
    op.add_column("residence", sa.Column("card", Text(length=64), nullable=True))
    op.execute("UPDATE residence SET card = identity")
    op.execute(
        "UPDATE residence SET identity = residence_id WHERE collectivity_id NOT IN "
        "(SELECT collectivity_id FROM vote WHERE sealed_at IS NULL)"
    )
    with op.batch_alter_table("residence", schema=None) as batch_op:
        batch_op.alter_column("card", existing_type=Text(length=64), nullable=False)
        batch_op.create_unique_constraint(
            op.f("uq_residence_collectivity_id_card"), ["collectivity_id", "card"]
        )
