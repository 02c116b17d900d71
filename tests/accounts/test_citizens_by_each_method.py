"""Nobody is let into a vote for citizens only by the way they were verified: the card or a list says it."""

from datetime import date

import pytest
from sqlalchemy import select

from pacto_participe.accounts.domain.eligibility import Eligibility, Ineligible, Who
from pacto_participe.accounts.domain.people import Facts, Method, Nationality, Tie
from pacto_participe.accounts.services.lists import import_list
from pacto_participe.accounts.services.national import match_national
from pacto_participe.accounts.services.residence import match_list
from pacto_participe.accounts.tables import RESIDENCE
from pacto_participe.web.national import Proved
from tests.accounts.meetings import case_of, decide, met
from tests.accounts.post import BORN, CARD, posted, typed
from tests.accounts.town_hall import AJDIR

CITIZENS = Eligibility(18, date(2026, 11, 30), Who.CITIZENS)
LISTED = ["cnie;birth_date;quartier", f"{CARD};{BORN};Souk"]
LISTED_CITIZEN = ["cnie;birth_date;quartier;nationality", f"{CARD};{BORN};Souk;citizen"]
LISTED_FOREIGN = ["cnie;birth_date;quartier;nationality", f"{CARD};{BORN};Souk;foreign"]
HEADS = "nom;cnie;date_naissance;adresse;nationality\n"


async def verdict(database, method):
    """What a vote for citizens only says of the one resident, who was verified by this method."""
    async with database.read() as session:
        row = (await session.execute(select(RESIDENCE))).mappings().one()
    assert row["method"] is method
    return CITIZENS.why_not(row["adult_on"], row["nationality"], row["tie"])


async def bring(work, secrets, administrator, lines):
    async with work(administrator) as uow:
        await import_list(uow, secrets, AJDIR, lines)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("", Ineligible.NATIONALITY_UNKNOWN),
        ("citizen", None),
        ("foreign", Ineligible.CITIZENS_ONLY),
    ],
)
async def test_a_letter_says_what_the_column_of_its_file_says(
    work, database, secrets, administrator, said, answer
):
    line = f"Zineb Qasri;{CARD};{BORN};12 rue des Oliviers;{said}\n"
    letters = await posted(work, secrets, administrator, [HEADS, line])

    await typed(work, secrets, letters.letters[0].code)

    assert await verdict(database, Method.LETTER) is answer


LISTS = [
    (LISTED, Ineligible.NATIONALITY_UNKNOWN),
    (LISTED_CITIZEN, None),
    (LISTED_FOREIGN, Ineligible.CITIZENS_ONLY),
]


@pytest.mark.parametrize(("lines", "answer"), LISTS)
async def test_a_letter_without_the_column_says_what_the_list_says(
    work, database, secrets, administrator, lines, answer
):
    await bring(work, secrets, administrator, lines)
    letters = await posted(work, secrets, administrator)

    await typed(work, secrets, letters.letters[0].code)

    assert await verdict(database, Method.LETTER) is answer


@pytest.mark.parametrize(("lines", "answer"), LISTS)
async def test_a_mediator_and_the_list_say_what_the_list_says(
    work, database, secrets, administrator, sheet, fatima, lines, answer
):
    await bring(work, secrets, administrator, lines)

    await met(work, secrets, fatima, sheet.codes[0])

    assert await verdict(database, Method.MEDIATOR) is answer


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        (Facts(), Ineligible.NATIONALITY_UNKNOWN),
        (Facts(Nationality.CITIZEN), None),
        (Facts(Nationality.FOREIGN), Ineligible.CITIZENS_ONLY),
        (Facts(Nationality.CITIZEN, Tie.WORKS), Ineligible.WORKS_HERE_ONLY),
    ],
)
async def test_whom_a_mediator_met_is_what_the_clerk_with_the_card_says(
    work, database, secrets, clerk, sheet, fatima, facts, answer
):
    await met(work, secrets, fatima, sheet.codes[0])
    case = await case_of(database)

    await decide(work, secrets, clerk, case["case_id"], cnie=CARD, birth_date=BORN, facts=facts)

    assert await verdict(database, Method.MEDIATOR) is answer


async def test_the_card_that_a_clerk_saw_stands_before_the_list(
    work, database, secrets, administrator, clerk, sheet, fatima
):
    await met(work, secrets, fatima, sheet.codes[0])
    line = f"{CARD};{BORN};Souk;citizen;works"
    await bring(work, secrets, administrator, ["cnie;birth_date;quartier;nationality;tie", line])
    case = await case_of(database)
    facts = Facts(Nationality.FOREIGN, Tie.LIVES)

    await decide(work, secrets, clerk, case["case_id"], cnie=CARD, birth_date=BORN, facts=facts)

    assert await verdict(database, Method.MEDIATOR) is Ineligible.CITIZENS_ONLY


@pytest.mark.parametrize(("lines", "answer"), LISTS)
async def test_the_national_sign_in_says_what_the_list_says(
    work, database, secrets, administrator, fatima, lines, answer
):
    await bring(work, secrets, administrator, lines)
    async with work() as uow:
        proved = Proved(card=CARD, birth_date="1987-03-12")
        (await match_national(uow, secrets, AJDIR, fatima, proved)).require()

    assert await verdict(database, Method.NATIONAL) is answer


@pytest.mark.parametrize(("lines", "answer"), LISTS)
async def test_the_list_alone_says_it_too(
    work, database, secrets, administrator, fatima, lines, answer
):
    await bring(work, secrets, administrator, lines)
    async with work() as uow:
        (await match_list(uow, secrets, AJDIR, fatima, CARD, BORN)).require()

    assert await verdict(database, Method.LIST) is answer
