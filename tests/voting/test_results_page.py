"""The results page: turnout only before the close, everything after the count, each project with why."""

import asyncio
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from pacto_participe.voting import queries
from pacto_participe.voting.domain import PRESETS, Parameters, Unaffordable
from pacto_participe.voting.jobs import close_vote, count_and_publish
from pacto_participe.voting.pabulib import read_file
from pacto_participe.voting.services import counting, draws
from pacto_participe.voting.services.importing import import_election
from pacto_participe.web import formats, i18n
from tests.town import MILLION, TOWN, TOWN_SLUG, cast, make_edition
from tests.voting.counting_day import count

pytestmark = pytest.mark.anyio

NBSP = "\u00a0"
# Votes: project 1 has 60, 4 has 50, 2 has 45, 3 has 20, and nobody chose the others.
BALLOTS = (("1,4", 40), ("1,2", 20), ("2", 15), ("3", 10), ("2,3,4", 10))


# Before the count


async def test_before_the_opening_the_page_says_when_results_come(visitor, soon_edition):
    page = await visitor.get(soon_edition.path("results"))

    assert page.says("Le vote n’est pas encore ouvert", "Le vote ouvre le lundi 30 novembre 2026")
    assert "Pourquoi" not in page.text


@pytest.mark.parametrize("rest", ["results", "results/data/", "projects/", "projects/1", ""])
async def test_while_the_vote_is_open_no_page_shows_a_vote(site, visitor, open_edition, rest):
    await cast(site, open_edition, [("1", 61), ("2,4", 34)])

    page = await visitor.get(open_edition.path(rest))

    for tally in ("61", "34"):
        assert not re.search(rf"\b{tally}\b", page.text), tally
    assert not re.search(r"\d\s*voix", page.text)


async def test_while_the_vote_is_open_the_turnout_is_all_there_is(site, visitor, open_edition):
    await cast(site, open_edition, [("1", 61), ("2,4", 34)])

    page = await visitor.get(open_edition.path("results"))

    assert page.says("Ont déjà voté 95", "Aucune voix n’est comptée avant la clôture")


@pytest.mark.parametrize(
    "file",
    ["result.json", "projects.csv", "ballots.csv", "ballots.pb", "minutes.fr.html", "SHA256SUMS",
     "all.zip"],
)  # fmt: skip
async def test_before_the_count_no_file_can_be_downloaded(site, visitor, open_edition, file):
    await cast(site, open_edition, BALLOTS)

    await visitor.get(open_edition.path(f"results/data/{file}"), status=404)
    await visitor.get(open_edition.path("results/rounds"), status=404)
    site.clock.instant = open_edition.charter.closes_at
    await visitor.get(open_edition.path(f"results/data/{file}"), status=404)


async def test_between_close_and_count_nothing_is_shown_but_that_it_comes(
    site, visitor, open_edition
):
    await cast(site, open_edition, [("1", 61)])
    site.clock.instant = open_edition.charter.closes_at

    page = await visitor.get(open_edition.path("results"))

    assert page.says("Le vote est clos, le dépouillement suit", "Le résultat paraît ici")
    assert not re.search(r"\b61\b", page.part("main").text)


async def test_a_result_that_does_not_come_in_time_is_said_to_be_late_and_where_it_stands(
    site, visitor, open_edition
):
    await cast(site, open_edition, [("1", 61)])
    due_at = open_edition.charter.closes_at + timedelta(minutes=15)
    site.clock.instant = due_at - timedelta(seconds=1)
    assert (await visitor.get(open_edition.path("results"))).says("quelques minutes au plus")

    site.clock.instant = due_at
    waiting = await visitor.get(open_edition.path("results"))
    vote = await queries.vote_by_edition(site.web.database, TOWN, "2026")
    async with site.work() as uow:
        await counting.seal_box(uow, vote)
    sealed = await visitor.get(open_edition.path("results"))
    await close_vote(site.web, TOWN, "2026")
    counted = await visitor.get(open_edition.path("results"))

    assert waiting.says("Le dépouillement est en retard", "n’a pas encore pu être scellée")
    assert sealed.says("Le dépouillement est en retard", "L’urne est scellée")
    for page in (waiting, sealed):
        assert not page.says("quelques minutes au plus")
    assert not counted.says("Le dépouillement est en retard")


