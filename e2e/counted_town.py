"""A town whose votes are counted already, served for a browser."""

import asyncio
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
from sqlmodel import col, update
from starlette.applications import Starlette

from pacto_participe.app import build_web, create_app
from pacto_participe.collectivities.commands import BUNDLED_REGISTER
from pacto_participe.collectivities.services import load_register
from pacto_participe.consultations.services import publish_consultation
from pacto_participe.kernel.clock import FrozenClock
from pacto_participe.migrations.runner import migrate
from pacto_participe.settings import Settings
from pacto_participe.storage.unit_of_work import unit_of_work
from pacto_participe.voting import jobs, queries
from pacto_participe.voting.boxes import Contents
from pacto_participe.voting.charter import Charter
from pacto_participe.voting.services.counting import store_contents
from pacto_participe.voting.services.freezing import freeze_charter
from pacto_participe.voting.tables import VoteRow
from pacto_participe.web.context import Web
from tests.town import CODES, TOWN_SLUG, stages_around

AFTER = datetime(2026, 12, 2, 10, tzinfo=UTC)

Votes = tuple[tuple[Charter, Mapping[str, int]], ...]


@contextmanager
def counted_town(folder: Path, votes: Votes) -> Iterator[str]:
    """The address of the town's votes: …/budgets/. Each vote is its charter and its ballots."""
    settings = Settings(mode="test", data_dir=folder, page_cache_seconds=0)
    migrate(settings.database)
    # Playwright's own loop may be running in this thread.
    made = threading.Thread(target=lambda: asyncio.run(_make(settings, votes)))
    made.start()
    made.join()
    app = create_app(settings, clock=FrozenClock(AFTER), background=False)
    with _served(app) as address:
        yield f"{address}/LANG/c/{TOWN_SLUG}/budgets/"


@contextmanager
def _served(app: Starlette) -> Iterator[str]:
    """The address of a server in a thread of this process, which closes its database at the end."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="error", access_log=False, ws="none", lifespan="on")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


async def _make(settings: Settings, votes: Votes) -> None:
    clock = FrozenClock(AFTER)
    web = build_web(settings, clock=clock)
    header, *lines = BUNDLED_REGISTER.read_text(encoding="utf-8").splitlines(keepends=True)
    towns = [line for line in lines if line.split(",", 1)[0] in CODES]
    async with unit_of_work(web.database, clock) as uow:
        await load_register(uow, [header, *towns])
    for charter, contents in votes:
        await _count(web, clock, charter, contents)
    await web.database.close()


async def _count(
    web: Web, clock: FrozenClock, charter: Charter, contents: Mapping[str, int]
) -> None:
    clock.instant = charter.opens_at - timedelta(days=10)
    async with unit_of_work(web.database, clock) as uow:
        consultation = await publish_consultation(
            uow,
            collectivity_id=charter.collectivity_id,
            kind="participatory-budget",
            slug=charter.edition,
            title=charter.title,
            summary=charter.title,
            budget_cents=charter.budget_cents,
            stages=stages_around(charter.opens_at, charter.closes_at),
        )
        await freeze_charter(
            uow, web.secrets, charter, consultation_id=consultation.consultation_id
        )
    clock.instant = AFTER
    async with unit_of_work(web.database, clock) as uow:
        await store_contents(uow, charter, Contents(contents))
        await uow.session.execute(
            update(VoteRow).where(col(VoteRow.vote_id) == charter.vote_id).values(sealed_at=AFTER)
        )
    vote = await queries.vote_by_edition(web.database, charter.collectivity_id, charter.edition)
    assert vote is not None
    await jobs.count_and_publish(web, vote)
