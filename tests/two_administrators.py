"""Two administrators of the town, where acts that cannot be taken back need both."""

import pytest

from pacto_participe.approvals import services
from pacto_participe.approvals.domain import Verdict
from pacto_participe.kernel.actors import Actor, Role
from tests.town import TOWN, _staff


def admin(name: str, town: str = TOWN) -> Actor:
    return Actor(person_id=name, roles=frozenset({(town, Role.ADMINISTRATOR)}))


FIRST, SECOND, THIRD = admin("first"), admin("second"), admin("third")


@pytest.fixture
async def second_administrator(site):
    """A second administrator."""
    return await _staff(site, Role.ADMINISTRATOR, TOWN)


@pytest.fixture
async def two_are_needed(site, administrator, second_administrator):
    """The town asks for two people."""
    async with site.work(FIRST) as uow:
        await services.turn_on(uow, TOWN, approvers=2)


async def decide(site, actor, approval_id, verdict=Verdict.CONFIRMED, town=TOWN):
    async with site.work(actor) as uow:
        agreed = await services.decide(uow, town, approval_id, verdict)
        if verdict is Verdict.CONFIRMED:
            await site.web.extras["acts"][agreed.act](site.web, uow, town, agreed)
