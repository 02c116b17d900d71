"""What is done to the register."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, update

from pacto_participe.collectivities import queries
from pacto_participe.collectivities.domain import Unit
from pacto_participe.collectivities.domain.register import read_register
from pacto_participe.collectivities.domain.search import searched_text
from pacto_participe.collectivities.domain.slugs import slugs_for
from pacto_participe.collectivities.events import RegisterLoaded
from pacto_participe.collectivities.tables import COLLECTIVITY
from pacto_participe.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a register did, in numbers of units. `kept` are stored and not in the file."""

    added: int
    changed: int
    unchanged: int
    kept: int

    @property
    def read(self) -> int:
        return self.added + self.changed + self.unchanged


async def load_register(uow: UnitOfWork, lines: Iterable[str]) -> Loaded:
    """Bring the stored units to what the lines of a register say. Three statements at most.

    Idempotent: a second time changes nothing. A unit keeps its slug and what it says of itself; a
    unit that the file does not name stays. Raises BadRegister before anything is written.
    """
    known = await queries.known_units(uow.session)
    units = read_register(lines, {key: stored.unit for key, stored in known.items()})
    records = _records(units, known)
    added = [record for record in records if record["collectivity_id"] not in known]
    changed = [
        record
        for record in records
        if record["collectivity_id"] in known
        and record != _record_of(known[record["collectivity_id"]])
    ]
    connection = await uow.session.connection()
    if added:
        await connection.execute(insert(COLLECTIVITY), added)
    if changed:
        await connection.execute(_CHANGE, [_with_key(record) for record in changed])
    if added or changed:
        uow.record(RegisterLoaded(added=len(added), changed=len(changed)))
    return Loaded(
        added=len(added),
        changed=len(changed),
        unchanged=len(records) - len(added) - len(changed),
        kept=len(known.keys() - {unit.collectivity_id for unit in units}),
    )


def _records(
    units: tuple[Unit, ...], known: Mapping[str, queries.KnownUnit]
) -> list[dict[str, Any]]:
    """The rows to store, parents first."""
    relatives = {key: stored.unit for key, stored in known.items()}
    relatives |= {unit.collectivity_id: unit for unit in units}
    slugs = slugs_for(units, relatives, {key: stored.slug for key, stored in known.items()})
    return [
        _record_of(queries.KnownUnit(unit, slugs[unit.collectivity_id], searched_text(unit)))
        for unit in units
    ]


def _record_of(known: queries.KnownUnit) -> dict[str, Any]:
    unit = known.unit
    return {
        "collectivity_id": unit.collectivity_id,
        "parent_id": unit.parent_id,
        "type": unit.type,
        "slug": known.slug,
        "name_fr": unit.name_fr,
        "name_ar": unit.name_ar,
        "name_zgh": unit.name_zgh,
        "population": unit.population,
        "population_year": unit.population_year,
        "latitude": unit.latitude,
        "longitude": unit.longitude,
        "iso_3166_2": unit.iso_3166_2,
        "searched": known.searched,
    }


_KEY = "key"
_OFFICIAL = (
    "parent_id",
    "type",
    "name_fr",
    "name_ar",
    "name_zgh",
    "population",
    "population_year",
    "latitude",
    "longitude",
    "iso_3166_2",
    "searched",
)
_CHANGE = (
    update(COLLECTIVITY)
    .where(COLLECTIVITY.c.collectivity_id == bindparam(_KEY))
    .values({name: bindparam(name) for name in _OFFICIAL})
)


def _with_key(record: dict[str, Any]) -> dict[str, Any]:
    return {_KEY: record["collectivity_id"]} | {name: record[name] for name in _OFFICIAL}
