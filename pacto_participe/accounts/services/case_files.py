"""What staff see of a case: the residence, and the accounts on both sides, with their contacts masked."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from pacto_participe.accounts.domain.contacts import hint_of
from pacto_participe.accounts.domain.people import Contact, ContactKind, Method, Nationality, Tie
from pacto_participe.accounts.services.cases import Case, case_by_id
from pacto_participe.accounts.tables import CONTACT, PERSON, RESIDENCE
from pacto_participe.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Home:
    """The residence that a case is about. Nothing of ballots is here: no decision needs it."""

    residence_id: str
    person_id: str | None
    district: str
    method: Method
    verified_by: str
    verified_at: datetime
    adult_on: date | None
    ended_at: datetime | None
    nationality: Nationality
    tie: Tie


@dataclass(frozen=True, slots=True)
class Side:
    """One of the accounts. Its name is nobody's but its owner's, so it is not here."""

    person_id: str
    hints: tuple[str, ...]
    since: datetime
    is_closed: bool
    holds: bool  # the right to vote is in this account now


@dataclass(frozen=True, slots=True)
class CaseFile:
    """All of it. `home` is None when the residence was forgotten meanwhile."""

    case: Case
    home: Home | None
    sides: tuple[Side, ...]


async def open_file(uow: UnitOfWork, collectivity_id: str, case_id: str) -> CaseFile:
    """Raises NotAllowed and NotFound. Four statements."""
    case = await case_by_id(uow, collectivity_id, case_id)
    home = await _home(uow, collectivity_id, case.residence_id)
    holder = home.person_id if home else None
    people = [one for one in (case.person_id, case.other_person_id, holder) if one]
    return CaseFile(case, home, await _sides(uow, list(dict.fromkeys(people)), holder))


async def _home(uow: UnitOfWork, collectivity_id: str, residence_id: str) -> Home | None:
    home = RESIDENCE.c
    statement = select(
        home.residence_id, home.person_id, home.district, home.method,
        home.verified_by, home.verified_at, home.adult_on, home.ended_at, home.nationality, home.tie,
    ).where(home.collectivity_id == collectivity_id, home.residence_id == residence_id)  # fmt: skip
    row = (await uow.session.execute(statement)).mappings().one_or_none()
    if row is None:
        return None
    kinds = {
        "method": Method(row["method"]),
        "nationality": Nationality(row["nationality"]),
        "tie": Tie(row["tie"]),
    }
    return Home(**{**row, **kinds})


async def _sides(uow: UnitOfWork, people: list[str], holder: str | None) -> tuple[Side, ...]:
    person, contact = PERSON.c, CONTACT.c
    found = await uow.session.execute(
        select(person.person_id, person.created_at, person.closed_at).where(
            person.person_id.in_(people)
        )
    )
    reached = await uow.session.execute(
        select(contact.person_id, contact.kind, contact.value)
        .where(contact.person_id.in_(people))
        .order_by(contact.value)
    )
    hints: dict[str, list[str]] = {}
    for row in reached.all():
        hints.setdefault(row.person_id, []).append(
            hint_of(Contact(ContactKind(row.kind), row.value))
        )
    known = {row.person_id: row for row in found.all()}
    return tuple(
        Side(
            one,
            tuple(hints.get(one, ())),
            known[one].created_at,
            known[one].closed_at is not None,
            one == holder,
        )
        for one in people
        if one in known
    )
