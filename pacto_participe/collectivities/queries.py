"""Questions about collectivities. Every one says how many statements it sends."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, case, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.collectivities.domain import Collectivity, CollectivityType, Unit
from pacto_participe.collectivities.domain.places import RegionMap, RegionShape
from pacto_participe.collectivities.domain.search import (
    NameQuery,
    name_beginning,
    nearest,
    part_of_a_word,
    whole_name,
    word_beginning,
)
from pacto_participe.collectivities.domain.town_settings import TownSettings
from pacto_participe.collectivities.tables import COLLECTIVITY, SETTINGS
from pacto_participe.kernel.errors import NotFound

PLACES_PER_PAGE = 20
MOST_SUGGESTIONS = 5

_c = COLLECTIVITY.c
_UNIT = [
    _c.collectivity_id,
    _c.parent_id,
    _c.type,
    _c.name_fr,
    _c.name_ar,
    _c.name_zgh,
    _c.population,
    _c.population_year,
    _c.latitude,
    _c.longitude,
    _c.iso_3166_2,
]
_FACTS = [*_UNIT, _c.slug]
_parent = COLLECTIVITY.alias("parent")
_COMMUNES = (CollectivityType.COMMUNE_URBAN, CollectivityType.COMMUNE_RURAL)


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit already stored, with its address and the text that searches read."""

    unit: Unit
    slug: str
    searched: str


