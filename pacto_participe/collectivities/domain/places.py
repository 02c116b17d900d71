"""A collectivity: its facts from the register, and what its pages need."""

from dataclasses import dataclass
from enum import StrEnum

from pacto_participe.collectivities.domain import names


class CollectivityType(StrEnum):
    """What a unit of the register is. Organic law 113-14 treats urban and rural communes alike."""

    REGION = "region"
    PREFECTURE = "prefecture"
    PROVINCE = "province"
    COMMUNE_URBAN = "commune_urban"
    COMMUNE_RURAL = "commune_rural"
    ARRONDISSEMENT = "arrondissement"

    @property
    def is_commune(self) -> bool:
        return self in (CollectivityType.COMMUNE_URBAN, CollectivityType.COMMUNE_RURAL)

    @property
    def depth(self) -> int:
        """0 for a region, 1 for what lies in a region, and so on."""
        return _DEPTHS[self]


_DEPTHS = {
    CollectivityType.REGION: 0,
    CollectivityType.PREFECTURE: 1,
    CollectivityType.PROVINCE: 1,
    CollectivityType.COMMUNE_URBAN: 2,
    CollectivityType.COMMUNE_RURAL: 2,
    CollectivityType.ARRONDISSEMENT: 3,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One line of the register. The id is the HCP's code; coordinates are WGS 84 degrees."""

    collectivity_id: str
    parent_id: str | None
    type: CollectivityType
    name_fr: str
    name_ar: str
    name_zgh: str | None = None
    population: int
    population_year: int
    latitude: float | None = None
    longitude: float | None = None
    iso_3166_2: str | None = None

    def short_name(self, lang: str) -> str:
        """The name alone: أكادير, Agadir."""
        return names.short_name(self, lang)

    def name(self, lang: str) -> str:
        """The name with its type: جماعة أكادير, Commune d’Agadir."""
        return names.full_name(self, lang)

    def name_language(self, lang: str) -> str:
        """The language of the names given for `lang`: "ar" where no Amazigh name is known."""
        return names.language_of_name(self, lang)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collectivity(Unit):
    """A unit of the register with its address."""

    slug: str


@dataclass(frozen=True, slots=True)
class RegionShape:
    """The outline of a region as an SVG path, and where its number stands."""

    collectivity_id: str
    path: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class RegionMap:
    """The drawn regions, in a frame of width by height units. The attribution is owed under it."""

    width: int
    height: int
    attribution: str
    shapes: tuple[RegionShape, ...]
