"""Can I vote? An answer before the day, with what to do; no answer to a question is stored."""

from datetime import timedelta

import pytest

from pacto_participe.accounts.domain.eligibility import Ineligible
from pacto_participe.storage.events import EventRow
from pacto_participe.voting.policies import Part, part_of
from tests.town import CLOSES, OPENS

NOW_OPEN = OPENS + timedelta(days=1)


@pytest.mark.parametrize(
    ("reason", "verified", "now", "part"),
    [
        (None, True, NOW_OPEN, Part.YES),
        (None, True, OPENS - timedelta(days=1), Part.YES_WHEN_OPEN),
        (None, False, NOW_OPEN, Part.VERIFY_FIRST),
        (Ineligible.TOO_YOUNG, True, NOW_OPEN, Part.TOO_YOUNG),
        (Ineligible.CITIZENS_ONLY, True, NOW_OPEN, Part.CITIZENS_ONLY),
        (Ineligible.NATIONALITY_UNKNOWN, True, NOW_OPEN, Part.SHOW_THE_CARD),
        (Ineligible.WORKS_HERE_ONLY, False, NOW_OPEN, Part.LIVES_ELSEWHERE),
        (None, True, CLOSES, Part.OVER),
    ],
)
async def test_who_may_take_part(open_edition, reason, verified, now, part):
    assert part_of(open_edition.charter, reason, is_verified=verified, now=now) is part


async def test_a_verified_resident_is_told_yes_at_once(resident, open_edition):
    page = await resident.get(open_edition.path("can-i-vote"))

    assert page.says("Oui, maintenant")
    assert page.link("Voter maintenant")
    assert not page.says("Quelques questions")


async def test_a_resident_too_young_for_it_is_told_why(site, open_edition):
    person_id = await site.person()
    await site.verify(person_id, "JB 999999", born="12/03/2015")
    young = await site.sign_in(person_id)

    page = await young.get(open_edition.path("can-i-vote"))

    assert page.says("Non, pas à ce vote", "18 ans")


@pytest.mark.parametrize(
    ("lives", "age", "verified", "sentence"),
    [
        ("yes", "yes", "yes", "Oui, maintenant"),
        ("yes", "yes", "no", "Pas encore"),
        ("yes", "no", "no", "Non, pas à ce vote"),
        ("no", "yes", "yes", "Non, pas ici"),
    ],
)
async def test_a_visitor_is_answered_and_nothing_is_written(
    database_url, site, visitor, open_edition, lives, age, verified, sentence
):
    page = await visitor.get(open_edition.path("can-i-vote"))
    before = await written(site)

    page = await visitor.submit(page.form("/can-i-vote"), lives=lives, age=age, verified=verified)

    assert page.says(sentence)
    assert "?" not in page.path
    assert await written(site) == before


async def written(site) -> int:
    from sqlalchemy import func, select

    async with site.web.database.read() as session:
        return (await session.execute(select(func.count()).select_from(EventRow))).scalar_one()


async def test_a_question_left_out_or_answered_otherwise_is_asked_again(visitor, open_edition):
    page = await visitor.get(open_edition.path("can-i-vote"))

    page = await visitor.submit(
        page.form("/can-i-vote"), lives="yes", age="<script>", verified="x" * 10_000, status=422
    )

    assert page.html.count("Répondez par oui ou par non") == 4
    assert page.form("/can-i-vote").fields["lives"] == ["yes"]
    assert "<script>" not in page.html


async def test_the_rules_lead_there_before_the_day(visitor, soon_edition):
    page = await visitor.get(soon_edition.path())

    page = await visitor.follow(page, "Puis-je voter")

    assert page.says("Quelques questions", "Quelle que soit votre nationalité")


@pytest.mark.parametrize("lang", ["ar", "fr", "en", "zgh"])
async def test_it_speaks_every_language(visitor, resident, open_edition, lang):
    path = open_edition.path("can-i-vote", lang=lang)
    await visitor.get(path)
    await resident.get(path)
    for part in ("no", "yes"):
        await visitor.post(path, {"lives": "yes", "age": part, "verified": "no"})
