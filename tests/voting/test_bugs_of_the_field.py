"""Bugs that hurt real elections elsewhere, each by its number in the list we keep of them.

Others of that list stand beside what they concern: 1, 2, 7, 10, 40 (one person, one ballot), 11, 12, 19, 20,
29, 31, 36 (the way of a ballot), 28, 33 (the count).
"""

from datetime import timedelta

import pytest
from sqlalchemy import text

from pacto_participe.storage.sql import Sql
from pacto_participe.voting.boxes import BOXES
from pacto_participe.voting.domain import PRESETS
from pacto_participe.voting.queries import published_result, vote_by_edition
from pacto_participe.web.remembered import Remembered
from tests.invented import invented_projects
from tests.pages import Browser
from tests.town import MILLION, TOWN, Edition, LiveSite, cast, count, make_edition

# kind, limits, what a resident sends
KINDS = [
    ("approval", {"min": 2, "max": 3, "allow_none": True}, {"p": ["1", "2"]}),
    ("choose-one", {"allow_none": True}, {"p": ["3"]}),
    (
        "points",
        {"total": 6, "max_each": 4, "min_projects": 2, "allow_none": True},
        {"pt-1": "4", "pt-2": "2"},
    ),
    ("ranking", {"top": 3, "allow_none": True}, {"rank-1": "2", "rank-2": "1"}),
    ("knapsack", {"budget": 2 * MILLION, "min": 2, "allow_none": True}, {"p": ["1", "2"]}),
]


@pytest.mark.parametrize(("kind", "limits", "sent"), KINDS, ids=[kind for kind, *_ in KINDS])
async def test_bug_16_no_limit_that_is_switched_on_blocks_a_ballot_kind(
    site: LiveSite,
    resident: Browser,
    kind: str,
    limits: dict[str, int],
    sent: dict[str, str | list[str]],
) -> None:
    edition = await make_edition(site, ballot_kind=kind, ballot_limits=limits)

    await resident.get(edition.path("ballot"))
    await resident.post(edition.path("ballot"), sent)
    receipt = await resident.post(edition.path("ballot/confirm"), sent)

    assert receipt.h1 == "Votre vote est compté"
    assert await BOXES["open"].turnout(site.web.database, edition.key) == 1


async def test_bug_17_whoever_takes_one_project_out_can_add_another(
    open_edition: Edition, resident: Browser
) -> None:
    await resident.post(open_edition.path("ballot"), {"p": ["1", "2", "3"]})
    await resident.post(open_edition.path("ballot"), {"p": ["1", "3"]})
    await resident.post(open_edition.path("ballot"), {"p": ["1", "3", "4"]})

    page = await resident.get(open_edition.path("ballot"))

    assert sorted(page.form("/ballot").fields["p"]) == ["1", "3", "4"]
    await resident.get(open_edition.path("ballot/review"))


async def test_bug_18_no_receipt_and_no_message_when_the_ballot_was_not_stored(
    database_url: str, site: LiveSite, open_edition: Edition, resident: Browser
) -> None:
    async with site.work() as uow:
        await uow.session.execute(text("ALTER TABLE receipt RENAME TO receipt_away"))

    with pytest.raises(Exception, match="receipt"):
        await resident.post(open_edition.path("ballot/confirm"), {"p": ["1"]})

    async with site.work() as uow:
        await uow.session.execute(text("ALTER TABLE receipt_away RENAME TO receipt"))
    assert await BOXES["open"].turnout(site.web.database, open_edition.key) == 0
    assert not await site.web.database.quick.all(Sql("SELECT 1 FROM receipt"))
    assert not await site.web.database.quick.all(Sql("SELECT 1 FROM job"))
    again = await resident.post(open_edition.path("ballot/confirm"), {"p": ["1"]})
    assert again.h1 == "Votre vote est compté"


async def test_bug_26_a_basket_over_the_budget_is_refused_by_whatever_way_it_comes(
    site: LiveSite, resident: Browser
) -> None:
    edition = await make_edition(
        site, ballot_kind="knapsack", ballot_limits={"budget": 2 * MILLION}
    )

    kept = await resident.post(edition.path("ballot"), {"p": ["3", "4", "5", "7"]}, status=422)
    refused = await resident.post(
        edition.path("ballot/confirm"), {"p": ["3", "4", "5", "7"]}, status=422
    )

    assert kept.says("510 000 DH")
    assert refused.says("510 000 DH")
    assert await BOXES["open"].turnout(site.web.database, edition.key) == 0


