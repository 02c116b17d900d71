"""Counting the statements that a page sends, through the mapper and through the quick reader."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from pacto_participe.storage.database import Database, SqliteQuickReader

NOT_QUESTIONS = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Every statement sent while the block runs, on SQLite."""
    sent: list[str] = []

    def note(statement: str) -> None:
        if not statement.lstrip().upper().startswith(NOT_QUESTIONS):
            sent.append(statement)

    def note_mapped(_connection, _cursor, statement, *_rest) -> None:
        note(statement)

    assert isinstance(database.quick, SqliteQuickReader)
    for engine in database.engines:
        event.listen(engine.sync_engine, "before_cursor_execute", note_mapped)
    database.quick._connection.set_trace_callback(note)
    try:
        yield sent
    finally:
        database.quick._connection.set_trace_callback(None)
        for engine in database.engines:
            event.remove(engine.sync_engine, "before_cursor_execute", note_mapped)
