"""Passkeys of staff, and the questions to them that were answered."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0021_passkeys"
down_revision = "0020_who_may_vote"
branch_labels = None
depends_on = None

Text = sqlmodel.sql.sqltypes.AutoString
Instant = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "passkey",
        sa.Column("person_id", Text(length=32), nullable=False),
        sa.Column("passkey_id", Text(length=64), nullable=False),
        sa.Column("name", Text(length=60), nullable=False),
        sa.Column("credential_id", Text(length=1400), nullable=False),
        sa.Column("public_key", Text(length=2800), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("verifies_user", sa.Boolean(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.person_id"], name=op.f("fk_passkey_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", "passkey_id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("passkey_id", name=op.f("uq_passkey_passkey_id")),
    )
    op.create_table(
        "spent_challenge",
        sa.Column("fingerprint", Text(length=64), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_spent_challenge")),
    )
    op.create_index(
        op.f("ix_spent_challenge_expires_at"), "spent_challenge", ["expires_at"], unique=False
    )
