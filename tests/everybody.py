"""Everybody who could stand before a door: one town as it is installed for real, and sixteen people.

There is one of each thing that the staff's pages show (a batch of codes, a case, a request for a second
person, votes in every state), so that nothing is refused to anybody for want of it. What a form changes
is put back after each address.
"""

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import httpx2
from starlette.applications import Starlette
from starlette.routing import Route

from pacto_participe.accounts import services as accounts
from pacto_participe.accounts.domain.cases import Wrong
from pacto_participe.accounts.domain.contacts import Contact
from pacto_participe.accounts.domain.people import ContactKind
from pacto_participe.accounts.services.cases import ask_correction
from pacto_participe.accounts.services.invitations import invite
from pacto_participe.accounts.services.mediators import make_sheet
from pacto_participe.accounts.tables import MEMBERSHIP, PERSON
from pacto_participe.approvals import services as approvals
from pacto_participe.approvals.queries import approvals_of
from pacto_participe.kernel.actors import Role
from pacto_participe.storage.sql import Sql
from pacto_participe.voting.charter import Charter
from pacto_participe.voting.domain import Parameters
from pacto_participe.voting.recordings import OGG, Recording
from pacto_participe.voting.services import rolls
from pacto_participe.voting.services.recordings import keep_sounds
from pacto_participe.web.i18n import LANGUAGES
from pacto_participe.web.sessions import cookie_name
from tests.town import NEIGHBOUR_TOWN, NOON, TOWN, TOWN_SLUG, LiveSite, cast, count, make_edition
from tests.two_administrators import FIRST
from tests.voting.recorded_sounds import ogg_opus
from tests.voting.test_votes_of_the_staff import prepare

HOST = "https://participe.example.ma"
PIN = "204681"
ADDRESS = Contact(ContactKind.EMAIL, "colleague@example.ma")
CARD, BORN = "JB 1", "12/03/1987"
OPEN, COUNTED, TIED, DRAFT, SOON = "2026", "2025", "2024", "2027", "2028"
# Pages of another vote than the one that is open.
EDITIONS = {
    "results": COUNTED,
    "delivery": COUNTED,
    "draw": TIED,
    "publication": DRAFT,
    "roll": SOON,
}

STAFF = tuple(role.value for role in Role)
# Who stands before the doors of the town. "there": who belongs to the next one. "second step owed": an
# administrator of the town who has signed in and not shown the second factor yet.
PEOPLE = (
    "visitor", "account", "resident", *STAFF, "operator",
    "resident there", *(f"{role} there" for role in STAFF), "second step owed", "desk",
)  # fmt: skip

SOUND = ogg_opus()
RECORDING = Recording("1", "ary", sha256(SOUND).hexdigest(), OGG, len(SOUND), 1)

# What a form must hold to be more than unreadable.
FIELDS = {
    "/account/role": {"invitation_id": "1" * 32},
    "/account/session-end": {"session_id": "1" * 64},
    "/account/contact/removal": {"value": "nobody@example.ma"},
    "/account/messages": {"messages": "no"},
    "/account/second-factor/passkeys/removal": {"passkey_id": "1" * 64},
    "/staff/{slug}/resident/report": {"residence_id": "{residence}"},
    "/staff/{slug}/people/offer-end": {"invitation_id": "{invitation}"},
    "/staff/{slug}/people/role-end": {"person_id": "{colleague}", "role": "clerk"},
}


@dataclass(frozen=True, slots=True)
class Asked:
    """An address as it is served."""

    method: str
    path: str  # with the names of its places: /{lang}/c/{slug}/

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def served(app: Starlette) -> tuple[Asked, ...]:
    """Every address that the application answers at, whoever declared it. HEAD is GET without a body."""
    return tuple(
        Asked(method, route.path.replace(":lang}", "}").replace(":int}", "}"))
        for route in app.routes
        if isinstance(route, Route)
        for method in sorted(route.methods or {"every method"})
        if not (method == "HEAD" and "GET" in (route.methods or ()))
    )


