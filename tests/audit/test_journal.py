"""Who answers for a town, or watches it, reads what was done there; everybody reads the public part."""

import asyncio
import csv
import io
import json
import pkgutil
import re
from dataclasses import fields
from datetime import timedelta
from importlib import import_module
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import pacto_participe
from pacto_participe.accounts.events import (
    ListImported,
    OperatorMade,
    ResidenceCorrected,
    RoleGiven,
    SlipIssued,
)
from pacto_participe.accounts.services import issue_slip
from pacto_participe.accounts.services.staff import give_role
from pacto_participe.audit.commands import journal
from pacto_participe.audit.domain import PAGE
from pacto_participe.features import FEATURES
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.spreadsheets import safe_cell
from pacto_participe.voting.events import RollFrozen
from tests.statements import counted
from tests.terminal import commands_work_on
from tests.town import NEIGHBOUR_TOWN, TOWN, LiveSite, cast, count, publish

STAFF = "/fr/staff/tiznit/journal"
PUBLIC = "/fr/c/tiznit/journal"
TOLD = {tag: told for feature in FEATURES for tag, told in feature.journal.items()}
CLERK = Actor(person_id="c" * 32, roles=frozenset({(TOWN, Role.CLERK)}))
ADMINISTRATOR = Actor(person_id="a" * 32, roles=frozenset({(TOWN, Role.ADMINISTRATOR)}))

# What the fields of an event may hold: never a name, a number of a card, a phone or an address.
IMPERSONAL = {
    "residence_id", "ended_residence_id", "vote_id", "desk_id", "import_id", "consultation_id",
    "approval_id",  # random numbers
    "subject",  # an edition, or nothing
    "change", "verdict",
    "method", "role", "kind", "about", "decision", "what", "fields", "act",  # codes
    "found_by",  # a method
    "is_new_resident", "is_first", "by_operator",
    "size", "used", "unused", "days",
    "added", "changed", "unchanged", "people", "left", "ballots", "funded", "turns", "number",
    "version", "residents", "listed", "rows", "tied", "completion",
    "fingerprint", "slug", "before", "after", "edition", "revision", "minimum_age", "who", "ties",
    "project", "update", "corrects", "status", "spent_cents",
    "reason",  # a code, or what an administrator wrote to be read there
}  # fmt: skip


def event_classes() -> list[type]:
    found = {}
    for module in pkgutil.walk_packages(pacto_participe.__path__, "pacto_participe."):
        if module.name.endswith((".events", "kernel.retention")) and "storage" not in module.name:
            for one in vars(import_module(module.name)).values():
                if isinstance(one, type) and isinstance(getattr(one, "tag", None), str):
                    found[one.tag] = one
    return list(found.values())


def test_every_event_is_told() -> None:
    assert len(event_classes()) > 20
    assert {event.tag for event in event_classes()} == set(TOLD)


@pytest.mark.parametrize("event", event_classes(), ids=lambda event: event.tag)
def test_no_event_has_room_for_personal_data(event) -> None:
    assert {item.name for item in fields(event)} <= IMPERSONAL


@pytest.mark.parametrize("event", event_classes(), ids=lambda event: event.tag)
def test_a_sentence_names_fields_that_its_event_has(event) -> None:
    known = {item.name: "x" for item in fields(event)}

    assert TOLD[event.tag].sentence % {**known, "vote": "y"}


def test_what_is_public_holds_no_single_resident() -> None:
    for event in event_classes():
        if TOLD[event.tag].is_public:
            assert "residence_id" not in {item.name for item in fields(event)}, event.tag


async def given_roles(site: LiveSite, number: int, role: str = "clerk") -> None:
    async with site.work(ADMINISTRATOR) as uow:
        for _ in range(number):
            uow.record(RoleGiven(role), collectivity_id=TOWN)


async def test_an_act_is_told_with_its_moment_and_the_role_that_acted(
    database_url, site, administrator
):
    await given_roles(site, 1)

    page = await administrator.get(STAFF)

    assert page.says("Quelqu’un a pris un rôle : Agent de guichet.", "Administrateur")
    assert page.says("lundi 23 novembre 2026 à 12 h 00")
    assert ADMINISTRATOR.person_id not in page.html


