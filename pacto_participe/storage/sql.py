"""One SQL text for both databases."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

Record = Mapping[str, Any]  # a row, by its columns' names
SQLITE_INSTANT = "%Y-%m-%d %H:%M:%S.%f"  # how SQLModel's UTC type is written there; sorts as time

_NAMED = re.compile(r"(?<!:):([a-z_]+)")


class Sql:
    """A statement with named places `:name`, as SQLite takes them and as psycopg takes them.

    Used on the paths where an object mapper costs more than the database (ballot, session, list):
    there, one mapped read costs a hundred times the read itself.
    """

    def __init__(self, text: str) -> None:
        self.sqlite = " ".join(text.split())

    @cached_property
    def postgres(self) -> str:
        return _NAMED.sub(r"%(\1)s", self.sqlite.replace("%", "%%"))

    def __repr__(self) -> str:
        return f"Sql({self.sqlite!r})"


def for_sqlite(value: object) -> object:
    """A value as SQLite stores it: instants as text in UTC."""
    if isinstance(value, datetime):
        # As strftime(SQLITE_INSTANT) writes it, in half the time: every ballot has an instant.
        return value.astimezone(UTC).isoformat(" ", "microseconds")[:26]
    return value


def instant(value: datetime | str) -> datetime:
    """A stored instant as a quick statement gives it back: text on SQLite, aware on PostgreSQL."""
    if isinstance(value, str):
        return datetime.strptime(value, SQLITE_INSTANT).replace(tzinfo=UTC)
    return value.astimezone(UTC)
