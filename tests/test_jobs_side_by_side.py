"""The worker does what is due side by side: a slow gateway holds up nobody else's code."""

import asyncio
from datetime import timedelta

import pytest

from pacto_participe import background
from pacto_participe.background import (
    AT_ONCE,
    JOB_SECONDS,
    LEASE,
    do_due_jobs,
    do_one_job,
    work_for_ever,
)
from pacto_participe.storage import jobs
from pacto_participe.storage.jobs import ask, note
from pacto_participe.storage.sql import Sql
from pacto_participe.web.manifest import Feature
from pacto_participe.web.senders import TIMEOUT_SECONDS
from tests.town import TOWN, LiveSite

PATIENCE = 10  # for what comes at once, or never

pytestmark = pytest.mark.usefixtures("database_url")


class Gateway:
    """Counts how many messages it has in hand, and refuses the one it is told to."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self.sent: list[int] = []

    async def send(self, _web, values) -> None:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.05 + values["number"] / 1000)  # no two end at the same instant
        self.now -= 1
        if values["number"] == 3:
            raise OSError
        self.sent.append(values["number"])


@pytest.fixture
async def gateway(site: LiveSite, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """Twenty messages wait for it."""
    gateway = Gateway()
    monkeypatch.setattr(background, "FEATURES", (Feature("x", jobs={"x:send": gateway.send}),))
    async with site.work() as uow:
        for number in range(20):
            await ask(uow.session, "x:send", collectivity_id=TOWN, due_at=uow.now(), number=number)
    return gateway


class SilentGateway:
    """Answers at once, except for one message, of which nothing is heard until `answers` is set."""

    def __init__(self) -> None:
        self.answers = asyncio.Event()
        self.has_sent_the_others = asyncio.Event()
        self.sent: list[int] = []
        self.notes: asyncio.Queue[int] = asyncio.Queue()

    async def send(self, _web, values) -> None:
        if values["number"] == 7:
            await self.answers.wait()
        self.sent.append(values["number"])
        if len(self.sent) == AT_ONCE - 1:
            self.has_sent_the_others.set()

    async def note(self, database, now, *, done, failed) -> None:
        """As the queue does, and tells how many were done."""
        await note(database, now, done=done, failed=failed)
        self.notes.put_nowait(len(done))

    async def until_noted(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while count > 0:
                count -= await self.notes.get()


@pytest.fixture
async def silent(site: LiveSite, monkeypatch: pytest.MonkeyPatch) -> SilentGateway:
    """As many messages as leave at once wait for it."""
    silent = SilentGateway()
    monkeypatch.setattr(background, "GATHERED_SECONDS", 0)
    monkeypatch.setattr(background.jobs, "note", silent.note)
    monkeypatch.setattr(background, "FEATURES", (Feature("x", jobs={"x:send": silent.send}),))
    async with site.work() as uow:
        for number in range(AT_ONCE):
            await ask(uow.session, "x:send", collectivity_id=TOWN, due_at=uow.now(), number=number)
    return silent


async def stopped(work: asyncio.Task) -> None:
    """As the server stops its worker."""
    work.cancel()
    async with asyncio.timeout(PATIENCE):
        await asyncio.wait([work])


async def waiting(site: LiveSite) -> int:
    row = await site.web.database.quick.one(Sql("SELECT count(*) AS jobs FROM job"))
    return int(row["jobs"]) if row else 0


async def test_many_are_sent_at_once_and_each_once(site: LiveSite, gateway: Gateway) -> None:
    claimed = [await do_due_jobs(site.web) for _ in range(3)]

    assert claimed == [AT_ONCE, 20 - AT_ONCE, 0]
    assert gateway.most == AT_ONCE
    assert sorted(gateway.sent) == [number for number in range(20) if number != 3]


async def test_one_that_fails_holds_up_no_other_and_is_tried_again(
    site: LiveSite, gateway: Gateway
) -> None:
    while await do_due_jobs(site.web):
        pass
    assert await waiting(site) == 1

    site.clock.move(timedelta(seconds=11))

    assert await do_one_job(site.web)
    assert await waiting(site) == 1


async def test_workers_at_once_share_the_queue(site: LiveSite, gateway: Gateway) -> None:
    await asyncio.gather(*(do_due_jobs(site.web) for _ in range(4)))
    while await do_due_jobs(site.web):
        pass

    assert sorted(gateway.sent) == [number for number in range(20) if number != 3]


async def test_what_has_left_is_noted_while_one_message_still_waits_for_its_answer(
    site: LiveSite, silent: SilentGateway
) -> None:
    work = asyncio.create_task(do_due_jobs(site.web))

    await silent.until_noted(AT_ONCE - 1)
    assert await waiting(site) == 1
    silent.answers.set()

    assert await work == AT_ONCE
    assert await waiting(site) == 0


async def test_no_other_worker_sends_what_still_waits_for_its_answer(
    site: LiveSite, silent: SilentGateway
) -> None:
    work = asyncio.create_task(do_due_jobs(site.web))
    await silent.until_noted(AT_ONCE - 1)
    site.clock.move(timedelta(seconds=JOB_SECONDS))

    assert await do_due_jobs(site.web) == 0
    silent.answers.set()
    await work

    assert sorted(silent.sent) == list(range(AT_ONCE))


async def test_those_that_end_at_the_same_moment_are_noted_together(
    site: LiveSite, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = []

    async def counted(database, now, *, done, failed) -> None:
        noted.append((len(done), len(failed)))
        await note(database, now, done=done, failed=failed)

    monkeypatch.setattr(background.jobs, "note", counted)
    monkeypatch.setattr(background, "GATHERED_SECONDS", PATIENCE)

    await do_due_jobs(site.web)

    assert noted == [(AT_ONCE - 1, 1)]


async def test_a_worker_that_is_stopped_notes_what_has_left(
    site: LiveSite, silent: SilentGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "GATHERED_SECONDS", PATIENCE)
    work = asyncio.create_task(work_for_ever(site.web))
    await asyncio.wait_for(silent.has_sent_the_others.wait(), PATIENCE)

    await stopped(work)

    assert await waiting(site) == 1
    silent.answers.set()
    assert await do_due_jobs(site.web) == 0
    site.clock.move(LEASE)
    assert await do_due_jobs(site.web) == 1
    assert sorted(silent.sent) == list(range(AT_ONCE))


async def test_a_job_that_takes_too_long_is_ended_and_tried_again(
    site: LiveSite, silent: SilentGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert TIMEOUT_SECONDS < JOB_SECONDS < LEASE.total_seconds()
    monkeypatch.setattr(background, "JOB_SECONDS", 0.2)

    async with asyncio.timeout(PATIENCE):
        await do_due_jobs(site.web)

    assert await waiting(site) == 1
    silent.answers.set()
    site.clock.move(timedelta(seconds=11))
    assert await do_one_job(site.web)
    assert await waiting(site) == 0


async def test_who_failed_too_late_does_not_put_off_what_another_has_in_hand(
    site: LiveSite, silent: SilentGateway
) -> None:
    database, now = site.web.database, site.clock.now()
    late = await jobs.claim(database, now, most=AT_ONCE, lease=timedelta(0))
    await jobs.claim(database, now, most=AT_ONCE, lease=LEASE)

    await note(database, now, done=[], failed=late)

    assert not await jobs.is_one_due(database, now + LEASE - timedelta(seconds=1))


async def test_a_box_is_sealed_while_messages_wait_for_a_gateway(
    site: LiveSite, silent: SilentGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = asyncio.Event()

    async def seal(_web) -> None:
        if silent.sent:
            sealed.set()

    feature = Feature("x", jobs={"x:send": silent.send}, turns=(seal,))
    monkeypatch.setattr(background, "FEATURES", (feature,))
    monkeypatch.setattr(background, "PAUSE_SECONDS", 0.01)

    work = asyncio.create_task(work_for_ever(site.web))
    try:
        await asyncio.wait_for(sealed.wait(), PATIENCE)
    finally:
        await stopped(work)

    assert await waiting(site) == 1


async def given_up_elsewhere(*_) -> None:
    """Waits for something that was cancelled by whoever had it in hand."""
    future = asyncio.get_running_loop().create_future()
    future.cancel()
    await future


async def fails(*_, **__) -> None:
    raise OSError


@pytest.mark.parametrize("fault", [given_up_elsewhere, fails])
async def test_a_turn_that_fails_ends_neither_the_others_nor_the_jobs(
    site: LiveSite, silent: SilentGateway, monkeypatch: pytest.MonkeyPatch, fault
) -> None:
    silent.answers.set()
    came = asyncio.Event()

    async def comes(_web) -> None:
        came.set()

    feature = Feature("x", jobs={"x:send": silent.send}, turns=(fault, comes))
    monkeypatch.setattr(background, "FEATURES", (feature,))

    work = asyncio.create_task(work_for_ever(site.web))
    try:
        await asyncio.wait_for(came.wait(), PATIENCE)
        await silent.until_noted(AT_ONCE)
    finally:
        await stopped(work)


async def test_a_job_whose_wait_was_cancelled_is_tried_again(
    site: LiveSite, silent: SilentGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    feature = Feature("x", jobs={"x:send": given_up_elsewhere})
    monkeypatch.setattr(background, "FEATURES", (feature,))

    assert await do_due_jobs(site.web) == AT_ONCE

    assert await waiting(site) == AT_ONCE
    assert not await do_due_jobs(site.web)


async def test_a_worker_can_be_stopped_while_nothing_can_be_noted(
    site: LiveSite, silent: SilentGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background.jobs, "note", fails)
    monkeypatch.setattr(background, "GATHERED_SECONDS", PATIENCE)
    work = asyncio.create_task(work_for_ever(site.web))
    await asyncio.wait_for(silent.has_sent_the_others.wait(), PATIENCE)

    await stopped(work)

    assert work.done()
