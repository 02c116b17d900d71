"""From the day an edition is announced everybody reads it, and reads that its rules are not frozen yet."""

import asyncio
from datetime import timedelta

import pytest

from pacto_participe.accounts.domain.eligibility import Who
from pacto_participe.kernel.languages import Texts
from pacto_participe.voting.services.preparing import VoterRule
from tests.town import NOON, cast, count
from tests.voting.test_votes_of_the_staff import EDITION, OPENS, announce, choose, freeze, prepare

HOME = "/fr/c/tiznit/"
PAGES = ("", "projects/", "projects/?all=1", "projects/?q=eau", "projects/4", "can-i-vote")
OF_FROZEN_RULES = (
    "rules.json", "identity", "ballot", "paper", "poster", "roll", "receipts", "receipt", "results",
    "results/rounds", "recount",
)  # fmt: skip
NOT_FROZEN = "Les règles ne sont pas encore figées."
A_SECOND = timedelta(seconds=1)
SUMMARY = Texts.of(
    {"ar": "السكان يقترحون ويختارون.", "fr": "Les habitants proposent et choisissent."}
)


def of(rest="", lang="fr"):
    return f"/{lang}/c/tiznit/budgets/{EDITION}/{rest}"


@pytest.fixture
async def draft(site):
    """Next year's vote, which only the staff sees."""
    return await prepare(site, summary=SUMMARY)


@pytest.fixture
async def announced(site, draft):
    """Next year's vote, published and not frozen."""
    await announce(site)
    return draft.charter


# The ordinary day


async def test_everybody_reads_the_dates_the_budget_and_who_may_vote(
    database_url, visitor, announced
):
    for lang in ("ar", "en", "zgh"):
        for path in PAGES:
            await visitor.get(of(path, lang))

    page = await visitor.get(of())

    assert page.h1 == "Budget participatif 2027"
    assert page.says(
        "Règles pas encore figées",
        NOT_FROZEN,
        "Qui peut voter peut encore changer",
        "Les habitants proposent et choisissent.",
        "Budget 2\u00a0000\u00a0000\u00a0DH",
        "Idées en cours",
        "Ouverture du vote vendredi 22 janvier 2027",
        "Clôture du vote vendredi 5 février 2027",
        "18 ans ou plus le 5 février 2027",
        "Choisissez jusqu’à 3 projets.",
        "Le plus de voix d’abord",
    )
    assert page.link("Voir les projets") == of("projects/")


async def test_nothing_of_an_announced_edition_looks_binding(visitor, announced):
    page = await visitor.get(of())

    for word in (
        "Empreinte",
        "Nombre annoncé pour le tirage",
        "Bulletin papier",
        "Voter maintenant",
    ):
        assert word not in page.text
    assert announced.fingerprint[:4] not in page.text
    assert announced.lot_seed not in page.text
    for path in OF_FROZEN_RULES:
        assert of(path) not in page.links.values()
        await visitor.get(of(path), status=404)


async def test_everybody_reads_the_list_and_each_project(database_url, visitor, announced):
    page = await visitor.get(of("projects/"))
    assert page.says("Règles pas encore figées", NOT_FROZEN, "7 projets")
    assert page.html.count('class="proj"') == 7
    found = await visitor.get(of("projects/?q=4"))
    assert found.says("1 projet sur 7", NOT_FROZEN)

    project = announced.by_number[4]
    page = await visitor.get(page.link(project.title.in_language("fr")[0]))

    assert page.path == of("projects/4")
    assert page.says(NOT_FROZEN, "Coût")
    assert page.part("what") is not None
    assert "Choisir sur le bulletin" not in page.text
    await visitor.get(of("projects/8"), status=404)


async def test_the_home_names_what_is_announced_beside_an_open_vote(
    database_url, visitor, open_edition, announced
):
    page = await visitor.get(HOME)

    assert page.says("Budget participatif 2026", "Voter maintenant")
    assert page.says("En préparation", "Règles pas encore figées")
    assert page.says("Ouverture du vote prévue le 22 janvier 2027")
    assert (await visitor.follow(page, "Budget participatif 2027")).path == of()


async def test_the_home_leads_with_it_when_nothing_else_is_open(
    site, visitor, open_edition, announced
):
    await cast(site, open_edition, [("1", 3)])
    await count(site, open_edition)

    page = await visitor.get(HOME)

    assert page.says("Budget participatif 2027", "Vous déciderez où iront")
    assert not page.says("En préparation")
    assert page.link("Lire ce qui est proposé") == of()


