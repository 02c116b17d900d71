"""The clock decides at each request, to the second, and what is said afterwards is what is known."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from pacto_participe.accounts import services as accounts
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.voting.jobs import close_vote
from pacto_participe.voting.services import counting
from tests.pages import Browser
from tests.town import TOWN, Edition, LiveSite
from tests.voting.voting_day import ballots_in_box, choose, vote


async def test_a_ballot_before_the_opening_is_refused(
    site: LiveSite, soon_edition: Edition, resident: Browser
) -> None:
    site.clock.instant = soon_edition.charter.opens_at - timedelta(seconds=1)
    page = await resident.post(soon_edition.path("ballot/confirm"), {"p": ["1"]}, status=409)
    assert page.h1 == "Le vote n’est pas encore ouvert"

    site.clock.instant = soon_edition.charter.opens_at
    await resident.post(soon_edition.path("ballot/confirm"), {"p": ["1"]})
    assert await ballots_in_box(site, soon_edition) == 1


async def test_the_last_second_counts_and_the_closing_instant_does_not(
    database_url: str, site: LiveSite, open_edition: Edition, resident: Browser
) -> None:
    """Field bugs 12, 19 and 20: the clock decides, at each request, to the second."""
    review = await choose(resident, open_edition, "1")
    site.clock.instant = open_edition.charter.closes_at

    page = await resident.submit(review.form("/confirm"), status=409)

    assert page.h1 == "Le vote est clos"
    assert page.says("arrivés trop tard", "Passages sûrs devant les écoles")
    assert await ballots_in_box(site, open_edition) == 0
    kept = await resident.get(open_edition.path("ballot"))
    assert kept.says("enregistrés mais pas confirmés", "Passages sûrs devant les écoles")

    site.clock.instant = open_edition.charter.closes_at - timedelta(seconds=1)
    await resident.submit(review.form("/confirm"))
    assert await ballots_in_box(site, open_edition) == 1


async def test_a_form_that_ends_after_the_close_is_late_however_early_it_began(
    site: LiveSite, open_edition: Edition, resident: Browser
) -> None:
    """The clock is asked when the whole form is here, not when its first bytes were."""
    review = await choose(resident, open_edition, "1")
    form = review.form("/confirm")
    site.clock.instant = open_edition.charter.closes_at - timedelta(seconds=1)

    async def slowly() -> AsyncIterator[bytes]:
        yield urlencode(form.filled({}), doseq=True).encode()
        site.clock.instant = open_edition.charter.closes_at

    answer = await resident.http.post(
        form.action,
        content=slowly(),
        headers={
            "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin",
        },
    )  # fmt: skip

    assert answer.status_code == 409
    assert await ballots_in_box(site, open_edition) == 0


async def test_a_confirmation_sent_again_after_the_close_shows_its_receipt(
    database_url: str, site: LiveSite, open_edition: Edition, resident: Browser
) -> None:
    """It was counted in the last second, and its answer was lost on the way."""
    review = await choose(resident, open_edition, "1")
    site.clock.instant = open_edition.charter.closes_at - timedelta(seconds=1)
    await resident.submit(review.form("/confirm"))
    site.clock.instant = open_edition.charter.closes_at + timedelta(seconds=1)

    page = await resident.submit(review.form("/confirm"))

    assert page.h1 == "Votre vote est compté"
    assert await ballots_in_box(site, open_edition) == 1


async def test_a_change_that_comes_too_late_leaves_the_ballot_that_stands(
    site: LiveSite, open_edition: Edition, resident: Browser
) -> None:
    await vote(resident, open_edition, "1")
    ballot = await resident.get(open_edition.path("ballot") + "?change=1")
    review = await resident.submit(ballot.form("/ballot"), p=["2"])
    site.clock.instant = open_edition.charter.closes_at

    page = await resident.submit(review.form("/confirm"), status=409)

    assert page.says("Votre bulletin du", "est compté", "arrivés trop tard")
    assert not page.says("enregistrés mais pas confirmés")


async def test_a_ballot_that_waited_until_the_box_was_sealed_is_told_so(
    database_url: str,
    site: LiveSite,
    open_edition: Edition,
    resident: Browser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It came in time, but the disk kept it waiting for longer than the grace of the close."""
    review = await choose(resident, open_edition, "1")
    writer = site.web.database.group_writer
    submit = writer.submit

    async def late(work: Any, item: Any) -> Any:
        site.clock.instant = open_edition.charter.closes_at + counting.GRACE
        await close_vote(site.web, TOWN, "2026")
        return await submit(work, item)

    monkeypatch.setattr(writer, "submit", late)

    page = await resident.submit(review.form("/confirm"), status=409)

    assert page.h1 == "Le vote est clos"


