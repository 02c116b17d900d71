"""A browser that proofreads: every page that a test fetches is looked at before the test goes on.

    async def test_…(visitor):
        page = await visitor.get("/fr/c/tiznit/")
        assert page.h1 == "…"
        page = await visitor.follow(page, "Voter maintenant")
        page = await visitor.submit(page.form(), p=["1", "4"])

A page with a fault (proof/reading.py says which are looked for) raises Misprint, an AssertionError that
says what is wrong, where, and on which page.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import httpx2
from starlette.types import ASGIApp

from pacto_participe.storage.sql import Sql
from pacto_participe.web.headers import CSP
from pacto_participe.web.i18n import LANGUAGES
from tests.proof.markup import Element, read
from tests.proof.reading import proofread

ORIGIN = "http://127.0.0.1:8000"
EXPECTED_HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
MOST_REDIRECTS = 8

Fields = Mapping[str, str | Sequence[str]]


class Misprint(AssertionError):
    """A page that must not be shown like this."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form as a browser would send it: what is typed and ticked already, and where it goes."""

    method: str
    action: str
    fields: dict[str, list[str]]
    buttons: tuple[tuple[str, str], ...]
    names: frozenset[str]

    def filled(self, changes: Fields) -> dict[str, list[str]]:
        """Its fields with other values. A list replaces every value of a name; [] unticks all.

        Nobody can fill a field that the form does not have: a test that does is wrong, or the page is.
        """
        missing = set(changes) - self.names
        assert not missing, f"the form to {self.action} has no {sorted(missing)}"
        values = {name: list(given) for name, given in self.fields.items()}
        for name, value in changes.items():
            values[name] = [value] if isinstance(value, str) else list(value)
        return values


@dataclass(frozen=True)
class Page:
    """What came back, already proofread."""

    response: httpx2.Response
    hops: tuple[httpx2.Response, ...] = field(default=())

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def headers(self) -> httpx2.Headers:
        return self.response.headers

    @property
    def path(self) -> str:
        """Where it is, with its query."""
        url = self.response.url
        return url.path + (f"?{url.query.decode()}" if url.query else "")

    @property
    def html(self) -> str:
        return self.response.text

    @cached_property
    def tree(self) -> Element:
        return read(self.html).root

    @property
    def title(self) -> str:
        return next(self.tree.elements("title")).text

    @property
    def h1(self) -> str:
        return next(self.tree.elements("h1")).text

    @cached_property
    def text(self) -> str:
        """What is read on it, spaces made single (no-break spaces stay)."""
        body = next(self.tree.elements("body"), self.tree)
        words = " ".join(text for _, text in body.texts())
        return " ".join(words.split(" ")).replace("\n", " ")

    def says(self, *sentences: str) -> bool:
        """Whether all of these can be read on it, whatever elements they are cut into."""
        flat = _flat(self.text)
        return all(_flat(sentence) in flat for sentence in sentences)

    def part(self, identity: str) -> Element:
        """The element with an id; StopIteration when there is none."""
        return next(item for item in self.tree.elements() if item.get("id") == identity)

    @cached_property
    def links(self) -> dict[str, str]:
        """Address by the words that are pressed."""
        return {
            _in_plain_spaces(link.get("aria-label") or link.text): link.get("href")
            for link in self.tree.elements("a")
        }

    def link(self, words: str) -> str:
        """The address of the first link with these words in it."""
        for text, address in self.links.items():
            if _flat(words) in _flat(text):
                return address
        raise AssertionError(f"no link says {words!r} on {self.path}; they say {list(self.links)}")

    def forms(self) -> list[Form]:
        return [_form(item, self.path) for item in self.tree.elements("form")]

    def form(self, action: str = "") -> Form:
        """The first form whose address ends so (the first of all without)."""
        for found in self.forms():
            if urlsplit(found.action).path.endswith(action):
                return found
        raise AssertionError(f"no form goes to …{action} on {self.path}")


def _in_plain_spaces(text: str) -> str:
    return text.replace("\u00a0", " ")