class Everybody:
    """The town and its people. `answers` asks an address as each of them."""

    def __init__(self, site: LiveSite, file: Path, places: Mapping[str, str]) -> None:
        self.site = site
        self.cookies = dict.fromkeys(PEOPLE, "")
        self._places = places
        self._file = file
        self._kept = sqlite3.connect(":memory:")
        self._asking = {
            name: _client(site.app, f"192.0.2.{number}") for number, name in enumerate(PEOPLE, 1)
        }

    def keep(self) -> None:
        """As it is now, everything is put back after a form."""
        with sqlite3.connect(self._file) as file:
            file.backup(self._kept)

    def put_back(self) -> None:
        with sqlite3.connect(self._file) as file:
            self._kept.backup(file)

    def path(self, asked: Asked) -> str:
        """The address with its places filled in."""
        last = next((word for word in EDITIONS if f"/{word}" in f"{asked.path}/"), "")
        return asked.path.format_map({**self._places, "edition": EDITIONS.get(last, OPEN)})

    async def answers(self, asked: Asked) -> dict[str, str]:
        """What each of them meets there, in one word or two."""
        path, found = self.path(asked), {}
        typed = FIELDS.get(asked.path.removeprefix("/{lang}"), {})
        fields = {field: value.format_map(self._places) for field, value in typed.items()}
        for name in PEOPLE:
            answer = await self.ask(name, asked.method, path, fields)
            found[name] = met(answer, path)
        if asked.method != "GET":
            self.put_back()
        return found

    async def ask(
        self, name: str, method: str, path: str, fields: Mapping[str, str] | None = None
    ) -> httpx2.Response:
        """As one of them. Nothing that the answer sets in a cookie is kept."""
        browser = self._asking[name]
        headers = {"Cookie": self.cookies[name], "Sec-Fetch-Site": "same-origin"}
        data = dict(fields or {}) if method == "POST" else None
        answer = await browser.request(method, path, headers=headers, data=data)
        browser.cookies.clear()
        return answer

    async def close(self) -> None:
        for browser in self._asking.values():
            await browser.aclose()
        self._kept.close()


def _client(app: Starlette, address: str) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=app, client=(address, 40000))
    return httpx2.AsyncClient(transport=transport, base_url=HOST)


def met(answer: httpx2.Response, path: str) -> str:
    """What somebody meets at a door, told from the answer alone."""
    status = answer.status_code
    known = {403: "refused", 404: "not found"}
    if status in known:
        return known[status]
    if status in (301, 302, 303, 307, 308):
        return _led(answer.headers["location"], path)
    # A form that is told what is missing, or that something changed meanwhile, was read.
    return "opens" if status in (200, 304, 409, 422) else f"status {status}"


def _led(target: str, path: str) -> str:
    """Where somebody is led who does not get what is there, in whatever language."""
    target, path = _LANGUAGE.sub("/", target), _LANGUAGE.sub("/", path)
    leads_to = target.partition("?")[0]
    if leads_to == "/sign-in":
        return "sign in"
    if leads_to == "/sign-in/second-step":
        return "second step"
    if leads_to.endswith("/identity") and not path.endswith("/identity"):
        return "identity"
    if target == f"/desk/{TOWN_SLUG}/" and path != target:
        return "desk"
    if target == f"/c/{TOWN_SLUG}/" and path.startswith("/desk/"):
        return "town"
    return "opens"


_LANGUAGE = re.compile(rf"^/({'|'.join(LANGUAGES)})/")


async def invite_everybody(site: LiveSite, file: Path) -> Everybody:
    """The votes, the work of the counter, and who is signed in where."""
    soon = await _votes(site)
    resident = await site.person(name="فاطمة")
    await site.verify(resident, CARD)
    neighbour = await site.person(name="Hassan")
    await site.verify(neighbour, "JB 2", town=NEIGHBOUR_TOWN)
    everybody = Everybody(site, file, await _things(site, resident, soon))
    cookies = everybody.cookies
    cookies["account"] = await _signed_in(site, await site.person())
    cookies["resident"] = await _signed_in(site, resident)
    cookies["resident there"] = await _signed_in(site, neighbour)
    cookies["operator"] = await _operator(site)
    for role in Role:
        cookies[role.value] = await _at_work(site, role)
        cookies[f"{role.value} there"] = await _at_work(site, role, NEIGHBOUR_TOWN)
    cookies["second step owed"] = await _signed_in(site, await _employed(site, Role.ADMINISTRATOR))
    cookies["desk"] = await _desk(everybody)
    everybody.keep()
    return everybody


