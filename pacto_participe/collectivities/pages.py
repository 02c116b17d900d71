"""Everything that the templates of this feature may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from pacto_participe.collectivities import wording
from pacto_participe.collectivities.domain import Collectivity, Unit, fold
from pacto_participe.collectivities.domain.places import RegionMap
from pacto_participe.collectivities.domain.town_settings import TownSettings
from pacto_participe.collectivities.queries import FoundPlace, FoundPlaces, Part
from pacto_participe.web import i18n
from pacto_participe.web.retention import KeptShown
from pacto_participe.web.sentences import ToldProblems, sentence_at
from pacto_participe.web.today import TodayItem


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A name, with its language where that is not the language of the page."""

    text: str
    lang: str = ""

    @classmethod
    def full(cls, unit: Unit) -> Self:
        """With its type, in the language of the request."""
        return cls(unit.name(i18n.current().code), _other_language(unit))

    @classmethod
    def short(cls, unit: Unit) -> Self:
        """Alone, in the language of the request."""
        return cls(unit.short_name(i18n.current().code), _other_language(unit))


def _other_language(unit: Unit) -> str:
    lang = unit.name_language(i18n.current().code)
    return "" if lang == i18n.written().code else lang


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One line of a list of places."""

    slug: str
    name: PlaceName
    inhabitants: str
    parts: str = ""
    inside: PlaceName | None = None
    leads_inside: bool = False
    number: int = 0

    @classmethod
    def of_part(cls, part: Part) -> Self:
        """A place on the way from region to commune: regions and provinces lead further inside."""
        place = part.collectivity
        return cls(
            slug=place.slug,
            name=PlaceName.full(place),
            inhabitants=wording.inhabitants(place.population),
            parts=wording.parts_inside(place.type, part.parts),
            leads_inside=place.type.depth < 2,
        )

    @classmethod
    def of_region(cls, part: Part) -> Self:
        """A region with the number that it has on the map."""
        region = part.collectivity
        return cls(
            slug=region.slug,
            name=PlaceName.short(region),
            inhabitants=wording.inhabitants(region.population),
            leads_inside=True,
            number=int(region.collectivity_id),
        )

    @classmethod
    def of_found(cls, found: FoundPlace) -> Self:
        """A search result, with what it lies in."""
        place = found.collectivity
        return cls(
            slug=place.slug,
            name=PlaceName.full(place),
            inhabitants=wording.inhabitants(place.population),
            inside=PlaceName.full(found.parent) if found.parent else None,
        )

    @classmethod
    def of_place(cls, place: Collectivity) -> Self:
        """A suggestion."""
        return cls(
            slug=place.slug,
            name=PlaceName.full(place),
            inhabitants=wording.inhabitants(place.population),
        )


@dataclass(frozen=True, slots=True)
class MapShape:
    """A region on the map."""

    slug: str
    name: str
    number: int
    path: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found, or what may have been meant."""

    asked: str
    total: int
    page: int
    pages: int
    places: tuple[PlaceLine, ...]
    suggestions: tuple[PlaceLine, ...] = ()


@dataclass(frozen=True, slots=True)
class HomePage:
    """The national home: search, results, the map and the list of the regions."""

    template: ClassVar[str] = "collectivities/home.html"

    region_map: RegionMap
    shapes: tuple[MapShape, ...]
    regions: tuple[PlaceLine, ...]
    results: Results | None = None


@dataclass(frozen=True, slots=True)
class TerritoryPage:
    """What lies in a collectivity, and what it lies in."""

    template: ClassVar[str] = "collectivities/territory.html"

    name: PlaceName
    slug: str
    code: str
    title: str
    people: int
    year: int
    parts_counted: str
    around: tuple[PlaceLine, ...]
    parts: tuple[PlaceLine, ...]


def home_page(regions: Sequence[Part], region_map: RegionMap, results: Results | None) -> HomePage:
    """The regions in the order of their numbers, which is from north to south."""
    by_id = {part.collectivity.collectivity_id: part.collectivity for part in regions}
    lang = i18n.current().code
    shapes = tuple(
        MapShape(
            slug=by_id[shape.collectivity_id].slug,
            name=by_id[shape.collectivity_id].short_name(lang),
            number=int(shape.collectivity_id),
            path=shape.path,
            x=shape.x,
            y=shape.y,
        )
        for shape in region_map.shapes
        if shape.collectivity_id in by_id
    )
    return HomePage(region_map, shapes, tuple(map(PlaceLine.of_region, regions)), results)


def results_of(asked: str, found: FoundPlaces, near: Sequence[Collectivity]) -> Results:
    """The answer to a search. `near` is what may have been meant when nothing was found."""
    return Results(
        asked=asked,
        total=found.total,
        page=found.page,
        pages=found.pages,
        places=tuple(map(PlaceLine.of_found, found.places)),
        suggestions=tuple(map(PlaceLine.of_place, near)),
    )


def territory_page(
    place: Collectivity, around: Sequence[Collectivity], parts: Sequence[Part]
) -> TerritoryPage:
    """The parts in the alphabetical order of the page's language."""
    lang = i18n.current().code
    in_order = sorted(parts, key=lambda part: fold(part.collectivity.short_name(lang)))
    return TerritoryPage(
        name=PlaceName.full(place),
        slug=place.slug,
        code=place.collectivity_id,
        title=wording.title_of_parts(place.type, len(parts)),
        people=place.population,
        year=place.population_year,
        parts_counted=wording.parts_inside(place.type, len(parts)),
        around=tuple(map(PlaceLine.of_place, around)),
        parts=tuple(map(PlaceLine.of_part, in_order)),
    )


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """What a collectivity says of itself, as it stands or as it was typed.

    `stands` is what somebody else saved meanwhile, as (label, text), where it differs from what was typed.
    """

    template: ClassVar[str] = "collectivities/settings.html"

    shown: TownSettings
    labels: Mapping[str, str]
    marks: tuple[tuple[str, str], ...]
    official: PlaceName
    problems: ToldProblems = ()
    stands: tuple[tuple[str, str], ...] = ()
    is_saved: bool = False

    def problem(self, name: str) -> str:
        return sentence_at(self.problems, name)


@dataclass(frozen=True, slots=True)
class PrivacyPage:
    """Personal data: who answers for them, what is held and until when."""

    template: ClassVar[str] = "collectivities/privacy.html"

    said: TownSettings
    kinds: tuple[KeptShown, ...]


@dataclass(frozen=True, slots=True)
class AccessibilityPage:
    """How far everyone can use the site."""

    template: ClassVar[str] = "collectivities/accessibility.html"

    said: TownSettings


@dataclass(frozen=True, slots=True)
class StaffLink:
    """A page of the staff, and a sentence of help."""

    label: str
    address: str
    help: str


@dataclass(frozen=True, slots=True)
class TodayPage:
    """What needs someone now, and the ways on."""

    template: ClassVar[str] = "collectivities/today.html"

    items: tuple[TodayItem, ...]
    links: tuple[StaffLink, ...]
    now: datetime
