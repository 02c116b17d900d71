"""Where a town asks for two people, two make an administrator: one person with two addresses is one."""

import asyncio
import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from pacto_participe.accounts import queries as accounts
from pacto_participe.accounts.domain.contacts import read_contact
from pacto_participe.accounts.services.invitations import (
    accept,
    ask_for_administrator,
    invite,
    offers_to,
    send_as_agreed,
)
from pacto_participe.accounts.services.people import add_contact
from pacto_participe.accounts.services.staff import add_staff, end_role, give_role
from pacto_participe.accounts.tables import INVITATION
from pacto_participe.approvals import services
from pacto_participe.approvals.domain import STANDS_FOR, ApprovalProblem, Verdict
from pacto_participe.background import do_one_job
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.errors import Conflict, NotAllowed, Refused
from pacto_participe.web.senders import outbox_of, written_messages
from tests.recorded import recorded
from tests.town import NEIGHBOUR_TOWN, TOWN
from tests.two_administrators import FIRST, SECOND, THIRD, admin, decide

PAGE = "/fr/staff/tiznit/approvals"
PEOPLE = "/fr/staff/tiznit/people"
OTHER_ADDRESS = "encore-moi@example.ma"
OTHER_CONTACT = read_contact(OTHER_ADDRESS)


def messages(site):
    return [each.to for each in written_messages(outbox_of(site.web.settings))]


async def do_jobs(site) -> None:
    while await do_one_job(site.web):
        pass


async def ask(site, actor=FIRST, contact=OTHER_ADDRESS, reason="Une adjointe") -> tuple[str, str]:
    """The request, and the offer that is held."""
    async with site.work(actor) as uow:
        asked = await ask_for_administrator(uow, TOWN, read_contact(contact), reason=reason)
    return asked.approval_id, asked.subject


async def offer(site, role=Role.ADMINISTRATOR, actor=FIRST) -> str:
    async with site.work(actor) as uow:
        return await invite(
            uow, TOWN, read_contact(OTHER_ADDRESS), role, language="fr", town="Tiznit"
        )


async def somebody_on_it(site) -> str:
    """The account of who reads the mail of the other address."""
    person_id = await site.person()
    async with site.work() as uow:
        await add_contact(uow, read_contact(OTHER_ADDRESS), person_id, most=4)
    return person_id


async def take(site, person_id: str, invitation_id: str) -> None:
    async with site.work(Actor(person_id=person_id)) as uow:
        await accept(uow, person_id, invitation_id)


async def administrators(site) -> int:
    async with site.web.database.read() as session:
        return await accounts.administrators(session, TOWN, site.clock.now())


# The ordinary day


async def test_one_asks_another_confirms_and_the_colleague_becomes_an_administrator(
    database_url, site, administrator, second_administrator, visitor, two_are_needed
):
    colleague = await somebody_on_it(site)
    page = await administrator.get(PEOPLE)
    assert page.says("Ici, il faut deux personnes pour nommer un administrateur")
    form = page.form("/people")
    page = await administrator.submit(
        form, contact=OTHER_ADDRESS, role="administrator", until="31/12/2026",
        reason="Une adjointe <b>",
    )  # fmt: skip

    assert page.path == f"{PAGE}?done=asked"
    assert page.says("Nommer un administrateur", OTHER_ADDRESS, "Jusqu’au 31 décembre 2026")
    assert page.says("Une adjointe <b>")
    assert not page.says("Confirmer et exécuter")
    await do_jobs(site)
    assert messages(site) == []
    browser = await site.sign_in(colleague)
    assert not (await browser.get("/fr/account")).says("rôle vous est proposé")
    today = await second_administrator.get("/fr/staff/tiznit/")
    assert today.says("Il faut une deuxième personne", "Nommer un administrateur")
    page = await second_administrator.get(PAGE)
    assert page.says(OTHER_ADDRESS)
    page = await second_administrator.submit(page.form("/decision"))

    assert page.says("Confirmé et fait")
    assert OTHER_ADDRESS not in page.html  # what is decided names nobody
    await do_jobs(site)
    assert messages(site) == [OTHER_ADDRESS]
    page = await browser.get("/fr/account")
    await browser.submit(page.form("/account/role"))
    assert await administrators(site) == 3
    journal = await administrator.get("/fr/staff/tiznit/journal")
    assert journal.says(
        "Une deuxième personne a été demandée", "Une deuxième personne a décidé",
        "Nommer un administrateur", "Quelqu’un a pris un rôle",
    )  # fmt: skip
    assert OTHER_ADDRESS not in journal.html
    told = await recorded(site.web.database, "approvals:approval")
    assert told[0].person_id != told[1].person_id
    assert OTHER_ADDRESS not in str(await recorded(site.web.database))


