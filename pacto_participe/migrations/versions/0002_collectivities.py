"""Collectivities: the official register, and what each one says of itself."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0002_collectivities"
down_revision = "0001_foundations"
branch_labels = None
depends_on = None

TYPES = ("region", "prefecture", "province", "commune_urban", "commune_rural", "arrondissement")


def upgrade() -> None:
    text_of = sqlmodel.sql.sqltypes.AutoString
    op.create_table(
        "collectivity",
        sa.Column("collectivity_id", text_of(length=20), nullable=False),
        sa.Column("parent_id", text_of(length=20), nullable=True),
        sa.Column(
            "type",
            sa.Enum(*TYPES, name="type", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("slug", text_of(length=240), nullable=False),
        sa.Column("name_fr", text_of(length=100), nullable=False),
        sa.Column("name_ar", text_of(length=100), nullable=False),
        sa.Column("name_zgh", text_of(length=100), nullable=True),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("population_year", sa.Integer(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("iso_3166_2", text_of(length=6), nullable=True),
        sa.Column("searched", sa.Text(), nullable=False),
        sa.Column("tagline_ar", text_of(length=200), nullable=True),
        sa.Column("tagline_fr", text_of(length=200), nullable=True),
        sa.Column("contact_phone", text_of(length=20), nullable=True),
        sa.Column("contact_email", text_of(length=254), nullable=True),
        sa.Column("cndp_number", text_of(length=60), nullable=True),
        sa.Column("mark", text_of(length=120), nullable=True),
        sa.CheckConstraint("population >= 0", name="population_not_negative"),
        sa.CheckConstraint("slug <> ''", name="slug_not_empty"),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["collectivity.collectivity_id"],
            name=op.f("fk_collectivity_parent_id_collectivity"),
        ),
        sa.PrimaryKeyConstraint("collectivity_id", name=op.f("pk_collectivity")),
        sa.UniqueConstraint("slug", name=op.f("uq_collectivity_slug")),
    )
    with op.batch_alter_table("collectivity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_collectivity_parent_id"), ["parent_id"], unique=False)
