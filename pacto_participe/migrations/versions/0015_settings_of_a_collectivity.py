"""What a collectivity says of itself, in a table of its own beside the official register."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0015_settings_of_a_collectivity"
down_revision = "0014_second_factor"
branch_labels = None
depends_on = None

Text = sqlmodel.sql.sqltypes.AutoString
Instant = sqlmodel.sql.sqltypes.UTCDateTime

LENGTHS = {
    "name_ar": 100, "name_fr": 100, "tagline_ar": 100, "tagline_fr": 100, "mark": 40, "language": 2,
    "phone": 30, "email": 254, "address_ar": 300, "address_fr": 300, "hours_ar": 300, "hours_fr": 300,
    "controller_ar": 300, "controller_fr": 300, "controller_address": 300, "cndp_number": 60,
}  # fmt: skip
MOVED = ("tagline_ar", "tagline_fr", "contact_phone", "contact_email", "cndp_number", "mark")


def upgrade() -> None:
    op.create_table(
        "collectivity_settings",
        sa.Column("collectivity_id", Text(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        *(sa.Column(name, Text(length=length), nullable=False) for name, length in LENGTHS.items()),
        sa.CheckConstraint("version > 0", name=op.f("ck_collectivity_settings_version_positive")),
        sa.ForeignKeyConstraint(
            ["collectivity_id"],
            ["collectivity.collectivity_id"],
            name=op.f("fk_collectivity_settings_collectivity_id_collectivity"),
        ),
        sa.PrimaryKeyConstraint("collectivity_id", name=op.f("pk_collectivity_settings")),
    )
    op.execute(
        "INSERT INTO collectivity_settings (collectivity_id, version, changed_at, name_ar, name_fr, "
        "tagline_ar, tagline_fr, mark, language, phone, email, address_ar, address_fr, hours_ar, "
        "hours_fr, controller_ar, controller_fr, controller_address, cndp_number) "
        "SELECT collectivity_id, 1, CURRENT_TIMESTAMP, '', '', substr(coalesce(tagline_ar, ''), 1, 100), "
        "substr(coalesce(tagline_fr, ''), 1, 100), 'mark', 'ar', coalesce(contact_phone, ''), "
        "coalesce(contact_email, ''), '', '', '', '', '', '', '', coalesce(cndp_number, '') "
        "FROM collectivity WHERE coalesce(tagline_ar, tagline_fr, contact_phone, contact_email, "
        "cndp_number) IS NOT NULL"
    )
    for name in MOVED:
        op.drop_column("collectivity", name)