async def test_other_roles_are_offered_by_one_person(
    administrator, second_administrator, two_are_needed
):
    page = await administrator.get(PEOPLE)

    page = await administrator.submit(page.form("/people"), contact=OTHER_ADDRESS, role="clerk")

    assert page.path == PEOPLE
    assert page.says("Invitations pas encore acceptées")


async def test_the_first_second_administrator_is_made_by_one_person(site, administrator):
    person_id = await somebody_on_it(site)
    page = await administrator.get(PEOPLE)
    assert not page.says("il faut deux personnes")
    await administrator.submit(page.form("/people"), contact=OTHER_ADDRESS, role="administrator")

    browser = await site.sign_in(person_id)
    page = await browser.get("/fr/account")
    await browser.submit(page.form("/account/role"))

    assert await administrators(site) == 2
    page = await administrator.get(PAGE)
    page = await administrator.submit(page.form("/approvals"))
    assert page.says("Ici, il faut deux personnes")


# One person with two addresses


async def test_one_person_with_two_addresses_is_one_person(
    database_url, site, administrator, second_administrator, two_are_needed
):
    me_again = await somebody_on_it(site)

    with pytest.raises(Refused, match=ApprovalProblem.SECOND_PERSON_NEEDED):
        await offer(site)
    approval_id, invitation_id = await ask(site)
    with pytest.raises(Refused, match=ApprovalProblem.SAME_PERSON):
        await decide(site, FIRST, approval_id)
    with pytest.raises(NotAllowed):  # the other account is no administrator yet
        await decide(site, Actor(person_id=me_again), approval_id)
    with pytest.raises(Refused):
        await take(site, me_again, invitation_id)
    with pytest.raises(Refused, match=ApprovalProblem.SECOND_PERSON_NEEDED):
        async with site.work(FIRST) as uow:
            await send_as_agreed(uow, TOWN, invitation_id, language="fr", town="Tiznit")
    for subject_known in (FIRST, SECOND):
        with pytest.raises(Refused, match=ApprovalProblem.SECOND_PERSON_NEEDED):
            async with site.work(subject_known) as uow:
                await give_role(uow, TOWN, me_again, Role.ADMINISTRATOR)
    with pytest.raises(Refused, match=ApprovalProblem.SECOND_PERSON_NEEDED):
        async with site.work(FIRST) as uow:
            await add_staff(uow, TOWN, OTHER_CONTACT, Role.ADMINISTRATOR, "no hash")

    async with site.web.database.read() as session:
        assert await offers_to(session, me_again, site.clock.now()) == ()
    assert await administrators(site) == 2
    assert await recorded(site.web.database, "accounts:role:given") == []


async def test_an_offer_that_one_person_made_before_cannot_be_taken_afterwards(
    database_url, site, administrator, second_administrator
):
    me_again = await somebody_on_it(site)
    invitation_id = await offer(site)
    async with site.work(FIRST) as uow:
        await services.turn_on(uow, TOWN, approvers=2)

    browser = await site.sign_in(me_again)
    page = await browser.get("/fr/account")
    page = await browser.submit(page.form("/account/role"), status=422)

    assert page.says("Ici, il faut deux personnes")
    with pytest.raises(Refused, match=ApprovalProblem.SECOND_PERSON_NEEDED):
        await take(site, me_again, invitation_id)
    assert await administrators(site) == 2


async def test_who_ended_the_role_of_the_second_one_is_not_two_people_either(
    site, administrator, second_administrator, two_are_needed
):
    page = await administrator.get(PEOPLE)
    assert page.says("Il ne restera alors qu’un administrateur")
    theirs = next(
        form
        for form in page.forms()
        if form.action.endswith("/role-end") and form.fields["person_id"] != [_mine(page)]
    )
    page = await administrator.submit(theirs)

    assert page.says("Vous êtes le seul administrateur", "C’est l’exploitant de la plateforme")
    assert (await administrator.get(PAGE)).says("personne ne peut confirmer ce que vous demandez")
    with pytest.raises(Refused, match=ApprovalProblem.SECOND_PERSON_NEEDED):
        await offer(site)

    async with site.work(Actor(is_operator=True)) as uow:  # as the operator's command does
        await add_staff(uow, TOWN, OTHER_CONTACT, Role.ADMINISTRATOR, "no hash")
    assert await administrators(site) == 2
    assert not (await administrator.get(PAGE)).says("Vous êtes le seul administrateur")


def _mine(page) -> str:
    after = page.html.split("C’est votre propre rôle")[1]
    return re.search(r'name="person_id" value="(\w{32})"', after)[1]


# Refusals


async def test_no_administrator_is_asked_for_without_a_reason(
    site, administrator, second_administrator, two_are_needed
):
    page = await administrator.get(PEOPLE)

    page = await administrator.submit(
        page.form("/people"), contact=OTHER_ADDRESS, role="administrator", status=422
    )

    assert page.says("Écrivez pourquoi")
    async with site.web.database.read() as session:
        assert (await session.execute(select(INVITATION.c.value))).all() == []