async def test_a_sealed_box_shows_its_fingerprint_before_it_is_counted(site, visitor, open_edition):
    await cast(site, open_edition, [("1", 61)])
    site.clock.instant = open_edition.charter.closes_at + timedelta(minutes=1)
    vote = await queries.vote_by_edition(site.web.database, TOWN, "2026")
    async with site.work() as uow:
        assert await counting.seal_box(uow, vote)

    sealed = await visitor.get(open_edition.path("results"))
    await close_vote(site.web, TOWN, "2026")
    counted = await visitor.get(open_edition.path("results"))

    prints = [item.text for item in sealed.tree.elements("bdi") if item.get("class") == "fp"]
    assert sealed.says("Bulletins dans l’urne 61", "Empreinte de l’urne")
    assert counted.says(prints[0])


# After the count


async def test_after_the_count_every_project_says_why(site, visitor, open_edition):
    await cast(site, open_edition, BALLOTS)
    await count(site, open_edition)

    page = await visitor.get(open_edition.path("results"))

    assert page.h1 == f"Résultats{NBSP}: Budget participatif 2026"
    assert page.says(
        "Provisoire, recours jusqu’au 3 décembre",
        "Les habitants ont choisi 4 projets sur 7.",
        "Rang 2 par le nombre de voix.",
        f"1{NBSP}720{NBSP}000{NBSP}DH étaient disponibles",
        "Projets non financés, et pourquoi",
        "Personne ne l’a choisi.",
        "Et avec un autre calcul",
    )
    won = [item.text for item in page.tree.elements("article")]
    assert [text[0] for text in won] == ["1", "4", "2", "3"]
    whys = [item for item in page.tree.elements() if "why" in item.get("class").split()]
    assert len(whys) == 7
    assert all(item.text.strip() for item in whys)


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
@pytest.mark.parametrize("rest", ["results", "results?print=1", "results/rounds", "results/data/"])
async def test_every_page_of_the_results_reads_well_in_each_language(
    site, visitor, open_edition, lang, rest
):
    await cast(site, open_edition, BALLOTS)
    await count(site, open_edition)

    page = await visitor.get(open_edition.path(rest, lang=lang))

    assert page.h1


async def test_the_result_is_final_when_the_time_for_objections_is_over(
    site, visitor, open_edition
):
    await cast(site, open_edition, BALLOTS)
    await count(site, open_edition, days_later=4)

    page = await visitor.get(open_edition.path("results"))

    assert page.says("Résultat définitif, 3 décembre 2026")
    assert "recours" not in page.text


async def test_the_printed_page_has_everything_unfolded(site, visitor, open_edition):
    await cast(site, open_edition, BALLOTS)
    await count(site, open_edition)

    folded = await visitor.get(open_edition.path("results"))
    page = await visitor.follow(folded, "Imprimer")

    reasons = [item for item in page.tree.elements("details") if not item.is_in("noprint")]
    why = [item for item in reasons if "Refaire le calcul" not in item.text]
    assert len(why) == 7
    assert all("open" in item for item in why)
    assert any("open" not in item for item in folded.tree.elements("details"))


async def test_when_nobody_votes_nothing_is_funded_and_it_is_said(site, visitor, open_edition):
    await count(site, open_edition)

    page = await visitor.get(open_edition.path("results"))

    assert page.says("Personne n’a voté", "Aucun projet n’est financé", "Votants 0")
    assert page.text.count("Personne ne l’a choisi.") == 7
    assert "Et avec un autre calcul" not in page.text


async def test_fewer_than_thirty_voters_have_no_breakdown(site, visitor, open_edition):
    await cast(site, open_edition, [("1", 20), ("2,4", 9)])
    await count(site, open_edition)

    page = await visitor.get(open_edition.path("results"))

    assert page.says("Votants 29", "Moins de 30 personnes ont voté")
    assert not list(page.tree.elements("table"))


