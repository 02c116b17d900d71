"""What the counter sees of residents already verified, and what it may end."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from pacto_participe.accounts.domain.cards import read_card_number
from pacto_participe.accounts.domain.people import EndReason, Method, Nationality, Tie
from pacto_participe.accounts.events import ResidenceEnded, ResidentLookedUp
from pacto_participe.accounts.policies import Refusal, may_verify
from pacto_participe.accounts.services.card_keys import card_keys
from pacto_participe.accounts.tables import RESIDENCE
from pacto_participe.kernel.decisions import require
from pacto_participe.kernel.errors import NotFound, Problem, Refused
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Found:
    """A residence as the counter sees it: never whose account, never whether they voted."""

    residence_id: str
    district: str
    method: Method
    verified_by: str
    verified_at: datetime
    ended_at: datetime | None
    nationality: Nationality
    tie: Tie
    has_account: bool


async def find_resident(
    uow: UnitOfWork, secrets: Secrets, collectivity_id: str, cnie: str
) -> Found:
    """What is known in this town of a card's number that a clerk reads. Three statements.

    Raises NotAllowed, and Refused when the number is unreadable or nobody's.
    """
    require(may_verify(uow.actor, collectivity_id))
    number = read_card_number(cnie)
    if number is None:
        raise Refused(Problem(Refusal.CARD_UNREADABLE, "cnie"))
    keys = await card_keys(uow, secrets, collectivity_id)
    residence = RESIDENCE.c
    statement = select(
        residence.residence_id,
        residence.district,
        residence.method,
        residence.verified_by,
        residence.verified_at,
        residence.ended_at,
        residence.nationality,
        residence.tie,
        residence.person_id.is_not(None).label("has_account"),
    ).where(
        residence.collectivity_id == collectivity_id,
        residence.card == keys.card(number),
    )
    row = (await uow.session.execute(statement)).mappings().one_or_none()
    if row is None:
        raise Refused(Problem(Refusal.NO_SUCH_RESIDENT, "cnie"))
    uow.record(ResidentLookedUp(), collectivity_id=collectivity_id)
    kinds = {
        "method": Method(row["method"]),
        "nationality": Nationality(row["nationality"]),
        "tie": Tie(row["tie"]),
    }
    return Found(**{**row, **kinds})


async def end_residence(
    uow: UnitOfWork, collectivity_id: str, residence_id: str, *, reason: EndReason
) -> None:
    """Someone has moved away. What was voted stays. Raises NotFound, NotAllowed. One statement."""
    require(may_verify(uow.actor, collectivity_id))
    statement = (
        update(RESIDENCE)
        .where(
            RESIDENCE.c.collectivity_id == collectivity_id,
            RESIDENCE.c.residence_id == residence_id,
            RESIDENCE.c.ended_at.is_(None),
        )
        .values(ended_at=uow.now())
        .returning(RESIDENCE.c.residence_id)
    )
    if (await uow.session.execute(statement)).scalar_one_or_none() is None:
        raise NotFound
    uow.record(ResidenceEnded(residence_id, reason.value), collectivity_id=collectivity_id)
