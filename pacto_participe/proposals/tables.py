"""Rows of projects."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Text
from sqlmodel import Field

from pacto_participe.storage.tables import Row

# Both or neither, and somewhere on Earth.
POSITION = (
    "(latitude_e5 IS NULL AND longitude_e5 IS NULL) OR (latitude_e5 IS NOT NULL AND longitude_e5 IS NOT NULL"
    " AND latitude_e5 BETWEEN -9000000 AND 9000000 AND longitude_e5 BETWEEN -18000000 AND 18000000)"
)


class ProjectRow(Row, table=True):
    """One numbered project. Texts are JSON: language -> text. Cost in centimes.

    Where it lies in hundred-thousandths of a degree.
    """

    __tablename__ = "project"
    __table_args__ = (
        ForeignKeyConstraint(
            ["collectivity_id", "consultation_id"],
            ["consultation.collectivity_id", "consultation.consultation_id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("cost_cents >= 0", name="cost_not_negative"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint(POSITION, name="position_whole"),
    )

    collectivity_id: str = Field(primary_key=True, max_length=20)
    consultation_id: str = Field(primary_key=True, max_length=32)
    number: int = Field(primary_key=True)
    title: str = Field(sa_type=Text)
    summary: str = Field(sa_type=Text)
    place: str = Field(sa_type=Text)
    cost_cents: int = Field(sa_type=BigInteger)
    pictogram: str = Field(default="project", max_length=40)
    area: str | None = Field(default=None, max_length=80)
    latitude_e5: int | None = None
    longitude_e5: int | None = None
