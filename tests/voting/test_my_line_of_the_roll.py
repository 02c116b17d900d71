"""A resident looks whether they stand on the roll of a vote, and learns nothing of anybody else."""

import re
from datetime import timedelta

import pytest

from pacto_participe.accounts.domain.eligibility import Who
from pacto_participe.accounts.domain.people import FactReason, Facts, Nationality
from pacto_participe.accounts.services.facts import correct_facts
from pacto_participe.kernel.languages import Texts
from pacto_participe.voting import jobs, queries
from pacto_participe.voting.services import rolls
from tests.pages import Browser
from tests.town import CLOSES, OPENS, TOWN, Edition, LiveSite, cast, count, make_edition
from tests.voting.test_who_is_on_the_roll import CLERK, verified

CITIZEN = Facts(nationality=Nationality.CITIZEN)
YOURS = "Votre ligne sur la liste"


@pytest.fixture
async def edition(site: LiveSite) -> Edition:
    site.clock.instant = OPENS - timedelta(days=5)
    return await make_edition(site, who=Who.CITIZENS)


async def freeze(site: LiveSite) -> None:
    site.clock.instant = OPENS - timedelta(hours=20)
    await jobs.freeze_rolls(site.web)


async def person(
    site: LiveSite, card: str, facts: Facts = CITIZEN, district: str = "Centre"
) -> Browser:
    person_id = await site.person()
    await site.verify(person_id, card, facts=facts, district=district)
    return await site.sign_in(person_id)


async def residence_with(site: LiveSite, card: str) -> str:
    """Whose card a clerk sees again: the same residence."""
    return await verified(site, card)


def lines_shown(html: str) -> list[str]:
    found = re.findall(r'<bdi class="fp">(.*?)</bdi>', html, re.S)
    return [re.sub(r"<br>|\s", "", each) for each in found]


async def test_who_stands_on_it_reads_where_since_when_and_in_which_way(
    database_url: str, site: LiveSite, edition: Edition, visitor: Browser
) -> None:
    fatima = await person(site, "JB 1", district="Douar Aït")
    other = await person(site, "JB 2")
    before = await fatima.get(edition.path("can-i-vote"))
    assert not before.says(YOURS)

    await freeze(site)
    page = await fatima.get(edition.path("can-i-vote"))

    assert page.says(
        YOURS, "Vous êtes sur la liste.", "Douar Aït", "11 novembre 2026", "Au guichet"
    )
    [line] = lines_shown(page.html)
    async with site.web.database.read() as session:
        frozen = (await queries.roll_lines(session, edition.key))["frozen"]
    assert line in frozen
    assert lines_shown((await other.get(edition.path("can-i-vote"))).html) != [line]
    assert "?" not in page.path
    assert not (await visitor.get(edition.path("can-i-vote"))).says(YOURS)


async def test_their_quarter_is_called_as_the_vote_calls_it(
    database_url: str, site: LiveSite
) -> None:
    site.clock.instant = OPENS - timedelta(days=5)
    names = Texts.of({"ar": "الحي الشرقي", "fr": "Quartier Est"})
    edition = await make_edition(site, areas=(("الحي الشرقي", names),))
    fatima = await person(site, "JB 1", district="الحي الشرقي")
    await freeze(site)

    page = await fatima.get(edition.path("can-i-vote"))

    assert page.says("Quartier Est")


async def test_who_was_verified_later_votes_all_the_same_and_stands_on_that_of_the_close(
    database_url: str, site: LiveSite, edition: Edition
) -> None:
    await freeze(site)
    late = await person(site, "JB 1")
    site.clock.instant = OPENS + timedelta(hours=1)
    page = await late.get(edition.path("can-i-vote"))
    assert page.says(
        "Vous entrez sur la liste à la clôture.", "Vous pouvez voter comme tout le monde"
    )
    assert lines_shown(page.html) == []

    site.clock.instant = CLOSES + timedelta(seconds=1)
    assert (await late.get(edition.path("can-i-vote"))).says("La liste de la clôture est en cours")
    await count(site, edition)
    page = await late.get(edition.path("can-i-vote"))

    assert page.says("Vous êtes sur la liste.", "à la clôture elle a été figée de nouveau")
    [line] = lines_shown(page.html)
    async with site.web.database.read() as session:
        assert (await queries.roll_lines(session, edition.key))["closed"] == [line]


