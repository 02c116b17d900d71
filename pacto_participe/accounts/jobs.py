"""What leaves after the commit: codes by text message and mail."""

from typing import Any

from pacto_participe.accounts import wording
from pacto_participe.accounts.domain.people import Contact, ContactKind
from pacto_participe.accounts.domain.slips import login_code, shown_slip, slip_code
from pacto_participe.accounts.queries import person_facts
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
    senders: Senders = web.senders
    if ContactKind(asked["kind"]) is ContactKind.PHONE:
        await senders.sms.send(asked["value"], wording.code_message(asked["language"], digits))
        return
    if asked["purpose"] != SIGN_IN:
        text = wording.code_message(asked["language"], digits)
        await senders.mail.send(
            asked["value"], text, subject=wording.code_subject(asked["language"])
        )
        return
    token = link_token(web.secrets, values["code_id"], expires_at=instant(asked["expires_at"]))
    path = web.addresses.path("accounts:sign-in-link", asked["language"], token=token)
    host = web.settings.base_url
    with speaking(asked["language"]):
        body = web.templates.page(
            "accounts/mail/code.txt", code=digits, link=f"{host}{path}", host=host
        )
    await senders.mail.send(asked["value"], body, subject=wording.code_subject(asked["language"]))


async def send_slip(web: Web, values: dict[str, Any]) -> None:
    """Text a slip's code to the phone that the resident named, then forget the phone."""
    town, slip_id = values["collectivity"], values["slip_id"]
    async with unit_of_work(web.database, web.clock) as uow:
        phone = await phone_of_slip(uow, town, slip_id)
    if phone is None:
        return
    code = shown_slip(slip_code(web.secrets.get(SLIP_KEY), slip_id))
    text = wording.slip_message(values["language"], values["town"], code)
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
    language, senders = values["language"], web.senders
    address = web.settings.base_url + web.addresses.path("accounts:sign-in", language)
    text = wording.invitation_message(language, values["town"], address)
    if contact.kind is ContactKind.PHONE:
        await senders.sms.send(contact.value, text)
    else:
        subject = wording.invitation_subject(language)
        await senders.mail.send(contact.value, text, subject=subject)


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
    language, senders = facts.language, web.senders
    address = web.settings.base_url + web.addresses.path("accounts:my-data", language)
    text = wording.answer_message(language, town.name(language), address)
    # Sorted by value: a phone (+212…) comes before an address, and reaches more people.
    contact = facts.contacts[0]
    if contact.kind is ContactKind.PHONE:
        await senders.sms.send(contact.value, text)
    else:
        await senders.mail.send(contact.value, text, subject=wording.answer_subject(language))


async def send_decided(web: Web, values: dict[str, Any]) -> None:
    """Tell one side of a conflict that it is decided; then erase the account that goes."""
    person_id = values["person_id"]
    async with web.database.read() as session:
        facts = await person_facts(session, person_id, web.clock.now())
        town = await collectivity_by_id(session, values["collectivity"])
    if facts is not None and facts.contacts:
        await _say_decided(web, facts.contacts[0], facts.language, town.name(facts.language))
    if values["erases"]:
        async with unit_of_work(web.database, web.clock) as uow:
            await erase_told(uow, person_id)


async def _say_decided(web: Web, contact: Contact, language: str, town: str) -> None:
    text, senders = wording.decided_message(language, town), web.senders
    if contact.kind is ContactKind.PHONE:
        await senders.sms.send(contact.value, text)
    else:
        await senders.mail.send(contact.value, text, subject=wording.decided_subject(language))


JOBS = {
    SEND_DECIDED: send_decided,
    SEND_CODE: send_code,
    SEND_SLIP: send_slip,
    SEND_INVITATION: send_invitation,
    SEND_ANSWER: send_answer,
}
