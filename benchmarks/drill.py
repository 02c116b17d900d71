"""P12: the whole country for a minute on two cores: 80 sign-ins by code, 80 ballots and 1,000 views a second.

    python -m benchmarks.drill [--seconds 60] [--share 1.0] [--postgres]

Open loop: requests leave when their time has come, whether the ones before were answered or not, and each
time is counted from then, so that a server that stands still is not flattered. A sign-in is two requests,
asking for the code and typing it; what the phone shows is computed from the id in the database and the
key, as the message is. Residents come from addresses of their own (X-Forwarded-For of a trusted proxy).
The server's worker writes the messages meanwhile, as in earnest. `--share` is for trying it out.
"""

import argparse
import asyncio
import csv
import hashlib
import itertools
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.rig.data import EDITION, PROJECT_COUNT, TOWN, make
from benchmarks.rig.http import Answer, Connections
from benchmarks.rig.places import HERE
from benchmarks.rig.race import verdict
from benchmarks.rig.servers import ours, synced_postgres
from pacto_participe.accounts.domain.slips import login_code
from pacto_participe.storage.database import Database
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.sql import Sql

SIGN_INS, BALLOTS, VIEWS = 80, 80, 1000
LONGEST_P99_MS = 300
WARMING_SECONDS = 10
FIRST_OF_WARMING = 4_900
BASE = f"/fr/c/{TOWN}/budgets/{EDITION}"
_CODE_ID = Sql("SELECT code_id FROM login_code WHERE nonce = :nonce")


@dataclass
class Stream:
    """One kind of request: how often, and what became of it."""

    name: str
    per_second: float
    act: Callable[[int], Awaitable[bool]]
    first: int = 0
    late_ms: list[float] = field(default_factory=list)
    failed: int = 0

    async def flow(self, begun: float, seconds: float) -> None:
        """Send each when its time has come."""
        async with asyncio.TaskGroup() as group:
            for number in range(int(self.per_second * seconds)):
                due = begun + number / self.per_second
                pause = due - time.perf_counter()
                if pause > 0:
                    await asyncio.sleep(pause)
                group.create_task(self._one(self.first + number, due))

    async def _one(self, number: int, due: float) -> None:
        try:
            good = await self.act(number)
        except (OSError, asyncio.IncompleteReadError):
            good = False
        self.late_ms.append((time.perf_counter() - due) * 1000)
        self.failed += not good

    @property
    def p99(self) -> float:
        return statistics.quantiles(self.late_ms, n=100)[98]


class Country:
    """Residents, their phones and their tickets."""

    def __init__(self, connections: Connections, database: Database, data: Path) -> None:
        self.connections = connections
        self.database = database
        self.key = Secrets(data / "secrets").get_or_make("login")
        with (data / "voters.csv").open(newline="", encoding="utf-8") as lines:
            self.tickets = [line["session"] for line in csv.DictReader(lines)]
        self.views = itertools.cycle(
            [f"{BASE}/projects/", *(f"{BASE}/projects/{n}" for n in range(1, PROJECT_COUNT + 1, 9))]
        )

    async def view(self, _number: int) -> bool:
        answer = await self.connections.get(next(self.views), {"Accept-Encoding": "gzip"})
        return answer.status == 200

    async def vote(self, number: int) -> bool:
        fields = [("p", str((number + more) % PROJECT_COUNT + 1)) for more in range(5)]
        fields.append(("confirmation", f"c{number}"))
        headers = {"Cookie": f"session={self.tickets[number]}"}
        answer = await self.connections.post(f"{BASE}/ballot/confirm", fields, headers)
        return answer.status == 303 and answer.location.endswith("/receipt")

    async def sign_in(self, number: int) -> bool:
        """Ask, read the phone, type."""
        there = {"X-Forwarded-For": f"41.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}
        asked = await self.connections.post("/fr/sign-in", [("contact", f"06{number:08}")], there)
        nonce = asked.cookie("sign-in")
        if asked.status != 303 or not nonce:
            return False
        row = await self.database.quick.one(
            _CODE_ID, nonce=hashlib.sha256(nonce.encode()).hexdigest()
        )
        if row is None:
            return False
        typed = login_code(self.key, row["code_id"])
        answer: Answer = await self.connections.post(
            "/fr/sign-in/code", [("code", typed)], {**there, "Cookie": f"sign-in={nonce}"}
        )
        return answer.status == 303 and bool(answer.cookie("session"))


async def drill(port: int, data: Path, url: str, seconds: float, share: float) -> list[Stream]:
    connections, database = Connections(port), Database(url)
    country = Country(connections, database, data)
    streams = [
        Stream("sign-ins by code", SIGN_INS * share, country.sign_in),
        Stream("ballots", BALLOTS * share, country.vote),
        Stream("views", VIEWS * share, country.view),
    ]
    # A server that has been up since the morning: ten seconds of the same, not counted.
    streams_before = [
        Stream(one.name, one.per_second, one.act, first=FIRST_OF_WARMING) for one in streams
    ]
    warm = time.perf_counter()
    await asyncio.gather(*(stream.flow(warm, WARMING_SECONDS) for stream in streams_before))
    begun = time.perf_counter() + 0.2
    await asyncio.gather(*(stream.flow(begun, seconds) for stream in streams))
    print(f"{time.perf_counter() - begun:.1f} s, {connections.opened} connections")
    await connections.close()
    await database.close()
    return streams


def main() -> None:
    """The command of the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    data = HERE / "drill"
    voters = FIRST_OF_WARMING + int(BALLOTS * options.share * WARMING_SECONDS) + 10
    with ExitStack() as stack:
        url, workers = f"sqlite:///{data / 'pacto.db'}", 1
        if options.postgres:
            cluster, _ = stack.enter_context(synced_postgres())
            url, workers = cluster.url(cluster.create()), 2
        make(data, voters=voters, database_url=url if options.postgres else "")
        up = stack.enter_context(
            ours(data, workers=workers, database_url=url, PACTO_TRUSTED_PROXIES="127.0.0.1")
        )
        streams = asyncio.run(drill(up.port, data, url, options.seconds, options.share))
    good = []
    for stream in streams:
        median = statistics.median(stream.late_ms)
        print(
            f"{stream.name:18s} {len(stream.late_ms):6d}, p50 {median:6.1f} ms, p99 {stream.p99:7.1f} ms, "
            f"max {max(stream.late_ms):7.1f} ms, failed {stream.failed}"
        )
        good.append(
            verdict("P12", f"{stream.name}, p99 ms", stream.p99, LONGEST_P99_MS, at_most=True)
        )
        good.append(verdict("P12", f"{stream.name}, failed", stream.failed, 0, at_most=True))
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
