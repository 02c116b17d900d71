"""The features of the platform, and who reacts to what."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pacto_participe.kernel.actors import VISITOR, Actor
from pacto_participe.kernel.clock import Clock
from pacto_participe.storage.database import Database
from pacto_participe.web.context import Finders, Town, Web
from pacto_participe.web.manifest import Feature

FEATURES: tuple[Feature, ...] = ()


async def _actor(database: Database, session_id: str, clock: Clock) -> Actor:
    return VISITOR


async def _town(database: Database, slug: str) -> Town | None:
    return None


FINDERS = Finders(actor_of_session=_actor, town_of_slug=_town)


@asynccontextmanager
async def start_background_work(web: Web, *, wanted: bool) -> AsyncIterator[None]:
    """Do the queue's jobs beside the requests, in small installations."""
    yield
