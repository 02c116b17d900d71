"""Counting the statements that a question sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from pacto_participe.storage.database import Database


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements sent while the block runs."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    for engine in database.engines:
        event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        for engine in database.engines:
            event.remove(engine.sync_engine, "before_cursor_execute", note)
