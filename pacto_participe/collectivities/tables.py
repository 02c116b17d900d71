"""The table of collectivities, which holds the official facts, and what each one says of itself.

Both are the town's own rows: their key is the id that leads all others.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, Text
from sqlmodel import Field

from pacto_participe.collectivities.domain import CollectivityType
from pacto_participe.collectivities.domain.register import LONGEST_NAME
from pacto_participe.collectivities.domain.town_settings import LONGEST
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


class SettingsRow(Row, table=True):
    """What a collectivity says of itself. Without a row nothing is set; the register never touches it."""

    __tablename__ = "collectivity_settings"
    __table_args__ = (CheckConstraint("version > 0", name="version_positive"),)

    collectivity_id: str = Field(
        primary_key=True, max_length=20, foreign_key="collectivity.collectivity_id"
    )
    version: int
    changed_at: datetime
    name_ar: str = Field(max_length=100)
    name_fr: str = Field(max_length=100)
    tagline_ar: str = Field(max_length=100)
    tagline_fr: str = Field(max_length=100)
    mark: str = Field(max_length=40)
    language: str = Field(max_length=2)
    phone: str = Field(max_length=30)
    email: str = Field(max_length=254)
    address_ar: str = Field(max_length=LONGEST)
    address_fr: str = Field(max_length=LONGEST)
    hours_ar: str = Field(max_length=LONGEST)
    hours_fr: str = Field(max_length=LONGEST)
    controller_ar: str = Field(max_length=LONGEST)
    controller_fr: str = Field(max_length=LONGEST)
    controller_address: str = Field(max_length=LONGEST)
    cndp_number: str = Field(max_length=60)


COLLECTIVITY = Row.metadata.tables["collectivity"]
SETTINGS = Row.metadata.tables["collectivity_settings"]
