"""One SQL text for both databases."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

Record = Mapping[str, Any]  # a row, by its columns' names
SQLITE_INSTANT = "%Y-%m-%d %H:%M:%S.%f"  # how SQLModel's UTC type is written there; sorts as time

_NAMED = re.compile(r"(?<!:):([a-z_][a-z_0-9]*)")


class Sql:
    """A statement with named places `:name`, as SQLite takes them and as psycopg takes them.

    Used on the paths where an object mapper costs more than the database (ballot, session, list):
    there, one mapped read costs a hundred times the read itself. `locking` is what PostgreSQL is told
    about rows that others hold, at the place {locking} of the text; a file of SQLite has one writer.
    """

    def __init__(self, text: str, *, locking: str = "") -> None:
        text = " ".join(text.split())
        self.sqlite = text.replace("{locking}", "")
        self._for_postgres = text.replace("{locking}", locking)

    @cached_property
    def postgres(self) -> str:
        return _NAMED.sub(r"%(\1)s", self._for_postgres.replace("%", "%%"))

    def __repr__(self) -> str:
        return f"Sql({self.sqlite!r})"


class SharedSql(Sql):
    """A question by key that many ask at the same moment; on PostgreSQL those who wait ask it together.

    Each place has its type there, and each value is given as text. The names of the columns must differ.
    """

    def __init__(self, text: str, **types: str) -> None:
        super().__init__(text)
        self._types = types

    @cached_property
    def for_all(self) -> str:
        """The question for each of the askers, who come as JSON; each row has its asker's place."""
        asker = ", ".join(f"{name} {of}" for name, of in self._types.items())
        question = _NAMED.sub(r"asker.\1", self.sqlite.replace("%", "%%"))
        return (
            "SELECT asker.place, answer.* "
            f"FROM json_to_recordset(%(asked)s::json) AS asker (place int, {asker}) "
            f"CROSS JOIN LATERAL ({question}) AS answer"
        )


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
