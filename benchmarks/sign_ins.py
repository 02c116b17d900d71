"""What a sign-in by code and its message cost: CPU of one process, without a network.

    python -m benchmarks.sign_ins [--people 320]

Sixteen newcomers at a time ask for a code and type it, through the whole application and a real SQLite
file (synchronous=FULL); then the worker writes as many messages. The clock is the CPU time of the process,
so that other work on the machine changes little.
"""

import argparse
import asyncio
import hashlib
import tempfile
import time
from collections.abc import Awaitable, Callable
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette

from pacto_participe.accounts.domain.slips import login_code
from pacto_participe.app import create_app
from pacto_participe.background import do_due_jobs
from pacto_participe.migrations.runner import migrate
from pacto_participe.settings import Settings
from pacto_participe.storage.sql import Sql
from pacto_participe.web.context import Web

AT_ONCE = 16
_CODE_ID = Sql("SELECT code_id FROM login_code WHERE nonce = :nonce")


async def post(
    app: Starlette, path: str, fields: dict[str, str], *, address: str, cookie: str = ""
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


async def sign_in(app: Starlette, number: int) -> None:
    """Ask for a code, compute what the phone shows, type it."""
    web: Web = app.state.web
    address = f"41.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    asked = await post(app, "/fr/sign-in", {"contact": f"06{number:08}"}, address=address)
    nonce = asked["sign-in"]
    row = await web.database.quick.one(_CODE_ID, nonce=hashlib.sha256(nonce.encode()).hexdigest())
    if row is None:
        raise LookupError(number)
    code = login_code(web.secrets.get_or_make("login"), row["code_id"])
    await post(app, "/fr/sign-in/code", {"code": code}, address=address, cookie=f"sign-in={nonce}")


async def timed(name: str, people: int, work: Callable[[], Awaitable[None]]) -> None:
    """Print the CPU time of `work` for each of so many people."""
    begun = time.process_time()
    await work()
    print(f"{name}: {(time.process_time() - begun) * 1000 / people:.2f} ms of CPU each")


async def measure(people: int) -> None:
    """Sign-ins, then messages."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/signs.db"
        migrate(url)
        settings = Settings(
            mode="demo", database_url=url, data_dir=Path(folder), trusted_proxies="127.0.0.1"
        )
        app = create_app(settings, background=False)
        web: Web = app.state.web

        async def arrive(first: int, last: int) -> None:
            for begin in range(first, last, AT_ONCE):
                these = range(begin, min(begin + AT_ONCE, last))
                await asyncio.gather(*(sign_in(app, number) for number in these))

        async def write() -> None:
            while await do_due_jobs(web):
                pass

        await arrive(0, AT_ONCE)
        await write()
        await timed("sign-in", people, lambda: arrive(1000, 1000 + people))
        await write()
        for number in range(people):
            address = f"42.0.{number >> 8}.{number & 255}"
            fields = {"contact": f"07{number:08}"}
            await post(app, "/fr/sign-in", fields, address=address)
        await timed("message", people, write)
        await web.database.close()


def main() -> None:
    """The command of the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=320)
    asyncio.run(measure(parser.parse_args().people))


if __name__ == "__main__":
    main()
