"""The home of a town says the one thing that can be done there now, in every state of a vote."""

from datetime import timedelta

import pytest

from pacto_participe.demo.elections import publish_election
from pacto_participe.demo.town import BUNDLED
from pacto_participe.features import FEATURES, MENU
from pacto_participe.kernel.clock import instant_of, local
from pacto_participe.voting.domain import Parameters
from pacto_participe.voting.pabulib import read_file
from pacto_participe.voting.services.draws import complete_lot
from tests.town import (
    CLOSES,
    NEIGHBOUR_TOWN,
    NOON,
    TOWN,
    announce,
    cast,
    count,
    make_edition,
    publish,
    vote_of,
)

HOME = "/{}/c/tiznit/"
LANGUAGES = ("ar", "fr", "en", "zgh")


async def home(browser, lang="fr"):
    return await browser.get(HOME.format(lang))


async def in_every_language(browser):
    """The French page, after the proofreader has seen the others."""
    for lang in LANGUAGES:
        await home(browser, lang)
    return await home(browser)


async def test_an_open_vote_is_the_one_thing_to_do(visitor, open_edition, site):
    await cast(site, open_edition, [("1,4", 3), ("2", 2)])

    page = await in_every_language(visitor)

    assert page.h1 == "Vous décidez où vont 2\u00a0000\u00a0000\u00a0DH"
    assert page.title == "Budget participatif 2026 – Commune de Tiznit"
    assert page.says("7 projets, chacun avec son coût. Choisissez jusqu’à 3 projets.")
    assert page.says("Fin le 30 novembre Encore 7 jours", "Ont voté 5")
    assert page.link("Voter maintenant") == open_edition.path("identity")
    assert (await visitor.follow(page, "Voter maintenant")).status == 200


async def test_the_arabic_home_counts_days_and_projects_as_arabic_does(visitor, open_edition):
    page = await home(visitor, "ar")

    assert page.h1 == "أنتم تقررون أين تُصرف 2\u00a0000\u00a0000\u00a0درهم"
    assert page.says("7 مشاريع، لكل منها تكلفته.", "اختيار 3 مشاريع على الأكثر.")
    assert page.says("ينتهي يوم 30 نونبر بقيت 7 أيام")


async def test_on_the_last_day_the_hour_is_said(visitor, open_edition, clock):
    clock.instant = CLOSES - timedelta(hours=3)

    assert (await in_every_language(visitor)).says("Fin aujourd’hui à 23 h 59")


async def test_a_vote_that_ends_during_the_day_says_its_hour_from_the_start(site, visitor):
    closes_at = instant_of(local(NOON).date() + timedelta(days=2), local(NOON).time())
    await make_edition(site, closes_at=closes_at)

    assert (await in_every_language(visitor)).says("Fin le 25 novembre à 12 h 00 Encore 2 jours")


async def test_the_phases_follow_the_clock(visitor, open_edition, clock):
    page = await home(visitor)
    (now,) = [item for item in page.tree.elements("li") if item.get("aria-current") == "step"]
    assert now.text == "Voteen cours"

    clock.instant = CLOSES
    page = await home(visitor)
    (now,) = [item for item in page.tree.elements("li") if item.get("aria-current") == "step"]
    assert now.text == "Résultaten cours"


async def test_help_without_a_phone_says_only_what_is_true(visitor, open_edition):
    page = await home(visitor)

    section = page.part("without").parent
    assert "Au guichet" in section.text
    assert "Aide par téléphone" not in section.text  # this town has given no number


async def test_a_vote_to_come_says_when_and_what(visitor, soon_edition):
    page = await in_every_language(visitor)

    assert page.h1 == "Le vote ouvre le 30 novembre"
    assert page.says("Ouverture le 30 novembre à 12 h 00", "D’ici là 7 jours")
    assert page.link("Voir les projets") == soon_edition.path("projects/")
    assert "Voter maintenant" not in page.text