async def _votes(site: LiveSite) -> Charter:
    """One is counted, one waits for a draw, one is open, one is a draft; and one comes in a year."""
    year = timedelta(days=365)
    opens_at, closes_at = NOON - timedelta(days=7), NOON + timedelta(days=7)
    counted = await make_edition(
        site, edition=COUNTED, opens_at=opens_at - year, closes_at=closes_at - year
    )
    tied = await make_edition(
        site, edition=TIED, opens_at=opens_at - 2 * year, closes_at=closes_at - 2 * year,
        budget_cents=30_000_000, parameters=Parameters(ties=("lot",)),
    )  # fmt: skip
    await cast(site, counted, [("1", 40), ("2,3", 30)])
    await cast(site, tied, [("1", 3), ("6", 3)])
    await count(site, counted)
    await count(site, tied)
    await make_edition(
        site, edition=OPEN, opens_at=opens_at, closes_at=closes_at, recordings=(RECORDING,)
    )
    async with site.work() as uow:
        await keep_sounds(uow, TOWN, OPEN, {RECORDING.sha256: SOUND})
    await prepare(site)  # of DRAFT
    soon = await make_edition(
        site, edition=SOON, opens_at=opens_at + year, closes_at=closes_at + year
    )
    return soon.charter


async def _things(site: LiveSite, resident: str, soon: Charter) -> dict[str, str]:
    """What stands in the places of the addresses."""
    async with site.work() as uow:
        case = await ask_correction(uow, TOWN, resident, Wrong.DISTRICT, "Hay Salam")
    async with site.work(FIRST) as uow:
        batch = uuid4().hex
        await make_sheet(uow, site.web.secrets, TOWN, batch, district="Centre", size=3, days=14)
        invitation = await invite(uow, TOWN, ADDRESS, Role.CLERK, language="fr", town="Tiznit")
    return {
        "lang": "fr", "slug": TOWN_SLUG, "case": case, "batch": batch,
        "approval": await _request(site, soon), "code": await _receipt(site),
        "residence": await _residence(site), "invitation": invitation,
        "colleague": await _employed(site, Role.CLERK),
        "number": "1", "token": "unknown", "file": "result.json", "rule": "most-votes",
        "sheet": "ballot", "recording": RECORDING.name,
    }  # fmt: skip


async def _request(site: LiveSite, soon: Charter) -> str:
    """Where the town asks for two people, one has asked for the roll to be frozen."""
    for _ in range(2):
        await _employed(site, Role.ADMINISTRATOR)
    async with site.work(FIRST) as uow:
        await approvals.turn_on(uow, TOWN, approvers=2)
    async with site.work(FIRST) as uow:
        await rolls.ask_to_freeze(uow, soon, reason="La salle ferme")
    async with site.web.database.read() as session:
        return (await approvals_of(session, TOWN))[0].approval_id


async def _receipt(site: LiveSite) -> str:
    found = await site.web.database.quick.all(Sql("SELECT code FROM receipt LIMIT 1"))
    return str(found[0]["code"])


async def _residence(site: LiveSite) -> str:
    found = await site.web.database.quick.all(
        Sql("SELECT residence_id FROM residence WHERE collectivity_id = :town"), town=TOWN
    )
    return str(found[0]["residence_id"])


async def _signed_in(site: LiveSite, person_id: str, *, has_second_factor: bool = False) -> str:
    """The cookie of a browser of theirs."""
    async with site.work() as uow:
        ticket = await accounts.start_session(
            uow, person_id, days=30, has_second_factor=has_second_factor
        )
    return f"{cookie_name(site.web.settings)}={ticket}"


async def _employed(site: LiveSite, role: Role, town: str = TOWN) -> str:
    person_id = await site.person()
    async with site.work() as uow:
        given = {"collectivity_id": town, "person_id": person_id, "role": role}
        await uow.session.execute(MEMBERSHIP.insert().values(since=site.clock.now(), **given))
    return person_id


async def _at_work(site: LiveSite, role: Role, town: str = TOWN) -> str:
    return await _signed_in(site, await _employed(site, role, town), has_second_factor=True)


async def _operator(site: LiveSite) -> str:
    person_id = await site.person()
    async with site.work() as uow:
        person = PERSON.update().where(PERSON.c.person_id == person_id)
        await uow.session.execute(person.values(is_operator=True))
    return await _signed_in(site, person_id, has_second_factor=True)


async def _desk(everybody: Everybody) -> str:
    """The cookie of a device that a clerk has made a desk, and that a resident holds."""
    everybody.cookies["desk"] = await _at_work(everybody.site, Role.CLERK)
    opened = await everybody.ask(
        "desk", "POST", f"/fr/staff/{TOWN_SLUG}/desk", {"vote": OPEN, "pin": PIN}
    )
    told = opened.headers.get_list("set-cookie")
    everybody.cookies["desk"] = next(cookie for cookie in told if "desk=" in cookie).split(";")[0]
    identified = await everybody.ask(
        "desk", "POST", f"/fr/desk/{TOWN_SLUG}/", {"pin": PIN, "cnie": CARD, "birth_date": BORN}
    )
    assert identified.status_code == 303, identified.text
    return everybody.cookies["desk"]
