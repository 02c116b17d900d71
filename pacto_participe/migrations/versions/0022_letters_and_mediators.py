"""Batches of codes, for letters and for mediators; and the cases of those whom a mediator met."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0022_letters_and_mediators"
down_revision = "0021_passkeys"
branch_labels = None
depends_on = None

Text = sqlmodel.sql.sqltypes.AutoString
Instant = sqlmodel.sql.sqltypes.UTCDateTime


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "code_batch",
        sa.Column("collectivity_id", Text(length=20), nullable=False),
        sa.Column("batch_id", Text(length=32), nullable=False),
        sa.Column(
            "method",
            _one_of("method", "counter", "list", "letter", "mediator", "national"),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("district", Text(length=60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("made_by", Text(length=32), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("cancelled_at", Instant(), nullable=True),
        sa.Column("cancelled_by", Text(length=32), nullable=False),
        sa.Column(
            "reason",
            _one_of("reason", "print_lost", "file_wrong", "not_handed_out", "misused"),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("collectivity_id", "batch_id", name=op.f("pk_code_batch")),
        sa.UniqueConstraint(
            "collectivity_id",
            "method",
            "number",
            name=op.f("uq_code_batch_collectivity_id_method_number"),
        ),
    )
    op.create_table(
        "batch_code",
        sa.Column("collectivity_id", Text(length=20), nullable=False),
        sa.Column("batch_id", Text(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("code", Text(length=64), nullable=False),
        sa.Column("birth_lock", Text(length=64), nullable=False),
        sa.Column("card", Text(length=64), nullable=True),
        sa.Column("birth", Text(length=64), nullable=True),
        sa.Column("district", Text(length=60), nullable=False),
        sa.Column("adult_on", sa.Date(), nullable=True),
        sa.Column(
            "nationality",
            _one_of("nationality", "unknown", "citizen", "foreign"),
            nullable=False,
        ),
        sa.Column("tie", _one_of("tie", "lives", "works"), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.Column("residence_id", Text(length=32), nullable=True),
        sa.Column("case_id", Text(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["collectivity_id", "batch_id"],
            ["code_batch.collectivity_id", "code_batch.batch_id"],
            name=op.f("fk_batch_code_collectivity_id_batch_id_code_batch"),
        ),
        sa.PrimaryKeyConstraint("collectivity_id", "batch_id", "place", name=op.f("pk_batch_code")),
        sa.UniqueConstraint(
            "collectivity_id", "code", name=op.f("uq_batch_code_collectivity_id_code")
        ),
    )
    op.create_index("ix_batch_code_code", "batch_code", ["code"])
    op.create_index("ix_batch_code_case", "batch_code", ["collectivity_id", "case_id"])
    _let_cases_be_meetings()


def _let_cases_be_meetings() -> None:
    """A third kind of case. SQLite has no other way to it than building the table again."""
    kinds = _one_of("kind", "correction", "conflict", "meeting")
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_resident_case_kind"), "resident_case", type_="check")
        op.create_check_constraint(
            op.f("ck_resident_case_kind"),
            "resident_case",
            "kind IN ('correction', 'conflict', 'meeting')",
        )
        return
    with op.batch_alter_table("resident_case") as table:
        table.drop_constraint(op.f("ck_resident_case_kind"), type_="check")
        table.alter_column("kind", type_=kinds, existing_nullable=False)
