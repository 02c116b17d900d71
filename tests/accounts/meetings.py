"""Sheets of a mediator, who uses a strip of one, and the clerk who decides: what tests of meetings do."""

from uuid import uuid4

from sqlalchemy import select

from pacto_participe.accounts.domain.cases import Decision
from pacto_participe.accounts.services.cases import take
from pacto_participe.accounts.services.mediators import make_sheet, use_sheet
from pacto_participe.accounts.services.meetings import decide_meeting
from pacto_participe.accounts.tables import RESIDENT_CASE
from tests.accounts.post import BORN
from tests.accounts.town_hall import AJDIR

CARD = "BE123456"


async def sheet_of(work, secrets, administrator, size=3, days=14, district="Douar Tizi"):
    """A sheet, just made."""
    async with work(administrator) as uow:
        return await make_sheet(
            uow, secrets, AJDIR, uuid4().hex, district=district, size=size, days=days
        )


async def met(work, secrets, person_id, code, cnie=CARD, born=BORN, town=AJDIR):
    """Somebody types the code of a strip; None when they wait for a clerk. Raises what the page shows."""
    async with work() as uow:
        activated = await use_sheet(uow, secrets, town, person_id, code, cnie, born)
    if activated is not None:
        activated.require()
    return activated


async def case_of(database):
    """The one case."""
    async with database.read() as session:
        return (await session.execute(select(RESIDENT_CASE))).mappings().one()


async def decide(work, secrets, clerk, case_id, decision=Decision.MET_CONFIRMED, **typed):
    """A clerk takes the case, and decides it."""
    async with work(clerk) as uow:
        await take(uow, AJDIR, case_id)
    async with work(clerk) as uow:
        return await decide_meeting(
            uow, secrets, AJDIR, case_id, decision, "", **{"seen": True, **typed}
        )
