"""What the floors below the features hold about people: sessions, counted tries, the queue, the journal."""

from datetime import UTC, datetime, timedelta

from pacto_participe.kernel.retention import DataForgotten, Ground
from pacto_participe.settings import Settings
from pacto_participe.storage.jobs import MOST_TRIES, JobRow
from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.journal import JournalKind, Told
from pacto_participe.web.rate_limits import RateLimitRow
from pacto_participe.web.retention import Kept, delete_some
from pacto_participe.web.senders import outbox_of
from pacto_participe.web.sessions import SessionRow

_TABLES = JobRow.metadata.tables
_JOB = _TABLES[str(JobRow.__tablename__)]
_SESSION = _TABLES[str(SessionRow.__tablename__)]
_RATE_LIMIT = _TABLES[str(RateLimitRow.__tablename__)]
_WRITTEN_AT = "%Y%m%dT%H%M%S"  # as the file sender begins its names
_LONGEST_WINDOW = timedelta(days=1)


async def _sessions(uow: UnitOfWork, before: datetime, most: int) -> int:
    return await delete_some(uow, _SESSION, most, _SESSION.c.expires_at <= before)


async def _tries(uow: UnitOfWork, before: datetime, most: int) -> int:
    over = int((before - _LONGEST_WINDOW).astimezone(UTC).timestamp())
    return await delete_some(uow, _RATE_LIMIT, most, _RATE_LIMIT.c.window_start < over)


async def _jobs(uow: UnitOfWork, before: datetime, most: int) -> int:
    """Those that were given up; the others leave the queue when they are done."""
    return await delete_some(uow, _JOB, most, _JOB.c.tries >= MOST_TRIES, _JOB.c.due_at < before)


def _messages(settings: Settings, before: datetime) -> int:
    """Only where no sender is set: demonstrations write messages to files instead."""
    last_kept = f"{before.astimezone(UTC):{_WRITTEN_AT}}"
    old = [file for file in outbox_of(settings).glob("*.json") if file.name < last_kept]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


KEPT = (
    Kept(
        name="sessions",
        tables=("session",),
        what=_("Where you are signed in: the kind of browser, since when"),
        why=_("So that you stay signed in and can sign a lost phone out"),
        until=_("When you sign out, or the session expires"),
        ground=Ground.SECURITY,
        forget=_sessions,
    ),
    Kept(
        name="tries",
        tables=("rate_limit",),
        what=_("How often a code or a number was tried, by keyed fingerprints of who tried"),
        why=_("To stop guessing"),
        until=_("%(period)s after the window of counting"),
        ground=Ground.SECURITY,
        period=timedelta(days=1),
        forget=_tries,
    ),
    Kept(
        name="queue",
        tables=("job",),
        what=_("Messages that wait to be sent, by random numbers and not by name"),
        why=_("To send them once, and again when a sender fails"),
        until=_("When they are sent; %(period)s after they were given up"),
        ground=Ground.PUBLIC_TASK,
        period=timedelta(days=30),
        least=timedelta(days=1),
        most=timedelta(days=90),
        forget=_jobs,
    ),
    Kept(
        name="outbox",
        what=_("Messages of a demonstration, written to files instead of being sent"),
        why=_("So that a demonstration shows them"),
        until=_("%(period)s after they were written"),
        ground=Ground.PUBLIC_TASK,
        period=timedelta(days=7),
        least=timedelta(days=1),
        most=timedelta(days=30),
        forget_files=_messages,
    ),
    Kept(
        name="journal",
        tables=("event",),
        what=_("The journal: what staff did, with their role and the number of their account"),
        why=_("So that acts of a public body can be accounted for. It can only be added to"),
        until=_("For good; it holds no name, no number of a card, no choice"),
        ground=Ground.ACCOUNT_OF_PUBLIC_ACTS,
    ),
)  # fmt: skip
# Tables of these floors that hold nothing about people.
IMPERSONAL = ("data_version",)
JOURNAL = {
    DataForgotten.tag: Told(
        _("Data that were kept long enough were forgotten."), JournalKind.DATA, is_public=True
    )
}
