"""Where a project lies, for maps: degrees in hundred-thousandths, both or neither."""

import sqlalchemy as sa
from alembic import op

revision = "0028_positions_of_projects"
down_revision = "0027_recordings"
branch_labels = None
depends_on = None

POSITION = (
    "(latitude_e5 IS NULL AND longitude_e5 IS NULL) OR (latitude_e5 IS NOT NULL AND longitude_e5 IS NOT NULL"
    " AND latitude_e5 BETWEEN -9000000 AND 9000000 AND longitude_e5 BETWEEN -18000000 AND 18000000)"
)


def upgrade() -> None:
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.add_column(sa.Column("latitude_e5", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("longitude_e5", sa.Integer(), nullable=True))
        batch_op.create_check_constraint(op.f("ck_project_position_whole"), POSITION)