async def test_once_the_box_is_sealed_only_a_receipt_tells_what_became_of_a_form(
    site: LiveSite, open_edition: Edition, resident: Browser
) -> None:
    review = await choose(resident, open_edition, "1")
    await resident.submit(review.form("/confirm"))
    site.clock.instant = open_edition.charter.closes_at + counting.GRACE
    await close_vote(site.web, TOWN, "2026")

    page = await resident.submit(review.form("/confirm"), status=409)

    assert page.says("Seul un reçu peut dire")
    assert not page.says("pas dans le décompte")
    assert page.link("Vérifier un reçu") == open_edition.path("receipts")


@pytest.mark.parametrize("has_chosen", [True, False])
async def test_once_the_box_is_sealed_all_are_told_what_became_of_what_was_not_confirmed(
    site: LiveSite, open_edition: Edition, resident: Browser, has_chosen: bool
) -> None:
    """The same sentence for everybody: nothing remembers who had chosen and did not confirm."""
    if has_chosen:
        await choose(resident, open_edition, "1")
    site.clock.instant = open_edition.charter.closes_at + counting.GRACE
    await close_vote(site.web, TOWN, "2026")

    page = await resident.get(open_edition.path("ballot"))

    assert page.says("Les choix enregistrés mais non confirmés ne sont pas comptés.")
    assert not page.says("Passages sûrs devant les écoles")


async def test_after_the_close_nobody_is_asked_who_is_voting(
    site: LiveSite, visitor: Browser, open_edition: Edition
) -> None:
    site.clock.instant = open_edition.charter.closes_at + counting.GRACE
    await close_vote(site.web, TOWN, "2026")
    page = await visitor.get(open_edition.path("identity"))

    assert page.h1 == "Le vote est clos"
    assert not page.forms()
    assert page.link("Voir les résultats") == open_edition.path("results")

    clerk = Actor(person_id=uuid4().hex, roles=frozenset({(TOWN, Role.CLERK)}))
    async with site.work(clerk) as uow:
        slip = await accounts.issue_slip(uow, site.web.secrets, TOWN, "JB 4711", "12/03/1987")
    late = await visitor.post(open_edition.path("identity"), {"code": slip.code})

    assert late.path == "/fr/c/tiznit/residence"


async def test_in_the_last_day_the_ballot_says_how_long_it_can_still_be_confirmed(
    site: LiveSite, open_edition: Edition, resident: Browser
) -> None:
    """In words that hold for an hour: no clock ticks."""
    closes_at = open_edition.charter.closes_at
    told = {
        timedelta(hours=24): "",
        timedelta(hours=23, minutes=59): "il reste moins de 24 heures",
        timedelta(hours=2): "il reste moins de 3 heures",
        timedelta(minutes=59): "il reste moins d’une heure",
        timedelta(seconds=1): "il reste moins d’une heure",
    }
    await choose(resident, open_edition, "1")

    for left, words in told.items():
        site.clock.instant = closes_at - left
        for step in ("ballot", "ballot/review"):
            page = await resident.get(open_edition.path(step))
            assert page.says(words or "1"), (left, step)
            assert page.says("il reste moins") is bool(words)
