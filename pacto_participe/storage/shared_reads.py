"""Reads that many ask at the same moment: on PostgreSQL one statement answers all who wait.

A read by key costs PostgreSQL some microseconds and a round trip some hundred, most of them in the driver.
"""

import json
from collections.abc import Sequence
from typing import Any

from pacto_participe.storage.crew import Outcome, PostgresCrew, Waiting, by_work
from pacto_participe.storage.sql import Record, SharedSql


class PostgresSharedReader(PostgresCrew):
    """Two threads, so that one asks while the other hands out its answers."""

    def __init__(self, dsn: str) -> None:
        super().__init__("shared-reads", 2, dsn)

    def _connect(self) -> Any:
        from psycopg.rows import dict_row

        connection = super()._connect()
        connection.row_factory = dict_row
        return connection

    def _serve(self, connection: Any, batch: Sequence[Waiting]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for sql, run in by_work(batch):
            found = _ask(connection, sql, [waiting.item for waiting in run])
            outcomes += zip((waiting.answer for waiting in run), found, strict=True)
        return outcomes


def _ask(connection: Any, sql: SharedSql, asked: Sequence[dict[str, Any]]) -> list[list[Record]]:
    """The rows of each, in the order of asking."""
    numbered = [{**values, "place": place} for place, values in enumerate(asked)]
    rows = connection.execute(sql.for_all, {"asked": json.dumps(numbered)}, prepare=True)
    found: list[list[Record]] = [[] for _ in asked]
    for row in rows:
        found[row.pop("place")].append(row)
    return found
