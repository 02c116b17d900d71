"""The roll on the pages: staff read numbers and freeze; the rules, the results and the minutes show it."""

from datetime import timedelta

import pytest

from pacto_participe.kernel.actors import Role
from pacto_participe.voting import jobs, queries
from tests.pages import Browser
from tests.town import (
    CLOSES,
    OPENS,
    TOWN,
    TOWN_SLUG,
    Edition,
    LiveSite,
    _staff,
    cast,
    count,
    make_edition,
)
from tests.voting.test_who_is_on_the_roll import verified

ROLL = f"/fr/staff/{TOWN_SLUG}/votes/2026/roll"


@pytest.fixture
async def soon(site: LiveSite) -> Edition:
    """Five days before the opening; 31 residents of a district, 3 of another, one child."""
    site.clock.instant = OPENS - timedelta(days=5)
    edition = await make_edition(site)
    for place in range(31):
        await verified(site, f"JB 1{place:03d}")
    for place in range(3):
        await verified(site, f"JB 2{place:03d}", district="Douar Aït")
    await verified(site, "JB 3000", "01/01/2015")
    return edition


@pytest.fixture
async def observer(site: LiveSite) -> Browser:
    return await _staff(site, Role.OBSERVER, TOWN)


async def test_an_administrator_reads_the_numbers_and_freezes_with_a_reason(
    database_url: str, site: LiveSite, soon: Edition, administrator: Browser
) -> None:
    listed = await administrator.get(f"/fr/staff/{TOWN_SLUG}/rolls")
    page = await administrator.follow(listed, next(name for name in listed.links if "2026" in name))
    assert page.path == ROLL
    assert page.says("Peuvent voter aujourd’hui", "34")
    # Fewer than thirty in a place, and the sum would name them: no place is told apart.
    assert not page.says("Douar Aït")
    assert page.says("Lieux de moins de 30, ensemble")

    wrong = await administrator.submit(page.form("/roll"), reason="  ", status=422)
    assert wrong.says("Veuillez dire pourquoi")
    frozen = await administrator.submit(wrong.form("/roll"), reason="Liste lue en public")

    assert frozen.says("Sur la liste avant l’ouverture", "34", "Empreinte de la liste")
    roll = await queries.roll_of(site.web.database, soon.key)
    assert roll is not None
    assert roll.frozen.people == 34
    assert not frozen.says("Figer la liste")


async def test_an_observer_reads_and_does_not_freeze(
    site: LiveSite, soon: Edition, observer: Browser
) -> None:
    page = await observer.get(ROLL)

    assert page.says("Peuvent voter aujourd’hui")
    assert not page.says("Figer la liste")
    await observer.post(ROLL, {"reason": "x"}, status=403)


async def test_a_clerk_a_resident_and_a_neighbour_do_not_read_it(
    site: LiveSite, soon: Edition, clerk: Browser, resident: Browser, neighbour: Browser
) -> None:
    await clerk.get(ROLL, status=403)
    await clerk.post(ROLL, {"reason": "x"}, status=403)
    for browser in (resident, neighbour):
        await browser.get(ROLL, status=404)
        await browser.post(ROLL, {"reason": "x"}, status=404)


@pytest.mark.parametrize("reason", ["<script>alert(1)</script>", "\u202eقلب", "x" * 10_000])
async def test_a_hostile_reason_is_kept_as_text_and_shown_nowhere_else(
    site: LiveSite, soon: Edition, administrator: Browser, reason: str
) -> None:
    page = await administrator.get(ROLL)

    frozen = await administrator.submit(page.form("/roll"), reason=reason)

    assert "<script>alert" not in frozen.html
    assert await queries.roll_of(site.web.database, soon.key) is not None


async def test_the_rules_tell_when_the_roll_is_frozen_and_then_its_fingerprint(
    site: LiveSite, soon: Edition, visitor: Browser
) -> None:
    before = await visitor.get(soon.path())
    assert before.says("La liste est figée le dimanche 15 novembre 2026")

    site.clock.instant = OPENS - timedelta(hours=1)
    await jobs.freeze_rolls(site.web)
    after = await visitor.get(soon.path())

    roll = await queries.roll_of(site.web.database, soon.key)
    assert roll is not None
    assert after.says("Sur la liste avant l’ouverture", roll.frozen.fingerprint[:4])
    assert not after.says("La liste est figée le")


@pytest.mark.parametrize("lang", ["fr", "ar"])
async def test_results_and_minutes_show_both_rolls(
    site: LiveSite, soon: Edition, visitor: Browser, lang: str
) -> None:
    site.clock.instant = OPENS
    await jobs.freeze_rolls(site.web)
    await verified(site, "JB 4000")
    await cast(site, soon, [("1", 31)])
    site.clock.instant = CLOSES + timedelta(minutes=1)
    await count(site, soon)
    roll = await queries.roll_of(site.web.database, soon.key)
    assert roll is not None
    assert roll.closed is not None
    assert (roll.frozen.people, roll.closed.people) == (34, 35)

    results = await visitor.get(soon.path("results", lang=lang))
    minutes = await queries.published_file(site.web.database, soon.key, f"minutes.{lang}.html")
    data = await visitor.get(soon.path("results/data/", lang=lang))

    for part in (roll.frozen, roll.closed):
        groups = [part.fingerprint[at : at + 4] for at in (0, 4, 8)]
        assert results.says(" ".join(groups))
        assert minutes is not None
        assert " ".join(groups) in minutes.content.decode()
    assert "roll.json" in data.html


async def test_an_election_of_another_place_has_no_roll(
    site: LiveSite, administrator: Browser
) -> None:
    await make_edition(site, source="Pabulib, Poland, Świecie 2023")
    listed = await administrator.get(f"/fr/staff/{TOWN_SLUG}/rolls")
    assert listed.says("Aucun vote n’a encore été préparé ici")
