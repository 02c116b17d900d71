"""The worker after a close: one town's fault is not another's, and a draw is written down once."""

import asyncio

import pytest
from anyio import to_thread
from click.testing import CliRunner, Result
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from pacto_participe.cli.election import election
from pacto_participe.kernel.errors import Refused
from pacto_participe.storage.secrets import SecretMissing, Secrets
from pacto_participe.storage.unit_of_work import unit_of_work
from pacto_participe.voting import jobs, queries
from pacto_participe.voting.domain import Parameters
from pacto_participe.voting.services import counting, draws
from tests.terminal import commands_work_on
from tests.town import (
    CLOSES,
    NEIGHBOUR_TOWN,
    TOWN_SLUG,
    Edition,
    LiveSite,
    cast,
    count,
    make_edition,
    publish,
    vote_of,
)


@pytest.fixture
async def tied_edition(site: LiveSite) -> Edition:
    """Projects 1 and 6 are tied, and the money is enough for one of them. A lot decides at once."""
    edition = await make_edition(
        site, budget_cents=30_000_000, parameters=Parameters(ties=("lot",))
    )
    await cast(site, edition, [("1", 3), ("6", 3)])
    return edition


async def test_a_vote_that_cannot_be_counted_does_not_hold_up_the_next_town(
    site: LiveSite,
) -> None:
    broken = await make_edition(site)
    sound = await make_edition(site, town=NEIGHBOUR_TOWN)
    await cast(site, broken, [("no project of this vote", 1)])
    await cast(site, sound, [("1", 3)])
    site.clock.instant = CLOSES + counting.GRACE

    await jobs.close_votes(site.web)

    assert (await vote_of(site, sound)).counted_at is not None
    assert (await vote_of(site, broken)).counted_at is None
    assert not site.web.secrets.exists(f"vote-{broken.charter.vote_id}")


async def test_a_draw_is_written_down_once_however_many_saw_it_awaited(
    database_url: str, site: LiveSite, tied_edition: Edition
) -> None:
    await count(site, tied_edition)
    seen_by_both = await vote_of(site, tied_edition)
    async with site.work() as uow:
        await draws.complete_lot(uow, seen_by_both, "4 1 6 2")

    with pytest.raises(Refused):
        async with site.work() as uow:
            await draws.complete_lot(uow, seen_by_both, "9 9 9 9")

    assert (await vote_of(site, tied_edition)).lot_completion == "4162"


async def test_a_slow_worker_that_knows_of_no_draw_does_not_ask_for_another(
    database_url: str, site: LiveSite, tied_edition: Edition
) -> None:
    site.clock.instant = CLOSES + counting.GRACE
    async with unit_of_work(site.web.database, site.web.clock) as uow:
        await counting.seal_box(uow, await vote_of(site, tied_edition))
    before_the_draw = await vote_of(site, tied_edition)
    async with site.web.database.read() as session:
        box = await counting.open_for_count(session, before_the_draw)
    slow = counting.count_box(before_the_draw, box, now=site.clock.now())
    await count(site, tied_edition)
    async with site.work() as uow:
        await draws.complete_lot(uow, await vote_of(site, tied_edition), "4 1 6 2")

    async with site.work() as uow:
        is_taken = await counting.publish_result(uow, before_the_draw, slow, ())
    await publish(site, tied_edition)

    assert is_taken is False
    vote = await vote_of(site, tied_edition)
    assert (vote.awaits_lot, vote.lot_completion) == (False, "4162")
    assert vote.counted_at is not None
    assert await queries.published_result(site.web.database, tied_edition.key) is not None


async def test_a_key_is_forgotten_by_every_process_once_one_has_destroyed_it(
    site: LiveSite, open_edition: Edition
) -> None:
    name = f"vote-{open_edition.charter.vote_id}"
    another_process = Secrets(site.web.settings.secrets)
    assert site.web.secrets.get(name) == another_process.get(name)

    another_process.destroy(name)
    await jobs.close_votes(site.web)

    with pytest.raises(SecretMissing):
        site.web.secrets.get(name)


async def test_the_draw_is_written_down_by_a_command_and_the_result_published(
    site: LiveSite, tied_edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    await count(site, tied_edition)
    commands_work_on(site.web.settings, monkeypatch)
    words = ["draw", "4 1 6 2", "--collectivity", TOWN_SLUG, "--edition"]

    async def say(*more: str) -> Result:
        return await to_thread.run_sync(lambda: CliRunner().invoke(election, [*words, *more]))

    first, again, elsewhere = await say("2026"), await say("2026"), await say("1999")

    assert first.exit_code == 0, first.output
    assert [again.exit_code, elsewhere.exit_code] == [2, 2]
    assert "no draw is awaited" in again.output
    vote = await vote_of(site, tied_edition)
    assert vote.counted_at is not None
    assert vote.lot_completion == "4162"


async def test_two_workers_ask_for_a_draw_once(site: LiveSite, tied_edition: Edition) -> None:
    site.clock.instant = CLOSES + counting.GRACE

    edition = tied_edition.charter
    await asyncio.gather(
        *(jobs.close_vote(site.web, edition.collectivity_id, edition.edition) for _ in range(3))
    )

    since = await queries.since_close(site.web.database, await vote_of(site, tied_edition))
    assert since.tied == (("1", "6"),)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE published_file SET content = content",
        "DELETE FROM published_file",
        "UPDATE vote SET fingerprint = 'another'",
    ],
)
async def test_what_was_published_cannot_be_changed_by_whoever_writes_to_the_database(
    database_url: str, site: LiveSite, open_edition: Edition, change: str
) -> None:
    await cast(site, open_edition, [("1", 3)])
    await count(site, open_edition)

    with pytest.raises(DBAPIError, match=r"can only be added to|is frozen"):
        async with site.work() as uow:
            await uow.session.execute(text(change))


@pytest.mark.parametrize("change", ["'another'", "NULL", "''"])
async def test_what_a_draw_gave_is_written_once_and_changed_by_nobody(
    database_url: str, site: LiveSite, open_edition: Edition, change: str
) -> None:
    """The seed is announced before the vote; whoever could change what completes it could choose the lot."""
    statement = "UPDATE vote SET lot_completion = {}"
    async with site.work() as uow:
        await uow.session.execute(text(statement.format("'drawn in public'")))
        await uow.session.execute(
            text(statement.format("'drawn in public'"))
        )  # the same is no change

    with pytest.raises(DBAPIError, match=r"can only be added to|is frozen"):
        async with site.work() as uow:
            await uow.session.execute(text(statement.format(change)))

    assert (await vote_of(site, open_edition)).lot_completion == "drawn in public"