async def test_everybody_reads_the_public_part_to_the_day(site, visitor):
    await given_roles(site, 1)

    page = await visitor.get(PUBLIC)

    assert page.says("23 novembre 2026", "Quelqu’un a pris un rôle : Agent de guichet.")
    assert not page.says("12 h 00")


async def test_the_public_part_hides_what_is_not_for_it(site, visitor, administrator):
    async with site.work(ADMINISTRATOR) as uow:
        uow.record(RollFrozen("v", 120, "f" * 64, "à la demande de M. Untel"), collectivity_id=TOWN)
    await site.verify(await site.person(), "JB 77777")

    page = await visitor.get(PUBLIC)
    whole = await administrator.get(STAFF)

    assert page.says("figée avec 120 personnes", "f" * 64)
    assert not page.says("M. Untel")
    assert not page.says("bon d’activation")
    assert whole.says("M. Untel", "Un habitant a été vérifié")


async def test_a_vote_leaves_its_way_in_the_journal(site, visitor, closed_edition):
    await count(site, closed_edition)
    await publish(site, closed_edition)

    page = await visitor.get(PUBLIC)

    assert page.says("Les règles d’un vote ont été figées et publiées")
    assert page.says("L’urne a été scellée")
    assert page.says("Le résultat a été publié")
    assert closed_edition.charter.fingerprint in page.text


async def test_a_ballot_leaves_no_act(site, administrator, open_edition):
    before = (await administrator.get(STAFF)).text

    await cast(site, open_edition, [("1,2", 3)])

    assert (await administrator.get(STAFF)).text == before


async def test_the_journal_of_another_town_stays_there(site, administrator):
    async with site.work() as uow:
        uow.record(ListImported("i", 5, 0, 0), collectivity_id=NEIGHBOUR_TOWN)

    assert not (await administrator.get(STAFF)).says("Une liste d’habitants")


async def test_acts_are_found_by_kind_role_day_and_words(site, administrator):
    await given_roles(site, 1)
    site.clock.instant += timedelta(days=2)
    async with site.work() as uow:
        uow.record(ListImported("i", 5, 0, 0), collectivity_id=TOWN)

    async def found(query: str) -> tuple[bool, bool]:
        page = await administrator.get(f"{STAFF}?{query}")
        return page.says("Quelqu’un a pris un rôle"), page.says("Une liste d’habitants")

    assert await found("") == (True, True)
    assert await found("kind=staff") == (True, False)
    assert await found("kind=residents") == (False, True)
    assert await found("role=administrator") == (True, False)
    assert await found("since=24/11/2026") == (False, True)
    assert await found("until=23/11/2026") == (True, False)
    assert await found("until=25/11/2026") == (True, True)
    assert await found("q=LISTE habitànts") == (False, True)
    assert await found("q=nothing of the kind") == (False, False)
    assert await found("kind=no-such-kind&role=king") == (True, True)


async def test_acts_are_found_in_arabic_without_its_marks(site, administrator):
    await given_roles(site, 1)

    page = await administrator.get("/ar/staff/tiznit/journal?q=مهمه")

    assert page.says("تولى شخص مهمة")


@pytest.mark.parametrize(
    ("lang", "words", "line"),
    [
        ("fr", "guichet", "Au guichet"),
        ("fr", "médiateur", "Par un médiateur"),
        ("fr", "vérifié guichet", "Au guichet"),
        ("fr", "quartier", "quartier"),
        ("fr", "agent", "Agent"),
        ("fr", "participatif figée", "Budget participatif 2026"),
        ("ar", "الشباك", "الشباك"),
        ("ar", "الحي", "الحي"),
        ("en", "district", "The district is wrong"),
    ],
)
async def test_an_act_is_found_by_every_word_of_ours_that_its_line_shows(
    database_url, site, administrator, open_edition, lang, words, line
):
    vote_id = open_edition.charter.vote_id
    async with site.work(CLERK) as uow:
        for method in ("counter", "mediator"):
            uow.record(SlipIssued("r", method, is_new_resident=True), collectivity_id=TOWN)
        uow.record(ResidenceCorrected("r", "district"), collectivity_id=TOWN)
    async with site.work() as uow:
        uow.record(ListImported("i", 5, 0, 0), collectivity_id=TOWN)
        uow.record(RollFrozen(vote_id, 120, "ab" * 32), collectivity_id=TOWN)
    everything = await administrator.get(f"/{lang}/staff/tiznit/journal")

    page = await administrator.get(f"/{lang}/staff/tiznit/journal?q={words}")

    assert everything.says(line)
    assert page.says(line)
    assert len(lines_of(page)) < len(lines_of(everything))


