"""Whoever closes their account is told so; the towns they worked for are told, and keep an administrator."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.services import close_account
from pacto_participe.accounts.services.people import make_person
from pacto_participe.accounts.services.staff import end_role, give_role
from pacto_participe.accounts.tables import MEMBERSHIP, PERSON
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.errors import Refused
from pacto_participe.storage.events import EventRow
from pacto_participe.storage.unit_of_work import unit_of_work
from tests.accounts.conftest import NOON
from tests.accounts.town_hall import AJDIR, NEIGHBOUR_TOWN
from tests.recorded import recorded

PEOPLE = "/fr/staff/ajdir/people"
ENDED = "accounts:role:ended"


async def people_with(work, *roles: tuple[str, Role], until: datetime | None = None) -> str:
    async with work(Actor(is_operator=True)) as uow:
        person_id = await make_person(uow)
        for town, role in roles:
            await give_role(uow, town, person_id, role, until=until)
    return person_id


def themself(person_id: str) -> Actor:
    return Actor(person_id=person_id)


async def close(work, person_id: str) -> None:
    async with work(themself(person_id)) as uow:
        await close_account(uow, person_id)


async def standing(database) -> set[tuple[str, str]]:
    member = MEMBERSHIP.c
    async with database.read() as session:
        rows = (await session.execute(select(member.person_id, member.role, member.until))).all()
    return {(person, role) for person, role, until in rows if until is None}


async def is_closed(database, person_id: str) -> bool:
    async with database.read() as session:
        closed = select(PERSON.c.closed_at).where(PERSON.c.person_id == person_id)
        return (await session.execute(closed)).scalar_one() is not None


# The journal


async def test_each_role_that_ends_is_told_to_its_town(work, database):
    person = await people_with(
        work, (AJDIR, Role.CLERK), (AJDIR, Role.OBSERVER), (NEIGHBOUR_TOWN, Role.MODERATOR)
    )

    await close(work, person)

    async with database.read() as session:
        rows = (
            (await session.execute(select(EventRow).where(col(EventRow.tag) == ENDED)))
            .scalars()
            .all()
        )
    assert {(row.collectivity_id, row.body, row.role, row.person_id) for row in rows} == {
        (AJDIR, '{"role": "clerk"}', "clerk", person),
        (AJDIR, '{"role": "observer"}', "observer", person),
        (NEIGHBOUR_TOWN, '{"role": "moderator"}', "moderator", person),
    }
    assert await standing(database) == set()


async def test_a_role_that_was_over_is_not_told_again(work, database, clock):
    person = await people_with(work, (AJDIR, Role.CLERK), until=NOON + timedelta(days=1))
    clock.move(timedelta(days=1))

    await close(work, person)

    assert await recorded(database, ENDED) == []


async def test_a_resident_who_closes_the_account_leaves_nothing_in_the_journal(
    work, database, fatima
):
    await close(work, fatima)

    assert await recorded(database) == []


async def test_a_clerk_who_leaves_stands_in_the_journal_of_the_town(
    town_hall, visitor, other_visitor
):
    await town_hall.staff("admin@example.ma", Role.ADMINISTRATOR)
    await town_hall.staff("clerk@example.ma", Role.CLERK)
    await town_hall.sign_in_staff(visitor, "admin@example.ma")
    await town_hall.sign_in_staff(other_visitor, "clerk@example.ma")

    await other_visitor.post("/fr/account/closure", {"sure": "yes"})

    page = await visitor.get("/fr/staff/ajdir/journal")
    assert page.says("Agent de guichet", "a quitté")


# The last administrator


async def test_the_only_administrator_of_a_town_stays_until_there_is_another(work, database):
    person = await people_with(work, (AJDIR, Role.ADMINISTRATOR), (NEIGHBOUR_TOWN, Role.CLERK))

    with pytest.raises(Refused) as refused:
        await close(work, person)

    (problem,) = refused.value.problems
    assert problem.code is Refusal.LAST_ADMINISTRATOR_LEAVES
    assert await recorded(database, ENDED) == []
    assert len(await standing(database)) == 2
    assert not await is_closed(database, person)

    await people_with(work, (AJDIR, Role.ADMINISTRATOR))
    await close(work, person)
    assert await is_closed(database, person)


async def test_an_administrator_elsewhere_or_of_yesterday_is_no_other(work, database, clock):
    person = await people_with(work, (AJDIR, Role.ADMINISTRATOR))
    await people_with(work, (NEIGHBOUR_TOWN, Role.ADMINISTRATOR))
    await people_with(work, (AJDIR, Role.ADMINISTRATOR), until=NOON + timedelta(days=1))
    await people_with(work, (AJDIR, Role.CLERK))
    clock.move(timedelta(days=1))

    with pytest.raises(Refused):
        await close(work, person)


async def test_who_was_an_administrator_once_may_leave(work, database, clock):
    await people_with(work, (AJDIR, Role.ADMINISTRATOR))
    person = await people_with(work, (AJDIR, Role.ADMINISTRATOR), until=NOON + timedelta(days=1))
    clock.move(timedelta(days=1))

    await close(work, person)

    assert await is_closed(database, person)


@dataclass
class Ticking:
    """A clock that never tells the same instant twice."""

    instant: datetime = NOON

    def now(self) -> datetime:
        self.instant += timedelta(milliseconds=1)
        return self.instant


@pytest.fixture
def ticking(database):
    clock = Ticking()
    return lambda actor: unit_of_work(database, clock, actor)


async def test_two_last_administrators_who_close_at_once_leave_one(work, ticking, database):
    both = (AJDIR, Role.ADMINISTRATOR), (NEIGHBOUR_TOWN, Role.ADMINISTRATOR)
    people = [await people_with(work, *both), await people_with(work, *reversed(both))]

    outcomes = await asyncio.gather(
        *(close(ticking, person) for person in people), return_exceptions=True
    )

    assert [type(outcome) for outcome in outcomes if outcome] == [Refused]
    (stayed,) = [person for person, outcome in zip(people, outcomes, strict=True) if outcome]
    assert await standing(database) == {(stayed, Role.ADMINISTRATOR)}
    assert not await is_closed(database, stayed)
    assert len(await recorded(database, ENDED)) == 2


@pytest.mark.parametrize("closes_first", [True, False])
async def test_who_closes_while_the_other_is_ended_does_not_leave_nobody(
    work, ticking, database, closes_first
):
    closing, ended = [await people_with(work, (AJDIR, Role.ADMINISTRATOR)) for _ in range(2)]
    actor = Actor(person_id=closing, roles=frozenset({(AJDIR, Role.ADMINISTRATOR)}))

    async def end():
        async with ticking(actor) as uow:
            await end_role(uow, AJDIR, ended, Role.ADMINISTRATOR)

    acts = [close(ticking, closing), end()]
    outcomes = await asyncio.gather(
        *(acts if closes_first else reversed(acts)), return_exceptions=True
    )

    assert [type(outcome) for outcome in outcomes if outcome] == [Refused]
    assert len(await standing(database)) == 1


async def test_a_role_that_ended_while_one_waited_for_it_has_ended(work, ticking, database):
    """Two who end each other: the second asks what time it is after the first has written."""
    people = [await people_with(work, (AJDIR, Role.ADMINISTRATOR)) for _ in range(2)]

    async def end(acting: str, ended: str) -> None:
        actor = Actor(person_id=acting, roles=frozenset({(AJDIR, Role.ADMINISTRATOR)}))
        async with ticking(actor) as uow:
            await end_role(uow, AJDIR, ended, Role.ADMINISTRATOR)

    outcomes = await asyncio.gather(end(*people), end(*reversed(people)), return_exceptions=True)

    assert [type(outcome) for outcome in outcomes if outcome] == [Refused]
    assert len(await standing(database)) == 1


# The pages


async def test_the_only_administrator_is_told_what_to_do(town_hall, visitor):
    await town_hall.staff("admin@example.ma", Role.ADMINISTRATOR)
    await town_hall.sign_in_staff(visitor, "admin@example.ma")

    page = await visitor.post("/fr/account/closure", {"sure": "yes"}, status=422)

    assert page.says("seul administrateur", "Nommez-en d’abord un autre", "Rien n’a été effacé")
    folded = next(
        item for item in page.tree.elements("details") if "Fermer mon compte" in item.text
    )
    assert folded.get("open") is not None
    await visitor.get(PEOPLE)


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("fr", "Votre compte est fermé"),
        ("ar", "تم إغلاق الحساب"),
        ("en", "Your account is closed"),
        ("zgh", "تم إغلاق الحساب"),
    ],
)
async def test_who_closed_the_account_reads_that_it_is_done(town_hall, visitor, lang, sentence):
    await town_hall.sign_in(visitor, "0661223344")

    page = await visitor.post(f"/{lang}/account/closure", {"sure": "yes"})

    assert page.path == f"/{lang}/account/closed"
    assert page.says(sentence)
    assert "session" not in visitor.http.cookies
    await visitor.get("/fr/account", follow=False, status=303)


async def test_the_sentence_says_nothing_that_a_link_could_put_into_it(town_hall, visitor):
    page = await visitor.get("/fr/account/closed")

    assert page.says("Votre compte est fermé", "effacés")
    lie = await visitor.get("/fr/account/closed?name=Fatima&town=Ajdir&done=Appelez+le+0600000000")
    main = [next(iter(each.tree.elements("main"))).text for each in (page, lie)]
    assert main[0] == main[1]


async def test_whoever_has_an_account_is_not_told_that_it_is_closed(town_hall, visitor):
    await town_hall.sign_in(visitor, "0661223344")

    page = await visitor.get("/fr/account/closed")

    assert page.path == "/fr/account"
