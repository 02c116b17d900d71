"""The table of collectivities: the official facts, and what each one's pages say about it.

It is the town's own row, shared by the whole installation: its key is the id that leads all others.
"""

from sqlalchemy import CheckConstraint, Text
from sqlmodel import Field

from pacto_participe.collectivities.domain import CollectivityType
from pacto_participe.collectivities.domain.register import LONGEST_NAME
from pacto_participe.storage.tables import Row, choice_of


class CollectivityRow(Row, table=True):
    """One region, province, prefecture, commune or arrondissement."""

    __tablename__ = "collectivity"
    __table_args__ = (
        CheckConstraint("population >= 0", name="population_not_negative"),
        CheckConstraint("slug <> ''", name="slug_not_empty"),
    )

    collectivity_id: str = Field(primary_key=True, max_length=20)
    parent_id: str | None = Field(
        default=None,
        index=True,
        max_length=20,
        foreign_key="collectivity.collectivity_id",
    )
    type: CollectivityType = Field(sa_type=choice_of(CollectivityType, "type"))
    slug: str = Field(unique=True, max_length=240)
    name_fr: str = Field(max_length=LONGEST_NAME)
    name_ar: str = Field(max_length=LONGEST_NAME)
    name_zgh: str | None = Field(default=None, max_length=LONGEST_NAME)
    population: int
    population_year: int
    latitude: float | None = None
    longitude: float | None = None
    iso_3166_2: str | None = Field(default=None, max_length=6)
    searched: str = Field(sa_type=Text)

    # What the collectivity says of itself; loading the register leaves these alone.
    tagline_ar: str | None = Field(default=None, max_length=200)
    tagline_fr: str | None = Field(default=None, max_length=200)
    contact_phone: str | None = Field(default=None, max_length=20)
    contact_email: str | None = Field(default=None, max_length=254)
    cndp_number: str | None = Field(default=None, max_length=60)
    mark: str | None = Field(default=None, max_length=120)


COLLECTIVITY = Row.metadata.tables["collectivity"]
