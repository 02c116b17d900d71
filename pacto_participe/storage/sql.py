"""One SQL text for both databases."""

import re
from functools import cached_property

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
        return _NAMED.sub(r"%(\1)s", self.sqlite)

    def __repr__(self) -> str:
        return f"Sql({self.sqlite!r})"
