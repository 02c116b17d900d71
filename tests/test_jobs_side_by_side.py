"""The worker does what is due side by side: a slow gateway holds up nobody else's code."""

import asyncio
from datetime import timedelta

import pytest

from pacto_participe import background
from pacto_participe.background import AT_ONCE, do_due_jobs, do_one_job
from pacto_participe.storage.jobs import ask
from pacto_participe.storage.sql import Sql
from pacto_participe.web.manifest import Feature
from tests.town import TOWN, LiveSite

pytestmark = pytest.mark.usefixtures("database_url")


class Gateway:
    """Counts how many messages it has in hand, and refuses the one it is told to."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self.sent: list[int] = []

    async def send(self, _web, values) -> None:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.05)
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
