"""A database that is away, or held by somebody: given up after a while, and told apart from a fault of ours.

Connecting is given up in seconds, and so is a network that went away. What another session of PostgreSQL
holds is waited for as long as a door's limits say (`with_limits`), which the server itself keeps. Two things
are waited for without a limit: a server that is reached and does nothing any more, and a commit that an
operator lets wait for a standby.
"""

import sqlite3
import sys

from sqlalchemy import URL
from sqlalchemy.exc import TimeoutError as NoFreeConnection

# Else a server that went away without a word is waited for as long as the system likes, minutes.
PATIENCE = {
    "connect_timeout": "5",  # seconds
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "2",
    "tcp_user_timeout": "10000",  # milliseconds
}
# For a connection of a pool, whose worker tries to open one again and again.
POOL_PATIENCE_SECONDS = 10
# Far longer than anything takes that many wait for. Work of the staff and the worker (a sealing, a list of
# residents) has no such limit.
STATEMENT_SECONDS = 60
_OUTAGES = ("SQLITE_BUSY", "SQLITE_FULL", "SQLITE_CANTOPEN", "SQLITE_IOERR")


def with_patience(url: URL) -> URL:
    """The address of a PostgreSQL, with what it does not say of waiting."""
    return url.update_query_dict({name: PATIENCE[name] for name in PATIENCE.keys() - url.query})


def with_limits(url: URL, **seconds: int) -> URL:
    """The address with limits of its sessions, as lock_timeout=30. What it says already has the last word."""
    ours = (f"-c {name}={limit}s" for name, limit in seconds.items())
    theirs = url.normalized_query.get("options", ())
    return url.update_query_dict({"options": " ".join((*ours, *theirs))})


def waited_in_vain(fault: BaseException) -> bool:
    """Whether a statement was ended by a limit: whoever asks again at once waits as long again."""
    psycopg = sys.modules.get("psycopg")
    return psycopg is not None and isinstance(
        fault, psycopg.errors.LockNotAvailable | psycopg.errors.QueryCanceled
    )


def is_outage(fault: BaseException) -> bool:
    """Whether the database could not be asked, or was held for too long: the same will be right later."""
    if isinstance(fault, NoFreeConnection):
        return True
    fault = getattr(fault, "orig", None) or fault  # SQLAlchemy wraps what the driver raised
    if isinstance(fault, sqlite3.OperationalError):
        return getattr(fault, "sqlite_errorname", "").startswith(_OUTAGES)
    psycopg = sys.modules.get("psycopg")  # not loaded where nothing needs it
    return psycopg is not None and isinstance(fault, psycopg.OperationalError)
