"""Sending a slip's code to a phone that the resident names, which is kept only until it is sent."""

from sqlalchemy import ColumnElement, select, update

from pacto_participe.accounts.domain.people import Contact
from pacto_participe.accounts.services.residence import Slip
from pacto_participe.accounts.tables import ACTIVATION_SLIP
from pacto_participe.storage.jobs import ask
from pacto_participe.storage.unit_of_work import UnitOfWork

SEND_SLIP = "accounts:send-slip"


async def text_slip(
    uow: UnitOfWork, collectivity_id: str, slip: Slip, phone: Contact, *, town: str, language: str
) -> None:
    """Have the code of a slip just issued sent to a phone, after the commit. Two statements.

    The phone waits with the slip until the message is sent, and is kept nowhere else.
    """
    await uow.session.execute(
        update(ACTIVATION_SLIP)
        .where(*_this(collectivity_id, slip.slip_id))
        .values(phone=phone.value)
    )
    await ask(
        uow.session,
        SEND_SLIP,
        collectivity_id=collectivity_id,
        due_at=uow.now(),
        key=slip.slip_id,
        collectivity=collectivity_id,
        slip_id=slip.slip_id,
        town=town,
        language=language,
    )


def _this(collectivity_id: str, slip_id: str) -> tuple[ColumnElement[bool], ...]:
    slip = ACTIVATION_SLIP.c
    return slip.collectivity_id == collectivity_id, slip.slip_id == slip_id


async def phone_of_slip(uow: UnitOfWork, collectivity_id: str, slip_id: str) -> str | None:
    """Where a slip's code is still to be sent; None once it is used, withdrawn or sent."""
    slip = ACTIVATION_SLIP.c
    statement = select(slip.phone).where(
        *_this(collectivity_id, slip_id), slip.used_at.is_(None), slip.withdrawn_at.is_(None)
    )
    phone: str | None = (await uow.session.execute(statement)).scalar_one_or_none()
    return phone


async def forget_phone(uow: UnitOfWork, collectivity_id: str, slip_id: str) -> None:
    """The message is sent: the phone has served. One statement."""
    await uow.session.execute(
        update(ACTIVATION_SLIP).where(*_this(collectivity_id, slip_id)).values(phone=None)
    )
