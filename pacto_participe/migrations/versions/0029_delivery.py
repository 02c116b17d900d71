"""What became of funded projects: updates that can only be added to."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from pacto_participe.migrations.append_only import (
    make_append_only,
    refuse_replace,
    refuse_truncate,
)

revision = "0029_delivery"
down_revision = "0028_positions_of_projects"
branch_labels = None
depends_on = None

Text = sqlmodel.sql.sqltypes.AutoString
Instant = sqlmodel.sql.sqltypes.UTCDateTime
TABLE = "delivery_update"


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _check(name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{TABLE}_{name}"))


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("collectivity_id", Text(length=20), nullable=False),
        sa.Column("vote_id", Text(length=32), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("written_at", Instant(), nullable=False),
        sa.Column(
            "status",
            _one_of("status", "planned", "procurement", "works", "late", "done", "abandoned"),
            nullable=False,
        ),
        sa.Column("spent_cents", sa.BigInteger(), nullable=False),
        sa.Column(
            "bureau",
            _one_of(
                "bureau",
                "technical_service",
                "planning_service",
                "green_spaces",
                "social_service",
                "procurement_service",
                "general_services",
                "province_services",
                "utility",
                "partner",
            ),
            nullable=False,
        ),
        sa.Column("text_ar", Text(length=300), nullable=False),
        sa.Column("text_fr", Text(length=300), nullable=False),
        sa.Column(
            "milestone",
            _one_of(
                "milestone",
                "study_ends",
                "council_decides",
                "call_for_bids",
                "contract_signed",
                "works_begin",
                "works_end",
                "delivered",
                "opens_to_residents",
            ),
            nullable=True,
        ),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("decision", Text(length=60), nullable=False),
        sa.Column("corrects", sa.Integer(), nullable=True),
        _check("place_positive", "place > 0"),
        _check("spent_not_negative", "spent_cents >= 0"),
        _check("text_said", "text_ar <> '' OR text_fr <> ''"),
        _check("next_day_promised", "status IN ('done', 'abandoned') OR next_on IS NOT NULL"),
        _check("end_dated", "status <> 'done' OR done_on IS NOT NULL"),
        _check("decision_named", "status <> 'abandoned' OR decision <> ''"),
        _check("newest_corrected", "corrects IS NULL OR corrects = place - 1"),
        sa.ForeignKeyConstraint(
            ["collectivity_id", "vote_id"],
            ["vote.collectivity_id", "vote.vote_id"],
            name=op.f(f"fk_{TABLE}_collectivity_id_vote"),
        ),
        sa.PrimaryKeyConstraint(
            "collectivity_id", "vote_id", "project", "place", name=op.f(f"pk_{TABLE}")
        ),
    )
    make_append_only(TABLE)
    refuse_truncate(TABLE)
    refuse_replace(TABLE, ("collectivity_id", "vote_id", "project", "place"))
