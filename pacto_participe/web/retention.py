"""What is held about people, why and for how long; and forgetting it when that is over.

Each feature says it in its manifest (`kept=`): one `Kept` for a kind of data. A test compares the tables
of the schema with what the manifests say, so no table is forgotten. The worker forgets once an hour, in
small transactions, and writes numbers of rows in the journal, never whose.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, exists, select, tuple_

from pacto_participe.kernel.retention import DataForgotten, Ground
from pacto_participe.settings import Settings
from pacto_participe.storage.unit_of_work import UnitOfWork, unit_of_work
from pacto_participe.web import i18n
from pacto_participe.web.i18n import mark as _

HOUR = timedelta(hours=1)
ROWS_AT_ONCE = 500
FORGOTTEN_AT = "retention:forgotten_at"
REGISTER = "retention"

# Deletes at most so many rows that were over before an instant; says how many it found.
Forget = Callable[[UnitOfWork, datetime, int], Awaitable[int]]
# The same for files, in one go.
ForgetFiles = Callable[[Settings, datetime], int]

GROUNDS = {
    Ground.PUBLIC_TASK: _("The public task of the collectivity: to hear its residents"),
    Ground.SECURITY: _("To keep accounts and votes safe"),
    Ground.CONSENT: _("Your consent, which you may withdraw"),
    Ground.ACCOUNT_OF_PUBLIC_ACTS: _("To give an account of what a public body does"),
}


class BadRetention(ValueError):
    """PACTO_RETENTION cannot be read, or asks for what is not allowed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of personal data. The sentences are marked for the catalogues.

    `until` is a whole sentence that says when it is forgotten; `%(period)s` in it is the period that
    this installation chose between `least` and `most` (settable when the two differ).
    Without `forget` nothing runs by the clock: an act of a person ends it, and `until` says which.
    """

    name: str  # as PACTO_RETENTION calls it
    what: str
    why: str
    until: str
    ground: Ground
    tables: tuple[str, ...] = ()
    period: timedelta = timedelta(0)
    least: timedelta | None = None
    most: timedelta | None = None
    forget: Forget | None = None
    forget_files: ForgetFiles | None = None

    @property
    def is_settable(self) -> bool:
        return self.least is not None and self.most is not None


@dataclass(frozen=True, slots=True)
class KeptShown:
    """A kind of data as a page shows it, in the language of the request."""

    name: str
    what: str
    why: str
    until: str
    ground: str


class Register:
    """Every kind of data with the period of this installation."""

    def __init__(self, kinds: Iterable[Kept], chosen: Mapping[str, timedelta]) -> None:
        """Raises BadRetention for a name that no kind has, or a period outside its bounds."""
        self.kinds = tuple(kinds)
        by_name = {kind.name: kind for kind in self.kinds}
        for name, period in chosen.items():
            kind = by_name.get(name)
            if kind is None or kind.least is None or kind.most is None:
                names = ", ".join(known.name for known in self.kinds if known.is_settable)
                raise BadRetention(f"PACTO_RETENTION: {name!r} is none of: {names}")
            if not kind.least <= period <= kind.most:
                raise BadRetention(
                    f"PACTO_RETENTION: {name} must be between {kind.least.days} and "
                    f"{kind.most.days} days"
                )
        self._chosen = dict(chosen)

    def period(self, kind: Kept) -> timedelta:
        return self._chosen.get(kind.name, kind.period)

    def shown(self) -> tuple[KeptShown, ...]:
        """For the page on privacy, in the order of the manifests."""
        return tuple(
            KeptShown(
                kind.name,
                i18n.gettext(kind.what),
                i18n.gettext(kind.why),
                i18n.gettext(kind.until) % {"period": said(self.period(kind))},
                i18n.gettext(GROUNDS[kind.ground]),
            )
            for kind in self.kinds
        )


def read_periods(text: str) -> dict[str, timedelta]:
    """PACTO_RETENTION: names and days, as in `slips=60, residents-list=365`. Raises BadRetention."""
    chosen = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, sign, days = (piece.strip() for piece in part.partition("="))
        if not (sign and days.isdecimal() and len(days) <= 5):
            raise BadRetention(f"PACTO_RETENTION: {part!r} is not a name and a number of days")
        chosen[name] = timedelta(days=int(days))
    return chosen


def said(period: timedelta) -> str:
    """A period in words: hours below two days, days below three months, months after that."""
    days = period.days
    if days < 2:
        number = int(period / HOUR)
        return i18n.ngettext("%(num)s hour", "%(num)s hours", number) % {"num": number}
    if days < 90:
        number = days
        return i18n.ngettext("%(num)s day", "%(num)s days", number) % {"num": number}
    number = round(days / 30.4)
    return i18n.ngettext("%(num)s month", "%(num)s months", number) % {"num": number}


async def forget_hourly(web: Any) -> None:
    """A turn of the worker: once an hour, forget what is over."""
    now = web.clock.now()
    if now < web.extras.get(FORGOTTEN_AT, now - HOUR) + HOUR:
        return
    web.extras[FORGOTTEN_AT] = now
    await forget_what_is_over(web)


async def forget_what_is_over(web: Any) -> dict[str, int]:
    """Forget every kind whose period has passed. Returns rows by kind; the journal gets the same.

    Each portion is a transaction of its own, so that ballots never wait long. Done twice, or by two
    workers at once, it finds nothing more to do.
    """
    register: Register = web.extras[REGISTER]
    now, rows = web.clock.now(), {}
    for kind in register.kinds:
        before = now - register.period(kind)
        gone = kind.forget_files(web.settings, before) if kind.forget_files else 0
        if kind.forget is not None:
            gone += await _in_portions(web, kind.forget, before)
        if gone:
            rows[kind.name] = gone
    if rows:
        async with unit_of_work(web.database, web.clock) as uow:
            uow.record(DataForgotten(rows))
    return rows


async def _in_portions(web: Any, forget: Forget, before: datetime) -> int:
    total = 0
    while True:
        async with unit_of_work(web.database, web.clock) as uow:
            gone = await forget(uow, before, ROWS_AT_ONCE)
        total += gone
        if gone < ROWS_AT_ONCE:
            return total


async def delete_some(
    uow: UnitOfWork, table: Table, most: int, *conditions: ColumnElement[bool]
) -> int:
    """Delete at most so many rows that meet all conditions; those that something refers to stay.

    One statement. What another worker is just deleting is not counted twice.
    """
    keys = list(table.primary_key.columns)
    some = select(*keys).where(*conditions, *unreferenced(table)).limit(most)
    key: Any = keys[0] if len(keys) == 1 else tuple_(*keys)
    return await uow.rows_changed(delete(table).where(key.in_(some)))


def unreferenced(table: Table) -> list[ColumnElement[bool]]:
    """No foreign key of the schema leads to a row: one condition for each key, of whichever feature."""
    conditions = []
    for other in table.metadata.tables.values():
        for constraint in other.foreign_key_constraints:
            if constraint.referred_table is table:
                leads_here = [key.parent == key.column for key in constraint.elements]
                conditions.append(~exists().where(*leads_here).correlate(table))
    return conditions
