"""The minutes of a count: one page that stands alone, complete, to print and sign."""

import hashlib
import re
from dataclasses import replace

import pytest

from pacto_participe.accounts.domain.eligibility import Who
from pacto_participe.voting import queries
from pacto_participe.voting.domain import Parameters
from pacto_participe.voting.pages.minutes import render_minutes
from pacto_participe.web.headers import CSP
from tests.proof.reading import proofread
from tests.town import cast, make_edition
from tests.voting.counting_day import count

pytestmark = pytest.mark.anyio

RESULTS = "http://127.0.0.1:8000/fr/c/tiznit/budgets/2026/results"


async def minutes_of(site, edition, lang="fr"):
    file = await queries.published_file(site.web.database, edition.key, f"minutes.{lang}.html")
    return file.content.decode()


def flat(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " "))


@pytest.fixture
async def counted(site, open_edition):
    await cast(site, open_edition, [("1,4", 40), ("1,2", 20), ("2", 15)])
    await count(site, open_edition)
    return open_edition


async def test_the_minutes_hold_everything_that_is_signed(site, counted):
    text = flat(await minutes_of(site, counted))
    result = await queries.published_result(site.web.database, counted.key)

    for wanted in (
        "Commune de Tiznit",
        "Procès-verbal du dépouillement",
        "lundi 16 novembre 2026 à 8 h 00",
        "lundi 30 novembre 2026 à 23 h 59",
        "2 000 000 DH",
        "Bulletins dans l’urne 75",
        "Passages sûrs devant les écoles",
        "Rang 1 par le nombre de voix.",
        "Aucune égalité n’a rien décidé.",
        "Signatures",
        "Pour le conseil",
    ):
        assert wanted in text, wanted
    together = text.replace(" ", "")
    assert counted.charter.fingerprint in together
    assert result["box"]["fingerprint"] in together


@pytest.mark.parametrize("lang", ["ar", "fr"])
async def test_the_minutes_are_well_written_in_both_languages(site, counted, lang):
    html = await minutes_of(site, counted, lang)

    assert proofread(html, path=f"/{lang}/minutes") == []


async def test_the_minutes_need_nothing_but_themselves(site, counted):
    html = await minutes_of(site, counted)

    assert "<script" not in html
    assert "style=" not in html
    # The look that lies beside them, in a folder too; and the whole address of the results.
    assert re.findall(r'(?:src|href)="([^"]*)"', html) == ["minutes.css", RESULTS, RESULTS]


async def test_the_look_of_the_minutes_is_published_beside_them(site, visitor, counted):
    """The policy of the site takes it as it is, and an unpacked folder finds it."""
    answer = await visitor.http.get(counted.path("results/data/minutes.css"))
    sums = await queries.published_file(site.web.database, counted.key, "SHA256SUMS")

    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["content-security-policy"] == CSP
    assert f"{hashlib.sha256(answer.content).hexdigest()}  minutes.css" in sums.content.decode()
    assert "url(" not in answer.text
    assert "@import" not in answer.text


async def test_the_minutes_lead_back_to_the_results(visitor, counted):
    page = await visitor.get(counted.path("results/data/minutes.fr.html"))

    back = await visitor.follow(page, "Revenir aux résultats")

    assert back.path == counted.path("results")


async def test_a_tie_and_its_draw_are_in_the_minutes(site):
    edition = await make_edition(
        site, budget_cents=30_000_000, parameters=Parameters(ties=("lower-cost", "lot"))
    )
    await cast(site, edition, [("1", 30), ("6", 30)])
    await count(site, edition)

    text = flat(await minutes_of(site, edition))

    assert "Étaient à égalité" in text
    assert "C’est ce qui a décidé du financement." in text


async def test_the_minutes_of_a_demonstration_say_so_and_are_not_signed(site, counted):
    """They name a commune that exists."""
    result = await queries.published_result(site.web.database, counted.key)

    invented = flat(
        render_minutes(
            site.web.templates,
            counted.charter,
            result,
            "fr",
            "Commune de Tiznit",
            results=RESULTS,
            is_demo=True,
        )
    )

    assert "Démonstration : rien n’est officiel ici." in invented
    assert "Signatures" not in invented
    assert "Démonstration" not in flat(await minutes_of(site, counted))


async def test_minutes_are_the_same_whenever_they_are_written(site, counted):
    result = await queries.published_result(site.web.database, counted.key)

    again = render_minutes(
        site.web.templates, counted.charter, result, "fr", "Commune de Tiznit", results=RESULTS
    )

    assert again == await minutes_of(site, counted)


USUAL = {
    "fr": ("Qui pouvait voter", "Les personnes qui habitent ici (Commune de Tiznit).",
           "Quelle que soit leur nationalité.", "Âgées de 18 ans ou plus le 30 novembre 2026."),
    "ar": ("من كان يمكنه التصويت", "من يسكن في جماعة تيزنيت.", "مهما كانت الجنسية.",
           "من سنهم 18 أو أكثر يوم 30 نونبر 2026."),
}  # fmt: skip
CITIZENS = {
    "fr": ("Les personnes qui habitent ici (Commune de Tiznit), et celles qui y ont une activité économique "
           "et habitent ailleurs.", "De nationalité marocaine seulement.", "À tout âge."),
    "ar": ("من يسكن في جماعة تيزنيت، ومن يزاول فيها نشاطا اقتصاديا ويسكن خارجها.",
           "من المواطنات والمواطنين المغاربة فقط.", "في أي سن."),
}  # fmt: skip


@pytest.mark.parametrize("lang", ["ar", "fr"])
async def test_the_minutes_say_who_could_vote(database_url, site, open_edition, lang):
    await cast(site, open_edition, [("1", 3)])
    await count(site, open_edition)

    text = flat(await minutes_of(site, open_edition, lang))

    for sentence in USUAL[lang]:
        assert sentence in text
    assert not any(sentence in text for sentence in CITIZENS[lang])


@pytest.mark.parametrize("lang", ["ar", "fr"])
async def test_the_minutes_say_another_rule_of_who_could_vote(site, lang):
    edition = await make_edition(site, who=Who.CITIZENS, includes_workers=True, minimum_age=0)
    await cast(site, edition, [("1", 3)])
    await count(site, edition)
    html = await minutes_of(site, edition, lang)

    for sentence in CITIZENS[lang]:
        assert sentence in flat(html)
    assert not any(sentence in flat(html) for sentence in USUAL[lang][1:])
    assert proofread(html, path=f"/{lang}/minutes") == []


async def test_the_minutes_of_an_election_of_another_place_do_not_say_who_could_vote(site, counted):
    result = await queries.published_result(site.web.database, counted.key)
    elsewhere = replace(counted.charter, source="Pabulib, Poland, Świecie 2023")

    html = render_minutes(site.web.templates, elsewhere, result, "fr", "Świecie", results=RESULTS)

    assert "Qui pouvait voter" not in flat(html)
