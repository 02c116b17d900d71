"""What leaves after the commit: codes by text message and mail."""

from typing import Any

from pacto_participe.accounts.domain.people import Contact, ContactKind
from pacto_participe.accounts.domain.slips import login_code, shown_slip, slip_code
from pacto_participe.accounts.queries import person_facts
from pacto_participe.accounts.queries.people import PersonFacts
from pacto_participe.accounts.services.cases import SEND_ANSWER, who_asked
from pacto_participe.accounts.services.conflicts import SEND_DECIDED, erase_told
from pacto_participe.accounts.services.invitations import SEND_INVITATION, contact_of_offer
from pacto_participe.accounts.services.residence import SLIP_KEY
from pacto_participe.accounts.services.sign_in import LOGIN_KEY, SEND_CODE, SIGN_IN
from pacto_participe.accounts.services.sign_in_link import link_token
from pacto_participe.accounts.services.texted_slips import (
    SEND_SLIP,
    forget_phone,
    phone_of_slip,
)
from pacto_participe.accounts.wording import messages
from pacto_participe.collectivities.queries import collectivity_by_id
from pacto_participe.storage.sql import Sql, instant
from pacto_participe.storage.unit_of_work import unit_of_work
from pacto_participe.web.context import Web
from pacto_participe.web.i18n import speaking
from pacto_participe.web.senders import Senders

_OPEN_CODE = Sql(
    "SELECT kind, value, language, expires_at, purpose FROM login_code "
    "WHERE code_id = :code AND proved_at IS NULL AND expires_at > :now"
)


async def send_code(web: Web, values: dict[str, Any]) -> None:
    """Send the code of a sign-in that is still open; the job holds its id only. One statement."""
    asked = await web.database.quick.one(_OPEN_CODE, code=values["code_id"], now=web.clock.now())
    if asked is None:
        return  # too late, or used already from an earlier try of this job
    digits = login_code(web.secrets.get_or_make(LOGIN_KEY), values["code_id"])
    language = asked["language"]
    contact = Contact(ContactKind(asked["kind"]), asked["value"])
    text = messages.code_message(language, digits)
    if contact.kind is ContactKind.EMAIL and asked["purpose"] == SIGN_IN:
        token = link_token(web.secrets, values["code_id"], expires_at=instant(asked["expires_at"]))
        path = web.addresses.path("accounts:sign-in-link", language, token=token)
        host = web.settings.base_url
        with speaking(language):
            text = web.templates.page(
                "accounts/mail/code.txt", code=digits, link=f"{host}{path}", host=host
            )
    await _send(web, contact, text, messages.code_subject(language))


async def send_slip(web: Web, values: dict[str, Any]) -> None:
    """Text a slip's code to the phone that the resident named, then forget the phone."""
    town, slip_id = values["collectivity"], values["slip_id"]
    async with unit_of_work(web.database, web.clock) as uow:
        phone = await phone_of_slip(uow, town, slip_id)
    if phone is None:
        return
    code = shown_slip(slip_code(web.secrets.get(SLIP_KEY), slip_id))
    text = messages.slip_message(values["language"], values["town"], code)
    senders: Senders = web.senders
    await senders.sms.send(phone, text)
    async with unit_of_work(web.database, web.clock) as uow:
        await forget_phone(uow, town, slip_id)


async def send_invitation(web: Web, values: dict[str, Any]) -> None:
    """Tell someone that a role is offered, while the offer stands. It holds no secret."""
    async with unit_of_work(web.database, web.clock) as uow:
        contact = await contact_of_offer(uow, values["collectivity"], values["invitation_id"])
    if contact is None:
        return
    language = values["language"]
    address = web.settings.base_url + web.addresses.path("accounts:sign-in", language)
    text = messages.invitation_message(language, values["town"], address)
    await _send(web, contact, text, messages.invitation_subject(language))


async def send_answer(web: Web, values: dict[str, Any]) -> None:
    """Tell a resident that a request is decided, when they want messages: by one way, once."""
    async with web.database.read() as session:
        person_id = await who_asked(session, values["collectivity"], values["case_id"])
        if person_id is None:
            return
        facts = await person_facts(session, person_id, web.clock.now())
        town = await collectivity_by_id(session, values["collectivity"])
    if facts is None or not facts.contacts:
        return
    language = facts.language
    address = web.settings.base_url + web.addresses.path("accounts:short-my-data", language)
    text = messages.answer_message(language, town.name(language), address)
    await _send(web, best_of(facts), text, messages.answer_subject(language))


async def send_decided(web: Web, values: dict[str, Any]) -> None:
    """Tell one side of a conflict that it is decided; then erase the account that goes."""
    person_id = values["person_id"]
    async with web.database.read() as session:
        facts = await person_facts(session, person_id, web.clock.now())
        town = await collectivity_by_id(session, values["collectivity"])
    if facts is not None and facts.contacts:
        language = facts.language
        text = messages.decided_message(language, town.name(language))
        await _send(web, best_of(facts), text, messages.decided_subject(language))
    if values["erases"]:
        async with unit_of_work(web.database, web.clock) as uow:
            await erase_told(uow, person_id)


def best_of(facts: PersonFacts) -> Contact:
    """Sorted by value, a phone (+212…) comes before an address, and it reaches more people."""
    return facts.contacts[0]


async def _send(web: Web, contact: Contact, text: str, subject: str) -> None:
    """By text message to a phone, by mail to an address."""
    senders: Senders = web.senders
    if contact.kind is ContactKind.PHONE:
        await senders.sms.send(contact.value, text)
    else:
        await senders.mail.send(contact.value, text, subject=subject)


JOBS = {
    SEND_DECIDED: send_decided,
    SEND_CODE: send_code,
    SEND_SLIP: send_slip,
    SEND_INVITATION: send_invitation,
    SEND_ANSWER: send_answer,
}
