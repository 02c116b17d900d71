"""A database that is away for a while: given up in seconds, and told apart from a fault of ours."""

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
_OUTAGES = ("SQLITE_BUSY", "SQLITE_FULL", "SQLITE_CANTOPEN", "SQLITE_IOERR")


def with_patience(url: URL) -> URL:
    """The address of a PostgreSQL, with what it does not say of waiting."""
    return url.update_query_dict({name: PATIENCE[name] for name in PATIENCE.keys() - url.query})


def is_outage(fault: BaseException) -> bool:
    """Whether the database could not be asked at all, so that the same will be right later."""
    if isinstance(fault, NoFreeConnection):
        return True
    fault = getattr(fault, "orig", None) or fault  # SQLAlchemy wraps what the driver raised
    if isinstance(fault, sqlite3.OperationalError):
        return getattr(fault, "sqlite_errorname", "").startswith(_OUTAGES)
    psycopg = sys.modules.get("psycopg")  # not loaded where nothing needs it
    return psycopg is not None and isinstance(fault, psycopg.OperationalError)
