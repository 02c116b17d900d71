"""A new key is put around the fingerprints: everybody stays who they are, and nobody votes twice."""

import asyncio
import json

import pytest
from sqlalchemy import func, select, update

from pacto_participe.accounts import services
from pacto_participe.accounts.domain.cards import read_card_number
from pacto_participe.accounts.domain.identity import identity_of
from pacto_participe.accounts.services.card_keys import (
    card_keys,
    key_name,
    keys_in_use,
    make_next_key,
    newest_version,
    rekey_town,
    towns_without_their_keys,
)
from pacto_participe.accounts.services.lists import import_list
from pacto_participe.accounts.tables import CARD_KEY, LISTED_PERSON, RESIDENCE
from pacto_participe.kernel.errors import Refused
from pacto_participe.storage.events import EventRow
from pacto_participe.storage.secrets import SecretMissing, Secrets
from tests.accounts.town_hall import AJDIR, NEIGHBOUR_TOWN

LIST = ["cnie,birth_date,district", "AB123456,12/03/1987,Centre", "AB999999,01/01/1950,Nord"]
FATIMA = ("BE 123456", "12/03/1987")


async def rotate(work, secrets, town=AJDIR):
    version = make_next_key(secrets)
    async with work() as uow:
        return await rekey_town(uow, secrets, town, version)


async def verify(work, clerk, secrets, cnie=FATIMA[0], birth=FATIMA[1]):
    async with work(clerk) as uow:
        return await services.issue_slip(uow, secrets, AJDIR, cnie, birth, "Centre")


async def everybody(database):
    home = RESIDENCE.c
    async with database.read() as session:
        rows = await session.execute(
            select(home.residence_id, home.identity, home.card).order_by(home.residence_id)
        )
        return rows.all()


async def test_who_was_verified_before_is_the_same_resident_after(
    work, database, clerk, secrets, slip
):
    before = await everybody(database)

    assert await rotate(work, secrets) == 1

    again = await verify(work, clerk, secrets)
    assert again.residence_id == slip.residence_id
    assert not again.is_new_resident
    (after,) = await everybody(database)
    assert after.identity == before[0].identity  # what boxes count by: no ballot is lost
    assert after.card != before[0].card


async def test_after_several_rotations_too(work, clerk, secrets, slip):
    for _ in range(3):
        await rotate(work, secrets)

    assert (await verify(work, clerk, secrets)).residence_id == slip.residence_id
    async with work(clerk) as uow:
        assert await services.find_resident(uow, secrets, AJDIR, FATIMA[0])


async def test_the_list_is_matched_after_a_rotation(work, database, administrator, secrets, fatima):
    async with work(administrator) as uow:
        await import_list(uow, secrets, AJDIR, LIST)
    assert await rotate(work, secrets) == 2

    async with work() as uow:
        matched = await services.match_list(uow, secrets, AJDIR, fatima, "AB123456", "12/03/1987")
    assert matched.person_id == fatima
    with pytest.raises(Refused):
        async with work() as uow:
            await services.match_list(uow, secrets, AJDIR, fatima, "AB999999", "02/01/1950")
    async with work(administrator) as uow:
        report = await import_list(uow, secrets, AJDIR, LIST)
    assert (report.added, report.changed, report.unchanged) == (0, 0, 2)


async def test_the_old_key_alone_says_nothing_about_the_new_fingerprints(
    work, database, secrets, slip
):
    number = read_card_number(FATIMA[0])
    old = identity_of(secrets.get(key_name(1)), number)
    assert (await everybody(database))[0].card == old

    await rotate(work, secrets)

    card = (await everybody(database))[0].card
    assert card != old
    assert card != identity_of(secrets.get(key_name(2)), number)


async def test_a_rotation_that_was_interrupted_is_finished_and_then_changes_nothing(
    work, database, clerk, secrets, slip
):
    version = make_next_key(secrets)
    assert newest_version(secrets) == version == 2  # and the program stopped here
    again = await verify(work, clerk, secrets)
    assert again.residence_id == slip.residence_id

    async with work() as uow:
        assert await rekey_town(uow, secrets, AJDIR, version) == 1
    async with work() as uow:
        assert await rekey_town(uow, secrets, AJDIR, version) == 0

    assert (await verify(work, clerk, secrets)).residence_id == slip.residence_id


async def test_a_rotation_that_fails_leaves_a_town_whole(work, database, clerk, secrets, slip):
    version = make_next_key(secrets)

    async def fail_halfway():
        async with work() as uow:
            await rekey_town(uow, secrets, AJDIR, version)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_halfway()

    assert (await verify(work, clerk, secrets)).residence_id == slip.residence_id
    async with database.read() as session:
        assert [town.version for town in await keys_in_use(session)] == [1]


