"""How a person is reached: another phone or address with proof, one less but never the last."""

from datetime import datetime

from sqlalchemy import delete, func, select, update

from pacto_participe.accounts.domain.people import Contact
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.services.people import add_contact, lock_person
from pacto_participe.accounts.services.sign_in import CodeAnswer, ask_code, try_code
from pacto_participe.accounts.tables import CONTACT, PERSON
from pacto_participe.kernel.errors import Problem, Refused
from pacto_participe.storage.secrets import Secrets
from pacto_participe.storage.unit_of_work import UnitOfWork

ADD_CONTACT = "add-contact"


def _bound(nonce: str, person_id: str) -> str:
    """The browser and the person: whoever signs in there next cannot use the code."""
    return f"{nonce}:{person_id}"


async def ask_contact(
    uow: UnitOfWork, person_id: str, contact: Contact, nonce: str, *, language: str
) -> None:
    """Send a code to a phone or address that somebody adds. Raises Refused when it is theirs already."""
    theirs = select(func.count()).where(
        CONTACT.c.person_id == person_id, CONTACT.c.value == contact.value
    )
    if (await uow.session.execute(theirs)).scalar_one():
        raise Refused(Problem(Refusal.CONTACT_YOURS, "contact"))
    await ask_code(uow, contact, _bound(nonce, person_id), language=language, purpose=ADD_CONTACT)


async def prove_contact(
    uow: UnitOfWork, secrets: Secrets, person_id: str, nonce: str, typed: str, *, most: int
) -> CodeAnswer:
    """Try the code; right, the contact is theirs too. Like `try_code`, never raises for a wrong one.

    Raises Refused when so many people share the number that no place is free.
    """
    answer = await try_code(uow, secrets, _bound(nonce, person_id), typed, purpose=ADD_CONTACT)
    if answer.contact is not None:
        await add_contact(uow, answer.contact, person_id, most=most)
    return answer


async def remove_contact(uow: UnitOfWork, person_id: str, value: str) -> None:
    """Be reached there no more. Raises Refused for the last one. Three statements.

    The person is locked first, so that of two removed at once one stays.
    """
    await lock_person(uow, person_id)
    count = select(func.count()).where(CONTACT.c.person_id == person_id)
    if (await uow.session.execute(count)).scalar_one() <= 1:
        raise Refused(Problem(Refusal.LAST_CONTACT))
    await uow.session.execute(
        delete(CONTACT).where(CONTACT.c.person_id == person_id, CONTACT.c.value == value)
    )


async def want_messages(uow: UnitOfWork, person_id: str, since: datetime | None) -> None:
    """Consent to messages from now on, or take it back (None). Asking twice keeps the first day."""
    wanted = PERSON.c.messages_since
    values = {"messages_since": None if since is None else func.coalesce(wanted, since)}
    await uow.session.execute(update(PERSON).where(PERSON.c.person_id == person_id).values(values))
