import re
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pacto_participe.collectivities.domain.register import read_register
from pacto_participe.collectivities.domain.slugs import slugs_for
from tests.collectivities.registers import (
    COMMUNE,
    PROVINCE,
    REGION,
    national_register,
    national_slugs,
    register,
    unit_named,
)


def test_every_unit_of_the_country_has_an_address_of_its_own():
    slugs = national_slugs()

    assert len(slugs) == len(set(slugs.values())) == 1631
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) for slug in slugs.values())


def test_a_commune_has_its_plain_name():
    slugs = national_slugs()

    assert slugs[unit_named("Agadir", "commune").collectivity_id] == "agadir"
    assert slugs[unit_named("M'diq", "commune").collectivity_id] == "mdiq"


def test_namesakes_all_carry_their_province():
    slugs = set(national_slugs().values())

    assert {"ajdir-taza", "ajdir-al-hoceima"} <= slugs
    assert "ajdir" not in slugs


def test_regions_and_provinces_say_what_they_are_and_boroughs_where():
    slugs = set(national_slugs().values())

    assert {
        "region-souss-massa",
        "region-oriental",
        "province-taza",
        "prefecture-fes",
        "casablanca-anfa",
        "marrakech-medina",
    } <= slugs


def test_an_address_once_given_stays_when_a_namesake_comes():
    twin = COMMUNE.replace("09.541.01.01", "09.541.01.03")
    units = read_register(register(REGION, PROVINCE, COMMUNE, twin), {})
    relatives = {unit.collectivity_id: unit for unit in units}

    slugs = slugs_for(units, relatives, {"09.541.01.01": "oulad-teima"})

    assert slugs["09.541.01.01"] == "oulad-teima"
    assert slugs["09.541.01.03"] == "oulad-teima-taroudannt"


def test_namesakes_within_one_province_carry_their_code():
    twin = COMMUNE.replace("09.541.01.01", "09.541.01.03")
    units = read_register(register(REGION, PROVINCE, COMMUNE, twin), {})

    slugs = slugs_for(units, {unit.collectivity_id: unit for unit in units}, {})

    assert sorted(slugs.values()) == [
        "oulad-teima-09-541-01-03",
        "oulad-teima-taroudannt",
        "province-taroudannt",
        "region-souss-massa",
    ]


@given(st.sets(st.sampled_from(range(1631)), min_size=1, max_size=60))
def test_whatever_was_loaded_before_all_addresses_stay_unique(indexes):
    units = national_register()
    relatives = {unit.collectivity_id: unit for unit in units}
    first = [units[index] for index in sorted(indexes)]
    kept = slugs_for(first, relatives, {})

    slugs = slugs_for(units, relatives, kept)

    assert not [slug for slug, times in Counter(slugs.values()).items() if times > 1]
    assert all(slugs[key] == slug for key, slug in kept.items())
