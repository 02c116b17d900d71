"""Offering roles. An offer goes to a contact; whoever proves the contact by a sign-in code may take it.

There is no link that works by itself, so none can be forwarded, guessed or used after it expired.
Where a town asks for two people, the offer to become an administrator is held until the second one agrees:
else one person could invite another address of their own, and confirm their own requests.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, Select, insert, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.accounts.domain.people import Contact
from pacto_participe.accounts.events import InvitationWithdrawn, Invited, RoleGiven
from pacto_participe.accounts.policies import Refusal, may_give_roles
from pacto_participe.accounts.services.staff import keep_role, may_become
from pacto_participe.accounts.tables import CONTACT, INVITATION
from pacto_participe.approvals import services as approvals
from pacto_participe.approvals.domain import Act, Approval
from pacto_participe.kernel.actors import Role
from pacto_participe.kernel.decisions import require
from pacto_participe.kernel.errors import NotFound, Problem, Refused
from pacto_participe.storage.jobs import ask
from pacto_participe.storage.unit_of_work import UnitOfWork

INVITATION_DAYS = 7
SEND_INVITATION = "accounts:send-invitation"


@dataclass(frozen=True, slots=True)
class Offer:
    """A role that is waiting to be taken."""

    collectivity_id: str
    invitation_id: str
    role: Role
    expires_at: datetime


async def invite(
    uow: UnitOfWork,
    collectivity_id: str,
    contact: Contact,
    role: Role,
    *,
    language: str,
    town: str,
    role_until: datetime | None = None,
) -> str:
    """Offer a role, and have it said after the commit. At most four statements.

    Raises NotAllowed; Refused for an administrator where that has to be asked for.
    """
    require(may_give_roles(uow.actor, collectivity_id))
    invitation_id = uuid4().hex
    await may_become(uow, collectivity_id, role, invitation_id)
    await _write(uow, collectivity_id, invitation_id, contact, role, role_until)
    await _have_it_said(uow, collectivity_id, invitation_id, language=language, town=town)
    uow.record(Invited(role.value), collectivity_id=collectivity_id)
    return invitation_id


async def ask_for_administrator(
    uow: UnitOfWork,
    collectivity_id: str,
    contact: Contact,
    *,
    reason: str,
    role_until: datetime | None = None,
) -> Approval:
    """Ask a second person to have somebody made an administrator. Raises NotAllowed, and Refused without
    a reason. The offer is held here, so that the request, which stays for good, names no contact.
    """
    require(may_give_roles(uow.actor, collectivity_id))
    invitation_id = uuid4().hex
    await _write(
        uow, collectivity_id, invitation_id, contact, Role.ADMINISTRATOR, role_until, is_held=True
    )
    return await approvals.ask(
        uow, collectivity_id, Act.GIVE_ADMINISTRATOR, invitation_id, reason=reason
    )


async def send_as_agreed(
    uow: UnitOfWork, collectivity_id: str, invitation_id: str, *, language: str, town: str
) -> None:
    """Two agreed: the offer goes out, and stands for a week from now.

    Raises NotAllowed, and Refused when they did not agree, or the offer is over.
    """
    require(may_give_roles(uow.actor, collectivity_id))
    await may_become(uow, collectivity_id, Role.ADMINISTRATOR, invitation_id)
    statement = (
        update(INVITATION)
        .where(*_held(collectivity_id, invitation_id, uow.now()))
        .values(
            is_held=False,
            invited_at=uow.now(),
            expires_at=uow.now() + timedelta(days=INVITATION_DAYS),
        )
        .returning(INVITATION.c.role)
    )
    role = (await uow.session.execute(statement)).scalar_one_or_none()
    if role is None:
        raise Refused(Problem(Refusal.INVITATION_OVER))
    await _have_it_said(uow, collectivity_id, invitation_id, language=language, town=town)
    uow.record(Invited(Role(role).value), collectivity_id=collectivity_id)


async def held_offer(
    session: AsyncSession, collectivity_id: str, invitation_id: str, now: datetime
) -> tuple[Contact, datetime | None] | None:
    """Whom an offer is for that waits for a second person, and when their role would end. One statement."""
    offer = INVITATION.c
    statement = select(offer.kind, offer.value, offer.role_until).where(
        *_held(collectivity_id, invitation_id, now)
    )
    row = (await session.execute(statement)).one_or_none()
    return (Contact(row.kind, row.value), row.role_until) if row else None


async def _write(
    uow: UnitOfWork,
    collectivity_id: str,
    invitation_id: str,
    contact: Contact,
    role: Role,
    role_until: datetime | None,
    *,
    is_held: bool = False,
) -> None:
    await uow.session.execute(
        insert(INVITATION).values(
            collectivity_id=collectivity_id,
            invitation_id=invitation_id,
            kind=contact.kind,
            value=contact.value,
            role=role,
            role_until=role_until,
            invited_at=uow.now(),
            expires_at=uow.now() + timedelta(days=INVITATION_DAYS),
            is_held=is_held,
        )
    )


async def _have_it_said(
    uow: UnitOfWork, collectivity_id: str, invitation_id: str, *, language: str, town: str
) -> None:
    await ask(
        uow.session,
        SEND_INVITATION,
        collectivity_id=collectivity_id,
        due_at=uow.now(),
        key=invitation_id,
        collectivity=collectivity_id,
        invitation_id=invitation_id,
        language=language,
        town=town,
    )


async def contact_of_offer(
    uow: UnitOfWork, collectivity_id: str, invitation_id: str
) -> Contact | None:
    """Whom an offer that still stands is for. One statement."""
    offer = INVITATION.c
    statement = select(offer.kind, offer.value).where(
        offer.collectivity_id == collectivity_id,
        offer.invitation_id == invitation_id,
        *_stands(uow.now()),
    )
    row = (await uow.session.execute(statement)).one_or_none()
    return Contact(row.kind, row.value) if row else None


async def offers_to(session: AsyncSession, person_id: str, now: datetime) -> tuple[Offer, ...]:
    """The roles that somebody is offered, in any town. One statement."""
    offer = INVITATION.c
    statement = (
        select(offer.collectivity_id, offer.invitation_id, offer.role, offer.expires_at)
        .where(offer.value.in_(_contacts_of(person_id)), *_stands(now))
        .order_by(offer.invited_at)
    )
    return tuple(Offer(*row) for row in (await session.execute(statement)).all())


async def accept(uow: UnitOfWork, person_id: str, invitation_id: str) -> None:
    """Take an offered role, once. Raises Refused when it is over, taken, or somebody else's; and for an
    administrator who was offered it by one person, where two are needed since.
    """
    offer = INVITATION.c
    statement = (
        update(INVITATION)
        .where(
            offer.invitation_id == invitation_id,
            offer.value.in_(_contacts_of(person_id)),
            *_stands(uow.now()),
        )
        .values(accepted_at=uow.now())
        .returning(offer.collectivity_id, offer.role, offer.role_until)
    )
    taken = (await uow.session.execute(statement)).one_or_none()
    if taken is None:
        raise Refused(Problem(Refusal.INVITATION_OVER))
    await may_become(uow, taken.collectivity_id, Role(taken.role), invitation_id)
    await keep_role(uow, taken.collectivity_id, person_id, Role(taken.role), until=taken.role_until)
    uow.record(RoleGiven(Role(taken.role).value), collectivity_id=taken.collectivity_id)


async def withdraw(uow: UnitOfWork, collectivity_id: str, invitation_id: str) -> None:
    """Take an offer back. Raises NotAllowed and NotFound. One statement."""
    require(may_give_roles(uow.actor, collectivity_id))
    offer = INVITATION.c
    statement = (
        update(INVITATION)
        .where(
            offer.collectivity_id == collectivity_id,
            offer.invitation_id == invitation_id,
            *_stands(uow.now()),
        )
        .values(withdrawn_at=uow.now())
        .returning(offer.role)
    )
    role = (await uow.session.execute(statement)).scalar_one_or_none()
    if role is None:
        raise NotFound
    uow.record(InvitationWithdrawn(Role(role).value), collectivity_id=collectivity_id)


def _stands(now: datetime) -> tuple[ColumnElement[bool], ...]:
    offer = INVITATION.c
    return (
        offer.accepted_at.is_(None),
        offer.withdrawn_at.is_(None),
        offer.expires_at > now,
        offer.is_held.is_(False),
    )


def _held(
    collectivity_id: str, invitation_id: str, now: datetime
) -> tuple[ColumnElement[bool], ...]:
    offer = INVITATION.c
    return (
        offer.collectivity_id == collectivity_id,
        offer.invitation_id == invitation_id,
        offer.is_held.is_(True),
        offer.expires_at > now,
    )


def _contacts_of(person_id: str) -> Select[tuple[str]]:
    return select(CONTACT.c.value).where(CONTACT.c.person_id == person_id)
