"""P11: what a sign-in by code costs beside a ballot: CPU of one process, without a network.

    python -m benchmarks.sign_ins [--people 320] [--rounds 5]

Sixteen newcomers at a time ask for a code, and type it; then as many voters confirm a ballot; then the worker
writes the messages: through the whole application and a real SQLite file (synchronous=FULL). The clock is
the CPU time of the process, all its threads, so that other work on the machine changes little; the kinds of
work take turns, and medians are compared.
"""

import argparse
import asyncio
import csv
import hashlib
import itertools
import statistics
import sys
import time
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette

from benchmarks.rig.data import EDITION, PROJECT_COUNT, TOWN, make
from benchmarks.rig.places import HERE
from benchmarks.rig.race import verdict
from pacto_participe.accounts.domain.slips import login_code
from pacto_participe.app import create_app
from pacto_participe.background import do_due_jobs
from pacto_participe.settings import Settings
from pacto_participe.storage.sql import Sql
from pacto_participe.web.context import Web

Fields = dict[str, str] | list[tuple[str, str]]
AT_ONCE = 16
BASE = f"/fr/c/{TOWN}/budgets/{EDITION}"
_CODE_ID = Sql("SELECT code_id FROM login_code WHERE nonce = :nonce")


@dataclass(frozen=True, slots=True)
class Sign:
    """Somebody who waits for a code: the cookie, and where they are."""

    nonce: str
    address: str


async def post(
    app: Starlette, path: str, fields: Fields, *, address: str, cookie: str = ""
) -> dict[str, str]:
    """Send a form straight into the application. Returns the cookies of its 303."""
    body = urlencode(fields).encode()
    headers = [
        (b"host", b"localhost:8000"),
        (b"content-type", b"application/x-www-form-urlencoded"),
        (b"content-length", str(len(body)).encode()),
        (b"sec-fetch-site", b"same-origin"),
        (b"x-forwarded-for", address.encode()),
        (b"cookie", cookie.encode()),
    ]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "headers": headers, "client": ("127.0.0.1", 1),
        "server": ("localhost", 8000), "state": {},
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    if sent[0]["status"] != 303:
        raise RuntimeError(f"{path} answered {sent[0]['status']}")
    jar: SimpleCookie = SimpleCookie()
    for name, value in sent[0]["headers"]:
        if name == b"set-cookie":
            jar.load(value.decode())
    return {name: morsel.value for name, morsel in jar.items()}


class Town:
    """The application on the data of the other benchmarks, and who comes next."""

    def __init__(self, app: Starlette, tickets: list[str]) -> None:
        self.app = app
        self.web: Web = app.state.web
        self.key = self.web.secrets.get_or_make("login")
        self.tickets = iter(tickets)
        self.numbers = itertools.count(1)

    async def ask(self) -> Sign:
        """A newcomer, from an address of their own, asks for a code."""
        number = next(self.numbers)
        address = f"41.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        fields = {"contact": f"06{number:08}"}
        asked = await post(self.app, "/fr/sign-in", fields, address=address)
        return Sign(asked["sign-in"], address)

    async def type(self, sign: Sign) -> None:
        """What the phone shows is computed from the id in the database and the key, and typed."""
        nonce = hashlib.sha256(sign.nonce.encode()).hexdigest()
        row = await self.web.database.quick.one(_CODE_ID, nonce=nonce)
        if row is None:
            raise LookupError(sign)
        fields = {"code": login_code(self.key, row["code_id"])}
        cookie = f"sign-in={sign.nonce}"
        await post(self.app, "/fr/sign-in/code", fields, address=sign.address, cookie=cookie)

    async def vote(self, number: int) -> None:
        """A voter confirms five projects."""
        chosen = [("p", str((number + more) % PROJECT_COUNT + 1)) for more in range(5)]
        cookie = f"session={next(self.tickets)}"
        await post(
            self.app, f"{BASE}/ballot/confirm", [*chosen, ("confirmation", f"c{number}")],
            address="127.0.0.1", cookie=cookie,
        )  # fmt: skip

    async def write(self) -> None:
        """The messages that wait."""
        while await do_due_jobs(self.web):
            pass


async def timed(people: int, works: Iterator[Awaitable[Any]]) -> tuple[float, list[Any]]:
    """CPU milliseconds for each of so many works, sixteen at a time, and what came of them."""
    done: list[Any] = []
    begun = time.process_time()
    while some := list(itertools.islice(works, AT_ONCE)):
        done += await asyncio.gather(*some)
    return (time.process_time() - begun) * 1000 / people, done


async def one_round(town: Town, people: int) -> dict[str, float]:
    """CPU milliseconds of each kind of work."""
    asking, signs = await timed(people, (town.ask() for _ in range(people)))
    typing, _ = await timed(people, (town.type(sign) for sign in signs))
    voting, _ = await timed(people, (town.vote(number) for number in range(people)))
    writing, _ = await timed(people, iter([town.write()]))
    return {"ask": asking, "type": typing, "ballot": voting, "message": writing}


async def measure(people: int, rounds: int) -> bool:
    """Rounds, medians and verdicts."""
    data = HERE / "sign-ins"
    settings = Settings(mode="demo", data_dir=data, trusted_proxies="127.0.0.1")
    with (data / "voters.csv").open(newline="", encoding="utf-8") as lines:
        tickets = [line["session"] for line in csv.DictReader(lines)]
    town = Town(create_app(settings, background=False), tickets)
    await one_round(town, people)
    found = [await one_round(town, people) for _ in range(rounds)]
    await town.web.database.close()
    middle = {kind: statistics.median(each[kind] for each in found) for kind in found[0]}
    for kind, milliseconds in middle.items():
        print(f"{kind:8s} {milliseconds:.2f} ms of CPU each")
    whole = statistics.median(each["ballot"] / (each["ask"] + each["type"]) for each in found)
    return verdict("P11", "sign-ins by code, asked and typed, of ballots, by CPU", whole, 0.3)


def main() -> None:
    """The command of the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=320)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    make(HERE / "sign-ins", voters=options.people * (options.rounds + 1))
    sys.exit(0 if asyncio.run(measure(options.people, options.rounds)) else 1)


if __name__ == "__main__":
    main()
