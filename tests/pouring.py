"""Ballots pour into a real server in a process of its own, which can be killed at any moment.

`prepare` makes a vote and signed-in residents, `Downpour` confirms ballots over 64 connections and writes
down which of them were answered with the way to a receipt, `findings` compares that with the box.
"""

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from pacto_participe.accounts.services.rehearsal import InventedResident, invent_residents
from pacto_participe.app import build_web
from pacto_participe.demo.editions import Edition
from pacto_participe.demo.projects import DISTRICTS, PROJECTS
from pacto_participe.demo.town import announce
from pacto_participe.kernel.clock import FrozenClock
from pacto_participe.settings import Settings
from pacto_participe.storage.database import Database
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.sql import Sql
from pacto_participe.storage.unit_of_work import unit_of_work
from pacto_participe.voting.boxes import BOXES, Voter
from pacto_participe.voting.charter import Charter
from pacto_participe.voting.domain import PRESETS

ROOT = Path(__file__).parents[1]
EDITION = "pouring"
CONNECTIONS = 64
FIRST_RESIDENT = 300_001  # beside those of the demonstration


@dataclass(frozen=True, slots=True)
class Scene:
    """A vote that is open now, and those who may vote in it."""

    settings: Settings
    slug: str
    charter: Charter
    residents: tuple[InventedResident, ...]


async def prepare(settings: Settings, town: str, slug: str, *, residents: int) -> Scene:
    """The database is at the newest schema and knows the town."""
    now = datetime.now(UTC).replace(microsecond=0)
    edition = Edition(
        slug=EDITION, projects=PROJECTS, budget_dirhams=2_000_000, ballot_kind="approval",
        limits={"max": 5}, parameters=PRESETS["greedy-skip"],
        opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=1),
    )  # fmt: skip
    web = build_web(settings)
    try:
        async with unit_of_work(web.database, FrozenClock(now - timedelta(days=2))) as uow:
            charter = await announce(uow, web, town, edition)
            people = await invent_residents(
                uow, web.secrets, settings, town,
                count=residents, districts=DISTRICTS, first=FIRST_RESIDENT, signed_in=True,
            )  # fmt: skip
    finally:
        await web.database.close()
    return Scene(settings, slug, charter, tuple(people))


@contextmanager
def server(scene: Scene, *, workers: int = 1) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """`serve` on a free port, with a process group of its own; ended without mercy."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    settings = scene.settings
    process = subprocess.Popen(
        [sys.executable, "-m", "pacto_participe", "serve", "--port", str(port),
         "--workers", str(workers)],
        cwd=ROOT,
        env={
            **os.environ,
            "PACTO_MODE": settings.mode,
            "PACTO_DATA_DIR": str(settings.data_dir),
            "PACTO_DATABASE_URL": settings.database,
        },
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        _wait_for(port, process)
        yield port, process
    finally:
        kill(process)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the server did not start")


def kill(process: "subprocess.Popen[bytes]") -> None:
    """kill -9 of the server and all its processes at once."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@dataclass
class Downpour:
    """Who was told that their ballot is counted, and who was not answered."""

    scene: Scene
    told: dict[int, str] = field(default_factory=dict)  # place of the resident -> what they chose
    sent: dict[int, str] = field(default_factory=dict)
    refused: list[bytes] = field(default_factory=list)
    answers: asyncio.Event = field(default_factory=asyncio.Event)

    def choices(self, place: int) -> list[str]:
        """Up to five numbers of projects: the same whenever a resident sends them again."""
        chance = random.Random(place)
        numbers = chance.sample(range(1, len(PROJECTS) + 1), chance.randint(1, 5))
        return [str(number) for number in numbers]

    async def pour(self, port: int, places: list[int]) -> None:
        """Send these residents' ballots until all are answered or the server is gone."""
        waiting = iter(places)
        async with asyncio.TaskGroup() as group:
            for _ in range(CONNECTIONS):
                group.create_task(self._one_connection(port, waiting))

    async def _one_connection(self, port: int, waiting: Iterator[int]) -> None:
        writer = None
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for place in waiting:
                chosen = self.choices(place)
                self.sent[place] = ",".join(sorted(chosen))
                writer.write(self._request(port, place, chosen))
                await writer.drain()
                head = await reader.readuntil(b"\r\n\r\n")
                if head.startswith(b"HTTP/1.1 303") and b"/receipt\r\n" in head:
                    self.told[place] = self.sent[place]
                    self.answers.set()
                else:
                    self.refused.append(head)
                    return
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            if writer is not None:
                writer.close()

    def _request(self, port: int, place: int, chosen: list[str]) -> bytes:
        body = urlencode([("p", number) for number in chosen] + [("confirmation", f"c{place}")])
        ticket = self.scene.residents[place].ticket
        path = f"/fr/c/{self.scene.slug}/budgets/{EDITION}/ballot/confirm"
        return (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: session={ticket}\r\n"
            f"Origin: http://127.0.0.1:{port}\r\nContent-Length: {len(body)}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}"
        ).encode()


@dataclass(frozen=True, slots=True)
class Findings:
    """What the box holds beside what the residents were told."""

    ballots: int
    standing_receipts: int
    voters: int
    lost: tuple[int, ...]
    changed: tuple[int, ...]


_STANDING = Sql("SELECT count(*) AS n FROM receipt WHERE vote_id = :vote AND replaced_at IS NULL")


async def findings(downpour: Downpour) -> Findings:
    """Asks the box for the ballot of everyone who sent one, by the key of the vote."""
    scene = downpour.scene
    database, secrets = Database(scene.settings.database), Secrets(scene.settings.secrets)
    box, vote = BOXES[scene.charter.box], (scene.charter.collectivity_id, scene.charter.vote_id)
    lost, changed, voters = [], [], 0
    try:
        for place, content in downpour.sent.items():
            voter = Voter(scene.residents[place].identity)
            stored = await box.ballot_of(database, secrets, vote, voter)
            voters += stored is not None
            if stored is None and place in downpour.told:
                lost.append(place)
            elif stored is not None and stored != content:
                changed.append(place)
        receipts = await database.quick.one(_STANDING, vote=scene.charter.vote_id)
        return Findings(
            ballots=await box.turnout(database, vote),
            standing_receipts=receipts["n"] if receipts else 0,
            voters=voters,
            lost=tuple(lost),
            changed=tuple(changed),
        )
    finally:
        await database.close()


async def kill_while_pouring(
    downpour: Downpour, places: list[int], *, after_seconds: float, workers: int = 1
) -> None:
    """A fresh server, ballots, and kill -9 some time after the first was answered."""
    downpour.answers.clear()
    with server(downpour.scene, workers=workers) as (port, process):
        pouring = asyncio.create_task(downpour.pour(port, places))
        await asyncio.wait_for(downpour.answers.wait(), 30)
        await asyncio.sleep(after_seconds)
        kill(process)
        await pouring
