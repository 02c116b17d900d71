"""The list that the commune brings: taken in whole or not at all, and matched once."""

import asyncio
import sqlite3
import tracemalloc
from contextlib import closing
from datetime import date

import pytest

from pacto_participe.accounts import services
from pacto_participe.accounts.domain.identity import IDENTITY_KEY
from pacto_participe.accounts.domain.list_file import (
    BadLine,
    FileProblem,
    LineProblem,
    NoList,
    read_list,
)
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.services.lists import BadList, check_list, import_list
from pacto_participe.accounts.services.people import make_person
from pacto_participe.accounts.tables import LISTED_PERSON, RESIDENCE
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.errors import Conflict, NotAllowed, Refused
from pacto_participe.storage.database import Database
from pacto_participe.storage.events import EventRow
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import unit_of_work
from tests.accounts.seen import count
from tests.accounts.town_hall import AJDIR, NEIGHBOUR_TOWN

LIST = ["cnie,birth_date,district\n", "BE123456,12/03/1987,Centre\n", "BE777,01/02/2005,Souk\n"]


@pytest.fixture
async def listed(work, administrator, secrets):
    async with work(administrator) as uow:
        return await import_list(uow, secrets, AJDIR, LIST)


async def match(work, secrets, person_id, cnie="be 123456", birth="12.3.1987", town=AJDIR):
    async with work() as uow:
        activated = await services.match_list(uow, secrets, town, person_id, cnie, birth)
    activated.require()
    return activated


async def test_someone_on_the_list_is_a_verified_resident(work, secrets, listed, fatima):
    activated = await match(work, secrets, fatima)

    assert activated.person_id == fatima
    assert (await match(work, secrets, fatima)) == activated


async def test_the_list_of_one_town_is_nothing_in_another(work, secrets, listed, fatima):
    with pytest.raises(Refused) as refused:
        await match(work, secrets, fatima, town=NEIGHBOUR_TOWN)

    assert refused.value.problems[0].code is Refusal.NOT_ON_THE_LIST


async def test_counter_and_list_at_once_make_one_resident(
    work, database, secrets, clerk, listed, fatima
):
    async def at_the_counter():
        async with work(clerk) as uow:
            return await services.issue_slip(uow, secrets, AJDIR, "BE123456", "12/03/1987", "C")

    results = await asyncio.gather(
        *(at_the_counter() for _ in range(4)), *(match(work, secrets, fatima) for _ in range(4))
    )

    assert len({result.residence_id for result in results}) == 1
    assert await count(database, RESIDENCE) == 1


async def test_many_accounts_that_claim_one_number_at_once_are_one_voter(
    work, database, secrets, listed
):
    async with work() as uow:
        people = [await make_person(uow) for _ in range(8)]

    outcomes = await asyncio.gather(
        *(match(work, secrets, person) for person in people), return_exceptions=True
    )

    let_in = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
    assert len(let_in) == 1
    assert all(isinstance(outcome, Conflict) for outcome in outcomes if outcome not in let_in)
    assert await count(database, RESIDENCE) == 1


async def test_one_account_that_claims_two_numbers_at_once_gets_one(
    work, database, secrets, listed, fatima
):
    outcomes = await asyncio.gather(
        match(work, secrets, fatima),
        match(work, secrets, fatima, "BE777", "01/02/2005"),
        return_exceptions=True,
    )

    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1
    assert await count(database, RESIDENCE) == 1


async def test_who_was_verified_at_the_counter_and_is_on_the_list_is_one(
    work, database, secrets, listed, slip, fatima
):
    matched = await match(work, secrets, fatima)

    assert matched.residence_id == slip.residence_id
    assert await count(database, RESIDENCE) == 1


async def test_the_same_list_again_changes_nothing_and_says_nothing(
    work, database, secrets, administrator, listed
):
    assert (listed.added, listed.changed, listed.unchanged) == (2, 0, 0)

    async with work(administrator) as uow:
        again = await import_list(uow, secrets, AJDIR, LIST)

    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    assert await count(database, EventRow.__table__) == 1


async def test_a_changed_line_is_changed(work, secrets, administrator, listed):
    async with work(administrator) as uow:
        again = await import_list(
            uow, secrets, AJDIR, [LIST[0], "BE-0777;1;2".replace(";1;2", ",02/02/2005,Souk\n")]
        )

    assert (again.added, again.changed, again.unchanged) == (0, 1, 0)


async def test_one_bad_line_and_nothing_is_taken_in(work, database, secrets, administrator):
    lines = [*LIST, "nonsense,12/03/1987,Centre\n"]

    with pytest.raises(BadList) as bad:
        async with work(administrator) as uow:
            await import_list(uow, secrets, AJDIR, lines)

    assert bad.value.report.bad == (BadLine(4, LineProblem.NUMBER_UNREADABLE),)
    assert await count(database, LISTED_PERSON) == 0


async def test_a_check_keeps_nothing(work, database, administrator):
    async with work(administrator) as uow:
        report = await check_list(uow, AJDIR, LIST)

    assert report.good == 2
    assert await count(database, LISTED_PERSON) == 0


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.MODERATOR, Role.OBSERVER])
async def test_cve_2026_45415_only_an_administrator_brings_a_list(work, secrets, role):
    with pytest.raises(NotAllowed):
        async with work(Actor(person_id="x", roles=frozenset({(AJDIR, role)}))) as uow:
            await import_list(uow, secrets, AJDIR, LIST)


