"""Empty the box of the vote on 100 projects while its server idles.

    python -m benchmarks.rig.reset DATABASE_URL

The database file or the PostgreSQL database of a measurement, and nothing else: drafts, ballots and receipts
of EDITION go. Those marked STORED are another measurement's ground and stay.
"""

import sqlite3
import sys

from benchmarks.rig.data import EDITION

_VOTE = f"(SELECT vote_id FROM vote WHERE edition = '{EDITION}')"
STORED = "stored"
TABLES = {"receipt": "confirm_key", "ballot": "channel", "draft": "draft_key"}


def empty(url: str) -> None:
    """Delete, then make the next run start from a short log."""
    statements = [
        f"DELETE FROM {table} WHERE vote_id IN {_VOTE} AND {mark} <> '{STORED}'"
        for table, mark in TABLES.items()
    ]
    if url.startswith("sqlite"):
        connection = sqlite3.connect(
            url.removeprefix("sqlite:///"), timeout=60, isolation_level=None
        )
        for statement in (*statements, "PRAGMA wal_checkpoint(TRUNCATE)"):
            connection.execute(statement)
        connection.close()
        return
    import psycopg

    with psycopg.connect(url, autocommit=True) as server:
        for statement in statements:
            server.execute(statement.encode())
        for table in TABLES:
            server.execute(f"VACUUM ANALYZE {table}".encode())


def ballots_in(url: str) -> int:
    """How many ballots lie in the box."""
    question = f"SELECT count(*) FROM ballot WHERE vote_id IN {_VOTE}"
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=60)
        count: int = connection.execute(question).fetchone()[0]
        connection.close()
        return count
    import psycopg

    with psycopg.connect(url) as server:
        row = server.execute(question.encode()).fetchone()
        return int(row[0]) if row else 0


if __name__ == "__main__":
    empty(sys.argv[1])
