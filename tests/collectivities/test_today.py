"""Today: each of the staff sees what needs them now, what is late first, and the ways to their pages."""

from datetime import timedelta

import pytest

from pacto_participe.accounts.domain.contacts import read_contact
from pacto_participe.accounts.services.invitations import invite
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.web.today import TodayItem, for_actor
from tests.statements import counted
from tests.town import NOON, TOWN, _staff, make_edition

TODAY = "/fr/staff/tiznit/"


def lines(page) -> list[str]:
    return [item.text for item in page.part("main").elements("h3")]


async def test_an_administrator_sees_votes_invitations_and_what_is_not_set(
    database_url, site, administrator, open_edition
):
    actor = Actor(person_id="a" * 32, roles=frozenset({(TOWN, Role.ADMINISTRATOR)}))
    async with site.work(actor) as uow:
        contact = read_contact("0661223344")
        await invite(uow, TOWN, contact, Role.CLERK, language="fr", town="Tiznit")

    page = await administrator.get(TODAY)

    assert page.says(
        "le vote se termine dans 7 jours", "1 invitation", "N’est pas encore renseigné"
    )
    assert page.says("Téléphone", "Réglages de la collectivité", "Personnes et rôles")
    assert "0661223344" not in page.html


async def test_a_clerk_sees_the_counter_and_nothing_of_the_administration(clerk, open_edition):
    page = await clerk.get(TODAY)

    assert page.says("le vote se termine", "Regarder la carte")
    assert not page.says("N’est pas encore renseigné")
    assert not page.says("Réglages de la collectivité")


async def test_when_nothing_waits_the_page_says_so(clerk):
    assert (await clerk.get(TODAY)).says("Rien ne vous attend")


async def test_slips_that_nobody_used_are_counted_a_week_before_they_expire(site, clerk):
    from pacto_participe.accounts import services

    actor = Actor(person_id="c" * 32, roles=frozenset({(TOWN, Role.CLERK)}))
    async with site.work(actor) as uow:
        slip = await services.issue_slip(
            uow, site.web.secrets, TOWN, "JB 777777", "12/03/1987", "Centre"
        )
    assert not (await clerk.get(TODAY)).says("pas encore utilisé")

    site.clock.instant = slip.expires_at - timedelta(days=6)

    clerk = await _staff(site, Role.CLERK, TOWN)  # the session of the first one is over
    assert (await clerk.get(TODAY)).says("1 bon pas encore utilisé")


async def test_days_are_those_that_the_home_of_the_town_counts(site, clerk, open_edition):
    """The clerk says to somebody at the counter what the page in their hand says."""
    home = "/fr/c/tiznit/"
    assert (await clerk.get(home)).says("Encore 7 jours")
    assert (await clerk.get(TODAY)).says("le vote se termine dans 7 jours")

    site.clock.move(timedelta(days=6))
    clerk = await _staff(site, Role.CLERK, TOWN)
    assert (await clerk.get(TODAY)).says("le vote se termine dans 1 jour.")

    site.clock.move(timedelta(days=1))
    assert (await clerk.get(TODAY)).says("le vote se termine aujourd’hui.")


async def test_on_the_day_itself_no_days_are_counted(site, clerk):
    await make_edition(site, opens_at=NOON + timedelta(hours=3), closes_at=NOON + timedelta(days=9))

    assert (await clerk.get(TODAY)).says("le vote s’ouvre aujourd’hui.")


async def test_a_vote_about_to_open_and_one_that_nobody_counted(site, clerk):
    await make_edition(site, opens_at=NOON + timedelta(days=3), closes_at=NOON + timedelta(days=9))
    assert (await clerk.get(TODAY)).says("le vote s’ouvre dans 3 jours")

    site.clock.move(timedelta(days=9, hours=1))

    page = await clerk.get(TODAY)
    assert page.says("le décompte n’est pas encore publié", "En retard")


async def test_a_day_asks_few_questions(site, administrator, open_edition):
    await administrator.get(TODAY)

    with counted(site.web.database) as sent:
        await administrator.get(TODAY)

    assert len(sent) <= 6


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
async def test_it_speaks_every_language(administrator, open_edition, lang):
    await administrator.get(f"/{lang}/staff/tiznit/")


async def test_neighbours_and_residents_do_not_learn_that_it_exists(resident, neighbour, visitor):
    await resident.get(TODAY, status=404)
    await neighbour.get(TODAY, status=404)
    await visitor.get(TODAY, follow=False, status=303)


def test_what_is_late_comes_first_then_the_nearest_day():
    actor = Actor(person_id="a", roles=frozenset({("t", Role.CLERK)}))
    items = (
        TodayItem("without a day"),
        TodayItem("tomorrow", due=NOON + timedelta(days=1)),
        TodayItem("not theirs", roles=(Role.ADMINISTRATOR,)),
        TodayItem("late", due=NOON - timedelta(days=1)),
        TodayItem("in an hour", due=NOON + timedelta(hours=1), roles=(Role.CLERK,)),
    )

    shown = for_actor(items, actor, "t", NOON)

    assert [item.sentence for item in shown] == ["late", "in an hour", "tomorrow", "without a day"]
    assert [item.is_late for item in shown] == [True, False, False, False]