async def test_eight_words_are_looked_for_and_no_code_of_a_field_that_is_not_shown(
    site, administrator, open_edition
):
    for words in ("a " * 50, "'\" %_", "method"):
        with counted(site.web.database) as sent:
            page = await administrator.get(f"{STAFF}?{urlencode({'q': words})}")
        assert len(sent) <= 8
    assert not lines_of(page)


def lines_of(page):
    return re.findall(r'<p class="sm mut">.*?</li>', page.response.text)


async def test_an_act_is_found_by_its_fingerprint(site, administrator):
    async with site.work() as uow:
        uow.record(RollFrozen("v", 120, "abcdef" + "0" * 58), collectivity_id=TOWN)
    await given_roles(site, 1)

    page = await administrator.get(f"{STAFF}?q=abcdef0000")

    assert page.says("figée avec 120 personnes")
    assert not page.says("Quelqu’un a pris un rôle")


async def test_a_day_that_cannot_be_read_is_told_and_kept(site, administrator):
    page = await administrator.get(f"{STAFF}?since=demain&q=liste", status=422)

    form = page.form(STAFF)
    assert form.fields["since"] == ["demain"]
    assert form.fields["q"] == ["liste"]
    assert page.part("since-problem")


async def test_hostile_words_find_nothing_and_break_nothing(site, administrator):
    await given_roles(site, 1)

    for words in ("%", "_", "' OR 1=1 --", "<script>", "\u202e", "a" * 10_000):
        page = await administrator.get(f"{STAFF}?{urlencode({'q': words})}")
        assert not page.says("a pris un rôle"), words


async def test_long_journals_are_read_page_by_page(database_url, site, administrator, visitor):
    await given_roles(site, PAGE + 7)

    for browser, path in ((administrator, STAFF), (visitor, PUBLIC)):
        first = await browser.get(path)
        second = await browser.follow(first, "Plus ancien")
        assert first.text.count("a pris un rôle") == PAGE
        assert second.text.count("a pris un rôle") == 7
        assert "Plus ancien" not in second.links


async def test_everything_that_was_found_can_be_downloaded(database_url, site, administrator):
    await given_roles(site, 600)
    async with site.work() as uow:
        uow.record(RollFrozen("v", 1, "f" * 64, '=HYPERLINK("x")'), collectivity_id=TOWN)

    table = await administrator.http.get(f"{STAFF}/export?form=csv&kind=staff")
    lines = await administrator.http.get(f"{STAFF}/export?form=jsonl")

    assert table.content.startswith("\ufeff".encode())
    rows = list(csv.DictReader(io.StringIO(table.text.lstrip("\ufeff"))))
    assert len(rows) == 600
    assert rows[0]["what"] == "Quelqu’un a pris un rôle : Agent de guichet."
    told = [json.loads(line) for line in lines.text.splitlines()]
    assert len(told) == 601
    assert not any("person_id" in one for one in told)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_no_cell_is_a_formula(cell):
    assert safe_cell(cell) == f"'{cell}"


async def test_clerks_and_residents_do_not_read_the_whole_journal(clerk, resident, neighbour):
    await clerk.get(STAFF, status=403)
    for path in (STAFF, f"{STAFF}/export"):
        await resident.get(path, status=404)
        await neighbour.get(path, status=404)


async def test_the_database_refuses_to_change_or_empty_the_journal(database_url, site):
    await given_roles(site, 1)
    statements = ["UPDATE event SET tag = 'x'", "DELETE FROM event"]
    if not site.web.database.is_sqlite:
        statements.append("TRUNCATE event")  # passes by the guards of single rows

    for statement in statements:
        with pytest.raises(DBAPIError, match="can only be added to"):
            async with site.web.database.write() as session:
                await session.execute(text(statement))


