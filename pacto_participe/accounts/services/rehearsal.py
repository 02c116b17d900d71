"""Invented residents for demonstrations, rehearsals and load tests. Never in production."""

import secrets as chance
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import insert

from pacto_participe.accounts.domain.cards import read_card_number
from pacto_participe.accounts.domain.people import Method
from pacto_participe.accounts.services.card_keys import card_keys
from pacto_participe.accounts.tables import PERSON, RESIDENCE
from pacto_participe.settings import Settings
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.web.sessions import SessionRow, fingerprint

ROWS_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class InventedResident:
    """A resident who does not exist. `ticket`: what the cookie of their browser holds, or ""."""

    person_id: str
    identity: str
    card: str
    district: str
    ticket: str


async def invent_residents(
    uow: UnitOfWork,
    secrets: Secrets,
    settings: Settings,
    collectivity_id: str,
    *,
    count: int,
    districts: Sequence[str],
    first: int = 1,
    signed_in: bool = False,
) -> list[InventedResident]:
    """`count` verified residents, spread over the districts; two thirds checked at the counter.

    Raises RuntimeError in production. Three statements for every 5,000 people.
    """
    if settings.is_production:
        raise RuntimeError("residents are not invented in production")
    keys = await card_keys(uow, secrets, collectivity_id)
    invented = []
    for place in range(first, first + count):
        number = read_card_number(f"ZZ{place:06d}")
        if number is None:
            raise ValueError("an invented card number cannot be read")
        invented.append(
            InventedResident(
                person_id=uuid4().hex,
                identity=uuid4().hex,
                card=keys.card(number),
                district=districts[place % len(districts)],
                ticket=chance.token_urlsafe(32) if signed_in else "",
            )
        )
    for begin in range(0, count, ROWS_AT_ONCE):
        await _store(uow, settings, collectivity_id, invented[begin : begin + ROWS_AT_ONCE])
    return invented


async def _store(
    uow: UnitOfWork, settings: Settings, collectivity_id: str, people: list[InventedResident]
) -> None:
    now = uow.now()
    connection = await uow.session.connection()
    persons: list[dict[str, Any]] = [
        {
            "person_id": person.person_id,
            "name": "",
            "language": "ar",
            "is_operator": False,
            "created_at": now,
        }
        for person in people
    ]
    residences: list[dict[str, Any]] = [
        {
            "collectivity_id": collectivity_id,
            "residence_id": person.identity,
            "identity": person.identity,
            "card": person.card,
            "person_id": person.person_id,
            "district": person.district,
            "method": Method.LIST if place % 3 == 0 else Method.COUNTER,
            "verified_by": "",
            "verified_at": now,
        }
        for place, person in enumerate(people)
    ]
    await connection.execute(insert(PERSON), persons)
    await connection.execute(insert(RESIDENCE), residences)
    tickets = [person for person in people if person.ticket]
    if tickets:
        await connection.execute(
            insert(SessionRow),
            [
                {
                    "session_id": fingerprint(person.ticket),
                    "person_id": person.person_id,
                    "started_at": now,
                    "expires_at": now + timedelta(days=settings.session_days),
                    "device": "",
                }
                for person in tickets
            ],
        )