def _flat(text: str) -> str:
    return "".join(text.split())


def _form(element: Element, path: str) -> Form:
    fields: dict[str, list[str]] = {}
    names: set[str] = set()
    buttons = []
    for item in element.elements("input", "select", "textarea", "button"):
        name, kind = item.get("name"), item.get("type")
        if "disabled" in item and kind != "hidden":
            continue
        names.add(name)
        if "disabled" in item:  # hidden until a script fills and enables it
            continue
        if item.tag == "button" or kind == "submit":
            buttons.append((name, item.get("value")))
            continue
        if not name:
            continue
        if kind in ("checkbox", "radio"):
            if "checked" in item:
                fields.setdefault(name, []).append(item.get("value", "on"))
        elif item.tag == "select":
            options = list(item.elements("option"))
            chosen = next((option for option in options if "selected" in option), options[0])
            fields.setdefault(name, []).append(chosen.get("value", chosen.text))
        else:
            value = item.text if item.tag == "textarea" else item.get("value")
            fields.setdefault(name, []).append(value)
    action = urljoin(path, element.get("action")) if element.get("action") else path
    method = element.get("method", "get").lower()
    return Form(method, action, fields, tuple(buttons), frozenset(names))


STAFF_ACT = re.compile(r"/[a-z]+/staff/[^/]+/.")
# The dry run of a list shows what would happen.
LOOKS_ONLY = re.compile(r"/staff/[^/]+/list$")
_HOW_MANY = Sql("SELECT COUNT(*) AS acts FROM event")


class Browser:
    """One browser with its cookies. Follows redirects as browsers do, and proofreads what it gets."""

    def __init__(self, app: ASGIApp, *, accept_language: str = "", cookies: Fields | None = None):
        self.app = app
        headers = {"Accept-Encoding": "gzip"}
        if accept_language:
            headers["Accept-Language"] = accept_language
        self.http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app, client=("127.0.0.1", 40000)),
            base_url=ORIGIN,
            headers=headers,
        )
        for name, value in (cookies or {}).items():
            self.http.cookies.set(name, str(value), domain="127.0.0.1")

    async def get(
        self,
        path: str,
        *,
        status: int = 200,
        follow: bool = True,
        headers: Mapping[str, str] | None = None,
    ) -> Page:
        """A page, which must answer with this status."""
        return await self._ask("GET", path, None, status=status, follow=follow, headers=headers)

    async def post(
        self,
        path: str,
        fields: Fields | None = None,
        *,
        status: int = 200,
        follow: bool = True,
        headers: Mapping[str, str] | None = None,
        leaves_nothing: bool = False,
    ) -> Page:
        """Send fields as a form of ours does. After a 303 the status is that of the page it leads to.

        What staff do is in the journal afterwards, unless the test says that it leaves nothing there.
        """
        content = urlencode(dict(fields or {}), doseq=True)
        sent = {"Sec-Fetch-Site": "same-origin", **(headers or {})}
        before = await self._written_down(path)
        page = await self._ask("POST", path, content, status=status, follow=follow, headers=sent)
        first = (*page.hops, page.response)[0]
        is_turned_away = "/staff/" not in first.headers.get("location", path)
        if before is not None and first.status_code < 400 and not is_turned_away:
            is_told = await self._written_down(path) != before
            assert is_told is not leaves_nothing, f"{path} in the journal: {is_told}"
        return page

    async def _written_down(self, path: str) -> int | None:
        """How many acts the journal holds; None where a request of staff need not leave one."""
        web = getattr(getattr(self.app, "state", None), "web", None)
        if web is None or not STAFF_ACT.match(path) or LOOKS_ONLY.search(path):
            return None
        row = await web.database.quick.one(_HOW_MANY)
        return int(row["acts"]) if row else 0

    async def follow(self, page: Page, words: str, *, status: int = 200) -> Page:
        """Press the link that says so."""
        return await self.get(urljoin(page.path, page.link(words)), status=status)

    async def submit(
        self,
        form: Form,
        /,
        *,
        status: int = 200,
        leaves_nothing: bool = False,
        **changes: str | Sequence[str],
    ) -> Page:
        """Send a form with these changes. A pressed button is named like any field: swap="7"."""
        values = form.filled(changes)
        if form.method == "post":
            return await self.post(
                form.action, values, status=status, leaves_nothing=leaves_nothing
            )
        return await self.get(f"{urlsplit(form.action).path}?{urlencode(values, doseq=True)}",
                              status=status)  # fmt: skip

    async def _ask(
        self,
        method: str,
        path: str,
        content: str | None,
        *,
        status: int,
        follow: bool,
        headers: Mapping[str, str] | None,
    ) -> Page:
        hops: list[httpx2.Response] = []
        sent = dict(headers or {})
        if content is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        while True:
            # A task of its own for each request, as servers do: its language stays with it.
            response = await asyncio.create_task(
                self.http.request(method, path, content=content, headers=sent)
            )
            check(response, fragment="HX-Request" in sent)
            leads_on = "location" in response.headers
            if not (follow and leads_on) or len(hops) == MOST_REDIRECTS:
                break
            hops.append(response)
            path = urljoin(str(response.url), response.headers["location"])
            if response.status_code in (302, 303):
                method, content = "GET", None
                sent = {name: value for name, value in sent.items() if name != "Content-Type"}
        if response.status_code != status:
            raise AssertionError(
                f"{method} {response.url} answered {response.status_code}, not {status}: "
                f"{_beginning(response)}"
            )
        return Page(response, tuple(hops))

    async def close(self) -> None:
        await self.http.aclose()