async def test_areas_and_ways_of_voting_show_from_thirty_voters_on(site, visitor, open_edition):
    await cast(site, open_edition, [("1", 30)], area="Hay Salam", channel="paper")
    await cast(site, open_edition, [("2", 29)], area="Hay Nassim", channel="desk")
    await cast(site, open_edition, [("2", 12)], area="Hay Farah", channel="web")
    await count(site, open_edition)

    page = await visitor.get(open_edition.path("results"))

    tables = " ".join(table.text for table in page.tree.elements("table"))
    assert "Hay Salam" in tables
    assert "Sur papier" in tables
    assert "Hay Nassim" not in tables
    assert "bureau de vote" not in tables


async def test_no_area_can_be_told_by_taking_the_others_from_the_sum(site, visitor, open_edition):
    """Field: complementary suppression. Of 95 voters, 50 and 40 shown would tell on the 5 of one street."""
    await cast(site, open_edition, [("1", 50)], area="Hay Salam")
    await cast(site, open_edition, [("2", 40)], area="Hay Nassim")
    await cast(site, open_edition, [("3", 5)], area="Derb Sghir")
    await count(site, open_edition)

    file = await queries.published_file(site.web.database, open_edition.key, "result.json")
    result = json.loads(file.content)

    assert [cell["name"] for cell in result["turnout"]["by_area"]] == ["Hay Salam"]
    assert [cell["name"] for cell in result["comparison"]["by_area"]] == ["Hay Salam"]
    page = await visitor.get(open_edition.path("results"))
    tables = " ".join(table.text for table in page.tree.elements("table"))
    assert "Hay Salam" in tables
    assert "Hay Nassim" not in tables


@pytest.mark.parametrize(
    ("voted", "told"),
    [
        ({"a": 30, "b": 31}, {"a", "b"}),
        ({"a": 30, "b": 31, "c": 29}, {"b"}),
        ({"a": 30, "b": 31, "c": 29, "d": 1}, {"a", "b"}),
        ({"a": 30, "": 40}, {"a"}),
        ({"a": 300, "b": 200, "": 1}, {"a"}),
        ({"a": 300, "": 1}, set()),
        ({"a": 29}, set()),
        ({"a": 90, "b": 0}, {"a"}),
        ({}, set()),
    ],
)
def test_what_is_hidden_together_is_nobody_or_thirty_people(voted, told):
    assert counting.names_to_tell(voted) == told


async def test_the_turnout_is_compared_with_the_edition_before(site, resident, visitor):
    shift = timedelta(days=365)
    charter = (await make_edition(site)).charter
    before = await make_edition(site, edition="2025", opens_at=charter.opens_at - shift,
                                closes_at=charter.closes_at - shift)  # fmt: skip
    now = site.clock.instant
    site.clock.instant = before.charter.closes_at + timedelta(minutes=1)
    await close_vote(site.web, TOWN, "2025")
    site.clock.instant = now
    edition = before.__class__(TOWN_SLUG, charter, before.consultation)
    await cast(site, edition, [("1", 1)])
    await count(site, edition)

    page = await visitor.get(edition.path("results"))

    result = await queries.published_result(site.web.database, before.key)
    assert result["turnout"]["entitled"] == 0  # nobody was verified a year ago: no base, no change
    assert "depuis 2025" not in page.text
    assert page.says(f"100{NBSP}% des personnes admises à voter")


async def test_a_higher_turnout_than_before_is_told_with_its_sign(site, visitor):
    shift = timedelta(days=365)
    charter = (await make_edition(site)).charter
    before = await make_edition(site, edition="2025", opens_at=charter.opens_at - shift,
                                closes_at=charter.closes_at - shift)  # fmt: skip
    now = site.clock.instant
    site.clock.instant = before.charter.closes_at - timedelta(days=1)
    for place in range(4):
        await site.verify(await site.person(), f"JB 2000{place}")
    await cast(site, before, [("1", 1)])
    await count(site, before)
    site.clock.instant = now
    edition = before.__class__(TOWN_SLUG, charter, before.consultation)
    await cast(site, edition, [("1", 3)])
    await count(site, edition)

    french = await visitor.get(edition.path("results"))
    arabic = await visitor.get(edition.path("results", lang="ar"))

    assert french.says(f"75{NBSP}% des personnes admises à voter (+50,0 depuis 2025)")
    assert "\u2066+50,0\u2069" in arabic.html  # alone, "+" would stand on the wrong side


