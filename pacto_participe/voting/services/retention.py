"""What voting holds about people, why and how long."""

from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import col, select

from pacto_participe.accounts.services.retention import (
    forget_ended_residences,
    forget_former_residents,
    forget_past,
)
from pacto_participe.kernel.retention import Ground
from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.voting.charter import ROLL_NOTICE
from pacto_participe.voting.tables import DeskRow, DraftRow, VoteRow
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.retention import Kept, delete_some

_DRAFT = DraftRow.metadata.tables[str(DraftRow.__tablename__)]
_DESK = DeskRow.metadata.tables[str(DeskRow.__tablename__)]
_VOTE = VoteRow.metadata.tables[str(VoteRow.__tablename__)]


async def _drafts(uow: UnitOfWork, before: datetime, most: int) -> int:
    """Those of votes that closed; the sealing deletes them first, unless it could not."""
    is_over = (
        select(_VOTE.c.vote_id)
        .where(
            _VOTE.c.collectivity_id == _DRAFT.c.collectivity_id,
            _VOTE.c.vote_id == _DRAFT.c.vote_id,
            _VOTE.c.closes_at < before,
        )
        .exists()
    )
    return await delete_some(uow, _DRAFT, most, is_over)


async def _desks(uow: UnitOfWork, before: datetime, most: int) -> int:
    """Those that nobody ended: their day is over."""
    return await delete_some(uow, _DESK, most, _DESK.c.expires_at < before)


async def _ended_residences(uow: UnitOfWork, before: datetime, most: int) -> int:
    """Not where a vote is not sealed yet: its roll is made of what residences say. Two statements."""
    voting = await _voting_towns(uow)
    return await forget_ended_residences(uow, before, most, except_towns=voting)


async def _former_residents(uow: UnitOfWork, before: datetime, most: int) -> int:
    """Not where a vote is not sealed yet: whoever comes back must find the same ballot. Two statements."""
    voting = await _voting_towns(uow)
    return await forget_former_residents(uow, before, most, except_towns=voting)


async def _voting_towns(uow: UnitOfWork) -> list[str]:
    statement = select(VoteRow.collectivity_id).where(col(VoteRow.sealed_at).is_(None)).distinct()
    return list((await uow.session.exec(statement)).all())


async def _said_before(uow: UnitOfWork, before: datetime, most: int) -> int:
    """Not what a vote that is not sealed yet may ask: from the freezing of its roll on. Two statements."""
    statement = (
        select(VoteRow.collectivity_id, func.min(VoteRow.opens_at))
        .where(col(VoteRow.sealed_at).is_(None))
        .group_by(VoteRow.collectivity_id)
    )
    found = (await uow.session.exec(statement)).all()
    needed_from = {town: opens_at - ROLL_NOTICE for town, opens_at in found}
    return await forget_past(uow, before, most, needed_from=needed_from)


KEPT = (
    Kept(
        name="drafts",
        tables=("draft",),
        what=_(
            "Choices that you saved and did not confirm, under a number that only a key joins to you"
        ),
        why=_("So that nothing is lost when the connection breaks"),
        until=_("When you confirm or the vote closes; %(period)s later at most"),
        ground=Ground.PUBLIC_TASK,
        period=timedelta(days=1),
        forget=_drafts,
    ),
    Kept(
        name="desks",
        tables=("desk",),
        what=_("Who votes on a shared device at a polling desk, for the minutes that they hold it"),
        why=_("So that the device is theirs alone while they vote"),
        until=_("When they finish or stop, or after ten minutes; %(period)s later at most"),
        ground=Ground.PUBLIC_TASK,
        period=timedelta(days=1),
        forget=_desks,
    ),
    Kept(
        name="ballots",
        tables=("ballot", "receipt"),
        what=_(
            "Your ballot and your receipt, each under a number of its own that only a key joins to you"
        ),
        why=_("So that you can change your vote until it closes, and nobody votes twice"),
        until=_(
            "When the vote closes: the key is destroyed, and ballots are kept by what they say, for good"
        ),
        ground=Ground.PUBLIC_TASK,
    ),
    Kept(
        name="said-before",
        tables=("residence_past",),
        what=_(
            "What your residence said before it was corrected: district, nationality, whether you live or "
            "work there, for minors the day of the 18th birthday"
        ),
        why=_("So that whoever could vote before a correction still counts among those who could"),
        until=_("%(period)s after the correction, or when the vote that was open then closes"),
        ground=Ground.PUBLIC_TASK,
        period=timedelta(days=1),
        forget=_said_before,
    ),
    Kept(
        name="ended-residences",
        tables=("residence",),
        what=_("The same of who moved away"),
        why=_("So that whoever comes back soon finds everything as it was"),
        until=_(
            "%(period)s after the end, and never while a vote of the place is open; "
            "then only the fingerprint stays"
        ),
        ground=Ground.PUBLIC_TASK,
        period=timedelta(days=365),
        least=timedelta(days=30),
        most=timedelta(days=1100),
        forget=_ended_residences,
    ),
    Kept(
        name="former-residents",
        tables=("residence",),
        what=_("The fingerprint of the card's number of who moved away long ago"),
        why=_("So that whoever comes back does not vote twice"),
        until=_("%(period)s after the end, and never while a vote of the place is open"),
        ground=Ground.PUBLIC_TASK,
        period=timedelta(days=1825),
        least=timedelta(days=1200),
        most=timedelta(days=3650),
        forget=_former_residents,
    ),
)
# Of whole towns, by content and without names; areas of fewer than 30 voters are not told apart. Whoever
# lent their voice to a recording agreed that it is published (docs/recordings.md), and is named nowhere.
IMPERSONAL = (
    "prepared_vote",
    "recording",
    "vote",
    "counted_ballot",
    "area_content",
    "turnout",
    "published_file",
    "roll",
    "roll_line",
)