@dataclass(frozen=True, slots=True)
class Part:
    """A collectivity inside another one, and how many lie directly in it."""

    collectivity: Collectivity
    parts: int


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A search result: the collectivity, and what it lies in (nothing for a region)."""

    collectivity: Collectivity
    parent: Unit | None


@dataclass(frozen=True, slots=True)
class FoundPlaces:
    """One page of search results. `page` counts from 1."""

    places: tuple[FoundPlace, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PLACES_PER_PAGE))


async def collectivity_by_slug(session: AsyncSession, slug: str) -> Collectivity:
    """One statement. Raises NotFound."""
    return await _the_one(session, select(*_FACTS).where(_c.slug == slug))


async def collectivity_by_id(session: AsyncSession, collectivity_id: str) -> Collectivity:
    """One statement. Raises NotFound."""
    return await _the_one(session, select(*_FACTS).where(_c.collectivity_id == collectivity_id))


_SAID = [SETTINGS.c[field.name].label(f"said_{field.name}") for field in fields(TownSettings)]


async def town_by_slug(session: AsyncSession, slug: str) -> tuple[Collectivity, TownSettings]:
    """A collectivity with what it says of itself. One statement. Raises NotFound."""
    statement = (
        select(*_FACTS, *_SAID)
        .outerjoin_from(COLLECTIVITY, SETTINGS, SETTINGS.c.collectivity_id == _c.collectivity_id)
        .where(_c.slug == slug)
    )
    rows = await _rows(session, statement)
    if not rows:
        raise NotFound
    row = rows[0]
    if row["said_version"] is None:
        return _collectivity_of(row), TownSettings()
    said = {field.name: row[f"said_{field.name}"] for field in fields(TownSettings)}
    return _collectivity_of(row), TownSettings(**said)


async def settings_of(session: AsyncSession, collectivity_id: str) -> TownSettings:
    """What a collectivity says of itself; version 0 when it never said anything. One statement."""
    columns = [SETTINGS.c[field.name] for field in fields(TownSettings)]
    rows = await _rows(
        session, select(*columns).where(SETTINGS.c.collectivity_id == collectivity_id)
    )
    return TownSettings(**rows[0]) if rows else TownSettings()


async def _the_one(session: AsyncSession, statement: Select[Any]) -> Collectivity:
    rows = await _rows(session, statement)
    if not rows:
        raise NotFound
    return Collectivity(**rows[0])


async def lies_in(session: AsyncSession, collectivity: Collectivity) -> tuple[Collectivity, ...]:
    """What a collectivity lies in, from its region inwards; empty for a region. One statement."""
    above = (
        select(_c.collectivity_id, _c.parent_id)
        .where(_c.collectivity_id == collectivity.parent_id)
        .cte("above", recursive=True)
    )
    above = above.union_all(
        select(_parent.c.collectivity_id, _parent.c.parent_id).join(
            above, _parent.c.collectivity_id == above.c.parent_id
        )
    )
    statement = select(*_FACTS).where(_c.collectivity_id.in_(select(above.c.collectivity_id)))
    rows = await _rows(session, statement)
    return tuple(sorted((Collectivity(**row) for row in rows), key=lambda place: place.type.depth))


async def parts_of(session: AsyncSession, collectivity_id: str) -> tuple[Part, ...]:
    """What lies directly in a collectivity, by code. One statement; 89 rows at most in the register."""
    return await _parts(session, _c.parent_id == collectivity_id)


async def regions(session: AsyncSession) -> tuple[Part, ...]:
    """The regions by code, which is from north to south. One statement, 12 rows."""
    return await _parts(session, _c.type == CollectivityType.REGION)


async def _parts(session: AsyncSession, condition: ColumnElement[bool]) -> tuple[Part, ...]:
    inside = COLLECTIVITY.alias("inside")
    count = (
        select(func.count())
        .select_from(inside)
        .where(inside.c.parent_id == _c.collectivity_id)
        .scalar_subquery()
    )
    statement = select(*_FACTS, count.label("parts")).where(condition).order_by(_c.collectivity_id)
    rows = await _rows(session, statement)
    return tuple(Part(_collectivity_of(row), row["parts"]) for row in rows)


async def places_named(session: AsyncSession, query: NameQuery, page: int) -> FoundPlaces:
    """Places by name: whole names first, then beginnings, then words; communes, then the largest.

    Every word must begin a word of the place's names, or of what it lies in ("ajdir taza"), and at
    least one of its own. One statement; a page beyond the last is empty with total 0.
    """
    if query.is_empty:
        return FoundPlaces((), 0, page)
    parent_unit = [column.label(f"parent_{column.name}") for column in _parents(_UNIT)]
    statement = (
        select(*_FACTS, *parent_unit, func.count().over().label("total"))
        .outerjoin_from(COLLECTIVITY, _parent, _parent.c.collectivity_id == _c.parent_id)
        .where(_matches(query))
        .order_by(*_best_first(query))
        .limit(PLACES_PER_PAGE)
        .offset((page - 1) * PLACES_PER_PAGE)
    )
    rows = await _rows(session, statement)
    places = tuple(FoundPlace(_collectivity_of(row), _parent_of(row)) for row in rows)
    return FoundPlaces(places, rows[0]["total"] if rows else 0, page)


async def places_like(session: AsyncSession, query: NameQuery) -> tuple[Collectivity, ...]:
    """What may have been meant when nothing was found: names that begin most alike, or in which a word
    stands that was typed. One statement.
    """
    beginnings = {word_beginning(word[:2]) for word in query.words if len(word) > 1}
    parts = {part for word in query.words if (part := part_of_a_word(word))}
    if not beginnings:
        return ()
    statement = (
        select(*_FACTS, _c.searched)
        .where(or_(*(_c.searched.like(pattern) for pattern in sorted(beginnings | parts))))
        .order_by(_communes_first(), _c.population.desc(), _c.collectivity_id)
    )
    rows = await _rows(session, statement)
    by_id = {row["collectivity_id"]: row for row in rows}
    candidates = [(key, row["searched"]) for key, row in by_id.items()]
    best = nearest(query, candidates, most=MOST_SUGGESTIONS)
    return tuple(_collectivity_of(by_id[key]) for key in best)


async def known_units(session: AsyncSession) -> dict[str, KnownUnit]:
    """Every stored unit by its id. One statement, 1,631 rows with the national register."""
    statement = select(*_UNIT, _c.slug, _c.searched)
    rows = await _rows(session, statement)
    return {
        row["collectivity_id"]: KnownUnit(_unit_of(row), row["slug"], row["searched"])
        for row in rows
    }


@cache
def region_map() -> RegionMap:
    """The bundled drawing of the regions. No statement; read once."""
    source = files("pacto_participe.collectivities") / "data" / "regions_map.json"
    drawing = json.loads(source.read_text(encoding="utf-8"))
    shapes = tuple(
        RegionShape(shape["code"], shape["path"], shape["x"], shape["y"])
        for shape in drawing["regions"]
    )
    return RegionMap(drawing["width"], drawing["height"], drawing["attribution"], shapes)


async def _rows(session: AsyncSession, statement: Select[Any]) -> Sequence[RowMapping]:
    """The rows as mappings, without the object mapper: these are lists and the head of every page."""
    connection = await session.connection()
    found: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
    return found


def _matches(query: NameQuery) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = []
    if query.types:
        conditions.append(_c.type.in_(sorted(query.types)))
    if query.words:
        own = [_c.searched.like(word_beginning(word)) for word in query.words]
        around = [_parent.c.searched.like(word_beginning(word)) for word in query.words]
        conditions.append(or_(*own))
        conditions += [or_(*pair) for pair in zip(own, around, strict=True)]
    return and_(*conditions)


def _best_first(query: NameQuery) -> list[ColumnElement[Any]]:
    order = [_communes_first(), _c.population.desc(), _c.collectivity_id]
    if not query.words:
        return order
    closeness = case(
        (_c.searched.like(whole_name(query)), 0),
        (_c.searched.like(name_beginning(query)), 1),
        (and_(*(_c.searched.like(word_beginning(word)) for word in query.words)), 2),
        else_=3,
    )
    return [closeness, *order]


def _communes_first() -> ColumnElement[int]:
    """A resident who types Fès looks for the commune, not for the prefecture of the same name."""
    return case((_c.type.in_(_COMMUNES), 0), else_=1)


def _parents(columns: list[Any]) -> list[Any]:
    return [_parent.c[column.name] for column in columns]


def _unit_of(row: Mapping[Any, Any]) -> Unit:
    return Unit(**{column.name: row[column.name] for column in _UNIT})


def _collectivity_of(row: Mapping[Any, Any]) -> Collectivity:
    return Collectivity(**{column.name: row[column.name] for column in _FACTS})


def _parent_of(row: Mapping[Any, Any]) -> Unit | None:
    if row["parent_collectivity_id"] is None:
        return None
    return Unit(**{column.name: row[f"parent_{column.name}"] for column in _UNIT})
