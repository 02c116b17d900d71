"""What is kept no longer than it serves."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete

from pacto_participe.accounts.tables import LOGIN_CODE, RATE_LIMIT, SESSION
from pacto_participe.storage.unit_of_work import UnitOfWork

LOGIN_CODES_KEPT = timedelta(hours=1)
TRIES_KEPT = timedelta(days=2)  # the longest window is one day


async def forget_what_is_over(uow: UnitOfWork) -> None:
    """Codes, sessions and counted tries that are over. Three statements."""
    now = uow.now()
    for table, column, before in (
        (LOGIN_CODE, LOGIN_CODE.c.expires_at, now - LOGIN_CODES_KEPT),
        (SESSION, SESSION.c.expires_at, now),
        (RATE_LIMIT, RATE_LIMIT.c.window_start, _seconds(now - TRIES_KEPT)),
    ):
        await uow.session.execute(delete(table).where(column < before))


def _seconds(instant: datetime) -> int:
    return int(instant.astimezone(UTC).timestamp())