async def test_verifying_while_the_key_is_rotated_makes_nobody_twice(
    work, database, clerk, secrets, slip
):
    """The race: clerks verify the same ten people before, during and after the rotation."""
    people = [(f"CD{number}", "01/02/1980") for number in range(1001, 1011)]
    for cnie, birth in people[:5]:
        await verify(work, clerk, secrets, cnie, birth)

    async def rotations():
        for _ in range(3):
            await asyncio.sleep(0.01)
            await rotate(work, secrets)

    verifications = [verify(work, clerk, secrets, *one) for one in people * 4]
    outcomes = await asyncio.gather(rotations(), *verifications)

    everyone = await everybody(database)
    assert len(everyone) == len(people) + 1
    assert len({slip.residence_id for slip in outcomes[1:]}) == len(people)
    async with work(clerk) as uow:
        keys = await card_keys(uow, secrets, AJDIR)
    assert len(keys.keys) == 4
    found = {row.card for row in everyone}
    assert {keys.card(read_card_number(cnie)) for cnie, _ in people} < found


async def test_a_town_that_begins_after_a_rotation_uses_all_keys(
    work, database, secrets, slip, clerk
):
    await rotate(work, secrets)

    async with work() as uow:
        keys = await card_keys(uow, secrets, NEIGHBOUR_TOWN)

    assert len(keys.keys) == 2
    async with database.read() as session:
        assert {town.version for town in await keys_in_use(session)} == {2}


async def test_without_its_key_a_town_verifies_nobody(
    work, database, clerk, secrets, slip, tmp_path
):
    elsewhere = Secrets(tmp_path / "empty")

    with pytest.raises(SecretMissing):
        await verify(work, clerk, elsewhere)

    assert not elsewhere.exists(key_name(1))  # no new key is made in silence
    async with database.read() as session:
        assert await towns_without_their_keys(session, elsewhere) == (AJDIR,)
        assert await towns_without_their_keys(session, secrets) == ()


async def test_with_another_key_of_the_same_name_too(
    work, database, clerk, secrets, slip, tmp_path
):
    elsewhere = Secrets(tmp_path / "other")
    elsewhere.get_or_make(key_name(1))

    with pytest.raises(SecretMissing):
        await verify(work, clerk, elsewhere)

    assert len(await everybody(database)) == 1


async def test_a_database_of_before_the_rotation_works_with_the_keys_of_after(
    work, database, clerk, secrets, slip
):
    """As after the restore of an older backup."""
    make_next_key(secrets)
    make_next_key(secrets)

    assert (await verify(work, clerk, secrets)).residence_id == slip.residence_id
    async with work() as uow:
        await rekey_town(uow, secrets, AJDIR, 3)
    assert (await verify(work, clerk, secrets)).residence_id == slip.residence_id


async def test_the_journal_says_that_and_how_much_and_nothing_else(work, database, secrets, slip):
    await rotate(work, secrets)

    async with database.read() as session:
        (body,) = (
            await session.execute(
                select(EventRow.body).where(EventRow.tag == "accounts:cards:rekeyed")
            )
        ).one()
    assert json.loads(body) == {"version": 2, "residents": 1, "listed": 0}


async def test_a_line_from_before_the_checks_works_and_gets_one(
    work, database, clerk, secrets, slip
):
    async with database.write() as session:
        await session.execute(update(CARD_KEY).values(key_check=""))
    assert (await verify(work, clerk, secrets)).residence_id == slip.residence_id

    await rotate(work, secrets)

    async with database.read() as session:
        assert (await session.execute(select(CARD_KEY.c.key_check))).scalar_one()


async def test_more_rows_than_one_portion(work, database, administrator, secrets, monkeypatch):
    monkeypatch.setattr("pacto_participe.accounts.services.card_keys.ROWS_AT_ONCE", 3)
    lines = ["cnie,birth_date", *(f"AB{number},12/03/1987" for number in range(1000, 1010))]
    async with work(administrator) as uow:
        await import_list(uow, secrets, AJDIR, lines)

    assert await rotate(work, secrets) == 10

    async with work(administrator) as uow:
        assert (await import_list(uow, secrets, AJDIR, lines)).unchanged == 10
    async with database.read() as session:
        count = select(func.count()).select_from(LISTED_PERSON)
        assert (await session.execute(count)).scalar_one() == 10
