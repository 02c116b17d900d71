"""What two people agreed on about a vote: how it is done in their transaction, and how a request is told."""

from collections.abc import Mapping
from typing import Any

from pacto_participe.approvals.domain import Act, Approval
from pacto_participe.kernel.errors import NotFound
from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.voting import queries
from pacto_participe.voting.forms.preparing import revision_of
from pacto_participe.voting.queries import Vote
from pacto_participe.voting.services import draws, preparing, rolls
from pacto_participe.web.formats import apart
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.i18n import say
from pacto_participe.web.manifest import About, Perform, TellAbout
from pacto_participe.web.today import Asked

REVISION = _("The draft as of change %(number)s")
DRAWN = _("Drawn: %(drawn)s")


async def publish_as_agreed(_web: Any, uow: UnitOfWork, town: str, agreed: Approval) -> None:
    """Publish the draft that they agreed on; one that was changed since is refused."""
    edition, revision = _parted(agreed.subject)
    await preparing.announce(uow, town, edition, revision_of(revision))


async def freeze_as_agreed(web: Any, uow: UnitOfWork, town: str, agreed: Approval) -> None:
    """Freeze the rules that they agreed on; those that were changed since are refused."""
    edition, revision = _parted(agreed.subject)
    await preparing.freeze(uow, web.secrets, town, edition, revision_of(revision))


async def freeze_roll_as_agreed(web: Any, uow: UnitOfWork, town: str, agreed: Approval) -> None:
    """Freeze the roll of that edition."""
    vote = await _vote(web, town, agreed.subject)
    await rolls.freeze_by_hand(uow, web.secrets, vote.charter, reason=agreed.reason)


async def write_draw_as_agreed(web: Any, uow: UnitOfWork, town: str, agreed: Approval) -> None:
    """Write down the very signs that they agreed on."""
    edition, drawn = _parted(agreed.subject)
    await draws.write_draw(uow, await _vote(web, town, edition), drawn)


async def _vote(web: Any, town: str, edition: str) -> Vote:
    vote = await queries.vote_by_edition(web.database, town, edition)
    if vote is None:
        raise NotFound
    return vote


async def about_draft(asked: Asked, subject: str) -> About:
    """Which draft, and the way to read it before one confirms."""
    edition, revision = _parted(subject)
    detail = say(REVISION, number=revision)
    return About(edition, detail, asked.path("voting:vote", edition=edition))


async def about_draw(asked: Asked, subject: str) -> About:
    """Whose draw, and what was drawn."""
    edition, drawn = _parted(subject)
    address = asked.path("voting:vote", edition=edition)
    return About(edition, say(DRAWN, drawn=apart(drawn)), address)


async def about_roll(asked: Asked, subject: str) -> About:
    """Whose roll."""
    return About(subject, "", asked.path("voting:roll", edition=subject))


def _parted(subject: str) -> tuple[str, str]:
    edition, _slash, rest = subject.partition("/")
    return edition, rest


ACTS: Mapping[str, Perform] = {
    Act.PUBLISH: publish_as_agreed,
    Act.FREEZE_RULES: freeze_as_agreed,
    Act.FREEZE_ROLL: freeze_roll_as_agreed,
    Act.WRITE_DRAW: write_draw_as_agreed,
}
SUBJECTS: Mapping[str, TellAbout] = {
    Act.PUBLISH: about_draft,
    Act.FREEZE_RULES: about_draft,
    Act.WRITE_DRAW: about_draw,
    Act.FREEZE_ROLL: about_roll,
}
