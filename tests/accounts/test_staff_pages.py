"""Roles are offered, taken and ended; the counter looks after residents already verified."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from pacto_participe.accounts.domain.contacts import read_contact
from pacto_participe.accounts.services.invitations import invite
from pacto_participe.accounts.services.staff import end_role
from pacto_participe.accounts.tables import MEMBERSHIP
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.errors import NotAllowed, Refused
from pacto_participe.storage.events import EventRow
from tests.accounts.town_hall import AJDIR, NEIGHBOUR_TOWN

PEOPLE = "/fr/staff/ajdir/people"
COUNTER = "/fr/staff/ajdir/counter"
RESIDENT = "/fr/staff/ajdir/resident"
RESIDENCE = "/fr/c/ajdir/residence"


@pytest.fixture
async def administrator(town_hall, visitor):
    await town_hall.staff("admin@example.ma", Role.ADMINISTRATOR)
    await town_hall.sign_in_staff(visitor, "admin@example.ma")
    return visitor


def identity_in(page, name: str) -> str:
    return next(
        item.get("value") for item in page.tree.elements("input") if item.get("name") == name
    )


async def accept(town_hall, browser, status=200):
    page = await browser.get("/fr/account")
    return await browser.submit(page.form("/account/role"), status=status)


async def test_a_role_is_offered_to_a_contact_and_taken_by_who_proves_it(
    town_hall, administrator, other_visitor
):
    page = await administrator.get(PEOPLE)
    await administrator.submit(
        page.form("/people"), contact="06 61 22 33 44", role="clerk", until="31/12/2026"
    )
    await town_hall.do_jobs()
    assert town_hall.messages()[0].to == "+212661223344"
    await other_visitor.get(COUNTER)  # the sign-in page
    before = await town_hall.sign_in(other_visitor, "0661223344")
    assert before.says("Un rôle vous est proposé", "Agent de guichet")
    ticket = other_visitor.http.cookies["session"]

    await accept(town_hall, other_visitor)

    assert other_visitor.http.cookies["session"] != ticket
    page = await other_visitor.get(COUNTER)
    assert page.says("vérifier un habitant")
    page = await administrator.get(PEOPLE)
    assert page.says("Agent de guichet", "… 44", "Jusqu’au 31 décembre 2026")
    town_hall.clock.move(timedelta(days=39))
    await town_hall.sign_in(other_visitor, "0661223344")
    await other_visitor.get(COUNTER, status=404)


async def test_somebody_else_sees_no_offer_and_cannot_take_it(
    town_hall, administrator, other_visitor
):
    await administrator.post(PEOPLE, {"contact": "0661223344", "role": "administrator"})
    page = await administrator.get(PEOPLE)
    invitation = identity_in(page, "invitation_id")
    page = await town_hall.sign_in(other_visitor, "0699999999")
    assert not page.says("rôle vous est proposé")

    page = await other_visitor.post("/fr/account/role", {"invitation_id": invitation}, status=422)

    assert page.says("expiré ou a été retirée")
    await other_visitor.get(COUNTER, status=404)


async def test_cve_2023_48220_an_expired_offer_cannot_be_taken_by_any_way(
    town_hall, administrator, other_visitor
):
    await administrator.post(PEOPLE, {"contact": "0661223344", "role": "clerk"})
    invitation = identity_in(await administrator.get(PEOPLE), "invitation_id")
    town_hall.clock.move(timedelta(days=7))
    page = await town_hall.sign_in(other_visitor, "0661223344")
    assert not page.says("rôle vous est proposé")

    await other_visitor.post("/fr/account/role", {"invitation_id": invitation}, status=422)

    await other_visitor.get(COUNTER, status=404)
    await other_visitor.post(
        "/fr/account/password", {"new_password": "une phrase assez longue"}, status=404
    )


async def test_an_offer_taken_back_or_taken_is_over(town_hall, administrator, other_visitor):
    await administrator.post(PEOPLE, {"contact": "0661223344", "role": "clerk"})
    page = await administrator.get(PEOPLE)
    invitation = identity_in(page, "invitation_id")
    await town_hall.sign_in(other_visitor, "0661223344")
    await administrator.submit(page.form("/offer-end"))

    await other_visitor.post("/fr/account/role", {"invitation_id": invitation}, status=422)

    await administrator.post(PEOPLE, {"contact": "0661223344", "role": "observer"})
    await accept(town_hall, other_visitor)
    again = {"invitation_id": invitation}
    await other_visitor.post("/fr/account/role", again, status=422)


async def test_a_role_ends_at_once_in_every_browser(town_hall, administrator, other_visitor):
    await administrator.post(PEOPLE, {"contact": "0661223344", "role": "clerk"})
    await town_hall.sign_in(other_visitor, "0661223344")
    await accept(town_hall, other_visitor)
    page = await administrator.get(PEOPLE)
    form = next(
        form
        for form in page.forms()
        if form.action.endswith("/role-end") and form.fields["role"] == ["clerk"]
    )

    await administrator.submit(form)

    await other_visitor.get(COUNTER, status=404)


async def test_no_role_ends_by_one_slip_of_the_finger(town_hall, administrator, other_visitor):
    await administrator.post(PEOPLE, {"contact": "0661223344", "role": "administrator"})
    await town_hall.sign_in(other_visitor, "0661223344")
    await accept(town_hall, other_visitor)
    page = await administrator.get(PEOPLE)

    for form in page.tree.elements("form"):
        if form.get("action").endswith("/role-end"):
            assert form.is_in("details"), "unfolded first, with what will happen"
    assert page.says("C’est votre propre rôle")
    own = next(item for item in page.tree.elements("details") if "votre propre rôle" in item.text)
    person = next(item for item in own.elements("input") if item.get("name") == "person_id").get(
        "value"
    )
    page = await administrator.post(
        f"{PEOPLE}/role-end", {"person_id": person, "role": "administrator"}
    )

    assert page.path == "/fr/account"
    await administrator.get(PEOPLE, status=404)


async def test_the_only_administrator_stays(town_hall, administrator):
    page = await administrator.get(PEOPLE)

    page = await administrator.submit(page.form("/role-end"), status=422)

    assert page.says("seul administrateur")
    await administrator.get(PEOPLE)


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
async def test_these_pages_speak_every_language(town_hall, administrator, other_visitor, lang):
    await administrator.post(
        f"/{lang}/staff/ajdir/people", {"contact": "x", "role": "clerk"}, status=422
    )
    await administrator.post(
        f"/{lang}/staff/ajdir/people",
        {"contact": "0661223344", "role": "clerk", "until": "1/1/2020"},
        status=422,
    )
    await administrator.post(
        f"/{lang}/staff/ajdir/people", {"contact": "0661223344", "role": "clerk"}
    )
    await administrator.get(f"/{lang}/staff/ajdir/people")
    await town_hall.do_jobs()
    await town_hall.sign_in(other_visitor, "0661223344")
    await other_visitor.get(f"/{lang}/account")
    await town_hall.slip()
    await administrator.get(f"/{lang}/staff/ajdir/resident")
    await administrator.post(f"/{lang}/staff/ajdir/resident", {"cnie": "BE123456"})
    await administrator.post(f"/{lang}/staff/ajdir/resident", {"cnie": "?"}, status=422)


async def test_staff_change_their_password_and_are_signed_out_elsewhere(
    town_hall, administrator, other_visitor
):
    await town_hall.sign_in_staff(other_visitor, "admin@example.ma")
    page = await administrator.get("/fr/account")
    await administrator.submit(page.form("/password"), new_password="court", status=422)

    await administrator.submit(page.form("/password"), new_password="encore une longue phrase")

    await administrator.get(PEOPLE)
    await other_visitor.get("/fr/account", follow=False, status=303)
    await town_hall.sign_in_staff(other_visitor, "admin@example.ma", status=422)
    fields = {"email": "admin@example.ma", "password": "encore une longue phrase"}
    await other_visitor.post("/fr/sign-in/password", fields)


async def test_the_counter_finds_a_resident_and_notes_that_they_moved(
    town_hall, administrator, other_visitor
):
    slip = await town_hall.slip()
    await other_visitor.post(RESIDENCE, {"way": "slip", "code": slip.code})
    page = await administrator.post(RESIDENT, {"cnie": "be-0123456"})
    assert page.says("Vérifié depuis le 23 novembre 2026", "Utilisé dans un compte")
    assert "BE123456" not in page.html.upper()

    page = await administrator.submit(page.form("/resident/end"), reason="moved")

    assert page.says("C’est noté")
    page = await administrator.post(RESIDENT, {"cnie": "BE123456"})
    assert page.says("N’est plus habitant depuis")
    page = await other_visitor.get(RESIDENCE)
    assert not page.says("Vous êtes habitant vérifié")


async def test_a_residence_of_another_town_is_neither_found_nor_ended(town_hall, administrator):
    slip = await town_hall.slip(town=NEIGHBOUR_TOWN)

    page = await administrator.post(RESIDENT, {"cnie": "BE123456"}, status=422)
    assert page.says("Aucun habitant vérifié")

    fields = {"residence_id": slip.residence_id, "reason": "moved"}
    await administrator.post(f"{RESIDENT}/end", fields, status=404)


async def test_an_end_without_a_reason_is_refused(town_hall, administrator):
    slip = await town_hall.slip()

    page = await administrator.post(
        f"{RESIDENT}/end", {"residence_id": slip.residence_id}, status=422
    )

    assert page.says("Choisissez un motif")


async def test_two_administrators_who_end_each_other_at_once_leave_one(work, database, clock):
    from pacto_participe.accounts.services.people import make_person
    from pacto_participe.accounts.services.staff import give_role

    async with work(Actor(is_operator=True)) as uow:
        people = [await make_person(uow) for _ in range(2)]
        for person in people:
            await give_role(uow, AJDIR, person, Role.ADMINISTRATOR)

    async def end(acting, ended):
        actor = Actor(person_id=acting, roles=frozenset({(AJDIR, Role.ADMINISTRATOR)}))
        async with work(actor) as uow:
            await end_role(uow, AJDIR, ended, Role.ADMINISTRATOR)

    clock.move(timedelta(seconds=1))
    outcomes = await asyncio.gather(
        end(people[0], people[1]), end(people[1], people[0]), return_exceptions=True
    )

    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
    async with database.read() as session:
        rows = (await session.execute(select(MEMBERSHIP.c.until))).scalars().all()
    assert sorted(until is None for until in rows) == [False, True]


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.MODERATOR, Role.OBSERVER])
async def test_only_administrators_offer_roles(work, role):
    with pytest.raises(NotAllowed):
        async with work(Actor(person_id="x", roles=frozenset({(AJDIR, role)}))) as uow:
            await invite(
                uow, AJDIR, read_contact("0661223344"), Role.CLERK, language="ar", town="x"
            )


async def test_the_journal_names_roles_and_no_person_who_is_not_acting(
    town_hall, administrator, other_visitor
):
    await administrator.post(PEOPLE, {"contact": "0661223344", "role": "clerk"})
    await town_hall.sign_in(other_visitor, "0661223344")
    await accept(town_hall, other_visitor)
    slip = await town_hall.slip()
    await other_visitor.post(RESIDENCE, {"way": "slip", "code": slip.code})

    async with town_hall.web.database.read() as session:
        events = (await session.execute(select(EventRow.__table__))).mappings().all()

    for event in events:
        assert "661223344" not in event["body"]
        assert slip.code not in event["body"]
    tags = {event["tag"] for event in events}
    assert {"accounts:invitation:sent", "accounts:role:given", "accounts:slip:issued",
            "accounts:residence:activated"} <= tags  # fmt: skip
    activated = next(event for event in events if event["tag"] == "accounts:residence:activated")
    assert activated["person_id"] is None or activated["role"] == "clerk"