async def test_of_two_that_are_announced_the_next_to_open_leads(site, visitor, announced):
    later = OPENS + timedelta(days=300)
    title = Texts.of({"ar": "الميزانية التشاركية 2028", "fr": "Budget participatif 2028"})
    await prepare(
        site, edition="2028", vote_id="w" * 32, title=title, opens_at=later,
        closes_at=later + timedelta(days=14),
    )  # fmt: skip
    await announce(site, edition="2028")

    page = await visitor.get(HOME)

    assert page.link("Lire ce qui est proposé") == of()
    assert page.link("Budget participatif 2028") == of().replace("2027", "2028")


async def test_whoever_asks_before_the_rules_are_frozen_learns_whether_they_could_vote(
    site, visitor, resident, announced
):
    page = await resident.get(of("can-i-vote"))
    assert page.says("Oui, dès l’ouverture du vote.", NOT_FROZEN)
    assert not page.says("Votre ligne")

    page = await visitor.follow(await visitor.get(of()), "Puis-je voter")
    page = await visitor.submit(page.form("/can-i-vote"), lives="yes", age="no", verified="yes")
    assert page.says("Non, pas à ce vote.", NOT_FROZEN)


async def test_once_they_are_frozen_the_same_addresses_show_the_frozen_rules(
    database_url, site, visitor, announced
):
    await freeze(site)

    page = await visitor.get(of())
    assert page.says("Pas encore ouvert", announced.fingerprint[:4], "Bulletin papier")
    for path in PAGES:
        assert not (await visitor.get(of(path))).says("pas encore figées")
    assert (await visitor.get(of("projects/4"))).part("what") is not None
    assert not (await visitor.get(HOME)).says("Règles pas encore figées")


async def test_the_staff_are_led_to_what_everybody_reads(administrator, announced):
    page = await administrator.get(f"/fr/staff/tiznit/votes/{EDITION}")

    assert (await administrator.follow(page, "Ce que tout le monde lit")).path == of()


# Refusals


async def test_a_draft_is_found_by_nobody(database_url, visitor, resident, administrator, draft):
    for browser in (visitor, resident, administrator):  # the staff have their own page of it
        for path in (*PAGES, *OF_FROZEN_RULES):
            await browser.get(of(path), status=404)
    assert not (await visitor.get(HOME)).says("2027")


async def test_what_one_town_announces_is_not_found_in_another(visitor, announced):
    await visitor.get(of().replace("tiznit", "tafraout"), status=404)


async def test_a_vote_whose_rules_were_not_frozen_in_time_says_that_it_did_not_open(
    visitor, announced, clock
):
    clock.instant = OPENS

    page = await visitor.get(of())

    assert page.says("Non ouvert", "Ce vote n’a pas été ouvert.", "n’étaient pas figées")
    assert not page.says("Puis-je voter")
    assert (await visitor.get(of("projects/"))).says("Ce vote n’a pas été ouvert.")
    await visitor.get(of("can-i-vote"), status=404)
    assert not (await visitor.get(HOME)).says("2027")
    for lang in ("ar", "en", "zgh"):
        await visitor.get(of(lang=lang))


# Kept pages


@pytest.mark.parametrize("page_cache_seconds", [1])
async def test_kept_pages_follow_what_is_published_changed_and_frozen(
    site, visitor, draft, page_cache_seconds
):
    async def tells(path, *sentences):
        await asyncio.sleep(1.05)
        return (await visitor.get(path)).says(*sentences)

    await visitor.get(of(), status=404)
    await visitor.get(HOME)
    await announce(site)
    assert await tells(of(), NOT_FROZEN, "18 ans ou plus")
    assert (await visitor.get(HOME)).says("Budget participatif 2027")
    await visitor.get(of("projects/"))

    await choose(site, VoterRule(16, Who.RESIDENTS, False))
    assert await tells(of(), NOT_FROZEN, "16 ans ou plus")

    await freeze(site, 2)
    assert await tells(of(), "Pas encore ouvert", "Empreinte")
    for path in (of(), of("projects/"), HOME):
        assert not (await visitor.get(path)).says("pas encore figées")


@pytest.mark.parametrize("page_cache_seconds", [60])
async def test_a_kept_page_says_at_the_very_second_that_nothing_opens(
    visitor, announced, clock, page_cache_seconds
):
    clock.instant = OPENS - A_SECOND
    for path in ("", "projects/", "projects/4"):
        assert (await visitor.get(of(path))).says(NOT_FROZEN)

    clock.instant = OPENS

    for path in ("", "projects/", "projects/4"):
        assert (await visitor.get(of(path))).says("Ce vote n’a pas été ouvert.")


@pytest.mark.parametrize("page_cache_seconds", [60])
async def test_a_kept_page_follows_the_stages(visitor, announced, clock, page_cache_seconds):
    study = OPENS - timedelta(days=30)
    assert study > NOON
    clock.instant = study - A_SECOND
    assert (await visitor.get(of())).says("Idées en cours")

    clock.instant = study

    assert (await visitor.get(of())).says("Étude en cours")
