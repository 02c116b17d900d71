"""Every address of the application, filled in and asked: what the tests of advisories walk over."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx2

from pacto_participe.kernel.actors import Role
from pacto_participe.migrations.runner import sync_engine
from pacto_participe.web.forms import FormModel
from pacto_participe.web.routing import Address
from tests.evidence.searching import cells
from tests.pages import Browser
from tests.proof.markup import read
from tests.town import TOWN, LiveSite, _staff

PACKAGE = Path(__file__).parents[2] / "pacto_participe"
# Addresses that keep something which is no business of the town's: how often somebody tried.
NOT_COMPARED = {"rate_limit", "job"}

# What a page must never take for its own: an element, a handler, a template, a header, an address.
HOSTILE = (
    "\"'><hostile onhostile=1>{{7*7}}%(x)s\u202ejavascript:hostile()</script><script>hostile()</script>"
    "\r\nX-Hostile: 1"
)
SQL = (
    "' OR '1'='1", "1; DROP TABLE vote; --", "1) UNION SELECT person_id FROM person --", "\\' OR 1=1 --",
    "title DESC, (SELECT hash FROM password)", "%27%20OR%201=1", "${1+1}", "' || pg_sleep(5) || '",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """An address with its path filled in."""

    address: Address
    path: str

    @property
    def method(self) -> str:
        return self.address.method

    def __str__(self) -> str:
        return f"{self.method} {self.address.path}"


def places(site: LiveSite, method: str, **values: str) -> Iterator[Place]:
    """Every address of a method. `values` fill its places; what is not named is "1"."""
    known = {
        "slug": "tiznit",
        "edition": "2026",
        "file": "result.json",
        "rule": "most-votes",
        **values,
    }
    addresses = site.web.addresses
    for address in addresses.all:
        if address.method == method:
            wanted = {name: known.get(name, "1") for name in addresses.places(address.name)}
            yield Place(address, addresses.path(address.name, "fr", **wanted))


def known_fields() -> list[str]:
    """The names of every field and parameter that any page reads."""
    named = {name for form in _forms(FormModel) for name in form.model_fields}
    for file in PACKAGE.rglob("*.py"):
        source = file.read_text(encoding="utf-8")
        if "query_params" in source or "read_fields" in source or "request.form" in source:
            named |= set(re.findall(r"""(?:get|_first)\((?:fields, )?["']([\w-]+)["']""", source))
            named |= set(
                re.findall(r"""["']([\w-]+)["'] (?:not )?in (?:request|given|fields)""", source)
            )
    return sorted(named)


def _forms(parent: type[FormModel]) -> Iterator[type[FormModel]]:
    for form in parent.__subclasses__():
        yield form
        yield from _forms(form)


async def someone(site: LiveSite, who: str) -> Browser:
    """A new browser of a visitor, of a resident, or of whoever has a role here."""
    if who == "visitor":
        return site.browser()
    if who == "resident":
        person_id = await site.person(name="فاطمة")
        await site.verify(person_id, f"JB{next(_CARDS)}")
        return await site.sign_in(person_id)
    return await _staff(site, Role(who), TOWN)


_CARDS = count(1000)


async def ask(
    browser: Browser, place: Place, fields: dict[str, str], headers: dict[str, str] | None = None
) -> httpx2.Response:
    """A GET with the fields as its query, or a POST of them; no redirect is followed."""
    if place.method == "GET":
        return await browser.http.get(place.path, params=fields, headers=headers)
    return await browser.http.post(
        place.path, data=fields, headers={"Sec-Fetch-Site": "same-origin", **(headers or {})}
    )


def faults(answer: httpx2.Response) -> list[str]:
    """What a hostile text has achieved in an answer."""
    found = []
    if answer.status_code >= 500:
        found.append(f"status {answer.status_code}")
    if "x-hostile" in answer.headers:
        found.append("a header of its own")
    location = answer.headers.get("location", "")
    if location and not (location.startswith("/") and not location.startswith(("//", "/\\"))):
        found.append(f"leads to {location}")
    if answer.headers.get("content-type", "").startswith("text/html"):
        found += _in_html(answer.text)
    return found


def _in_html(html: str) -> Iterator[str]:
    for element in read(html).root.elements():
        if element.tag == "hostile" or (element.tag == "script" and "hostile" in element.text):
            yield f"an element <{element.tag}>"
        for name in ("href", "src", "action", "formaction", "hx-get", "hx-post"):
            if element.get(name).strip().lower().startswith(("javascript:", "data:text", "//")):
                yield f"{name}={element.get(name)[:40]}"
        if "onhostile" in element:
            yield "a handler"
    if "49%(x)s" in html:
        yield "a template was filled"


def snapshot(site: LiveSite) -> dict[str, list[str]]:
    """Everything that the database holds, by table."""
    engine = sync_engine(site.web.settings.database)
    held: dict[str, list[str]] = {}
    for cell in cells(engine):
        if cell.table not in NOT_COMPARED:
            held.setdefault(cell.table, []).append(f"{cell.column}={cell.value}")
    engine.dispose()
    return {table: sorted(values) for table, values in held.items()}
