"""What is asked, in which stages, until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pacto_participe.kernel.languages import Texts


class Activity(StrEnum):
    """What people do in a stage. A feature's manifest says where its activity happens."""

    PROPOSE = "propose"
    STUDY = "study"
    VOTE = "vote"
    RESULTS = "results"
    DELIVERY = "delivery"


class StageState(StrEnum):
    """Where a stage stands on the clock."""

    DONE = "done"
    NOW = "now"
    NEXT = "next"


@dataclass(frozen=True, slots=True)
class Stage:
    """A dated part of a consultation: from `starts_at`, until `ends_at` excluded (None: open-ended)."""

    activity: Activity
    starts_at: datetime
    ends_at: datetime | None

    def state(self, now: datetime) -> StageState:
        if now < self.starts_at:
            return StageState.NEXT
        if self.ends_at is not None and now >= self.ends_at:
            return StageState.DONE
        return StageState.NOW


@dataclass(frozen=True, slots=True)
class Consultation:
    """One consultation of a collectivity. A participatory budget's edition carries its amount."""

    collectivity_id: str
    consultation_id: str
    kind: str
    slug: str
    title: Texts
    summary: Texts
    budget_cents: int
    stages: tuple[Stage, ...]
    is_demo: bool = False
    currency: str = "MAD"

    def stage(self, activity: Activity) -> Stage | None:
        return next((stage for stage in self.stages if stage.activity is activity), None)

    def next_change(self, now: datetime) -> datetime | None:
        """The next instant at which a stage begins or ends."""
        return next_change_of(self.stages, now)


def next_change_of(stages: Sequence[Stage], now: datetime) -> datetime | None:
    """The next instant at which one of them begins or ends."""
    instants = [stage.starts_at for stage in stages]
    instants += [stage.ends_at for stage in stages if stage.ends_at is not None]
    return min((instant for instant in instants if instant > now), default=None)