async def test_ballots_that_chose_nothing_are_told(site, visitor):
    edition = await make_edition(site, ballot_limits={"max": 3, "allow_none": True})
    await cast(site, edition, [("1", 40), ("", 2)])
    await count(site, edition)

    page = await visitor.get(edition.path("results"))

    assert page.says("2 bulletins n’ont choisi aucun projet.")


async def test_the_other_way_of_counting_names_what_would_change(site, visitor):
    edition = await make_edition(site, budget_cents=MILLION, parameters=PRESETS["greedy-skip"])
    await cast(site, edition, [("7", 40)], area="Centre")
    await cast(site, edition, [("1,2", 35)], area="Hay Salam")
    await count(site, edition)

    page = await visitor.get(edition.path("results"))

    other = page.part("other")
    assert page.says("seraient financés en plus", "ne seraient plus financés")
    section = next(up for up in other.ancestors() if up.tag == "section")
    assert "Passages sûrs devant les écoles" in section.text
    assert "Aménagement du souk hebdomadaire" in section.text
    assert f"0{NBSP}%" in section.text


# Ties


@pytest.fixture
async def tied_edition(site):
    """Projects 1 and 6 are tied, and the money is enough for one of them. A lot decides at once."""
    edition = await make_edition(
        site, budget_cents=40_000_000, parameters=Parameters(ties=("lot",))
    )
    await cast(site, edition, [("1", 30), ("6", 30), ("2", 3)])
    return edition


async def test_a_tie_that_waits_for_the_draw_shows_who_is_tied_and_no_votes(
    site, visitor, tied_edition
):
    await count(site, tied_edition)

    page = await visitor.get(tied_edition.path("results"))
    await visitor.get(tied_edition.path("results/data/result.json"), status=404)

    assert page.says(
        "Une égalité attend le tirage public",
        "le projet 1 (Passages sûrs devant les écoles)",
        "le projet 6",
        "Annoncé avant le vote",
        "5f1d7c",
    )
    assert not re.search(r"\b30\b(?! novembre)", page.part("main").text)
    assert "Pourquoi" not in page.text


async def test_after_the_draw_the_page_says_where_the_lot_decided(site, visitor, tied_edition):
    await count(site, tied_edition)
    vote = await queries.vote_by_edition(site.web.database, TOWN, "2026")
    async with site.work() as uow:
        await draws.complete_lot(uow, vote, "4 1 6 2")
    await close_vote(site.web, TOWN, "2026")

    page = await visitor.get(tied_edition.path("results"))

    assert page.says(
        "Une égalité a été départagée", "Tiré en public après la clôture", "4162",
        "C’est ce qui a décidé du financement.", "placé avant par tirage au sort public",
    )  # fmt: skip


async def test_a_tie_settled_by_cost_is_told_with_its_rule(site, visitor):
    edition = await make_edition(site, budget_cents=30_000_000)
    await cast(site, edition, [("1", 30), ("6", 30)])
    await count(site, edition)

    page = await visitor.get(edition.path("results"))

    assert page.says("Une égalité a été départagée", "qui coûte moins et passe donc avant")
    assert "Tiré en public" not in page.text


# Rounds


async def test_the_rounds_of_equal_shares_can_be_followed(site, visitor):
    edition = await make_edition(site, parameters=PRESETS["equal-shares-add1"])
    await cast(site, edition, BALLOTS)
    await count(site, edition)

    results = await visitor.get(edition.path("results"))
    page = await visitor.follow(results, "Suivre le décompte étape par étape")

    steps = [item for item in page.tree.elements("li") if item.get("class") == "card"]
    result = await queries.published_result(site.web.database, edition.key)
    assert len(steps) == len(result["rounds"]) > 0
    assert page.says("Étape 1 sur", "personnes l’ont choisi et il leur reste ensemble")
    await visitor.get(edition.path("results/rounds?page=2"), status=404)
    await visitor.get(edition.path("results/rounds?page=x"), status=404)


async def test_a_count_that_stops_says_where(site, visitor):
    edition = await make_edition(
        site, budget_cents=70_000_000, parameters=Parameters(unaffordable=Unaffordable.STOP)
    )
    await cast(site, edition, [("1", 40), ("3", 30), ("6", 20)])
    await count(site, edition)

    page = await visitor.get(edition.path("results"))

    assert page.says("Le décompte s’est arrêté avant lui", "le projet 3 (Passerelle pour piétons)")


