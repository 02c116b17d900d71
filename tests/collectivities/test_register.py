from collections import Counter, defaultdict

import pytest

from pacto_participe.collectivities.domain.register import BadRegister, Fault, read_register
from tests.collectivities.registers import (
    COMMUNE,
    HEADER,
    PROVINCE,
    REGION,
    national_register,
    register,
)


def test_the_bundled_register_holds_the_whole_country():
    types = Counter(unit.type.value for unit in national_register())

    assert types == {
        "region": 12,
        "prefecture": 13,
        "province": 62,
        "commune_urban": 221,
        "commune_rural": 1282,
        "arrondissement": 41,
    }


def test_the_populations_of_the_parts_make_up_the_whole():
    units = national_register()
    inside: dict[str, int] = defaultdict(int)
    for unit in units:
        inside[unit.parent_id or "MA"] += unit.population

    assert inside.pop("MA") == 36_828_330
    assert inside == {
        unit.collectivity_id: unit.population for unit in units if unit.collectivity_id in inside
    }


def test_parents_come_before_children_however_the_file_is_ordered():
    units = read_register(register(COMMUNE, PROVINCE, REGION), {})

    assert [unit.type.value for unit in units] == ["region", "province", "commune_urban"]


def test_a_parent_may_be_known_already():
    known = {unit.collectivity_id: unit for unit in read_register(register(REGION, PROVINCE), {})}

    assert [unit.name_fr for unit in read_register(register(COMMUNE), known)] == ["Oulad Teima"]


def test_the_asterisk_of_a_census_footnote_is_not_part_of_a_name():
    assert (
        read_register(register(REGION.replace("Massa", "Massa*")), {})[0].name_fr == "Souss-Massa"
    )


@pytest.mark.parametrize(
    ("lines", "line", "fault"),
    [
        ([], 1, Fault.MISSING_COLUMN),
        ([f"{HEADER}\n"], 1, Fault.EMPTY),
        ([HEADER.replace("parent_code", "parent")], 1, Fault.MISSING_COLUMN),
        (register(REGION, REGION), 3, Fault.CODE_TWICE),
        (register(REGION.replace("09,", "9,", 1)), 2, Fault.WRONG_CODE),
        (register(REGION, PROVINCE.replace("province,", "wilaya,")), 3, Fault.UNKNOWN_TYPE),
        (register(REGION.replace("سوس-ماسة", "")), 2, Fault.NAME_MISSING),
        (register(REGION.replace("Souss-Massa", "سوس")), 2, Fault.NAME_NOT_LATIN),
        (register(REGION.replace("Souss", "S" * 100)), 2, Fault.NAME_TOO_LONG),
        (register(REGION.replace("3020431", "-1")), 2, Fault.WRONG_POPULATION),
        (register(REGION.replace("3020431", "3 020 431")), 2, Fault.WRONG_POPULATION),
        (register(REGION.replace("2024", "24")), 2, Fault.WRONG_YEAR),
        (register(REGION.replace("-8.1", "")), 2, Fault.WRONG_PLACE),
        (register(REGION.replace("29.7", "290")), 2, Fault.WRONG_PLACE),
        (register(REGION.replace("29.7", "nan")), 2, Fault.WRONG_PLACE),
        (register(REGION.replace("MA-09", "FR-09")), 2, Fault.WRONG_ISO),
        (register(PROVINCE), 2, Fault.UNKNOWN_PARENT),
        (register(REGION, COMMUNE.replace("09.541,", "09,")), 3, Fault.WRONG_PARENT),
        (register(REGION, PROVINCE.replace(",09,", ",MA,")), 3, Fault.UNKNOWN_PARENT),
        (register(REGION.replace(",MA,", ",09,")), 2, Fault.WRONG_PARENT),
        (register(REGION + '"x'), 2, Fault.WRONG_ISO),
        (register(REGION, '09.541,"province'), 3, Fault.NOT_A_TABLE),
        (register("09,region"), 2, Fault.NAME_MISSING),
    ],
)
def test_a_fault_is_named_with_its_line(lines, line, fault):
    with pytest.raises(BadRegister) as refusal:
        read_register(lines, {})

    assert (refusal.value.line, refusal.value.fault) == (line, fault)
