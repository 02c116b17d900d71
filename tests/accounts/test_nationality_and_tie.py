"""Nationality and tie: noted at the counter and by the list, shown to the person, corrected with a reason."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from pacto_participe.accounts import services
from pacto_participe.accounts.domain.cards import read_card_number
from pacto_participe.accounts.domain.cases import Decision, Wrong
from pacto_participe.accounts.domain.list_file import BadLine, LineProblem, read_list
from pacto_participe.accounts.domain.people import (
    NOTHING_SAID,
    EndReason,
    FactReason,
    Facts,
    Nationality,
    Tie,
)
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.services.cases import ask_correction, take
from pacto_participe.accounts.services.corrections import answer_correction
from pacto_participe.accounts.services.facts import correct_facts
from pacto_participe.accounts.services.lists import import_list
from pacto_participe.accounts.services.presence import identify
from pacto_participe.accounts.services.retention import forget_ended_residences
from pacto_participe.accounts.tables import RESIDENCE
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.errors import NotAllowed, NotFound, Refused
from pacto_participe.storage.events import EventRow
from tests.accounts.post import posted, typed
from tests.accounts.town_hall import AJDIR, NEIGHBOUR_TOWN

COUNTER = "/fr/staff/ajdir/counter"
RESIDENT = "/fr/staff/ajdir/resident"
UNKNOWN, CITIZEN, FOREIGN = Nationality
LIVES, WORKS = Tie


async def held(database):
    home = RESIDENCE.c
    async with database.read() as session:
        row = (await session.execute(select(home.nationality, home.tie))).one()
    return Nationality(row.nationality), Tie(row.tie)


async def noted(database) -> list[dict[str, str]]:
    async with database.read() as session:
        rows = (await session.execute(select(EventRow.__table__))).mappings().all()
    return [
        json.loads(row["body"]) if isinstance(row["body"], str) else row["body"]
        for row in rows
        if row["tag"] == "accounts:residence:facts-noted"
    ]


async def at_the_counter(work, secrets, actor, facts=NOTHING_SAID, town=AJDIR):
    async with work(actor) as uow:
        return await services.issue_slip(
            uow, secrets, town, "BE 123456", "12/03/1987", "Centre", facts=facts
        )


# The number of a residence card


@pytest.mark.parametrize(
    ("typed", "text", "is_unusual"),
    [
        ("A 012345 B", "A12345B", False),
        ("be-12345-a", "BE12345A", False),
        ("A12345XY", "A12345XY", True),
    ],
)
def test_the_number_of_a_residence_card_is_one_in_any_writing(typed, text, is_unusual):
    number = read_card_number(typed)

    assert number.text == text
    assert number.is_unusual is is_unusual
    assert number.text != read_card_number("A12345").text, "no national card has the same"


@pytest.mark.parametrize("typed", ["12345B", "A12345BCD", "A123B45"])
def test_what_is_no_number_of_a_residence_card_is_none(typed):
    assert read_card_number(typed) is None


# At the counter


async def test_nothing_is_asked_and_nothing_is_assumed(work, database, secrets, clerk):
    await at_the_counter(work, secrets, clerk)

    assert await held(database) == (UNKNOWN, LIVES)


async def test_what_the_clerk_sees_is_noted_and_a_later_slip_without_it_changes_nothing(
    work, database, secrets, clerk
):
    await at_the_counter(work, secrets, clerk, Facts(FOREIGN, WORKS))
    assert await held(database) == (FOREIGN, WORKS)
    assert await noted(database) == []  # nothing was corrected

    await at_the_counter(work, secrets, clerk)

    assert await held(database) == (FOREIGN, WORKS)


async def test_another_card_seen_later_is_noted_with_its_reason_and_not_what_it_says(
    work, database, secrets, clerk
):
    slip = await at_the_counter(work, secrets, clerk)

    await at_the_counter(work, secrets, clerk, Facts(CITIZEN, LIVES))
    await at_the_counter(work, secrets, clerk, Facts(CITIZEN, LIVES))

    assert await held(database) == (CITIZEN, LIVES)
    (event,) = await noted(database)
    assert event == {
        "residence_id": slip.residence_id, "what": "nationality", "reason": "card_seen"
    }  # fmt: skip


async def test_one_card_is_one_residence_in_each_town_living_in_one_working_in_the_other(
    work, database, secrets, clerk, fatima
):
    in_both = Actor(
        person_id=clerk.person_id,
        roles=frozenset({(AJDIR, Role.CLERK), (NEIGHBOUR_TOWN, Role.CLERK)}),
    )
    for town, tie in ((AJDIR, LIVES), (NEIGHBOUR_TOWN, WORKS)):
        slip = await at_the_counter(work, secrets, in_both, Facts(tie=tie), town)
        async with work() as uow:
            await services.activate_slip(uow, secrets, town, slip.code, fatima)

    home = RESIDENCE.c
    async with database.read() as session:
        found = await session.execute(
            select(home.collectivity_id, home.tie).where(home.person_id == fatima)
        )
    assert {town: Tie(tie) for town, tie in found.all()} == {AJDIR: LIVES, NEIGHBOUR_TOWN: WORKS}


@pytest.mark.parametrize("role", [None, Role.REVIEWER, Role.MODERATOR, Role.OBSERVER])
async def test_only_who_sees_cards_corrects_what_is_noted(work, database, secrets, slip, role):
    actor = Actor(person_id="x" * 32, roles=frozenset({(AJDIR, role)}) if role else frozenset())

    with pytest.raises(NotAllowed):
        async with work(actor) as uow:
            await correct_facts(uow, AJDIR, slip.residence_id, Facts(CITIZEN), FactReason.CARD_SEEN)

    assert await held(database) == (UNKNOWN, LIVES)


async def test_a_clerk_corrects_nobody_of_another_town(work, secrets, slip, clerk):
    neighbour = Actor(person_id=clerk.person_id, roles=frozenset({(NEIGHBOUR_TOWN, Role.CLERK)}))
    with pytest.raises(NotFound):
        async with work(neighbour) as uow:
            await correct_facts(
                uow, NEIGHBOUR_TOWN, slip.residence_id, Facts(CITIZEN), FactReason.CARD_SEEN
            )


# The list


async def test_a_list_tells_nothing_anew_of_somebody_who_has_left(
    work, database, secrets, slip, clerk, administrator
):
    async with work(clerk) as uow:
        await services.end_residence(uow, AJDIR, slip.residence_id, reason=EndReason.MOVED)

    async with work(administrator) as uow:
        await import_list(
            uow, secrets, AJDIR, ["cnie;birth_date;nationality", "BE123456;12/03/1987;citizen"]
        )

    assert await held(database) == (UNKNOWN, LIVES)


@pytest.mark.parametrize(
    ("cells", "nationality", "tie"),
    [
        (";", UNKNOWN, LIVES),
        ("Marocaine;habite", CITIZEN, LIVES),
        ("مغربية;يعمل", CITIZEN, WORKS),
        ("Étranger;Activité", FOREIGN, WORKS),
        (" FOREIGN ; lives ", FOREIGN, LIVES),
    ],
)
def test_a_line_may_name_nationality_and_tie(clock, cells, nationality, tie):
    lines = ["cnie;birth_date;nationalité;lien\n", f"BE123456;12/03/1987;{cells}\n"]

    (line,) = read_list(lines, today=clock.now().date())

    assert (line.nationality, line.tie) == (nationality, tie)


def test_a_list_without_these_columns_reads_as_before(clock):
    lines = ["cnie;birth_date;district\n", "BE123456;12/03/1987;Centre\n"]

    (line,) = read_list(lines, today=clock.now().date())

    assert (line.district, line.nationality, line.tie) == ("Centre", UNKNOWN, LIVES)


def test_a_word_that_cannot_be_read_spoils_its_line_and_is_named(clock):
    hostile = "<script>" + "x" * 10_000
    lines = [
        "cnie;birth_date;nationality;tie\n",
        "BE1;12/03/1987;Ruritanian;lives\n",
        "BE2;12/03/1987;citizen;sometimes\n",
        f"BE3;12/03/1987;{hostile};\n",
    ]

    assert list(read_list(lines, today=clock.now().date())) == [
        BadLine(2, LineProblem.NATIONALITY_UNREADABLE),
        BadLine(3, LineProblem.TIE_UNREADABLE),
        BadLine(4, LineProblem.NATIONALITY_UNREADABLE),
    ]


async def listed(work, secrets, administrator, lines=None):
    async with work(administrator) as uow:
        await import_list(uow, secrets, AJDIR, lines or LIST)


async def at_the_desk(work, secrets, clerk):
    async with work(clerk) as uow:
        await identify(uow, secrets, AJDIR, "BE 123456", "12/03/1987", "Centre")


LIST = ["cnie;birth_date;nationality;tie\n", "BE123456;12/03/1987;citizen;works\n"]


async def test_who_is_found_on_the_list_has_what_it_says(
    work, database, secrets, administrator, fatima
):
    async with work(administrator) as uow:
        await import_list(uow, secrets, AJDIR, LIST)
    async with work() as uow:
        await services.match_list(uow, secrets, AJDIR, fatima, "BE123456", "12/03/1987")

    assert await held(database) == (CITIZEN, WORKS)


async def test_a_list_tells_the_nationality_of_whom_none_was_known_and_of_nobody_else(
    work, database, secrets, clerk, administrator
):
    await at_the_counter(work, secrets, clerk)
    async with work(administrator) as uow:
        await import_list(uow, secrets, AJDIR, LIST)
    assert await held(database) == (CITIZEN, LIVES)  # living here was verified, and stays

    async with work(administrator) as uow:
        await import_list(uow, secrets, AJDIR, [LIST[0], LIST[1].replace("citizen", "foreign")])

    assert await held(database) == (CITIZEN, LIVES)


@pytest.mark.parametrize("district", ["Centre", "Al Markaz"])
async def test_the_counter_takes_from_the_line_what_the_clerk_did_not_tick(
    work, database, secrets, clerk, administrator, district
):
    await listed(work, secrets, administrator)
    async with work(clerk) as uow:
        await services.issue_slip(uow, secrets, AJDIR, "BE 123456", "12/03/1987", district)
    assert await held(database) == (CITIZEN, WORKS)

    async with work(clerk) as uow:  # the card is seen: the line says nothing against it, ever after
        facts = Facts(FOREIGN, LIVES)
        await services.issue_slip(
            uow, secrets, AJDIR, "BE 123456", "12/03/1987", district, facts=facts
        )
    await at_the_counter(work, secrets, clerk)
    assert await held(database) == (FOREIGN, LIVES)


async def test_what_the_clerk_ticks_of_a_new_resident_stands_against_the_line(
    work, database, secrets, clerk, administrator
):
    await listed(work, secrets, administrator)

    await at_the_counter(work, secrets, clerk, Facts(tie=LIVES))

    assert await held(database) == (CITIZEN, LIVES)


async def test_a_line_of_another_birth_date_says_nothing(
    work, database, secrets, clerk, administrator
):
    await listed(work, secrets, administrator, [LIST[0], LIST[1].replace("1987", "1988")])

    await at_the_counter(work, secrets, clerk)
    await at_the_desk(work, secrets, clerk)

    assert await held(database) == (UNKNOWN, LIVES)


async def test_a_polling_desk_takes_what_the_line_says(
    work, database, secrets, clerk, administrator
):
    await listed(work, secrets, administrator)

    await at_the_desk(work, secrets, clerk)

    assert await held(database) == (CITIZEN, WORKS)


async def test_a_polling_desk_fills_the_nationality_of_who_is_known_and_leaves_the_tie(
    work, database, secrets, clerk, administrator
):
    await listed(work, secrets, administrator)
    await at_the_counter(work, secrets, clerk, Facts(tie=LIVES))
    async with work() as uow:
        await uow.session.execute(update(RESIDENCE).values(nationality=UNKNOWN))

    await at_the_desk(work, secrets, clerk)

    assert await held(database) == (CITIZEN, LIVES)


async def test_a_letter_takes_what_the_line_says(work, database, secrets, administrator):
    await listed(work, secrets, administrator)
    letters = await posted(work, secrets, administrator)

    await typed(work, secrets, letters.letters[0].code)

    assert await held(database) == (CITIZEN, WORKS)


async def test_a_changed_nationality_is_a_changed_line(work, secrets, administrator):
    async with work(administrator) as uow:
        await import_list(uow, secrets, AJDIR, LIST)
    async with work(administrator) as uow:
        report = await import_list(
            uow, secrets, AJDIR, [LIST[0], LIST[1].replace("citizen", "foreign")]
        )
    async with work(administrator) as uow:
        again = await import_list(
            uow, secrets, AJDIR, [LIST[0], LIST[1].replace("citizen", "foreign")]
        )

    assert (report.changed, report.unchanged) == (1, 0)
    assert (again.changed, again.unchanged) == (0, 1)


# Corrections that residents ask for


@pytest.mark.parametrize(
    ("wrong", "right", "then"),
    [
        (Wrong.NATIONALITY, "citizen", (CITIZEN, LIVES)),
        (Wrong.NATIONALITY, "foreign", (FOREIGN, LIVES)),
        (Wrong.TIE, "works", (UNKNOWN, WORKS)),
    ],
)
async def test_a_resident_has_it_corrected(
    work, database, secrets, slip, clerk, fatima, wrong, right, then
):
    case_id = await asked(work, secrets, slip, clerk, fatima, wrong)

    async with work(clerk) as uow:
        await answer_correction(uow, AJDIR, case_id, Decision.CORRECTED, "", right=right)

    assert await held(database) == then


@pytest.mark.parametrize("wrong", [Wrong.NATIONALITY, Wrong.TIE])
@pytest.mark.parametrize("right", ["", "unknown", "<script>", "x" * 60])
async def test_a_correction_says_to_what(
    work, database, secrets, slip, clerk, fatima, wrong, right
):
    case_id = await asked(work, secrets, slip, clerk, fatima, wrong)

    with pytest.raises(Refused) as refused:
        async with work(clerk) as uow:
            await answer_correction(uow, AJDIR, case_id, Decision.CORRECTED, "", right=right)

    assert [found.code for found in refused.value.problems] == [Refusal.FACT_MISSING]
    assert await held(database) == (UNKNOWN, LIVES)


async def asked(work, secrets, slip, clerk, fatima, wrong) -> str:
    async with work() as uow:
        await services.activate_slip(uow, secrets, AJDIR, slip.code, fatima)
        case_id = await ask_correction(uow, AJDIR, fatima, wrong, "J’ai une autre carte")
    async with work(clerk) as uow:
        await take(uow, AJDIR, case_id)
    return case_id


# The pages


@pytest.fixture
async def clerk_browser(town_hall, other_visitor):
    await town_hall.staff("guichet@example.ma", Role.CLERK)
    await town_hall.sign_in_staff(other_visitor, "guichet@example.ma")
    return other_visitor


async def test_a_clerk_notes_it_and_the_person_reads_it(town_hall, clerk_browser, visitor):
    page = await clerk_browser.get(COUNTER)
    page = await clerk_browser.submit(
        page.form("/counter"),
        cnie="A 12345 B",
        birth_date="12/03/1987",
        nationality="foreign",
        tie="works",
    )
    code = page.part("slip-code").text
    await visitor.post("/fr/c/ajdir/residence", {"way": "slip", "code": code})

    page = await visitor.get("/fr/account/my-data")

    assert page.says("Nationalité", "Étranger résident", "A une activité ici, habite ailleurs")
    (home,) = (await visitor.get("/fr/account/data")).response.json()["residences"]
    assert (home["nationality"], home["tie"]) == ("foreign", "works")


async def test_a_clerk_corrects_it_on_the_page_of_the_resident(town_hall, clerk_browser):
    await town_hall.slip()
    page = await clerk_browser.get(RESIDENT)
    page = await clerk_browser.submit(page.form("/resident"), cnie="BE123456")
    assert page.says("Non notée", "Habite ici")

    page = await clerk_browser.submit(
        page.form("/resident/facts"), nationality="citizen", why="card_seen"
    )

    assert page.says("C’est noté")
    page = await clerk_browser.submit(page.form("/resident"), cnie="BE123456")
    assert page.says("De nationalité marocaine", "Habite ici")


async def test_without_a_reason_nothing_is_noted(town_hall, clerk_browser):
    await town_hall.slip()
    page = await clerk_browser.get(RESIDENT)
    page = await clerk_browser.submit(page.form("/resident"), cnie="BE123456")

    page = await clerk_browser.submit(
        page.form("/resident/facts"), nationality="citizen", status=422
    )

    assert page.says("Choisissez un motif")


@pytest.mark.parametrize("name", ["nationality", "tie"])
@pytest.mark.parametrize("typed", ["<script>", "unknown", "\u202e", "x" * 10_000])
async def test_what_is_not_offered_is_refused_and_the_rest_is_kept(
    town_hall, clerk_browser, name, typed
):
    fields = {"cnie": "BE123456", "birth_date": "12/03/1987", name: typed}

    page = await clerk_browser.post(COUNTER, fields, status=422)

    assert page.form("/counter").fields["cnie"] == ["BE123456"]
    assert "<script>" not in page.html


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
async def test_these_pages_speak_every_language(town_hall, clerk_browser, visitor, lang):
    await town_hall.slip()
    await clerk_browser.get(f"/{lang}/staff/ajdir/counter")
    page = await clerk_browser.get(f"/{lang}/staff/ajdir/resident")
    page = await clerk_browser.submit(page.form("/resident"), cnie="BE123456")
    await clerk_browser.submit(page.form("/resident/facts"), tie="works", why="document_seen")
    await town_hall.sign_in(visitor)
    slip = await town_hall.slip()
    await visitor.post(f"/{lang}/c/ajdir/residence", {"way": "slip", "code": slip.code})
    await visitor.get(f"/{lang}/account/my-data")
    await visitor.post(
        f"/{lang}/account/correction", {"town": AJDIR, "wrong": "nationality", "said": ""}
    )
    page = await clerk_browser.get(f"/{lang}/staff/ajdir/queue")
    case = next(link for link in page.links.values() if "/queue/" in link)
    page = await clerk_browser.get(case)
    page = await clerk_browser.submit(page.form("/taking"))
    await clerk_browser.submit(page.form("/decision"), decision="corrected", right="citizen")


async def test_who_moved_away_long_ago_is_of_no_known_nationality_again(
    work, database, secrets, clerk, clock
):
    slip = await at_the_counter(work, secrets, clerk, Facts(FOREIGN, WORKS))
    async with work(clerk) as uow:
        await services.end_residence(uow, AJDIR, slip.residence_id, reason=EndReason.MOVED)
    async with work() as uow:
        await forget_ended_residences(uow, clock.now() + timedelta(days=1), 10, except_towns=[])

    assert await held(database) == (UNKNOWN, LIVES)


async def test_the_list_that_was_there_first_says_it_of_who_comes_to_the_counter_later(
    work, database, secrets, clerk, administrator
):
    async with work(administrator) as uow:
        await import_list(uow, secrets, AJDIR, LIST)

    await at_the_counter(work, secrets, clerk)

    assert await held(database) == (CITIZEN, WORKS)


async def test_who_works_here_is_not_told_that_they_live_here(town_hall, clerk_browser, visitor):
    fields = {"cnie": "BE 55555", "birth_date": "12/03/1987", "tie": "works"}
    page = await clerk_browser.post(COUNTER, fields)
    page = await visitor.post(
        "/fr/c/ajdir/residence", {"way": "slip", "code": page.part("slip-code").text}
    )

    assert page.says("Vous êtes vérifié ici, au titre de votre activité.")
    assert not page.says("Vous êtes habitant vérifié ici")