@pytest.mark.parametrize("rule", PRESETS)
async def test_bug_27_a_project_that_exactly_exhausts_the_budget_is_funded(
    site: LiveSite, visitor: Browser, rule: str
) -> None:
    """By every rule: forty people who want the same two projects, which together cost every centime."""
    edition = await make_edition(
        site, budget_cents=28_000_000 + 45_000_000, parameters=PRESETS[rule]
    )
    await cast(site, edition, [("1,4", 40)])
    await count(site, edition)

    result = await published_result(site.web.database, edition.key)
    page = await visitor.get(edition.path("results"))

    assert result is not None
    assert sorted(result["winners"]) == ["1", "4"]
    assert int(result["spent_cents"]) == edition.charter.budget_cents
    assert page.says("Non engagé 0 DH")


@pytest.mark.parametrize("newest_first", [False, True])
async def test_bug_32_a_tie_goes_to_no_project_for_being_newer_and_never_in_silence(
    site: LiveSite, visitor: Browser, newest_first: bool
) -> None:
    """The published order decides (here the lower cost), in whatever order projects were written down."""
    listed = [each for each in invented_projects() if each.key in ("1", "6")]
    edition = await make_edition(
        site,
        projects=tuple(sorted(listed, key=lambda each: each.number, reverse=newest_first)),
        budget_cents=30_000_000,
    )
    await cast(site, edition, [("1", 30), ("6", 30)])
    await count(site, edition)

    result = await published_result(site.web.database, edition.key)
    page = await visitor.get(edition.path("results"))

    assert result is not None
    assert result["winners"] == ["6"]
    assert page.says("Une égalité a été départagée", "qui coûte moins et passe donc avant")


async def test_bugs_21_to_23_an_instant_comes_back_as_it_was_written(
    database_url: str, site: LiveSite
) -> None:
    """The hours of a vote do not shift by an offset, at whatever instant they are read."""
    edition = await make_edition(site)

    for days in (0, 90, 200):
        site.clock.move(timedelta(days=days))
        vote = await vote_by_edition(site.web.database, TOWN, "2026")
        assert vote is not None
        assert vote.charter.closes_at == edition.charter.closes_at
        page = await site.browser().get(edition.path())
        assert page.says("30 novembre 2026", "23 h 59")


async def test_bug_35_while_people_vote_no_page_file_or_address_tells_how(
    site: LiveSite, open_edition: Edition, resident: Browser, visitor: Browser
) -> None:
    """The same number of ballots with other contents: everything that anyone can fetch stays the same."""
    await cast(site, open_edition, [("1", 40), ("2,3", 20)])
    addresses = [
        f"/{lang}/c/tiznit/{rest}" for lang in ("ar", "fr") for rest in ("", "territory")
    ] + [open_edition.path(rest, lang=lang) for lang in ("ar", "fr") for rest in PUBLIC]

    async def everything() -> dict[str, tuple[int, str]]:
        answers = {}
        for address in addresses:
            for reader in (visitor, resident):
                response = await reader.http.get(address)
                answers[f"{address} {reader is resident}"] = (response.status_code, response.text)
        return answers

    before = await everything()
    async with site.work() as uow:
        await uow.session.execute(text("UPDATE ballot SET content = '7'"))
    forget_what_is_remembered(site)

    assert await everything() == before


def forget_what_is_remembered(site: LiveSite) -> None:
    """The turnout is asked for every ten seconds: a total in it would show only then."""
    extras = site.web.extras
    for name in [name for name, value in extras.items() if isinstance(value, Remembered)]:
        del extras[name]


PUBLIC = (
    "",
    "rules.json",
    "projects/",
    "projects/1",
    "projects/7",
    "results",
    "results/rounds",
    "results/recount",
    "results/data/",
    *(
        f"results/data/{name}"
        for name in ("result.json", "ballots.csv", "ballots.pb", "projects.csv", "all.zip")
    ),
    "receipts?code=0000",
)