@pytest.mark.parametrize(
    ("roles", "door", "acts_as"),
    [
        ((Role.ADMINISTRATOR, Role.CLERK), (Role.CLERK, Role.ADMINISTRATOR), "clerk"),
        ((Role.ADMINISTRATOR, Role.CLERK), (Role.ADMINISTRATOR,), "administrator"),
        ((Role.ADMINISTRATOR,), (Role.CLERK, Role.ADMINISTRATOR), "administrator"),
        ((Role.OBSERVER, Role.CLERK), None, "clerk"),  # by a command
        ((Role.ADMINISTRATOR,), (), None),  # by a door that is open to everybody: for themselves
        ((), (Role.CLERK,), None),
    ],
)
def test_who_has_several_roles_acts_in_the_one_that_the_work_belongs_to(roles, door, acts_as):
    someone = Actor(person_id="p", roles=frozenset((TOWN, role) for role in roles))

    assert someone.acts_as(TOWN, door) == acts_as
    assert someone.acts_as(NEIGHBOUR_TOWN, door) is None


def test_the_operator_acts_as_the_operator_whatever_role_a_command_lends_them():
    operator = Actor(roles=frozenset({(TOWN, Role.ADMINISTRATOR)}), is_operator=True)

    assert operator.acts_as(TOWN) == "operator"
    assert operator.acts_as(TOWN, (Role.ADMINISTRATOR,)) == "administrator"  # signed in, on a page


async def test_the_counter_is_worked_as_a_clerk_by_whoever_is_an_administrator_too(site):
    person = await site.person()
    async with site.work(Actor(is_operator=True)) as uow:
        for role in (Role.ADMINISTRATOR, Role.CLERK):
            await give_role(uow, TOWN, person, role)
    both = await site.sign_in(person, has_second_factor=True)

    counter = await both.get("/fr/staff/tiznit/counter")
    form = counter.form("/counter")
    await both.submit(form, cnie="BE123456", birth_date="12/03/1987")

    async with site.web.database.read() as session:
        statement = text("SELECT role FROM event WHERE tag = 'accounts:slip:issued'")
        roles = (await session.execute(statement)).scalars().all()
    assert list(roles) == ["clerk"]


async def test_an_operator_stands_in_the_journal_as_one(site, administrator):
    async with site.work(Actor(is_operator=True)) as uow:
        uow.record(RoleGiven("clerk"), collectivity_id=TOWN)

    page = await administrator.get(STAFF + "?role=operator")

    assert page.says("Exploitant de la plateforme")
    assert not (await administrator.get(STAFF + "?role=clerk")).says(
        "Exploitant de la plateforme :"
    )


async def test_a_journal_is_written_on_the_terminal_too(site, monkeypatch):
    async with site.work(Actor(is_operator=True)) as uow:
        uow.record(RoleGiven("clerk"), collectivity_id=TOWN)
        uow.record(OperatorMade())
    commands_work_on(site.web.settings, monkeypatch)

    async def say(*words: str):
        said = await asyncio.to_thread(CliRunner().invoke, journal, words)
        assert said.exception is None or said.exit_code == 2, said.exception
        return said

    of_the_installation = [json.loads(line) for line in (await say()).output.splitlines()]
    of_the_town = [
        json.loads(line) for line in (await say("--collectivity", "tiznit")).output.splitlines()
    ]

    told = {(line["tag"], line["role"]) for line in of_the_installation}
    assert (OperatorMade.tag, "operator") in told
    assert RoleGiven.tag in {line["tag"] for line in of_the_town}
    assert OperatorMade.tag not in {line["tag"] for line in of_the_town}
    nowhere = await say("--collectivity", "nowhere")
    assert (nowhere.exit_code, "Traceback" in nowhere.output) == (2, False)


async def test_what_an_administrator_does_as_a_resident_names_no_role_and_nobody(site):
    person = await site.person()
    async with site.work(Actor(is_operator=True)) as uow:
        await give_role(uow, TOWN, person, Role.ADMINISTRATOR)
    slip = await slip_of(site)
    someone = await site.sign_in(person, has_second_factor=True)

    await someone.post("/fr/c/tiznit/residence", {"way": "slip", "code": slip})

    async with site.web.database.read() as session:
        statement = text(
            "SELECT role, person_id FROM event WHERE tag = 'accounts:residence:activated'"
        )
        assert (await session.execute(statement)).all() == [(None, None)]


async def slip_of(site) -> str:
    clerk = Actor(person_id="c" * 32, roles=frozenset({(TOWN, Role.CLERK)}))
    async with site.work(clerk) as uow:
        return (await issue_slip(uow, site.web.secrets, TOWN, "BE123456", "12/03/1987")).code
