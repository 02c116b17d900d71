"""Where a town asks for two people, one asks, another confirms, and the act is done once."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from pacto_participe.approvals import queries, services
from pacto_participe.approvals.domain import STANDS_FOR, Act, Approval, ApprovalProblem, Verdict
from pacto_participe.approvals.domain import problem_of as why_not
from pacto_participe.consultations.services import publish_consultation
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from pacto_participe.kernel.languages import Texts
from pacto_participe.voting import queries as votes
from pacto_participe.voting.services import draws, freezing, rolls
from tests.recorded import recorded
from tests.town import NEIGHBOUR_TOWN, NOON, TOWN
from tests.two_administrators import FIRST, SECOND, THIRD, admin, decide

PAGE = "/fr/staff/tiznit/approvals"
ROLL = "/fr/staff/tiznit/votes/2026/roll"


async def ask_for_the_roll(site, edition, actor=FIRST) -> str:
    async with site.work(actor) as uow:
        await rolls.ask_to_freeze(uow, edition.charter, reason="La salle ferme")
    async with site.web.database.read() as session:
        return (await queries.approvals_of(session, TOWN))[0].approval_id


async def roll(site, edition):
    return await votes.roll_of(site.web.database, edition.key)


# The ordinary day


async def test_one_asks_another_confirms_and_the_roll_is_frozen(
    database_url, site, administrator, second_administrator, soon_edition
):
    page = await administrator.get(PAGE)
    assert page.says("Ici, une seule personne suffit", "Rien n’attend")
    page = await administrator.submit(page.form("/approvals"))
    assert page.says("Ici, il faut deux personnes")

    page = await administrator.get(ROLL)
    page = await administrator.submit(page.form("/roll"), reason="La salle ferme <b>")

    assert page.path == f"{PAGE}?done=asked"
    assert page.says("Demandé par vous", "La salle ferme <b>")
    assert not page.says("Confirmer et exécuter")
    assert await roll(site, soon_edition) is None
    today = await second_administrator.get("/fr/staff/tiznit/")
    assert today.says("Il faut une deuxième personne")
    page = await second_administrator.get(PAGE)
    assert page.says("Demandé par un autre administrateur")
    page = await second_administrator.submit(page.form("/decision"))
    assert page.says("Confirmé et fait")
    assert (await roll(site, soon_edition)).frozen is not None
    journal = await second_administrator.get("/fr/staff/tiznit/journal")
    assert journal.says("Désormais, il faut deux personnes", "Une deuxième personne a décidé")
    told = await recorded(site.web.database, "approvals:approval")
    assert [event.role for event in told] == ["administrator", "administrator"]
    assert told[0].person_id != told[1].person_id


async def test_where_nobody_asked_for_two_one_person_freezes(site, administrator, soon_edition):
    page = await administrator.get(ROLL)

    await administrator.submit(page.form("/roll"), reason="La salle ferme")

    assert (await roll(site, soon_edition)).frozen is not None


async def test_four_eyes_end_by_four_eyes(
    database_url, site, administrator, second_administrator, two_are_needed
):
    page = await administrator.get(PAGE)
    page = await administrator.submit(page.form("/approvals"), status=422)
    assert page.says("Écrivez pourquoi")
    page = await administrator.submit(page.form("/approvals"), reason="Une collègue part")
    assert page.says("Ici, il faut deux personnes")

    page = await second_administrator.get(PAGE)
    page = await second_administrator.submit(page.form("/decision"))

    assert page.says("Ici, une seule personne suffit")


# Refusals


async def test_nobody_confirms_what_they_asked_for(site, soon_edition, two_are_needed):
    approval_id = await ask_for_the_roll(site, soon_edition)

    with pytest.raises(Refused, match=ApprovalProblem.SAME_PERSON):
        await decide(site, FIRST, approval_id)

    await decide(site, FIRST, approval_id, Verdict.DECLINED)
    with pytest.raises(Conflict):
        await decide(site, SECOND, approval_id)
    assert await roll(site, soon_edition) is None


async def test_after_a_week_a_request_is_worth_nothing(site, soon_edition, two_are_needed, clock):
    approval_id = await ask_for_the_roll(site, soon_edition)
    clock.move(STANDS_FOR)

    with pytest.raises(Refused, match=ApprovalProblem.EXPIRED):
        await decide(site, SECOND, approval_id)


async def test_what_is_refused_when_it_is_done_leaves_the_request_open(
    site, soon_edition, two_are_needed, clock
):
    clock.move(timedelta(days=1))
    approval_id = await ask_for_the_roll(site, soon_edition)
    clock.move(timedelta(days=6, seconds=1))  # the vote is open now

    with pytest.raises(NotAllowed):
        await decide(site, SECOND, approval_id)

    async with site.web.database.read() as session:
        assert (await queries.approval_by_id(session, TOWN, approval_id)).verdict is None


async def test_the_same_thing_is_asked_for_once(site, soon_edition, two_are_needed):
    await ask_for_the_roll(site, soon_edition)

    with pytest.raises(Refused, match=ApprovalProblem.ASKED_ALREADY):
        await ask_for_the_roll(site, soon_edition, SECOND)


async def test_an_administrator_alone_cannot_lock_themselves_out(administrator):
    page = await administrator.get(PAGE)

    page = await administrator.submit(page.form("/approvals"), status=422)

    assert page.says("Invitez-en d’abord un deuxième")


async def test_only_administrators_of_this_town_ask_and_decide(site, soon_edition, two_are_needed):
    approval_id = await ask_for_the_roll(site, soon_edition)
    clerk = Actor(person_id="c", roles=frozenset({(TOWN, Role.CLERK)}))
    for stranger in (clerk, admin("n", NEIGHBOUR_TOWN)):
        with pytest.raises(NotAllowed):
            await decide(site, stranger, approval_id)
        with pytest.raises(NotAllowed):
            async with site.work(stranger) as uow:
                await services.ask(uow, TOWN, Act.PUBLISH, "x", reason="x")
    with pytest.raises(NotFound):  # a request of this town is none of the neighbour's
        await decide(site, admin("n", NEIGHBOUR_TOWN), approval_id, town=NEIGHBOUR_TOWN)


async def test_every_service_of_such_an_act_stands_behind_the_lock(
    site, soon_edition, two_are_needed
):
    charter = soon_edition.charter
    vote = await votes.vote_by_edition(site.web.database, TOWN, "2026")
    acts = (
        lambda uow: rolls.freeze_by_hand(uow, site.web.secrets, charter, reason="x"),
        lambda uow: freezing.freeze_charter(uow, site.web.secrets, charter, consultation_id="x"),
        lambda uow: draws.complete_lot(uow, vote, "4,2"),
        lambda uow: publish_consultation(
            uow, collectivity_id=TOWN, kind="participatory-budget", slug="2027",
            title=Texts.of({"fr": "x"}), summary=Texts.of({"fr": "x"}), budget_cents=1, stages=(),
        ),
        lambda uow: services.turn_off(uow, TOWN, "1"),
    )  # fmt: skip
    for act in acts:
        with pytest.raises(Refused, match=ApprovalProblem.SECOND_PERSON_NEEDED):
            async with site.work(FIRST) as uow:
                await act(uow)


async def test_an_old_agreement_turns_nothing_off_later(site, two_are_needed):
    async with site.work(FIRST) as uow:
        asked = await services.ask_to_turn_off(uow, TOWN, reason="x")
    await decide(site, SECOND, asked.approval_id)
    async with site.work(FIRST) as uow:
        await services.turn_on(uow, TOWN, approvers=2)

    for subject in (asked.subject, "3"):
        with pytest.raises(Refused):
            async with site.work(FIRST) as uow:
                await services.turn_off(uow, TOWN, subject)


async def test_requests_and_decisions_are_changed_by_nobody(
    database_url, site, soon_edition, two_are_needed
):
    approval_id = await ask_for_the_roll(site, soon_edition)
    await decide(site, SECOND, approval_id)

    for statement in (
        "UPDATE approval SET asked_by = 'x'", "DELETE FROM approval_decision",
        "UPDATE approval_decision SET decided_by = 'first'",
    ):  # fmt: skip
        with pytest.raises(Exception, match="only be added to"):
            async with site.work() as uow:
                await uow.session.execute(text(statement))


# At the same instant


async def test_of_two_who_confirm_at_once_one_does_it(
    database_url, site, soon_edition, two_are_needed
):
    approval_id = await ask_for_the_roll(site, soon_edition)

    outcomes = await asyncio.gather(
        decide(site, SECOND, approval_id), decide(site, THIRD, approval_id), return_exceptions=True
    )

    assert sorted(type(outcome) for outcome in outcomes if outcome) == [Conflict]
    assert len(await recorded(site.web.database, "approvals:approval:decided")) == 1
    assert len(await recorded(site.web.database, "voting:roll:frozen")) == 1


# Pages


async def test_hostile_reasons_are_text_and_long_ones_refused(
    administrator, second_administrator, two_are_needed
):
    page = await administrator.get(PAGE)
    await administrator.submit(page.form("/approvals"), reason="x" * 10_000, status=422)
    page = await administrator.submit(page.form("/approvals"), reason="<script>alert(1)</script>")

    assert "<script>alert" not in page.html
    form = (await second_administrator.get(PAGE)).form("/decision")
    assert (await second_administrator.submit(form, verdict="x" * 30, status=422)).says(
        "Choisissez"
    )


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
async def test_the_page_speaks_every_language(
    site, administrator, second_administrator, soon_edition, lang
):
    path = f"/{lang}/staff/tiznit/approvals"
    page = await administrator.get(path)
    await administrator.submit(page.form("/approvals"))
    approval_id = await ask_for_the_roll(site, soon_edition)
    await administrator.get(path)
    await decide(site, FIRST, approval_id, Verdict.DECLINED)
    page = await administrator.get(path)
    await administrator.submit(page.form("/approvals"), status=422)


# The rule


def test_who_may_decide_what():
    asked = Approval("a", Act.PUBLISH, "2027", "x", "first", NOON)
    confirm, decline = Verdict.CONFIRMED, Verdict.DECLINED

    assert why_not(asked, confirm, person_id="second", now=NOON) is None
    assert why_not(asked, decline, person_id="first", now=NOON) is None
    assert why_not(asked, confirm, person_id="first", now=NOON) is ApprovalProblem.SAME_PERSON
    assert why_not(asked, confirm, person_id=None, now=NOON) is ApprovalProblem.SAME_PERSON
    last = NOON + STANDS_FOR
    assert why_not(asked, confirm, person_id="second", now=last) is ApprovalProblem.EXPIRED
