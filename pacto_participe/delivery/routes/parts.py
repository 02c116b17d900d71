"""What the handlers of this feature share: which votes are followed, and what they funded."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pacto_participe.delivery.pages import Followed, followed
from pacto_participe.delivery.queries import Histories
from pacto_participe.kernel.clock import local
from pacto_participe.kernel.errors import NotFound
from pacto_participe.voting import queries as voting
from pacto_participe.voting.charter import CharterProject, VoteState
from pacto_participe.voting.queries import Vote
from pacto_participe.web.context import Web
from pacto_participe.web.remembered import Remembered

# What was published never changes: it is read once, and forgotten when nobody has asked for long.
FUNDED_SECONDS = 3600
_PUBLISHED = (VoteState.PROVISIONAL, VoteState.FINAL)


def is_published(vote: Vote, now: datetime) -> bool:
    """Whether there is a result of the town's own: nothing here is to become of one held elsewhere."""
    return not vote.is_imported and vote.state(now) in _PUBLISHED


def is_followed(vote: Vote, now: datetime) -> bool:
    """Whether something can have become of it: from the final result on."""
    return not vote.is_imported and vote.state(now) is VoteState.FINAL


def lines_of(
    vote: Vote, projects: Iterable[CharterProject], histories: Histories, now: datetime
) -> tuple[Followed, ...]:
    """How these projects stand today."""
    final, today = local(vote.charter.final_at).date(), local(now).date()
    return followed(vote.charter, projects, histories, final=final, today=today)


async def funded_by(
    web: Web, vote: Vote, result: Mapping[str, Any] | None = None
) -> tuple[CharterProject, ...]:
    """The projects that a published result funded, in their order. At most one statement.

    `result`: the published result, where it was read already.
    """
    if result is not None:
        return _funded(vote, result)
    known: Remembered[tuple[str, str], tuple[CharterProject, ...]] = web.extras.setdefault(
        "funded", Remembered(seconds=FUNDED_SECONDS, most=512)
    )
    return await known.get(vote.key, lambda: _read(web, vote))


async def _read(web: Web, vote: Vote) -> tuple[CharterProject, ...]:
    result = await voting.published_result(web.database, vote.key)
    if result is None:
        raise NotFound
    return _funded(vote, result)


def _funded(vote: Vote, result: Mapping[str, Any]) -> tuple[CharterProject, ...]:
    return tuple(vote.charter.by_key[key] for key in result["winners"])
