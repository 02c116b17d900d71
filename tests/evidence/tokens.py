"""Everything that opens something: how it is got, how it is used, and how long it lasts."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

import httpx2

from pacto_participe.accounts import services as accounts
from pacto_participe.accounts.domain.contacts import read_contact
from pacto_participe.accounts.services.invitations import invite
from pacto_participe.accounts.services.residence import SLIP_DAYS
from pacto_participe.background import do_one_job
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.web.senders import outbox_of, written_messages
from tests.pages import Browser
from tests.town import TOWN, TOWN_SLUG, Edition, LiveSite

RESIDENCE = f"/fr/c/{TOWN_SLUG}/residence"


@dataclass
class Holder:
    """One town, one open vote, and what tokens need to be made and used."""

    site: LiveSite
    edition: Edition
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def phone(self) -> str:
        return f"+2126{next(self._numbers):08}"

    def address(self) -> str:
        return f"person{next(self._numbers)}@example.ma"

    async def message(self, browser: Browser, contact: str) -> str:
        """Ask for a code in a browser; what came."""
        await browser.post("/fr/sign-in", {"contact": contact})
        return await self.newest(contact)

    async def newest(self, contact: str) -> str:
        """The newest message to a contact, once the jobs are done."""
        while await do_one_job(self.site.web):
            pass
        messages = written_messages(outbox_of(self.site.web.settings), most=1000)
        return next(message.text for message in messages if message.to == contact)

    async def sign_in(self, contact: str) -> Browser:
        browser = self.site.browser()
        await browser.post(
            "/fr/sign-in/code", {"code": code_in(await self.message(browser, contact))}
        )
        return browser

    async def slip(self, card: str) -> str:
        clerk = Actor(person_id="c" * 32, roles=frozenset({(TOWN, Role.CLERK)}))
        async with self.site.work(clerk) as uow:
            slip = await accounts.issue_slip(uow, self.site.web.secrets, TOWN, card, "12/03/1987")
        return slip.code

    async def offer(self, contact: str) -> str:
        readable = read_contact(contact)
        assert readable is not None
        async with self.site.work(Actor(is_operator=True)) as uow:
            return await invite(uow, TOWN, readable, Role.CLERK, language="fr", town="Tiznit")


def code_in(message: str) -> str:
    return re.search(r"\b\d{6}\b", message)[0]


def link_in(message: str) -> str:
    return re.search(r"/sign-in/link/(\S+)", message)[1]


def ticket_of(browser: Browser) -> str:
    return str(browser.http.cookies["session"])


@dataclass(frozen=True)
class Held:
    """A token in the hands of its own browser."""

    text: str
    browser: Browser

    def copy(self, site: LiveSite) -> "Held":
        """The same token in a browser that has the same cookies, as a thief would have them."""
        browser = site.browser()
        browser.http.cookies.update(self.browser.http.cookies)
        return Held(self.text, browser)


Use = Callable[[Holder, Held], Awaitable[bool]]


@dataclass(frozen=True)
class Kind:
    """`use` says whether the token opened what it is for."""

    name: str
    get: Callable[[Holder], Awaitable[Held]]
    use: Use
    lasts: timedelta
    serves_once: bool = True


async def _get_code(holder: Holder) -> Held:
    browser = holder.site.browser()
    return Held(code_in(await holder.message(browser, holder.phone())), browser)


async def _use_code(holder: Holder, held: Held) -> bool:
    return await _is_in(held.browser, "/fr/sign-in/code", {"code": held.text})


async def _get_link(holder: Holder) -> Held:
    browser = holder.site.browser()
    return Held(link_in(await holder.message(browser, holder.address())), browser)


async def _use_link(holder: Holder, held: Held) -> bool:
    return await _is_in(held.browser, f"/fr/sign-in/link/{held.text}", {})


async def _get_slip(holder: Holder) -> Held:
    return Held(await holder.slip(f"JT{next(holder._numbers)}"), holder.site.browser())


async def _use_slip(holder: Holder, held: Held) -> bool:
    return await _is_in(held.browser, RESIDENCE, {"way": "slip", "code": held.text})


async def _use_slip_at_the_booth(holder: Holder, held: Held) -> bool:
    return await _is_in(held.browser, holder.edition.path("identity"), {"code": held.text})


async def _get_offer(holder: Holder) -> Held:
    contact = holder.address()
    offer = await holder.offer(contact)
    return Held(offer, await holder.sign_in(contact))


async def _use_offer(holder: Holder, held: Held) -> bool:
    answer = await _send(held.browser, "/fr/account/role", {"invitation_id": held.text})
    return answer.status_code == 303 and "saved=1" in answer.headers["location"]


async def _get_ticket(holder: Holder) -> Held:
    browser = await holder.sign_in(holder.phone())
    return Held(ticket_of(browser), browser)


async def _get_contact(holder: Holder) -> Held:
    """The code that proves another phone of somebody who is signed in."""
    browser, phone = await holder.sign_in(holder.phone()), holder.phone()
    await browser.post("/fr/account/contact", {"contact": phone})
    return Held(code_in(await holder.newest(phone)), browser)


async def _use_contact(holder: Holder, held: Held) -> bool:
    answer = await _send(held.browser, "/fr/account/contact/code", {"code": held.text})
    return answer.status_code == 303 and "saved=1" in answer.headers["location"]


async def _use_ticket(holder: Holder, held: Held) -> bool:
    page = await holder.site.browser(held.text).get("/fr/account")
    return page.path == "/fr/account"


async def _is_in(browser: Browser, path: str, fields: dict[str, str]) -> bool:
    """Whether a form signed the browser in with a new ticket."""
    before = browser.http.cookies.get("session")
    await _send(browser, path, fields)
    return browser.http.cookies.get("session") not in {None, before}


async def _send(browser: Browser, path: str, fields: dict[str, str]) -> httpx2.Response:
    """The answer to a form; a fault of ours is no refusal."""
    answer = await browser.http.post(path, data=fields, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code in {303, 404, 422}, (path, answer.status_code)
    return answer


KINDS = {
    kind.name: kind
    for kind in (
        Kind("code", _get_code, _use_code, timedelta(minutes=10)),
        Kind("link", _get_link, _use_link, timedelta(minutes=10)),
        Kind("slip", _get_slip, _use_slip, timedelta(days=SLIP_DAYS)),
        Kind("slip-booth", _get_slip, _use_slip_at_the_booth, timedelta(days=SLIP_DAYS)),
        Kind("offer", _get_offer, _use_offer, timedelta(days=7)),
        Kind("contact", _get_contact, _use_contact, timedelta(minutes=10)),
        Kind("ticket", _get_ticket, _use_ticket, timedelta(days=30), serves_once=False),
    )
}
