"""Rules are frozen before the opening, when residents can vote by them, and then stay."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from pacto_participe.kernel.errors import Refused
from pacto_participe.voting import queries
from pacto_participe.voting.services.freezing import freeze_charter, problems_of_charter
from tests.invented import invented_projects
from tests.town import TOWN, Edition, LiveSite, make_edition
from tests.voting.charters import charter_of


async def test_the_rules_of_an_opened_vote_cannot_change(
    database_url: str, site: LiveSite, open_edition: Edition
) -> None:
    """Field bugs 13, 14 and 29: neither options, nor limits, nor costs change while people vote."""
    from sqlalchemy.exc import DBAPIError

    with pytest.raises(DBAPIError):
        async with site.work() as uow:
            await uow.session.execute(text("UPDATE vote SET charter = '{}'"))

    vote = await queries.vote_by_edition(site.web.database, TOWN, "2026")
    assert vote is not None
    assert vote.charter.fingerprint == open_edition.charter.fingerprint


async def test_rules_cannot_be_frozen_once_the_opening_has_come(
    site: LiveSite, soon_edition: Edition
) -> None:
    """Nobody learns the rules while voting."""
    late = replace(soon_edition.charter, vote_id=uuid4().hex, edition="late")
    site.clock.instant = late.opens_at

    with pytest.raises(Refused, match="frozen_too_late"):
        async with site.work() as uow:
            await freeze_charter(
                uow,
                site.web.secrets,
                late,
                consultation_id=soon_edition.consultation.consultation_id,
            )

    assert not site.web.secrets.exists(f"vote-{late.vote_id}")
    assert await queries.vote_by_edition(site.web.database, TOWN, "late") is None


async def test_a_charter_that_nobody_could_vote_by_is_refused(site: LiveSite) -> None:
    """Field bug 31: every project costs more than the whole budget."""
    with pytest.raises(Refused, match="dearer_than_budget"):
        await make_edition(site, projects=invented_projects(7), budget_cents=100)


def test_a_project_that_no_vote_could_fund_is_named_before_anybody_votes_for_it() -> None:
    charter = charter_of((100, 200, 300), budget_cents=299)
    cheap, middle, dear = charter.projects

    assert [(found.code, found.values) for found in problems_of_charter(charter)] == [
        ("dearer_than_budget", {"project": str(dear.number)})
    ]
    withdrawn = replace(charter, projects=(cheap, middle, replace(dear, is_withdrawn=True)))
    assert not problems_of_charter(withdrawn)
    assert not problems_of_charter(replace(charter, source="held elsewhere, as it was"))


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"pictogram": "p-nothing"}, "unknown_pictogram"),
        ({"pictogram": "../icons"}, "unknown_pictogram"),
        ({"number": 1}, "same_number"),
        ({"key": "1"}, "same_number"),
    ],
)
def test_a_charter_whose_pages_or_ballots_would_fail_is_refused(
    changed: dict[str, Any], refusal: str
) -> None:
    charter = charter_of((100, 200, 300))
    first, second, third = charter.projects
    changed_charter = replace(charter, projects=(first, replace(second, **changed), third))

    assert not problems_of_charter(charter)
    assert [problem.code for problem in problems_of_charter(changed_charter)] == [refusal]


async def test_an_age_that_nobody_can_be_asked_for_is_refused(site: LiveSite) -> None:
    with pytest.raises(Refused, match="age_unknowable"):
        await make_edition(site, minimum_age=21)