def test_each_bad_line_is_named_with_its_number_and_cause():
    lines = [
        "\ufeffCNIE\tDate de naissance\tQuartier\n", "\n", "BE1\t1/1/1980\tA\n", "??\t1/1/1980\tA\n",
        "BE2\t31/2/1980\tA\n", f"BE3\t1/1/1980\t{'x' * 61}\n", "be-01\t1/1/1980\tA\n", "BE4\n",
    ]  # fmt: skip

    bad = [read for read in read_list(lines, today=date(2026, 11, 23)) if isinstance(read, BadLine)]

    assert bad == [
        BadLine(4, LineProblem.NUMBER_UNREADABLE),
        BadLine(5, LineProblem.BIRTH_UNREADABLE),
        BadLine(6, LineProblem.DISTRICT_TOO_LONG),
        BadLine(7, LineProblem.NUMBER_TWICE),
        BadLine(8, LineProblem.BIRTH_UNREADABLE),
    ]


def test_a_quotation_mark_left_open_spoils_its_line_and_swallows_nobody():
    lines = [
        "\n", "cnie;birth_date;district\n", 'BE1;1/1/1980;"Centre\n', 'BE2;1/1/1980;"Hay ""Salam"""\n',
        f'BE3;1/1/1980;"{"x" * 200_000}\n', "BE4;1/1/1980;Centre",
    ]  # fmt: skip

    first, second, third, fourth = read_list(lines, today=date(2026, 11, 23))

    assert first == BadLine(3, LineProblem.QUOTES_UNPAIRED)
    assert (second.line, second.district) == (4, 'Hay "Salam"')
    assert third == BadLine(5, LineProblem.QUOTES_UNPAIRED)
    assert (fourth.line, fourth.district) == (6, "Centre")


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], FileProblem.EMPTY),
        (["\n", "  \n"], FileProblem.EMPTY),
        (["BE1,1/1/1980\n"], FileProblem.NO_HEADS),
        (["cnie\n", "BE1\n"], FileProblem.NO_HEADS),
        ([f'"{"x" * 200_000}\n'], FileProblem.NO_HEADS),
        (["cnie;birth_date\n"], FileProblem.NO_LINES),
        (["cnie;birth_date\n", " ; \n", "\n"], FileProblem.NO_LINES),
        (["c\0n\0"], FileProblem.NOT_TEXT),
        (["cnie;birth_date;district\n", "BE1;1/1/1980;a\0b\n"], FileProblem.NOT_TEXT),
    ],
)
def test_what_is_no_list_is_refused(lines, code):
    with pytest.raises(NoList) as no_list:
        list(read_list(lines, today=date(2026, 11, 23)))

    assert no_list.value.code is code


def thousands():
    """A list of 5,000 with one bad line in a hundred, made line by line."""
    yield "cnie;birth_date;district\n"
    for number in range(5_000):
        written = "?" if number % 100 == 99 else f"JT{number + 1}"
        yield f"{written};{number % 28 + 1:02}/{number % 12 + 1:02}/19{number % 80 + 10};Douar\n"


async def test_a_list_of_thousands_is_taken_in_and_a_second_time_changes_nothing(
    work, database, secrets, administrator
):
    async with work(administrator) as uow:
        report = await import_list(uow, secrets, AJDIR, thousands(), leave_out_bad=True)

    assert (report.added, len(report.bad)) == (4_950, 50)
    assert report.bad[0] == BadLine(101, LineProblem.NUMBER_UNREADABLE)
    assert await count(database, LISTED_PERSON) == 4_950
    async with work(administrator) as uow:
        again = await import_list(uow, secrets, AJDIR, thousands(), leave_out_bad=True)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 4_950)


async def test_a_list_that_is_read_keeps_no_voter_from_the_writer(
    sqlite_url, tmp_path, clock, administrator_of_ajdir
):
    """On SQLite there is one writer: it is asked for once the whole list is read."""
    database = Database(sqlite_url)
    secrets = Secrets(tmp_path / "keys")
    secrets.get_or_make(IDENTITY_KEY)  # before the very first list of an installation nobody votes
    free = []

    def lines():
        yield LIST[0]
        with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), timeout=0)) as voter:
            voter.execute("BEGIN IMMEDIATE")
            voter.rollback()
            free.append(True)
        yield LIST[1]

    secrets = Secrets(tmp_path / "keys")
    secrets.get_or_make(IDENTITY_KEY)  # the first list of all makes it, under the writer's lock
    async with unit_of_work(database, clock, administrator_of_ajdir) as uow:
        await import_list(uow, secrets, AJDIR, lines())
    await database.close()

    assert free == [True]


@pytest.fixture
def administrator_of_ajdir():
    return Actor(person_id="a" * 32, roles=frozenset({(AJDIR, Role.ADMINISTRATOR)}))


def test_reading_a_list_holds_no_more_than_its_numbers():
    tracemalloc.start()
    for _ in read_list(thousands(), today=date(2026, 11, 23)):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 16_000_000
