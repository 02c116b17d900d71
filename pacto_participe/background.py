"""The worker: does the queue's jobs, and closes votes whose time has come.

It opens and closes nothing for voters: the clock does, at each request. It seals, counts and publishes
afterwards. `pacto-participe work` runs it alone; small installations run it beside the server.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from pacto_participe.features import FEATURES
from pacto_participe.storage import jobs
from pacto_participe.web.context import Web

log = structlog.get_logger()

PAUSE_SECONDS = 0.5


async def do_one_job(web: Web) -> bool:
    """Claim and do one due job. False when there is none. A failed one is tried again later."""
    if not await jobs.is_one_due(web.database, web.clock.now()):
        return False  # asked without the write lock, which ballots are waiting for
    known = {name: job for feature in FEATURES for name, job in feature.jobs.items()}
    async with web.database.write() as session:
        job = await jobs.claim(session, web.clock.now())
    if job is None:
        return False
    try:
        await known[job.name](web, dict(jobs.values_of(job)))
    except Exception as fault:
        log.error("job failed", job=job.name, tries=job.tries, error=type(fault).__name__)
        return True
    async with web.database.write() as session:
        await jobs.done(session, job)
    return True


async def work_for_ever(web: Web) -> None:
    """Jobs as they come, and what each feature does at every turn."""
    turns = [turn for feature in FEATURES for turn in feature.turns]
    while True:
        try:
            while await do_one_job(web):
                pass
            for turn in turns:
                await turn(web)
        except Exception as fault:
            log.error("worker", error=type(fault).__name__, exc_info=fault)
        await asyncio.sleep(PAUSE_SECONDS)


@asynccontextmanager
async def beside_the_requests(web: Web, *, wanted: bool) -> AsyncIterator[None]:
    """Run the worker in this process while the server runs."""
    if not wanted:
        yield
        return
    task = asyncio.create_task(work_for_ever(web))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
