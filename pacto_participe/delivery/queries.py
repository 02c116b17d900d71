"""Questions about what became of projects. Every one says how many statements it sends."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pacto_participe.delivery.domain import Bureau, Milestone, Status, Update
from pacto_participe.kernel.languages import Texts
from pacto_participe.storage.database import Database
from pacto_participe.storage.sql import Record, Sql, instant

# Project -> its updates, the oldest first.
Histories = Mapping[int, tuple[Update, ...]]

_COLUMNS = (
    "vote_id, project, place, written_at, status, spent_cents, bureau, text_ar, text_fr, "
    "milestone, next_on, done_on, decision, corrects"
)
_OF_VOTE = Sql(
    f"SELECT {_COLUMNS} FROM delivery_update WHERE collectivity_id = :town AND vote_id = :vote "
    "ORDER BY project, place"
)
_OF_TOWN = Sql(
    f"SELECT {_COLUMNS} FROM delivery_update WHERE collectivity_id = :town "
    "ORDER BY vote_id, project, place"
)


async def updates_of(database: Database, vote: tuple[str, str]) -> Histories:
    """What was said of the projects of a vote. One quick statement."""
    rows = await database.quick.all(_OF_VOTE, town=vote[0], vote=vote[1])
    return _by_vote(rows).get(vote[1], {})


async def updates_of_town(database: Database, town: str) -> Mapping[str, Histories]:
    """The same of every vote of a town, by vote. One quick statement."""
    return _by_vote(await database.quick.all(_OF_TOWN, town=town))


def _by_vote(rows: list[Record]) -> dict[str, dict[int, tuple[Update, ...]]]:
    found: dict[str, dict[int, tuple[Update, ...]]] = {}
    for row in rows:
        projects = found.setdefault(row["vote_id"], {})
        projects[row["project"]] = (*projects.get(row["project"], ()), update_of_row(row))
    return found


def update_of_row(row: Record | Mapping[str, Any]) -> Update:
    """A row as it is read, by a quick statement or in a transaction."""
    return Update(
        place=row["place"],
        written_at=instant(row["written_at"]),
        status=Status(row["status"]),
        spent_cents=row["spent_cents"],
        bureau=Bureau(row["bureau"]),
        text=Texts.of({"ar": row["text_ar"], "fr": row["text_fr"]}),
        milestone=Milestone(row["milestone"]) if row["milestone"] else None,
        next_on=_day(row["next_on"]),
        done_on=_day(row["done_on"]),
        decision=row["decision"],
        corrects=row["corrects"],
    )


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