async def test_a_vote_that_opens_later_today_says_so(visitor, soon_edition, clock):
    clock.instant = soon_edition.charter.opens_at - timedelta(hours=2)

    assert (await in_every_language(visitor)).h1 == "Le vote ouvre aujourd’hui"


async def test_a_closed_vote_waits_for_its_count_and_keeps_its_number_of_voters(
    site, visitor, clock
):
    edition = await make_edition(site)
    await cast(site, edition, [("1", 4)])
    clock.instant = CLOSES

    page = await in_every_language(visitor)

    assert page.h1 == "Le vote est clos"
    assert page.says("Il s’est terminé le lundi 30 novembre 2026 à 23 h 59", "Ont voté 4")
    assert "Voter maintenant" not in page.text


async def test_the_results_are_provisional_then_final(site, visitor, open_edition, clock):
    await cast(site, open_edition, [("1,4", 30), ("2", 12)])
    await count(site, open_edition)

    page = await in_every_language(visitor)
    assert page.h1 == "Les résultats sont publiés"
    assert page.says("Projets choisis : 3 sur 7.", "Ils sont provisoires jusqu’au", "Ont voté 42")
    assert page.link("Voir les résultats") == open_edition.path("results")

    clock.instant = open_edition.charter.final_at
    page = await in_every_language(visitor)
    assert page.h1 == "Les résultats sont définitifs"
    assert "provisoires" not in page.text


async def test_a_tie_waits_for_its_public_draw(site, visitor):
    edition = await make_edition(
        site, budget_cents=28_000_000, parameters=Parameters(ties=("lot",))
    )
    await cast(site, edition, [("1", 5), ("6", 5)])
    await count(site, edition)

    page = await in_every_language(visitor)
    assert page.h1 == "Un tirage au sort départagera des projets à égalité"
    assert page.link("Lire les règles") == edition.path("") + "#ties"

    async with site.work() as uow:
        await complete_lot(uow, await vote_of(site, edition), "4 9 1 7")
    await publish(site, edition)
    assert (await home(visitor)).h1 == "Les résultats sont publiés"


async def test_an_edition_that_is_only_announced_says_what_comes_next(site, visitor):
    await announce(site, opens_at=NOON + timedelta(days=60))

    page = await in_every_language(visitor)

    assert page.h1 == "Vous déciderez où iront 2\u00a0000\u00a0000\u00a0DH"
    assert page.says("Prochaine étape : Étude", "23 décembre 2026")


async def test_after_a_counted_vote_the_next_announced_edition_leads(site, visitor, open_edition):
    await cast(site, open_edition, [("1", 2)])
    await count(site, open_edition)
    await announce(site, opens_at=NOON + timedelta(days=300), edition="2027")

    page = await in_every_language(visitor)

    assert page.says("Budget participatif 2027", "Vous déciderez où iront")
    assert page.link("Budget participatif 2026") == open_edition.path("results")


async def test_a_first_edition_has_no_history_and_a_second_one_has(site, visitor, open_edition):
    assert "Votes précédents" not in (await home(visitor)).text

    last_year = await make_edition(
        site,
        edition="2025",
        opens_at=NOON - timedelta(days=380),
        closes_at=NOON - timedelta(days=360),
    )
    await count(site, last_year)

    page = await in_every_language(visitor)
    assert page.says("Votes précédents", "28 novembre 2025 · résultats")
    assert page.link("Budget participatif 2025") == last_year.path("results")


async def test_a_real_place_without_any_vote_says_so_kindly(visitor):
    page = await in_every_language(visitor)

    assert page.h1 == "Rien n’est encore ouvert ici"
    assert page.says("Qu’est-ce que ce site ?", "toute personne peut recompter les bulletins")
    assert page.link("Une autre commune") == "/fr/"
    assert (await visitor.follow(page, "Les lieux autour d’ici")).status == 200