async def test_who_is_not_on_it_is_told_why_and_what_to_do(
    database_url: str, site: LiveSite, edition: Edition
) -> None:
    unknown = await person(site, "JB 1", Facts())
    nobody = await site.sign_in(await site.person())
    await freeze(site)

    page = await unknown.get(edition.path("can-i-vote"))
    assert page.says("Vous n’êtes pas sur la liste.", "Montrez votre carte au guichet")
    assert page.link("Demander une correction") == "/fr/account/my-data"
    page = await nobody.get(edition.path("can-i-vote"))
    assert page.says("Vous n’êtes pas sur la liste.", "Aucune résidence ici")
    assert "/residence" in page.link("code d’activation")

    await count(site, edition)
    page = await unknown.get(edition.path("can-i-vote"))
    assert page.says("Vous n’êtes pas sur la liste.")
    assert lines_shown(page.html) == []


async def test_who_is_corrected_afterwards_keeps_the_line_and_reads_both(
    database_url: str, site: LiveSite, edition: Edition
) -> None:
    hassan = await person(site, "JB 1")
    await freeze(site)
    site.clock.instant = OPENS + timedelta(hours=1)
    residence_id = await residence_with(site, "JB 1")
    async with site.work(CLERK) as uow:
        facts = Facts(nationality=Nationality.FOREIGN)
        await correct_facts(uow, TOWN, residence_id, facts, FactReason.NOTED_BY_MISTAKE)

    page = await hassan.get(edition.path("can-i-vote"))

    assert page.says("Vous êtes sur la liste.", "Ce vote est ouvert aux seuls citoyens marocains.")
    assert page.says("Un bulletin donné avant reste dans l’urne")


async def test_whoever_voted_reads_the_same_as_who_did_not(
    site: LiveSite, edition: Edition
) -> None:
    first, second = await person(site, "JB 1"), await person(site, "JB 2")
    await freeze(site)
    site.clock.instant = OPENS + timedelta(hours=1)
    before = [(await browser.get(edition.path("can-i-vote"))).html for browser in (first, second)]
    await cast(site, edition, [("1", 1)])
    after = [(await browser.get(edition.path("can-i-vote"))).html for browser in (first, second)]

    assert [lines_shown(html) for html in before] == [lines_shown(html) for html in after]


async def test_a_lost_key_of_the_roll_costs_the_line_and_not_the_page(
    site: LiveSite, edition: Edition
) -> None:
    fatima = await person(site, "JB 1")
    await freeze(site)
    site.web.secrets.destroy(rolls.key_name(edition.charter.vote_id))

    page = await fatima.get(edition.path("can-i-vote"))

    assert page.says("Oui, dès l’ouverture du vote")
    assert not page.says(YOURS)


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
async def test_it_is_well_said_in_every_language_and_a_hostile_district_is_text(
    site: LiveSite, edition: Edition, lang: str
) -> None:
    hostile = await person(site, "JB 1", district="<script>alert(1)</script>\u202eقلب")
    await freeze(site)
    nobody = await site.sign_in(await site.person())
    late, unknown = await person(site, "JB 2"), await person(site, "JB 3", Facts())
    for browser in (hostile, nobody, late, unknown):
        page = await browser.get(edition.path("can-i-vote", lang=lang))
        assert "<script>alert" not in page.html
    await count(site, edition)
    for browser in (hostile, nobody, late, unknown):
        await browser.get(edition.path("can-i-vote", lang=lang))
