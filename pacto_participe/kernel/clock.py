"""The clock as a value that services are given, and Moroccan local time.

Instants are aware datetimes in UTC. Local time is what a resident reads on the town hall's clock.
Since 20 September 2026 Morocco is at UTC+0 all year (tz database, release 2026c).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

MOROCCO = ZoneInfo("Africa/Casablanca")


class Clock(Protocol):
    """Tells the present instant, aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(slots=True)
class FrozenClock:
    """A clock that moves only when told, for tests and rehearsals."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant

    def move(self, by: timedelta) -> None:
        self.instant += by


def local(instant: datetime) -> datetime:
    """The same instant as the town hall's clock shows it."""
    return instant.astimezone(MOROCCO)


def instant_of(day: date, at: time) -> datetime:
    """The UTC instant of a local day and hour, as a clerk types them."""
    return datetime.combine(day, at, tzinfo=MOROCCO).astimezone(UTC)


def next_midnight(instant: datetime) -> datetime:
    """The UTC instant at which the local day after `instant` begins: texts that count days change then."""
    return instant_of(local(instant).date() + timedelta(days=1), time(0))


def days_left(now: datetime, end: datetime) -> int:
    """Whole local days from today until the day of `end`; 0 on the last day."""
    return (local(end).date() - local(now).date()).days


def knows_morocco() -> bool:
    """Whether the time-zone data in use know that Morocco is at UTC+0 since September 2026."""
    after = datetime(2026, 12, 1, 12, tzinfo=UTC)
    ramadan = datetime(2027, 2, 20, 12, tzinfo=UTC)
    return not local(after).utcoffset() and not local(ramadan).utcoffset()