@pytest.mark.parametrize("slug", ["region-souss-massa", "province-tiznit", "tafraout"])
async def test_regions_and_neighbours_have_their_own_home(visitor, open_edition, slug):
    page = await visitor.get(f"/fr/c/{slug}/")

    assert page.h1 == "Rien n’est encore ouvert ici"
    assert "2026" not in page.text


async def test_an_unknown_place_is_not_found(visitor):
    await visitor.get("/fr/c/atlantis/", status=404)


PROMISES = ("Données personnelles", "Accessibilité")


async def test_the_menu_leads_only_to_what_there_is(site, visitor):
    bare = await home(visitor)
    assert list(menu(bare)) == [
        "Accueil", "Journal", "Mon compte", "Trouver ma commune", *PROMISES
    ]  # fmt: skip

    edition = await make_edition(site)
    page = await home(visitor)
    assert list(menu(page)) == [
        "Accueil", "Projets", "Les règles", "Vérifier un reçu", "Journal", "Mon compte", "Trouver ma commune",
        *PROMISES,
    ]  # fmt: skip
    for address in menu(page).values():
        await visitor.get(address)
    lost = await visitor.get(edition.path("projects/99"), status=404)
    assert menu(lost)["Projets"] == edition.path("projects/")


def menu(page):
    return {link.text: link.get("href") for link in page.part("menu").elements("a")}


async def test_the_short_link_of_posters_leads_home_in_the_visitors_language(site):
    french = site.browser(accept_language="fr-MA,fr;q=0.9")
    nobody = site.browser()

    assert (await french.get("/s/tiznit")).path == "/fr/c/tiznit/"
    assert (await nobody.get("/s/tiznit")).path == "/ar/c/tiznit/"
    await nobody.get("/s/atlantis", status=404)


@pytest.mark.usefixtures("database_url")
async def test_homes_of_two_towns_know_nothing_of_each_other(site, visitor):
    here = await make_edition(site, edition="2026")
    await make_edition(site, edition="2030", town=NEIGHBOUR_TOWN)

    assert "2030" not in (await home(visitor)).text
    assert here.charter.collectivity_id == TOWN
    await visitor.get("/fr/c/tiznit/budgets/2030/", status=404)
    await visitor.get("/fr/c/tafraout/budgets/2026/", status=404)
    await visitor.get("/fr/c/tafraout/budgets/2026/projects/", status=404)
    await visitor.get("/fr/c/tafraout/budgets/2026/projects/1", status=404)
    await visitor.get("/fr/c/tafraout/budgets/2026/rules.json", status=404)


def test_the_menu_holds_what_every_feature_gives():
    assert {entry for feature in FEATURES for entry in feature.menu} == set(MENU)


async def test_an_election_held_elsewhere_is_an_example_and_never_leads(
    site, visitor, open_edition
):
    file = read_file(BUNDLED / "Poland_Swiecie_2023.pb.gz")
    imported = await publish_election(site.web, file, TOWN)
    there = f"/c/tiznit/budgets/{imported.edition}/"

    page = await in_every_language(visitor)
    assert page.link("Voter maintenant") == open_edition.path("identity")
    assert page.says("Votes précédents")
    for lang in LANGUAGES:
        for rest in ("", "projects/", "projects/1"):
            shown = await visitor.get(f"/{lang}{there}{rest}")
            assert "PLN" in shown.text
            assert "DH" not in shown.text
            assert "درهم" not in shown.text
    edition = await visitor.get(f"/fr{there}")
    assert edition.says("Ce vote a eu lieu ailleurs.", "Pabulib")
    assert "dès 0 an" not in edition.text


async def test_where_there_are_only_elections_held_elsewhere_the_last_one_leads(site, visitor):
    file = read_file(BUNDLED / "Netherlands_Assen_2024.pb.gz")
    await publish_election(site.web, file, TOWN)

    page = await in_every_language(visitor)

    assert page.h1 == "Les résultats sont définitifs"
    assert "Étapes du budget" not in page.html
