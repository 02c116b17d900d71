"""The worker: does the queue's jobs, and closes votes whose time has come.

It opens and closes nothing for voters: the clock does, at each request. It seals, counts and publishes
afterwards. `pacto-participe work` runs it alone; small installations run it beside the server.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import structlog

from pacto_participe.features import FEATURES
from pacto_participe.storage import jobs
from pacto_participe.web.context import Web

log = structlog.get_logger()

PAUSE_SECONDS = 0.5
FIRST_PAUSE_SECONDS = 2
AT_ONCE = 16


async def do_one_job(web: Web) -> bool:
    """Claim and do one due job. False when there is none. A failed one is tried again later."""
    return await do_due_jobs(web, most=1) > 0


async def do_due_jobs(web: Web, *, most: int = AT_ONCE) -> int:
    """Claim what is due, at most so many, and do it side by side. Returns how many were claimed.

    A gateway takes a third of a second for a message: one after the other, three codes left in a second.
    Two statements for all of them, since the ballots wait for the same writer.
    """
    if not await jobs.is_one_due(web.database, web.clock.now()):
        return 0  # asked without the write lock, which ballots are waiting for
    known = {name: job for feature in FEATURES for name, job in feature.jobs.items()}
    claimed = await jobs.claim(web.database, web.clock.now(), most=most)
    outcomes = await asyncio.gather(*(_is_done(web, known, job) for job in claimed))
    finished = [job for job, is_done in zip(claimed, outcomes, strict=True) if is_done]
    if finished:
        await jobs.done(web.database, finished)
    return len(claimed)


async def _is_done(web: Web, known: Mapping[str, Any], job: jobs.Claimed) -> bool:
    try:
        await known[job.name](web, job.values)
    except Exception as fault:
        log.error("job failed", job=job.name, tries=job.tries, error=type(fault).__name__)
        return False
    return True


async def work_for_ever(web: Web) -> None:
    """Jobs as they come, and what each feature does at every turn."""
    turns = [turn for feature in FEATURES for turn in feature.turns]
    while True:
        try:
            while await do_due_jobs(web):
                pass
            for turn in turns:
                await turn(web)
        except Exception as fault:
            log.error("worker", error=type(fault).__name__, exc_info=fault)
        await asyncio.sleep(PAUSE_SECONDS)


async def _after_the_first_pages(web: Web) -> None:
    """Whoever waits for a server that starts again comes before what waited in its queue."""
    await asyncio.sleep(FIRST_PAUSE_SECONDS)
    await work_for_ever(web)


@asynccontextmanager
async def beside_the_requests(web: Web, *, wanted: bool) -> AsyncIterator[None]:
    """Run the worker in this process while the server runs."""
    if not wanted:
        yield
        return
    task = asyncio.create_task(_after_the_first_pages(web))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
