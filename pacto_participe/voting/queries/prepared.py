"""Questions about votes that are being prepared: their rules are not frozen yet."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.consultations.domain import Activity, Stage
from pacto_participe.kernel.languages import Texts
from pacto_participe.voting.charter import Charter
from pacto_participe.voting.tables import PREPARED

MOST_SHOWN = 50

_p = PREPARED.c
_COLUMNS = (_p.charter, _p.announcement, _p.revision, _p.consultation_id)


@dataclass(frozen=True, slots=True)
class Announcement:
    """What everybody reads when a vote is announced, beside what stands in its charter."""

    kind: str
    summary: Texts
    stages: tuple[Stage, ...]
    projects: Mapping[int, Texts]  # what each is, by its number
    is_demo: bool = False

    @property
    def text(self) -> str:
        """Plain JSON, as it is stored."""
        plain = {
            "kind": self.kind,
            "summary": self.summary.to_dict(),
            "stages": [
                [
                    stage.activity.value,
                    stage.starts_at.isoformat(),
                    stage.ends_at.isoformat() if stage.ends_at else None,
                ]
                for stage in self.stages
            ],
            "projects": {
                str(number): summary.to_dict() for number, summary in self.projects.items()
            },
            "is_demo": self.is_demo,
        }
        return json.dumps(plain, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_text(cls, text: str) -> "Announcement":
        """Read what `text` wrote."""
        plain = json.loads(text)
        return cls(
            kind=plain["kind"],
            summary=Texts.of(plain["summary"]),
            stages=tuple(_stage(*stage) for stage in plain["stages"]),
            projects={
                int(number): Texts.of(summary) for number, summary in plain["projects"].items()
            },
            is_demo=plain["is_demo"],
        )


def _stage(activity: str, starts_at: str, ends_at: str | None) -> Stage:
    ends = datetime.fromisoformat(ends_at) if ends_at else None
    return Stage(Activity(activity), datetime.fromisoformat(starts_at), ends)


@dataclass(frozen=True, slots=True)
class PreparedVote:
    """A vote before its rules are frozen. `revision` counts its changes; an agreement of two names it."""

    charter: Charter
    announcement: Announcement
    revision: int
    consultation_id: str | None  # None until everybody can see it

    @property
    def is_announced(self) -> bool:
        return self.consultation_id is not None

    @property
    def subject(self) -> str:
        """What a second person agrees to: this edition as it stands now, and no other."""
        return f"{self.charter.edition}/{self.revision}"


def select_prepared(town: str, edition: str) -> Select[Any]:
    """The statement for one of them; a service adds the lock."""
    return select(*_COLUMNS).where(_p.collectivity_id == town, _p.edition == edition)


def prepared_vote(row: Any) -> PreparedVote:
    """A row as it is read."""
    return PreparedVote(
        charter=Charter.from_text(row.charter),
        announcement=Announcement.from_text(row.announcement),
        revision=row.revision,
        consultation_id=row.consultation_id,
    )


async def prepared_by_edition(
    session: AsyncSession, town: str, edition: str
) -> PreparedVote | None:
    """One statement."""
    row = (await session.execute(select_prepared(town, edition))).one_or_none()
    return prepared_vote(row) if row else None


async def prepared_of(session: AsyncSession, town: str) -> tuple[PreparedVote, ...]:
    """The newest 50 that a town prepares, the last to open first. One statement."""
    rows = await session.execute(
        select(*_COLUMNS)
        .where(_p.collectivity_id == town)
        .order_by(_p.opens_at.desc(), _p.edition)
        .limit(MOST_SHOWN)
    )
    return tuple(prepared_vote(row) for row in rows)