async def test_what_is_declined_or_too_old_is_sent_to_nobody(site, two_are_needed, clock):
    declined, _offer = await ask(site)
    await decide(site, FIRST, declined, Verdict.DECLINED)
    old, _offer = await ask(site)
    clock.move(STANDS_FOR)

    with pytest.raises(Conflict):
        await decide(site, SECOND, declined)
    with pytest.raises(Refused, match=ApprovalProblem.EXPIRED):
        await decide(site, SECOND, old)

    await do_jobs(site)
    assert messages(site) == []
    async with site.web.database.read() as session:
        held = select(INVITATION.c.is_held)
        assert set((await session.execute(held)).scalars()) == {True}


async def test_an_agreement_is_on_one_offer_of_this_town(site, two_are_needed):
    approval_id, _offer = await ask(site)
    _other, other_offer = await ask(site, contact="0661223344")
    await decide(site, SECOND, approval_id)

    with pytest.raises(Refused, match=ApprovalProblem.SECOND_PERSON_NEEDED):
        async with site.work(SECOND) as uow:
            await send_as_agreed(uow, TOWN, other_offer, language="fr", town="Tiznit")
    with pytest.raises(Refused):
        async with site.work(admin("n", NEIGHBOUR_TOWN)) as uow:
            await send_as_agreed(uow, NEIGHBOUR_TOWN, other_offer, language="fr", town="x")
    clerk = Actor(person_id="c", roles=frozenset({(TOWN, Role.CLERK)}))
    with pytest.raises(NotAllowed):
        await ask(site, actor=clerk)


# At the same instant


async def test_of_two_who_confirm_at_once_one_sends_it(database_url, site, two_are_needed):
    approval_id, _offer = await ask(site)

    outcomes = await asyncio.gather(
        decide(site, SECOND, approval_id), decide(site, THIRD, approval_id), return_exceptions=True
    )

    assert sorted(type(outcome) for outcome in outcomes if outcome) == [Conflict]
    await do_jobs(site)
    assert messages(site) == [OTHER_ADDRESS]
    assert len(await recorded(site.web.database, "accounts:invitation:sent")) == 1


async def test_what_is_taken_back_while_it_is_confirmed_is_one_or_the_other(
    database_url, site, two_are_needed
):
    person_id = await somebody_on_it(site)
    approval_id, invitation_id = await ask(site)

    taken_back, confirmed = await asyncio.gather(
        decide(site, FIRST, approval_id, Verdict.DECLINED),
        decide(site, SECOND, approval_id),
        return_exceptions=True,
    )

    assert [type(taken_back), type(confirmed)].count(Conflict) == 1
    if confirmed is None:
        await take(site, person_id, invitation_id)
    else:
        with pytest.raises(Refused):
            await take(site, person_id, invitation_id)


async def test_an_offer_taken_while_four_eyes_go_on_was_taken_before_or_not_at_all(
    database_url, site, administrator, second_administrator
):
    person_id = await somebody_on_it(site)
    invitation_id = await offer(site)

    async def turn_on():
        async with site.work(FIRST) as uow:
            await services.turn_on(uow, TOWN, approvers=2)

    turned, taken = await asyncio.gather(
        turn_on(), take(site, person_id, invitation_id), return_exceptions=True
    )

    assert turned is None
    assert taken is None or isinstance(taken, Refused)
    assert await administrators(site) == (3 if taken is None else 2)
    if taken is not None:
        with pytest.raises(Refused, match=ApprovalProblem.SECOND_PERSON_NEEDED):
            await take(site, person_id, invitation_id)


# The schema


async def test_the_database_knows_the_act_and_still_refuses_to_change_a_request(
    database_url, site, two_are_needed
):
    await ask(site)

    for statement in ("UPDATE approval SET subject = 'x'", "DELETE FROM approval"):
        with pytest.raises(Exception, match="only be added to"):
            async with site.work() as uow:
                await uow.session.execute(text(statement))


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
async def test_the_pages_speak_every_language(
    site, administrator, second_administrator, two_are_needed, lang
):
    await ask(site)
    await second_administrator.get(f"/{lang}/staff/tiznit/approvals")
    page = await administrator.get(f"/{lang}/staff/tiznit/people")
    await administrator.submit(
        page.form("/people"), contact="0661223344", role="administrator", reason="x"
    )
    await second_administrator.get(f"/{lang}/staff/tiznit/approvals")
    async with site.work(SECOND) as uow:
        await end_role(uow, TOWN, await _first_of(site), Role.ADMINISTRATOR)
    site.clock.move(timedelta(seconds=1))


async def _first_of(site) -> str:
    async with site.web.database.read() as session:
        return (await accounts.members(session, TOWN, site.clock.now()))[0].person_id
