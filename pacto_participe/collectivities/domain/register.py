"""Reading the register of collectivities from the lines of a CSV file, and refusing what is wrong in it."""

import csv
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from pacto_participe.collectivities.domain.folding import fold
from pacto_participe.collectivities.domain.places import CollectivityType, Unit

COLUMNS = (
    "code",
    "type",
    "name_fr",
    "name_ar",
    "name_zgh",
    "parent_code",
    "population",
    "population_year",
    "lat",
    "lon",
    "iso_3166_2",
)
_NATION = "MA"
_CODE = re.compile(r"\d\d(\.\d{1,3}){0,3}")
_ISO = re.compile(r"MA-[0-9A-Z]{2,3}")
_FIRST_LINE = 1
LONGEST_NAME = 100

_PARENT_TYPES: dict[CollectivityType, tuple[CollectivityType, ...]] = {
    CollectivityType.REGION: (),
    CollectivityType.PREFECTURE: (CollectivityType.REGION,),
    CollectivityType.PROVINCE: (CollectivityType.REGION,),
    CollectivityType.COMMUNE_URBAN: (CollectivityType.PREFECTURE, CollectivityType.PROVINCE),
    CollectivityType.COMMUNE_RURAL: (CollectivityType.PREFECTURE, CollectivityType.PROVINCE),
    CollectivityType.ARRONDISSEMENT: (CollectivityType.COMMUNE_URBAN,),
}


class Fault(StrEnum):
    """What can be wrong in a register."""

    EMPTY = "empty"
    MISSING_COLUMN = "missing_column"
    NOT_A_TABLE = "not_a_table"
    WRONG_CODE = "wrong_code"
    CODE_TWICE = "code_twice"
    UNKNOWN_TYPE = "unknown_type"
    NAME_MISSING = "name_missing"
    NAME_TOO_LONG = "name_too_long"
    NAME_NOT_LATIN = "name_not_latin"
    WRONG_POPULATION = "wrong_population"
    WRONG_YEAR = "wrong_year"
    WRONG_PLACE = "wrong_place"
    WRONG_ISO = "wrong_iso"
    UNKNOWN_PARENT = "unknown_parent"
    WRONG_PARENT = "wrong_parent"


class BadRegister(Exception):
    """The first fault found: on which line (1 is the header), what, and the text at fault."""

    def __init__(self, line: int, fault: Fault, found: str = "") -> None:
        super().__init__(f"line {line}: {fault.value} {found!r}")
        self.line = line
        self.fault = fault
        self.found = found


def read_register(lines: Iterable[str], known: Mapping[str, Unit]) -> tuple[Unit, ...]:
    """The units of a register, parents before children. Raises BadRegister at the first fault.

    `known` are the units already there, which may be parents of those read. Other columns than
    COLUMNS are ignored.
    """
    reader = csv.DictReader(lines, strict=True)
    found: dict[str, tuple[int, Unit]] = {}
    try:
        for column in COLUMNS:
            if column not in (reader.fieldnames or ()):
                raise BadRegister(_FIRST_LINE, Fault.MISSING_COLUMN, column)
        for record in reader:
            unit = _unit_of(record, reader.line_num)
            if unit.collectivity_id in found:
                raise BadRegister(reader.line_num, Fault.CODE_TWICE, unit.collectivity_id)
            found[unit.collectivity_id] = (reader.line_num, unit)
    except csv.Error as fault:
        raise BadRegister(reader.reader.line_num, Fault.NOT_A_TABLE, str(fault)) from None
    if not found:
        raise BadRegister(_FIRST_LINE, Fault.EMPTY)
    _check_parents(found, known)
    return tuple(sorted((unit for _, unit in found.values()), key=lambda unit: unit.type.depth))


def _check_parents(found: Mapping[str, tuple[int, Unit]], known: Mapping[str, Unit]) -> None:
    for line, unit in found.values():
        if unit.type is CollectivityType.REGION:
            if unit.parent_id is not None:
                raise BadRegister(line, Fault.WRONG_PARENT, unit.parent_id)
            continue
        parent_id = unit.parent_id or _NATION
        parent = found[parent_id][1] if parent_id in found else known.get(parent_id)
        if parent is None:
            raise BadRegister(line, Fault.UNKNOWN_PARENT, parent_id)
        if parent.type not in _PARENT_TYPES[unit.type]:
            raise BadRegister(line, Fault.WRONG_PARENT, parent_id)


def _unit_of(record: Mapping[str, str | None], line: int) -> Unit:
    cells = {column: (record[column] or "").strip() for column in COLUMNS}
    if not _CODE.fullmatch(cells["code"]):
        raise BadRegister(line, Fault.WRONG_CODE, cells["code"])
    try:
        kind = CollectivityType(cells["type"])
    except ValueError:
        raise BadRegister(line, Fault.UNKNOWN_TYPE, cells["type"]) from None
    if not cells["name_fr"] or not cells["name_ar"]:
        raise BadRegister(line, Fault.NAME_MISSING, cells["code"])
    for name in (cells["name_fr"], cells["name_ar"], cells["name_zgh"]):
        if len(name) > LONGEST_NAME:
            raise BadRegister(line, Fault.NAME_TOO_LONG, name)
    if not _is_latin(cells["name_fr"]):
        raise BadRegister(line, Fault.NAME_NOT_LATIN, cells["name_fr"])
    if cells["iso_3166_2"] and not _ISO.fullmatch(cells["iso_3166_2"]):
        raise BadRegister(line, Fault.WRONG_ISO, cells["iso_3166_2"])
    latitude, longitude = _place(cells["lat"], cells["lon"], line)
    return Unit(
        collectivity_id=cells["code"],
        parent_id=None if cells["parent_code"] == _NATION else cells["parent_code"],
        type=kind,
        # The census marks four communes with the asterisk of a footnote; it is not in their names.
        name_fr=cells["name_fr"].rstrip("*"),
        name_ar=cells["name_ar"],
        name_zgh=cells["name_zgh"] or None,
        population=_number(cells["population"], 0, 100_000_000, line, Fault.WRONG_POPULATION),
        population_year=_number(cells["population_year"], 1900, 2200, line, Fault.WRONG_YEAR),
        latitude=latitude,
        longitude=longitude,
        iso_3166_2=cells["iso_3166_2"] or None,
    )


def _is_latin(name: str) -> bool:
    """Whether a Latin address can be made of the name."""
    folded = fold(name)
    return bool(folded) and folded.isascii()


def _number(text: str, least: int, most: int, line: int, fault: Fault) -> int:
    if not (text.isascii() and text.isdigit()) or not least <= int(text) <= most:
        raise BadRegister(line, fault, text)
    return int(text)


def _place(lat: str, lon: str, line: int) -> tuple[float | None, float | None]:
    """Both coordinates or neither."""
    if not lat and not lon:
        return None, None
    try:
        latitude, longitude = float(lat), float(lon)
    except ValueError:
        raise BadRegister(line, Fault.WRONG_PLACE, f"{lat} {lon}") from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise BadRegister(line, Fault.WRONG_PLACE, f"{lat} {lon}")
    return latitude, longitude
