"""Whoever says what became of a project."""

import pytest

from pacto_participe.accounts.tables import MEMBERSHIP
from pacto_participe.kernel.actors import Role
from tests.pages import Browser
from tests.town import TOWN, LiveSite


@pytest.fixture
async def reviewer(site: LiveSite) -> Browser:
    """Studied the proposals of the town."""
    person_id = await site.person()
    given = {"collectivity_id": TOWN, "person_id": person_id, "role": Role.REVIEWER}
    async with site.work() as uow:
        await uow.session.execute(MEMBERSHIP.insert().values(since=site.clock.now(), **given))
    return await site.sign_in(person_id, has_second_factor=True)
