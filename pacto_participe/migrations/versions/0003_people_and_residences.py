"""People and residences."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0003_people_and_residences"
down_revision = "0002_collectivities"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "listed_person",
        sa.Column("collectivity_id", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("identity", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("birth", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("district", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("adult_on", sa.Date(), nullable=True),
        sa.Column("import_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.PrimaryKeyConstraint("collectivity_id", "identity", name=op.f("pk_listed_person")),
    )
    op.create_table(
        "login_code",
        sa.Column("code_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("nonce", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "phone", "email", name="kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("value", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
        sa.Column("purpose", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("proved_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("used_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("code_id", name=op.f("pk_login_code")),
        sa.UniqueConstraint("nonce", name=op.f("uq_login_code_nonce")),
    )
    with op.batch_alter_table("login_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_code_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "person",
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
        sa.Column("is_operator", sa.Boolean(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("closed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person")),
    )
    op.create_table(
        "contact",
        sa.Column("value", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "phone", "email", name="kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("proved_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint("place >= 1", name=op.f("ck_contact_place_counts_from_one")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.person_id"], name=op.f("fk_contact_person_id_person")
        ),
        sa.PrimaryKeyConstraint("value", "place", name=op.f("pk_contact")),
        sa.UniqueConstraint("value", "person_id", name=op.f("uq_contact_value_person_id")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_person_id"), ["person_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("collectivity_id", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "clerk",
                "reviewer",
                "moderator",
                "administrator",
                "observer",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("since", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.person_id"], name=op.f("fk_membership_person_id_person")
        ),
        sa.PrimaryKeyConstraint("collectivity_id", "person_id", "role", name=op.f("pk_membership")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_person_id"), ["person_id"], unique=False)

    op.create_table(
        "password",
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("hash", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("changed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.person_id"], name=op.f("fk_password_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_password")),
    )
    op.create_table(
        "residence",
        sa.Column("collectivity_id", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("residence_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("identity", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True),
        sa.Column("district", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("adult_on", sa.Date(), nullable=True),
        sa.Column(
            "method",
            sa.Enum(
                "counter",
                "list",
                "letter",
                "mediator",
                name="method",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("verified_by", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("verified_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ended_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.person_id"], name=op.f("fk_residence_person_id_person")
        ),
        sa.PrimaryKeyConstraint("collectivity_id", "residence_id", name=op.f("pk_residence")),
        sa.UniqueConstraint(
            "collectivity_id", "identity", name=op.f("uq_residence_collectivity_id_identity")
        ),
        sa.UniqueConstraint(
            "collectivity_id", "person_id", name=op.f("uq_residence_collectivity_id_person_id")
        ),
    )
    with op.batch_alter_table("residence", schema=None) as batch_op:
        batch_op.create_index("ix_residence_person_id", ["person_id"], unique=False)

    op.create_table(
        "activation_slip",
        sa.Column("collectivity_id", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("slip_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("residence_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("issued_by", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("issued_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("used_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["collectivity_id", "residence_id"],
            ["residence.collectivity_id", "residence.residence_id"],
            name=op.f("fk_activation_slip_collectivity_id_residence_id_residence"),
        ),
        sa.PrimaryKeyConstraint("collectivity_id", "slip_id", name=op.f("pk_activation_slip")),
        sa.UniqueConstraint(
            "collectivity_id", "code", name=op.f("uq_activation_slip_collectivity_id_code")
        ),
    )
    with op.batch_alter_table("activation_slip", schema=None) as batch_op:
        batch_op.create_index("ix_activation_slip_code", ["code"], unique=False)
        batch_op.create_index(
            "ix_activation_slip_residence", ["collectivity_id", "residence_id"], unique=False
        )
