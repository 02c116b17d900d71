"""The worker: does the queue's jobs, and closes votes whose time has come.

It opens and closes nothing for voters: the clock does, at each request. It seals, counts and publishes
afterwards. `pacto-participe work` runs it alone; small installations run it beside the server.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import structlog

from pacto_participe.features import FEATURES
from pacto_participe.storage import jobs
from pacto_participe.web.context import Web
from pacto_participe.web.manifest import Turn
from pacto_participe.web.senders import SENT_AT_ONCE, TIMEOUT_SECONDS

log = structlog.get_logger()

PAUSE_SECONDS = 0.5
FIRST_PAUSE_SECONDS = 2
AT_ONCE = SENT_AT_ONCE  # no message waits for a thread of the sender while its time runs
# A job sends one message, and asks the database a little before and after it. One that takes longer is ended.
JOB_SECONDS = TIMEOUT_SECONDS + 10
# Nobody else takes a job in hand before this one is at its end and that is noted, which waits for the writer
# as ballots do: what two workers have in hand is sent twice. The jobs of a worker that died wait as long.
LEASE = timedelta(seconds=2 * JOB_SECONDS)
# Those that end within this moment are noted together, since ballots wait for the same writer.
GATHERED_SECONDS = 0.5


async def do_one_job(web: Web) -> bool:
    """Claim and do one due job. False when there is none. A failed one is tried again later."""
    return await do_due_jobs(web, most=1) > 0


async def do_due_jobs(web: Web, *, most: int = AT_ONCE) -> int:
    """Claim what is due, at most so many, and do it side by side. Returns how many were claimed.

    A gateway takes a third of a second for a message: one after the other, three codes left in a second.
    One statement claims all of them, one notes those that end at the same moment.
    """
    if not await jobs.is_one_due(web.database, web.clock.now()):
        return 0  # asked without the write lock, which ballots are waiting for
    known = {name: job for feature in FEATURES for name, job in feature.jobs.items()}
    claimed = await jobs.claim(web.database, web.clock.now(), most=most, lease=LEASE)
    at_work = {asyncio.create_task(_is_done(web, known, job)): job for job in claimed}
    try:
        while at_work:
            await asyncio.wait(at_work, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait(at_work, timeout=GATHERED_SECONDS)
            await _note_the_ended(web, at_work)
    finally:
        if at_work:  # the worker is stopped: what has left by now does not leave again after it
            for task in at_work:
                task.cancel()
            await asyncio.wait(at_work)
            await _note_the_ended(web, at_work)
    return len(claimed)


async def _note_the_ended(web: Web, at_work: dict[asyncio.Task[bool], jobs.Claimed]) -> None:
    """And take them out of what is at work. Those that were stopped come again when their lease lapses."""
    outcomes = {task: not task.cancelled() and task.result() for task in at_work if task.done()}
    await jobs.note(
        web.database,
        web.clock.now(),
        done=[at_work[task] for task, is_done in outcomes.items() if is_done],
        failed=[
            at_work[task]
            for task, is_done in outcomes.items()
            if not is_done and not task.cancelled()
        ],
    )
    for task in outcomes:
        del at_work[task]


async def _is_done(web: Web, known: Mapping[str, Any], job: jobs.Claimed) -> bool:
    with _going_on("job failed", is_traced=False, job=job.name, tries=job.tries):
        async with asyncio.timeout(JOB_SECONDS):
            await known[job.name](web, job.values)
        return True
    return False


@contextlib.contextmanager
def _going_on(what: str, *, is_traced: bool = True, **about: Any) -> Iterator[None]:
    """A fault is told, and the worker goes on; also when what it waited for was cancelled elsewhere."""
    try:
        yield
    except (Exception, asyncio.CancelledError) as fault:
        if isinstance(fault, asyncio.CancelledError) and _is_being_stopped():
            raise
        log.error(what, error=type(fault).__name__, exc_info=fault if is_traced else None, **about)


def _is_being_stopped() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def work_for_ever(web: Web) -> None:
    """Jobs as they come, and what each feature does at every turn.

    Side by side: a box is sealed in time, however many messages wait for a gateway that is slow.
    """
    turns = [turn for feature in FEATURES for turn in feature.turns]
    async with asyncio.TaskGroup() as both:
        both.create_task(_do_jobs_for_ever(web))
        both.create_task(_take_turns_for_ever(web, turns))


async def _do_jobs_for_ever(web: Web) -> None:
    while not _is_being_stopped():  # also where a fault came in between
        claimed = 0
        with _going_on("worker"):
            claimed = await do_due_jobs(web)
        if not claimed:
            await asyncio.sleep(PAUSE_SECONDS)


async def _take_turns_for_ever(web: Web, turns: list[Turn]) -> None:
    """One turn that fails holds up no other."""
    while not _is_being_stopped():
        for turn in turns:
            with _going_on("worker"):
                await turn(web)
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
