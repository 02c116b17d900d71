"""Which account has a residence: it passes on whole, with its ballots, and is never copied."""

from sqlalchemy import ColumnElement, RowMapping, exists, or_, select, update

from pacto_participe.accounts.domain.cases import Clash
from pacto_participe.accounts.domain.people import Method
from pacto_participe.accounts.events import ResidenceActivated, ResidenceMoved
from pacto_participe.accounts.services.cases import open_conflict
from pacto_participe.accounts.services.people import erase_people, lock_person, sign_out_everywhere
from pacto_participe.accounts.tables import CONTACT, MEMBERSHIP, PERSON, RESIDENCE, SESSION
from pacto_participe.storage.unit_of_work import UnitOfWork


async def locked_residence(
    uow: UnitOfWork, collectivity_id: str, condition: ColumnElement[bool]
) -> RowMapping | None:
    """The row, held until the transaction ends. One statement."""
    residence = RESIDENCE.c
    statement = (
        select(
            residence.residence_id,
            residence.identity,
            residence.card,
            residence.person_id,
            residence.method,
            residence.verified_at,
            residence.ended_at,
        )
        .where(residence.collectivity_id == collectivity_id, condition)
        .with_for_update()
    )
    return (await uow.session.execute(statement)).mappings().one_or_none()


async def is_someone_else(
    uow: UnitOfWork, collectivity_id: str, person_id: str, residence: RowMapping
) -> bool:
    """Whether an account already belongs to another human being in this town. Two statements.

    The account is locked first: two slips used at once from one account come one after the other.
    """
    await lock_person(uow, person_id)
    statement = select(RESIDENCE.c.residence_id).where(
        RESIDENCE.c.collectivity_id == collectivity_id,
        RESIDENCE.c.person_id == person_id,
        RESIDENCE.c.residence_id != residence["residence_id"],
    )
    return (await uow.session.execute(statement)).scalar_one_or_none() is not None


async def link(
    uow: UnitOfWork, collectivity_id: str, residence: RowMapping, person_id: str
) -> str | None:
    """Put the residence in an account, and say so when that is news. One statement.

    Returns the account that had it and has it no more: its browsers are to be signed out.
    """
    before: str | None = residence["person_id"]
    if before == person_id:
        return None
    await uow.session.execute(
        update(RESIDENCE)
        .where(
            RESIDENCE.c.collectivity_id == collectivity_id,
            RESIDENCE.c.residence_id == residence["residence_id"],
        )
        .values(person_id=person_id)
    )
    residence_id = residence["residence_id"]
    event = (
        ResidenceActivated(residence_id, Method(residence["method"]).value)
        if before is None
        else ResidenceMoved(residence_id)
    )
    uow.record(event, collectivity_id=collectivity_id)
    return before


async def leave_behind(
    uow: UnitOfWork, collectivity_id: str, residence_id: str, before: str, now_in: str
) -> None:
    """What a slip does to the account that had the residence: whoever holds the card has it back.

    Its browsers are signed out. An account that holds nothing else is erased, since nothing leads to
    it any more; one that somebody was signed in to is a conflict that the counter looks at.
    """
    signed_in = exists().where(SESSION.c.person_id == before, SESSION.c.expires_at > uow.now())
    was_in_use = bool((await uow.session.execute(select(signed_in))).scalar_one())
    await sign_out_everywhere(uow, before)
    if await holds_nothing(uow, before):
        await erase_people(uow, [before])
    elif was_in_use:
        await open_conflict(
            uow,
            collectivity_id,
            Clash.MOVED,
            residence_id,
            person_id=now_in,
            other_person_id=before,
        )


async def holds_nothing(uow: UnitOfWork, person_id: str, *, but_contacts: bool = False) -> bool:
    """Whether an account has no residence, no role and (unless those do not count) no contact."""
    holdings = [
        exists().where(RESIDENCE.c.person_id == person_id),
        exists().where(MEMBERSHIP.c.person_id == person_id),
        exists().where(PERSON.c.person_id == person_id, PERSON.c.is_operator.is_(True)),
    ]
    if not but_contacts:
        holdings.append(exists().where(CONTACT.c.person_id == person_id))
    return not (await uow.session.execute(select(or_(*holdings)))).scalar_one()
