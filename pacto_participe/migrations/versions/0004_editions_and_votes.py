"""Editions, projects, votes, boxes and publications."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from pacto_participe.migrations.append_only import make_append_only, make_frozen

revision = "0004_editions_and_votes"
down_revision = "0003_people_and_residences"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consultation",
        sa.Column("collectivity_id", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("consultation_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("budget_cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("budget_cents >= 0", name=op.f("ck_consultation_budget_not_negative")),
        sa.ForeignKeyConstraint(
            ["collectivity_id"],
            ["collectivity.collectivity_id"],
            name=op.f("fk_consultation_collectivity_id_collectivity"),
        ),
        sa.PrimaryKeyConstraint("collectivity_id", "consultation_id", name=op.f("pk_consultation")),
        sa.UniqueConstraint(
            "collectivity_id", "slug", name=op.f("uq_consultation_collectivity_id_slug")
        ),
    )
    op.create_table(
        "project",
        sa.Column("collectivity_id", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("consultation_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("cost_cents", sa.BigInteger(), nullable=False),
        sa.Column("pictogram", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("area", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=True),
        sa.CheckConstraint("cost_cents >= 0", name=op.f("ck_project_cost_not_negative")),
        sa.CheckConstraint("number > 0", name=op.f("ck_project_number_positive")),
        sa.ForeignKeyConstraint(
            ["collectivity_id", "consultation_id"],
            ["consultation.collectivity_id", "consultation.consultation_id"],
            name=op.f("fk_project_collectivity_id_consultation_id_consultation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "collectivity_id", "consultation_id", "number", name=op.f("pk_project")
        ),
    )
    op.create_table(
        "stage",
        sa.Column("collectivity_id", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("consultation_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column(
            "activity",
            sa.Enum(
                "propose",
                "study",
                "vote",
                "results",
                "delivery",
                name="activity",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ends_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "ends_at IS NULL OR ends_at > starts_at", name=op.f("ck_stage_ends_after_start")
        ),
        sa.ForeignKeyConstraint(
            ["collectivity_id", "consultation_id"],
            ["consultation.collectivity_id", "consultation.consultation_id"],
            name=op.f("fk_stage_collectivity_id_consultation_id_consultation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "collectivity_id", "consultation_id", "activity", name=op.f("pk_stage")
        ),
    )
    op.create_table(
        "vote",
        sa.Column("collectivity_id", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("vote_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("consultation_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("edition", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("charter", sa.Text(), nullable=False),
        sa.Column("fingerprint", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("opens_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("closes_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("sealed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("lot_completion", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("counted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("awaits_lot", sa.Boolean(), nullable=False),
        sa.Column("is_imported", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collectivity_id", "consultation_id"],
            ["consultation.collectivity_id", "consultation.consultation_id"],
            name=op.f("fk_vote_collectivity_id_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("collectivity_id", "vote_id", name=op.f("pk_vote")),
    )
    with op.batch_alter_table("vote", schema=None) as batch_op:
        batch_op.create_index("uq_vote_edition", ["collectivity_id", "edition"], unique=True)

    op.create_table(
        "area_content",
        sa.Column("collectivity_id", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("vote_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("area", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collectivity_id", "vote_id"],
            ["vote.collectivity_id", "vote.vote_id"],
            name=op.f("fk_area_content_collectivity_id_vote_id_vote"),
        ),
        sa.PrimaryKeyConstraint(
            "collectivity_id", "vote_id", "area", "content", name=op.f("pk_area_content")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ballot",
        sa.Column("collectivity_id", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("vote_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("ballot_key", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("area", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["collectivity_id", "vote_id"],
            ["vote.collectivity_id", "vote.vote_id"],
            name=op.f("fk_ballot_collectivity_id_vote_id_vote"),
        ),
        sa.PrimaryKeyConstraint("collectivity_id", "vote_id", "ballot_key", name=op.f("pk_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "counted_ballot",
        sa.Column("collectivity_id", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("vote_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("content_key", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.CheckConstraint("weight > 0", name=op.f("ck_counted_ballot_weight_positive")),
        sa.ForeignKeyConstraint(
            ["collectivity_id", "vote_id"],
            ["vote.collectivity_id", "vote.vote_id"],
            name=op.f("fk_counted_ballot_collectivity_id_vote_id_vote"),
        ),
        sa.PrimaryKeyConstraint(
            "collectivity_id", "vote_id", "content_key", name=op.f("pk_counted_ballot")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "draft",
        sa.Column("collectivity_id", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("vote_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("draft_key", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collectivity_id", "vote_id"],
            ["vote.collectivity_id", "vote.vote_id"],
            name=op.f("fk_draft_collectivity_id_vote_id_vote"),
        ),
        sa.PrimaryKeyConstraint("collectivity_id", "vote_id", "draft_key", name=op.f("pk_draft")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "published_file",
        sa.Column("collectivity_id", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("vote_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("media_type", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["collectivity_id", "vote_id"],
            ["vote.collectivity_id", "vote.vote_id"],
            name=op.f("fk_published_file_collectivity_id_vote_id_vote"),
        ),
        sa.PrimaryKeyConstraint(
            "collectivity_id", "vote_id", "name", name=op.f("pk_published_file")
        ),
    )
    op.create_table(
        "receipt",
        sa.Column("collectivity_id", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("vote_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("receipt_key", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("confirm_key", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("counted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("replaced_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["collectivity_id", "vote_id"],
            ["vote.collectivity_id", "vote.vote_id"],
            name=op.f("fk_receipt_collectivity_id_vote_id_vote"),
        ),
        sa.PrimaryKeyConstraint("collectivity_id", "vote_id", "code", name=op.f("pk_receipt")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index("ix_receipt_code", ["code"], unique=False)
        batch_op.create_index(
            "ix_receipt_key", ["collectivity_id", "vote_id", "receipt_key"], unique=False
        )
        batch_op.create_index(
            "uq_receipt_standing",
            ["collectivity_id", "vote_id", "receipt_key"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL AND receipt_key <> ''"),
            postgresql_where=sa.text("replaced_at IS NULL AND receipt_key <> ''"),
        )

    op.create_table(
        "turnout",
        sa.Column("collectivity_id", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("vote_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("dimension", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("voted", sa.Integer(), nullable=False),
        sa.Column("entitled", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["collectivity_id", "vote_id"],
            ["vote.collectivity_id", "vote.vote_id"],
            name=op.f("fk_turnout_collectivity_id_vote_id_vote"),
        ),
        sa.PrimaryKeyConstraint(
            "collectivity_id", "vote_id", "dimension", "name", name=op.f("pk_turnout")
        ),
    )
    # Published rules and published files can never change again, whoever writes to the database.
    make_frozen("vote", "charter")
    make_frozen("vote", "fingerprint")
    make_append_only("published_file")
