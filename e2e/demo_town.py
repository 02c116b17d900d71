"""The demonstration town, made and served for a browser, with slips for as many residents as a test needs."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import uvicorn

from pacto_participe.accounts import services as accounts
from pacto_participe.app import build_web, create_app
from pacto_participe.demo.projects import DISTRICTS
from pacto_participe.demo.town import SLUG, DemoTown, fill
from pacto_participe.kernel.actors import PLATFORM, Role
from pacto_participe.migrations.runner import migrate
from pacto_participe.settings import Settings
from pacto_participe.storage.unit_of_work import unit_of_work

SLIPS = 40


@dataclass
class ServedTown:
    """Where it is served, who is in it, and slips that nobody used yet."""

    address: str
    people: DemoTown
    slips: list[str] = field(default_factory=list)

    def home(self, lang: str) -> str:
        return f"{self.address}/{lang}/c/{SLUG}/"


@contextmanager
def demo_town(folder: Path, name: str = "127.0.0.1", **more: Any) -> Iterator[ServedTown]:
    """Serve the demonstration on a free port until the test is over, under a name of this machine.

    `more` are further settings.
    """
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        address = f"http://{name}:{listening.getsockname()[1]}"
        settings = Settings(mode="demo", data_dir=folder, base_url=address, **more)
        migrate(settings.database)
        made: list[ServedTown] = []
        # Playwright's own loop may be running in this thread.
        maker = threading.Thread(target=lambda: made.append(asyncio.run(_make(settings))))
        maker.start()
        maker.join()
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(settings), log_level="error", access_log=False, ws="none", lifespan="on"
            )
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield replace(made[0], address=address)
        server.should_exit = True
        thread.join()


async def _make(settings: Settings) -> ServedTown:
    web = build_web(settings)
    people = await fill(web)
    clerk = replace(PLATFORM, roles=frozenset({(people.town, Role.CLERK)}))
    slips = []
    async with unit_of_work(web.database, web.clock, clerk) as uow:
        for place in range(1, SLIPS + 1):
            slip = await accounts.issue_slip(
                uow, web.secrets, people.town, f"XX{place:06d}", "01/05/1990", DISTRICTS[place % 5]
            )
            slips.append(slip.code)
    await web.database.close()
    return ServedTown("", people, slips)
