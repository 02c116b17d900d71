"""Each counting rule has a page that a councillor can follow with a pencil, the same for every town."""

from dataclasses import fields
from pathlib import Path

import pytest

from pacto_participe.voting.domain import Parameters
from pacto_participe.voting.pages.counting import charter_of_example, counting_rule_page
from pacto_participe.voting.rules import RULES
from pacto_participe.voting.services.examples import first_example
from pacto_participe.voting.wording.choices import CHOICES, told_choices
from pacto_participe.web import formats, i18n
from tests.statements import counted
from tests.town import cast, count

FOLDER = Path(__file__).parents[2] / "docs" / "rules"
LANGUAGES = ("ar", "fr", "en", "zgh")


@pytest.fixture
def page_cache_seconds():
    """As in production."""
    return 60


async def test_the_rules_are_listed_where_no_town_has_a_vote(visitor):
    for lang in LANGUAGES:
        await visitor.get(f"/{lang}/rules/")
    page = await visitor.get("/fr/rules/")

    assert page.h1 == "Comment les votes sont comptés"
    shown = await visitor.follow(page, "Parts égales")
    assert shown.path == "/fr/rules/equal-shares"
    assert page.link("Le plus de voix d’abord") == "/fr/rules/most-votes"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("rule", RULES.names)
async def test_every_rule_says_its_example_with_the_numbers_of_its_document(visitor, rule, lang):
    page = await visitor.get(f"/{lang}/rules/{rule}")

    example = first_example(FOLDER, rule)
    with i18n.speaking(lang):
        shown = counting_rule_page(rule, example).example
        amounts = [formats.money(c * 100) for c in (example.budget, example.left)]
    assert [example.options[line.project.number - 1].id for line in shown.winners] == (
        example.funded
    )
    assert page.says(*amounts)
    assert page.says(*(line.title for line in (*shown.winners, *shown.others)))
    assert page.says(*(line.why.striptags() for line in (*shown.winners, *shown.others)))


async def test_equal_shares_can_be_followed_with_a_pencil(visitor):
    page = await visitor.get("/fr/rules/equal-shares")

    assert page.says(
        "Budget 100\u00a0000\u00a0DH",
        "Votants 10",
        "6 votants : Route, Éclairage des rues",
        "chaque votant avait la même part : 10\u00a0000\u00a0DH",
        "7 personnes l’ont choisi",
        "4\u00a0000\u00a0DH",
        "Non engagé 39\u00a0000\u00a0DH",
        "Ce que la collectivité décide avant le vote",
        "Les parts sont arrondies",
        "mes.increment",
    )


async def test_a_rule_that_does_not_exist_is_not_found(visitor):
    await visitor.get("/fr/rules/heaviest-first", status=404)
    await visitor.get("/ar/rules/..%2Fballots", status=404)


@pytest.mark.parametrize("path", ["/fr/rules/", "/fr/rules/most-votes"])
async def test_it_is_kept_for_everybody_like_other_public_pages(site, visitor, path):
    first = await visitor.get(path)

    with counted(site.web.database) as sent:
        known = {"If-None-Match": first.headers["etag"]}
        again = await visitor.get(path, status=304, headers=known)

    assert sent == []
    assert again.response.content == b""
    assert first.headers["cache-control"] == "no-cache"


async def test_an_edition_and_its_result_lead_to_the_page_of_their_rule(
    site, visitor, open_edition
):
    edition = await visitor.get(open_edition.path())
    assert edition.link("Cette règle, avec un petit exemple") == "/fr/rules/most-votes"

    await cast(site, open_edition, [("1", 3)])
    await count(site, open_edition)
    result = await visitor.get(open_edition.path("results"))
    assert result.link("Comment c’est compté") == "/fr/rules/most-votes"


def test_every_parameter_that_can_change_who_wins_can_be_found_on_a_page():
    told = {name for choices in CHOICES.values() for choice in choices for name in choice.fields}

    assert told | {"rule", "ties"} == {item.name for item in fields(Parameters)}
    assert CHOICES.keys() == set(RULES.names)


@pytest.mark.parametrize("rule", RULES.names)
def test_every_choice_is_said_in_each_language_and_no_two_ways_alike(rule):
    said = {}
    for lang in ("ar", "fr", "en"):
        with i18n.speaking(lang):
            example = first_example(FOLDER, rule)
            said[lang] = told_choices(charter_of_example(example))

    for choices in said.values():
        assert all(choice.ways for choice in choices)
        assert all(len(set(choice.ways)) == len(choice.ways) for choice in choices)
    assert len({tuple(len(choice.ways) for choice in choices) for choices in said.values()}) == 1
    for one, other in (("ar", "fr"), ("fr", "en"), ("ar", "en")):
        assert not {c.heading for c in said[one]} & {c.heading for c in said[other]}
