"""An administrator whom two people agreed on: how the offer goes out, and how the request for it is told."""

from collections.abc import Mapping
from typing import Any

from pacto_participe.accounts.services.invitations import held_offer, send_as_agreed
from pacto_participe.approvals.domain import Act, Approval
from pacto_participe.approvals.queries import approvals_on
from pacto_participe.collectivities.queries import collectivity_by_id
from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.web import i18n
from pacto_participe.web.formats import day
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.i18n import say
from pacto_participe.web.manifest import About, Perform, TellAbout
from pacto_participe.web.today import Asked

UNTIL = _("Until %(day)s")


async def invite_as_agreed(_web: Any, uow: UnitOfWork, town: str, agreed: Approval) -> None:
    """Send the very offer that they agreed on."""
    language = i18n.current().code
    name = (await collectivity_by_id(uow.session, town)).name(language)
    await send_as_agreed(uow, town, agreed.subject, language=language, town=name)


async def about_offer(asked: Asked, subject: str) -> About:
    """Whom, in full while it waits: nobody can agree to what they cannot read. Nothing afterwards."""
    town, now = asked.collectivity_id, asked.now
    requests = await approvals_on(asked.session, town, Act.GIVE_ADMINISTRATOR, subject)
    if not any(request.is_open(now) for request in requests):
        return About("")
    held = await held_offer(asked.session, town, subject, now)
    if held is None:
        return About("")
    contact, until = held
    return About(contact.value, say(UNTIL, day=day(until)) if until else "")


ACTS: Mapping[str, Perform] = {Act.GIVE_ADMINISTRATOR: invite_as_agreed}
SUBJECTS: Mapping[str, TellAbout] = {Act.GIVE_ADMINISTRATOR: about_offer}