# Kept pages


@pytest.fixture
def page_cache_seconds(request):
    return 60 if "kept" in request.node.name else 0


async def test_a_kept_page_turns_into_the_result_when_it_is_published(site, visitor, open_edition):
    await cast(site, open_edition, BALLOTS)
    before = await visitor.get(open_edition.path("results"))
    site.clock.instant = open_edition.charter.closes_at
    closed = await visitor.get(open_edition.path("results"))

    assert "etag" in before.headers
    assert "Voter maintenant" in before.text
    assert "Voter maintenant" not in closed.text


# Elections held elsewhere

EXAMPLE = """META
key;value
description;Nowhere
country;Poland
unit;Nowhere
instance;2023
num_projects;3
num_votes;4
budget;1000
currency;PLN
vote_type;approval
rule;greedy
min_length;1
max_length;3
date_begin;01.09.2023
date_end;10.09.2023
PROJECTS
project_id;cost;votes;name;selected
a;600;3;Biblioteka;{a}
b;500;2;Boisko;{b}
c;400;2;Ławki;1
VOTES
voter_id;vote
1;a,b
2;a,c
3;a
4;b,c
"""


async def imported(site, tmp_path: Path, **selected):
    file = tmp_path / "example.pb"
    file.write_text(EXAMPLE.format(**{"a": 1, "b": 0, **selected}), encoding="utf-8")
    async with site.work() as uow:
        done = await import_election(uow, site.web.secrets, read_file(file), collectivity_id=TOWN)
    vote = await queries.vote_by_edition(site.web.database, TOWN, done.edition)
    await count_and_publish(site.web, vote, official=done.official)
    return f"c/{TOWN_SLUG}/budgets/{done.edition}/results"


async def test_an_election_held_elsewhere_is_named_an_example_in_its_own_money(
    site, visitor, tmp_path
):
    path = await imported(site, tmp_path)

    page = await visitor.get(f"/ar/{path}")
    french = await visitor.get(f"/fr/{path}")

    assert french.says("Un vrai vote d’un autre pays", f"600{NBSP}PLN", "Pabulib, Poland",
                       "La ville a financé exactement les mêmes projets.")  # fmt: skip
    assert page.says(f"600{NBSP}PLN", "تصويت حقيقي من بلد آخر")
    assert "درهم" not in page.text
    assert "Qui a voté" not in french.text


async def test_where_a_city_decided_otherwise_both_outcomes_stand_side_by_side(
    site, visitor, tmp_path
):
    path = await imported(site, tmp_path, a=0, b=1)

    page = await visitor.get(f"/fr/{path}")

    assert page.says(
        "La ville a décidé autrement pour ces projets",
        f"2. Boisko{NBSP}: financé par la ville, pas par ce calcul".replace(NBSP, ""),
        f"1. Biblioteka{NBSP}: financé par ce calcul, pas par la ville".replace(NBSP, ""),
    )


def test_money_of_another_country_keeps_its_code():
    with i18n.speaking("fr"):
        assert formats.money(123_456_700, "PLN") == f"1{NBSP}234{NBSP}567{NBSP}PLN"
        assert "PLN" not in formats.money(123_456_700)
    with i18n.speaking("en"):
        assert formats.money(-150, "EUR") == f"-1.50{NBSP}EUR"


def test_foreign_money_keeps_apart_from_the_number_after_it_in_arabic():
    with i18n.speaking("ar"):
        assert formats.money(123_456_700, "PLN") == f"\u20661{NBSP}234{NBSP}567{NBSP}PLN\u2069"
        assert "PLN" not in formats.money(123_456_700)


async def test_a_vote_of_another_town_is_not_found_here(site, visitor, open_edition):
    path = open_edition.path("results").replace("tiznit", "tafraout")

    await asyncio.gather(
        visitor.get(path, status=404),
        visitor.get(f"{path}/data/", status=404),
        visitor.get(f"{path}/rounds", status=404),
        visitor.get(f"{path}/data/manifest.json", status=404),
    )