def _beginning(response: httpx2.Response) -> str:
    if "html" not in response.headers.get("content-type", ""):
        return response.text[:300]
    main = next(read(response.text).root.elements("main"), None)
    return main.text[:400] if main else response.text[:300]


def check(response: httpx2.Response, *, fragment: bool = False) -> None:
    """Raise Misprint for a page, or an answer, that has a fault."""
    faults = list(_faults_of_headers(response))
    is_html = response.headers.get("content-type", "").startswith("text/html")
    if is_html and response.text and not response.is_redirect:
        is_whole = "<html" in response.text or not fragment
        faults += proofread(response.text, path=response.url.path, is_whole=is_whole)
    if faults:
        shown = "\n".join(f"  - {fault}" for fault in faults)
        raise Misprint(
            f"{response.request.method} {response.url} ({response.status_code}):\n{shown}"
        )


def _faults_of_headers(response: httpx2.Response) -> list[str]:
    headers = response.headers
    faults = [
        f"the header {name} is {headers.get(name)!r}, not {value!r}"
        for name, value in EXPECTED_HEADERS.items()
        if headers.get(name) != value
    ]
    is_kept = "etag" in headers and not response.url.path.startswith("/static/")
    if is_kept and "set-cookie" in headers:
        faults.append("a page that is kept for everybody sets a cookie")
    is_html = headers.get("content-type", "").startswith("text/html")
    if is_html and headers.get("cache-control") not in ("no-store", "no-cache"):
        faults.append(
            f"Cache-Control is {headers.get('cache-control')!r}: say who may keep the page"
        )
    if is_html and headers.get("cache-control") == "no-cache" and "set-cookie" in headers:
        faults.append("a page that browsers may keep sets a cookie")
    if location := headers.get("location"):
        address = urlsplit(location)
        if address.netloc and f"{address.scheme}://{address.netloc}" != ORIGIN:
            faults.append(f"it leads to another site: {location}")
    language = response.url.path.strip("/").split("/")[0]
    if is_html and response.status_code == 200 and language in LANGUAGES:
        written = LANGUAGES[language].falls_back_to or language
        if headers.get("content-language") != written:
            faults.append(f"Content-Language is {headers.get('content-language')!r}, not {written}")
    return faults


def weight(response: httpx2.Response) -> int:
    """Bytes of a body as it was sent (gzip)."""
    return int(response.headers["content-length"])


def as_values(page: Page) -> Any:
    """The JSON of an answer."""
    return page.response.json()
