"""Two towns with their pages: what the page tests of this folder stand in."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import insert, select
from starlette.responses import PlainTextResponse

from pacto_participe import app as app_module
from pacto_participe.accounts import services
from pacto_participe.accounts.domain.contacts import read_contact
from pacto_participe.accounts.domain.second_factor import code_at, secret_of, step_of
from pacto_participe.accounts.services.passwords import hash_of
from pacto_participe.accounts.services.second_factor import SECOND_FACTOR_KEY, set_up_at_once
from pacto_participe.accounts.services.staff import add_staff
from pacto_participe.accounts.tables import SECOND_FACTOR, SESSION
from pacto_participe.background import do_one_job
from pacto_participe.collectivities.domain import CollectivityType
from pacto_participe.collectivities.tables import COLLECTIVITY
from pacto_participe.kernel.actors import PLATFORM, Actor, Role
from pacto_participe.kernel.clock import FrozenClock
from pacto_participe.settings import Settings
from pacto_participe.storage.unit_of_work import UnitOfWork, unit_of_work
from pacto_participe.web.context import Web
from pacto_participe.web.guards import public
from pacto_participe.web.manifest import Feature
from pacto_participe.web.routing import get
from pacto_participe.web.senders import Written, outbox_of, written_messages
from pacto_participe.web.sessions import fingerprint
from tests.pages import Browser, Page

AJDIR = "01.051.01.01"
NEIGHBOUR_TOWN = "01.051.01.03"
PASSWORD = "une phrase assez longue"
HOME = "collectivity:home"


async def _signpost(request):
    return PlainTextResponse(request.path_params["slug"])


# The home of a collectivity belongs to a higher floor: where it is missing, a sign stands there.
SIGNPOST = Feature("signpost", routes=(get("/c/{slug}/", _signpost, name=HOME, may=public),))


@dataclass
class TownHall:
    """The application, its clock, and what a test does behind the pages."""

    app: object
    clock: FrozenClock

    @property
    def web(self) -> Web:
        return self.app.state.web

    def browser(self, **options) -> Browser:
        return Browser(self.app, **options)

    def work(self, actor: Actor):
        return unit_of_work(self.web.database, self.clock, actor)

    def clerk_of(self, town: str = AJDIR) -> Actor:
        return Actor(roles=frozenset({(town, Role.CLERK)}))

    async def slip(self, cnie="BE123456", birth="12/03/1987", town=AJDIR) -> services.Slip:
        async with self.work(self.clerk_of(town)) as uow:
            return await services.issue_slip(uow, self.web.secrets, town, cnie, birth, "Centre")

    async def staff(self, email: str, role: Role, town: str = AJDIR) -> str:
        hashed = await hash_of(PASSWORD)
        async with self.work(Actor(is_operator=True)) as uow:
            person_id = await add_staff(uow, town, read_contact(email), role, hashed)
        if role is Role.ADMINISTRATOR:
            async with self.work(Actor(person_id=person_id)) as uow:
                await set_up_at_once(uow, self.web.secrets)
        return person_id

    async def do_jobs(self) -> None:
        while await do_one_job(self.web):
            pass

    def messages(self) -> list[Written]:
        return list(written_messages(outbox_of(self.web.settings)))

    async def code(self) -> str:
        """The code of the newest message."""
        await self.do_jobs()
        return re.search(r"\b\d{6}\b", self.messages()[0].text)[0]

    async def sign_in(self, browser: Browser, contact="0612345678", **fields) -> Page:
        await browser.post("/fr/sign-in", {"contact": contact})
        return await browser.post("/fr/sign-in/code", {"code": await self.code(), **fields})

    async def sign_in_staff(self, browser: Browser, email: str, status: int = 200) -> Page:
        fields = {"email": email, "password": PASSWORD}
        page = await browser.post("/fr/sign-in/password", fields, status=status)
        if status == 200 and (
            page.path.startswith("/fr/sign-in/second-step")
            or page.says("Continuer vers votre travail")
        ):
            page = await self.pass_second_step(browser)
        return page

    async def pass_second_step(self, browser: Browser) -> Page:
        """The code of whoever this browser is: an administrator made by `staff`."""
        async with self.web.database.read() as session:
            ticket = fingerprint(browser.http.cookies["session"])
            held = await session.execute(
                select(SESSION.c.person_id).where(SESSION.c.session_id == ticket)
            )
            person_id = held.scalar_one()
            row = (
                await session.execute(
                    select(SECOND_FACTOR).where(SECOND_FACTOR.c.person_id == person_id)
                )
            ).one()
        secret = secret_of(self.web.secrets.get(SECOND_FACTOR_KEY), row.nonce)
        step = max(row.last_step + 1, step_of(self.clock.now()) - 1)
        return await browser.post("/fr/sign-in/second-step", {"code": code_at(secret, step)})


@asynccontextmanager
async def open_town_hall(
    url: str, data_dir: Path, clock: FrozenClock, **settings
) -> AsyncIterator[TownHall]:
    """In demonstration, unless the settings say otherwise, with two towns."""
    said = {"mode": "demo", "database_url": url, "data_dir": data_dir, **settings}
    app = app_module.create_app(Settings(**said), clock=clock, background=False)
    async with app.router.lifespan_context(app):
        hall = TownHall(app, clock)
        async with hall.work(PLATFORM) as uow:
            await found_towns(uow)
        yield hall


async def found_towns(uow: UnitOfWork) -> None:
    towns = ((AJDIR, "ajdir", "Ajdir", "أجدير"), (NEIGHBOUR_TOWN, "imzouren", "Imzouren", "إمزورن"))
    await uow.session.execute(
        insert(COLLECTIVITY),
        [
            {
                "collectivity_id": town, "type": CollectivityType.COMMUNE_URBAN, "slug": slug,
                "name_fr": french, "name_ar": arabic, "population": 9_000, "population_year": 2024,
                "searched": french.lower(),
            }
            for town, slug, french, arabic in towns
        ],
    )  # fmt: skip


def with_signpost(monkeypatch) -> None:
    features = app_module.FEATURES
    if not any(route.name == HOME for feature in features for route in feature.routes):
        monkeypatch.setattr(app_module, "FEATURES", (*features, SIGNPOST))
