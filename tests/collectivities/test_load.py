import pytest

from pacto_participe.collectivities import queries, services
from pacto_participe.collectivities.domain.register import BadRegister
from pacto_participe.collectivities.domain.town_settings import TownSettings
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.clock import SystemClock
from pacto_participe.storage.unit_of_work import unit_of_work
from tests.collectivities.conftest import load
from tests.collectivities.registers import (
    COMMUNE,
    PROVINCE,
    REGION,
    national_lines,
    national_slugs,
    register,
)
from tests.recorded import recorded


async def test_the_whole_country_loads_and_a_second_time_changes_nothing(database):
    first = await load(database, national_lines())
    second = await load(database, national_lines())

    assert first == services.Loaded(added=1631, changed=0, unchanged=0, kept=0)
    assert second == services.Loaded(added=0, changed=0, unchanged=1631, kept=0)
    assert [event.body for event in await recorded(database)] == [{"added": 1631, "changed": 0}]


async def test_every_unit_is_stored_with_its_facts_and_its_address(country):
    async with country.read() as session:
        slugs = {key: known.slug for key, known in (await queries.known_units(session)).items()}
        agadir = await queries.collectivity_by_slug(session, "agadir")

    assert slugs == national_slugs()
    assert agadir.name_ar == "أكادير"
    assert agadir.population == 504_768
    assert (agadir.latitude, agadir.longitude) == (30.4202, -9.5982)


async def test_a_new_census_changes_the_figures_and_neither_address_nor_telephone(database):
    await load(database, register(REGION, PROVINCE, COMMUNE))
    administrator = Actor(person_id="a", roles=frozenset({("09.541.01.01", Role.ADMINISTRATOR)}))
    async with unit_of_work(database, SystemClock(), administrator) as uow:
        said = TownSettings(phone="0528000000", name_fr="Oulad Teïma", cndp_number="D-1")
        await services.save_settings(uow, "09.541.01.01", said)
    renamed = COMMUNE.replace("98592,2024", "120000,2034").replace("Oulad Teima", "Ouled Teima")

    loaded = await load(database, register(REGION, PROVINCE, renamed))

    async with database.read() as session:
        commune = await queries.collectivity_by_id(session, "09.541.01.01")
        kept = await queries.settings_of(session, "09.541.01.01")
    assert loaded == services.Loaded(added=0, changed=1, unchanged=2, kept=0)
    assert (commune.population, commune.population_year) == (120_000, 2034)
    assert (commune.name_fr, commune.slug) == ("Ouled Teima", "oulad-teima")
    assert (kept.phone, kept.name_fr, kept.cndp_number) == ("05 28 00 00 00", "Oulad Teïma", "D-1")


async def test_a_unit_that_the_file_does_not_name_stays(database):
    await load(database, register(REGION, PROVINCE, COMMUNE))

    loaded = await load(database, register(REGION))

    assert loaded == services.Loaded(added=0, changed=0, unchanged=1, kept=2)


async def test_a_commune_alone_may_be_added_to_its_known_province(database):
    await load(database, register(REGION, PROVINCE))

    loaded = await load(database, register(COMMUNE))

    assert loaded == services.Loaded(added=1, changed=0, unchanged=0, kept=2)


async def test_a_bad_line_leaves_nothing_half_done(database):
    lines = national_lines()
    lines[1600] = lines[1600].replace(",2024,", ",later,")

    with pytest.raises(BadRegister):
        await load(database, lines)

    async with database.read() as session:
        assert await queries.known_units(session) == {}
    assert await recorded(database) == []
