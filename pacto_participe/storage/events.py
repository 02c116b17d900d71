"""The event log: append-only, written in the transaction of the change itself."""

import json
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Index, Text
from sqlmodel import Field

from pacto_participe.kernel.events import Event, body_of
from pacto_participe.storage.tables import Row


class EventRow(Row, table=True):
    """One fact. `collectivity_id` is "MA" for what concerns the whole installation."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_at", "collectivity_id", "at"),)

    collectivity_id: str = Field(primary_key=True, max_length=20)
    event_id: str = Field(primary_key=True, max_length=32)
    at: datetime
    tag: str = Field(max_length=80)
    role: str | None = Field(default=None, max_length=32)
    person_id: str | None = Field(default=None, max_length=32)
    body: str = Field(sa_type=Text)


class DataVersionRow(Row, table=True):
    """Counts the changes of a town, so that cached pages know when they are old."""

    __tablename__ = "data_version"

    collectivity_id: str = Field(primary_key=True, max_length=20)
    version: int = 0


def row_of(
    event: Event, *, collectivity_id: str, at: datetime, person_id: str | None, role: str | None
) -> EventRow:
    """The event as it is written down. A ballot's event has no person."""
    return EventRow(
        collectivity_id=collectivity_id,
        event_id=uuid4().hex,
        at=at,
        tag=event.tag,
        role=role,
        person_id=person_id,
        body=json.dumps(body_of(event), ensure_ascii=False, default=_plain, sort_keys=True),
    )


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
