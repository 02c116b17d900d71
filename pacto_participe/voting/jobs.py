"""What the worker does for votes: seal, count and publish those whose time has come.

Every step can be interrupted and done again; of two workers one does each step.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from pacto_participe.collectivities import queries as collectivities
from pacto_participe.storage.unit_of_work import unit_of_work
from pacto_participe.voting import queries
from pacto_participe.voting.charter import ROLL_NOTICE
from pacto_participe.voting.pages.minutes import render_minutes
from pacto_participe.voting.queries import Vote
from pacto_participe.voting.services import counting, rolls
from pacto_participe.web.context import Web
from pacto_participe.web.static_files import top_level

log = structlog.get_logger()

MINUTES_LOOK = "css/minutes.css"
PUT_OFF_SECONDS = 60  # a count that failed, before it is tried again


async def freeze_rolls(web: Web) -> None:
    """A turn of the worker: rolls whose moment has come. One quick statement when there is nothing to do."""
    before = web.clock.now() + ROLL_NOTICE
    due = await queries.rolls_to_freeze(web.database, before=before)
    await _each(web, "freeze", due, freeze_roll)


async def freeze_roll(web: Web, town: str, edition: str) -> None:
    """The roll of one vote, as it was at its moment."""
    vote = await queries.vote_by_edition(web.database, town, edition)
    if vote is not None:
        async with unit_of_work(web.database, web.clock) as uow:
            await rolls.freeze_in_time(uow, web.secrets, vote.charter)


async def close_votes(web: Web) -> None:
    """A turn of the worker. One quick statement when there is nothing to do."""
    web.secrets.forget_destroyed()
    before = web.clock.now() - counting.GRACE
    await _each(web, "count", await queries.votes_to_close(web.database, before=before), close_vote)


async def _each(
    web: Web,
    what: str,
    votes: list[tuple[str, str]],
    do: Callable[[Web, str, str], Awaitable[None]],
) -> None:
    """Do it for each vote (town, edition). One that fails is put off, and holds up no other town."""
    put_off: dict[tuple[str, str], float] = web.extras.setdefault(f"{what} put off", {})
    for town, edition in votes:
        if time.monotonic() < put_off.get((town, edition), 0):
            continue
        try:
            await do(web, town, edition)
        except Exception as fault:  # whatever it is, the votes of other towns do not wait for it
            put_off[town, edition] = time.monotonic() + PUT_OFF_SECONDS
            log.error(what, town=town, edition=edition, error=type(fault).__name__, exc_info=fault)
        else:
            put_off.pop((town, edition), None)


async def close_vote(web: Web, town: str, edition: str) -> None:
    """From the closing instant to the publication."""
    vote = await queries.vote_by_edition(web.database, town, edition)
    if vote is None:
        return
    if vote.sealed_at is None:
        async with unit_of_work(web.database, web.clock) as uow:
            if await counting.seal_box(uow, vote):
                await rolls.close_roll(uow, web.secrets, vote.charter)
        vote = await queries.vote_by_edition(web.database, town, edition)
        if vote is None or vote.sealed_at is None:
            return
    # Again after a crash between the sealing and this line: destroying twice does nothing.
    counting.forget_keys(web.secrets, vote)
    await count_and_publish(web, vote)


async def count_and_publish(
    web: Web, vote: Vote, *, official: Mapping[str, Any] | None = None
) -> None:
    """Count a sealed box off the loop, and publish what came of it."""
    async with web.database.read() as session:
        box = await counting.open_for_count(session, vote)
        place = await collectivities.collectivity_by_id(session, vote.charter.collectivity_id)
    counted = await asyncio.to_thread(
        counting.count_box, vote, box, now=web.clock.now(), official=official
    )

    def minutes(charter: object, result: object, lang: str) -> str:
        path = web.addresses.path(
            "voting:results", lang=lang, slug=place.slug, edition=vote.charter.edition
        )
        return render_minutes(
            web.templates, vote.charter, counted.result, lang, place.name(lang),
            results=web.settings.base_url + path, is_demo=web.settings.is_demo,
        )  # fmt: skip

    # Before the transaction and off the loop: ballots of other votes wait for both.
    files = await asyncio.to_thread(
        counting.files_of,
        vote.charter,
        counted,
        place=place.name("fr"),
        minutes=minutes,
        style=(top_level("static") / MINUTES_LOOK).read_bytes(),
    )
    async with unit_of_work(web.database, web.clock) as uow:
        await counting.publish_result(uow, vote, counted, files)
