"""The results say at their end what changed on them, by date; no number changes without a line there."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pacto_participe.voting.domain import Parameters
from pacto_participe.voting.events import LotAwaited, ResultPublished
from pacto_participe.voting.queries import ResultEvent, result_events
from pacto_participe.voting.services import draws
from pacto_participe.voting.wording.changes import EditionBefore, changes_of
from pacto_participe.web.i18n import speaking
from tests.pages import Browser, Page
from tests.town import Edition, LiveSite, cast, make_edition, publish, vote_of
from tests.voting.charters import charter_of
from tests.voting.counting_day import count

BALLOTS = (("1,4", 40), ("1,2", 20), ("2", 15))


def lines(page: Page) -> list[str]:
    """The sentences of the list, with their dates."""
    section = next(
        item for item in page.tree.elements("section") if item.get("aria-labelledby") == "changes"
    )
    return [" ".join(item.text.split()) for item in section.elements("li")]


async def test_when_nothing_else_happened_the_list_has_one_line(
    site: LiveSite, visitor: Browser, open_edition: Edition
) -> None:
    await cast(site, open_edition, BALLOTS)
    await count(site, open_edition)

    (line,) = lines(await visitor.get(open_edition.path("results")))

    assert "mardi 1 décembre 2026" in line
    assert "Résultat provisoire publié. Bulletins : 75. Projets financés : 3." in line
    (arabic,) = lines(await visitor.get(open_edition.path("results", lang="ar")))
    assert "نُشرت النتيجة المؤقتة" in arabic


async def test_becoming_final_is_a_line_by_the_clock_alone(
    site: LiveSite, visitor: Browser, open_edition: Edition
) -> None:
    await cast(site, open_edition, BALLOTS)
    await count(site, open_edition)
    provisional = await visitor.get(open_edition.path("results"))
    site.clock.instant = open_edition.charter.final_at - timedelta(seconds=1)
    assert len(lines(await visitor.get(open_edition.path("results")))) == 1

    site.clock.instant = open_edition.charter.final_at

    page = await visitor.get(open_edition.path("results"))
    assert lines(page)[:1] == lines(provisional)
    assert lines(page)[1].endswith("Le résultat est devenu définitif. Aucun chiffre n’a changé.")


async def test_a_public_draw_stands_there_with_what_was_drawn(
    site: LiveSite, visitor: Browser
) -> None:
    edition = await make_edition(
        site, budget_cents=30_000_000, parameters=Parameters(ties=("lot",))
    )
    await cast(site, edition, [("1", 3), ("6", 3)])
    await count(site, edition)
    assert "Ce qui a changé" not in (await visitor.get(edition.path("results"))).text
    site.clock.move(timedelta(hours=20))
    async with site.work() as uow:
        await draws.complete_lot(uow, await vote_of(site, edition), "4 07")
    site.clock.move(timedelta(minutes=1))
    await publish(site, edition)

    told = lines(await visitor.get(edition.path("results")))

    assert len(told) == 3
    assert "le tirage public était attendu" in told[0]
    assert "Ce qui a été tiré en public a été inscrit" in told[1]
    assert "47" in told[1]
    assert "Résultat provisoire publié" in told[2]


async def test_before_the_count_there_is_no_list(
    site: LiveSite, visitor: Browser, open_edition: Edition
) -> None:
    await cast(site, open_edition, BALLOTS)
    open_page = await visitor.get(open_edition.path("results"))
    site.clock.instant = open_edition.charter.closes_at
    closed_page = await visitor.get(open_edition.path("results"))

    assert "Ce qui a changé" not in open_page.text + closed_page.text


async def test_another_vote_of_the_same_day_is_no_change_here(
    database_url: str, site: LiveSite, open_edition: Edition
) -> None:
    other = await make_edition(site, edition="2026-b")
    await cast(site, open_edition, BALLOTS)
    await cast(site, other, BALLOTS)
    await count(site, open_edition)
    await count(site, other)

    events = await result_events(
        site.web.database, open_edition.key, closed_at=open_edition.charter.closes_at
    )

    assert [(one.tag, one.body["vote_id"]) for one in events] == [
        (ResultPublished.tag, open_edition.charter.vote_id)
    ]
    assert events[0].at == open_edition.charter.closes_at + timedelta(minutes=1)


# What the list is made of


PUBLISHED = datetime(2026, 12, 1, 0, 1, tzinfo=UTC)
RESULT = {
    "counted_at": PUBLISHED.isoformat(),
    "box": {"ballots": 75},
    "winners": ["1", "2"],
}


def event(tag: str, at: datetime, **body: object) -> ResultEvent:
    return ResultEvent(tag, at, json.loads(json.dumps(body)))


@pytest.fixture
def charter():
    return replace(charter_of([100, 200]), closes_at=PUBLISHED - timedelta(minutes=1))


def test_a_result_that_is_published_again_gets_a_line(charter) -> None:
    later = PUBLISHED + timedelta(days=1)
    events = [
        event(ResultPublished.tag, PUBLISHED, ballots=75, funded=2),
        event(ResultPublished.tag, later, ballots=1074, funded=3),
    ]

    with speaking("en"):
        told = changes_of(charter, RESULT, events, later)

    assert [one.at for one in told] == [PUBLISHED, later]
    assert told[1].sentence == "Result published again. Ballots: 1,074. Funded projects: 3."


def test_an_edition_before_that_was_counted_later_gets_a_line(charter) -> None:
    """The turnout is then told beside its own, which is a number that was not there."""
    later = PUBLISHED + timedelta(hours=2)

    with speaking("en"):
        told = changes_of(
            charter, RESULT, (), later, before=EditionBefore("2025", {}, counted_at=later)
        )
        first = changes_of(
            charter, RESULT, (), later,
            before=EditionBefore("2025", {}, counted_at=PUBLISHED - timedelta(days=300)),
        )  # fmt: skip

    assert [one.sentence for one in told[1:]] == [
        "The turnout is compared with that of 2025, which was counted later."
    ]
    assert len(first) == 1


def test_a_result_that_came_after_the_time_for_objections_is_final_at_once(charter) -> None:
    late = {**RESULT, "counted_at": (charter.final_at + timedelta(days=1)).isoformat()}

    with speaking("en"):
        (line,) = changes_of(charter, late, (), charter.final_at + timedelta(days=30))

    assert line.sentence == "Result published. Ballots: 75. Funded projects: 2."


def test_the_lines_stand_in_the_order_of_their_dates(charter) -> None:
    awaited = event(LotAwaited.tag, PUBLISHED - timedelta(seconds=5), tied=[])

    with speaking("en"):
        told = changes_of(charter, RESULT, [awaited], charter.final_at)

    assert [one.at for one in told] == sorted(one.at for one in told)
    assert told[-1].at == charter.final_at
