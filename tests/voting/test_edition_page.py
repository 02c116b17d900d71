"""The rules of a vote, as they were frozen, in words and as the file whose fingerprint is published."""

import hashlib
from datetime import timedelta
from fractions import Fraction

import pytest

from pacto_participe.voting.domain import Parameters, Pot, Transfer, Unaffordable
from tests.invented import invented_projects
from tests.town import CLOSES, MILLION, NOON, cast, count, make_edition

EVERY_LANGUAGES = ("ar", "fr", "en", "zgh")


async def edition(browser, of):
    """The French page, after the proofreader has seen the others."""
    for lang in EVERY_LANGUAGES:
        await browser.get(of.path("", lang=lang))
    return await browser.get(of.path())


async def test_the_rules_are_said_in_words(visitor, open_edition):
    page = await edition(visitor, open_edition)

    assert page.h1 == "Budget participatif 2026"
    assert page.says(
        "Ouvert",
        "Budget 2\u00a0000\u00a0000\u00a0DH",
        "Ouverture du vote lundi 16 novembre 2026 à 8 h 00",
        "Clôture du vote lundi 30 novembre 2026 à 23 h 59",
        "Le résultat est définitif jeudi 3 décembre 2026 à 23 h 59",
        "Choisissez jusqu’à 3 projets.",
        "18 ans ou plus le 30 novembre 2026",
        "Le plus de voix d’abord",
        "le projet qui coûte le moins",
        "un tirage au sort public",
        "le projet qui a le plus petit numéro",
        "Nombre annoncé pour le tirage : 5f1d7c",
    )
    assert page.link("Voter maintenant") == open_edition.path("identity")


async def test_the_published_file_is_the_frozen_text_to_the_byte(visitor, open_edition):
    page = await visitor.get(open_edition.path())
    file = await visitor.get(page.link("Les règles dans un fichier"))

    fingerprint = hashlib.sha256(file.response.content).hexdigest()
    assert fingerprint == open_edition.charter.fingerprint
    shown = next(item for item in page.tree.elements("bdi") if item.get("class") == "fp")
    assert "".join(shown.text.split()) == fingerprint
    assert file.headers["content-type"] == "application/json"
    assert file.response.json()["budget_cents"] == 2 * MILLION


async def test_the_page_follows_the_vote(site, visitor, clock):
    opens_at = NOON + timedelta(days=1)
    of = await make_edition(site, opens_at=opens_at, closes_at=CLOSES)

    page = await edition(visitor, of)
    assert page.says("Pas encore ouvert")
    assert "Voter maintenant" not in page.text
    assert "Vérifier un reçu" not in page.part("main").text

    clock.instant = CLOSES
    page = await edition(visitor, of)
    assert page.says("Clos, décompte en cours")
    assert "Voter maintenant" not in page.text

    await count(site, of)
    page = await edition(visitor, of)
    assert page.says("Résultat provisoire")
    assert page.link("Voir les résultats") == of.path("results")


async def test_a_full_set_of_rules_is_said_in_every_language(site, visitor):
    projects = invented_projects(10)
    of = await make_edition(
        site,
        projects=projects,
        ballot_kind="points",
        ballot_limits={"total": 10, "max_each": 5, "min_projects": 3, "allow_none": True},
        parameters=Parameters(
            unaffordable=Unaffordable.STOP_THEN_FUND_NEXT,
            fund_next_share=Fraction(4, 5),
            threshold_votes=25,
            threshold_share=Fraction(1, 20),
            pots=(Pot("Centre", MILLION), Pot("Douars", MILLION)),
            transfer=Transfer.TO_COMMON_POT,
        ),
    )

    page = await edition(visitor, of)

    assert page.says(
        "Vous avez 10 points à répartir",
        "au moins 3 projets",
        "« Aucun de ces projets » est aussi un choix.",
        "au moins 80\u00a0% de son coût",
        "au moins 25 voix",
        "d’au moins 5\u00a0% des votants",
        "Centre a son propre budget : 1\u00a0000\u00a0000\u00a0DH.",
    )


async def test_an_edition_that_does_not_exist_is_not_found(visitor, open_edition):
    await visitor.get("/fr/c/tiznit/budgets/1999/", status=404)
    await visitor.get("/fr/c/tiznit/budgets/1999/rules.json", status=404)


@pytest.mark.usefixtures("database_url")
async def test_the_rules_stay_the_same_text_after_the_count(site, visitor, open_edition):
    before = (await visitor.get(open_edition.path("rules.json"))).response.content
    await cast(site, open_edition, [("1", 3)])
    await count(site, open_edition)

    assert (await visitor.get(open_edition.path("rules.json"))).response.content == before
