"""Pages that are the same for everybody, kept as compressed bytes with an ETag.

A kept page is served without a question for `seconds`; then the data version of its town is read
(one statement), and the page lives on when nothing changed. It never outlives the instant at which
it would read differently. A page is only kept when its handler says so (pages.show_to_all). Those that
nobody has asked for the longest go first when there are too many or they weigh too much.

A page that many want at once is made once: the others wait for the first. On the morning a vote opens each
of 64 visitors made the whole list for themselves, and the process kept the memory of all 64.

While the database is away the pages that are kept go on being read, however old, up to the instant at which
they would read differently: results are asked for most on the night when most can go wrong.
"""

import asyncio
import gzip
import hashlib
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import structlog
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pacto_participe.kernel.clock import Clock
from pacto_participe.storage.database import Database
from pacto_participe.storage.outages import is_outage
from pacto_participe.storage.sql import SharedSql
from pacto_participe.storage.unit_of_work import NATION

log = structlog.get_logger()

KEEP_UNTIL = "pacto.keep_until"
TOWN_ID = "pacto.town_id"
MOST_PAGES = 512
MOST_BYTES = 32 * 1024 * 1024
LONGEST_SECONDS = 60
PATIENCE_SECONDS = 5  # then whoever waits for another's page makes it too

_VERSION = SharedSql("SELECT version FROM data_version WHERE collectivity_id = :town", town="text")


@dataclass(slots=True)
class KeptPage:
    """One answer, ready to send."""

    town: str
    version: int
    until: float | None
    kept_at: float
    asked_at: float
    etag: bytes
    plain: bytes
    compressed: bytes
    headers: list[tuple[bytes, bytes]]

    @property
    def weight(self) -> int:
        """Bytes that keeping it costs, or nearly."""
        return len(self.plain) + len(self.compressed) + 1024


class PageCache:
    """Pure ASGI. Only GET and HEAD without a fragment are looked at."""

    def __init__(self, app: ASGIApp, *, seconds: int) -> None:
        self.app = app
        self.seconds = seconds
        # The one that was asked for last stands last, and the first goes when there is no room.
        self.pages: OrderedDict[bytes, KeptPage] = OrderedDict()
        self.bytes_held = 0
        self.being_made: dict[bytes, asyncio.Event] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve what is kept, or let the page be made and keep it when it may be kept."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"} or not self.seconds:
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if b"hx-request" in headers:
            await self.app(scope, receive, send)
            return
        key = scope["raw_path"] + b"?" + scope["query_string"]
        page = await self._fresh(key, scope)
        if page is not None:
            await _serve(page, headers, scope["method"], send)
            return
        await self._make(key, headers, scope, receive, send)

    async def _fresh(self, key: bytes, scope: Scope) -> KeptPage | None:
        page = self.pages.get(key)
        if page is None or not await self._is_fresh(page, scope):
            return None
        if key in self.pages:
            self.pages.move_to_end(key)
        return page

    async def _is_fresh(self, page: KeptPage, scope: Scope) -> bool:
        web = scope["app"].state.web
        if not _is_true_by_the_clock(page, web.clock):
            return False
        now = time.monotonic()
        if now - page.asked_at <= self.seconds:
            return True
        if now - page.kept_at > LONGEST_SECONDS:
            return False
        page.asked_at = now
        try:
            return await version_of(web.database, page.town) == page.version
        except Exception as fault:
            if is_outage(fault):
                return True  # nothing changes while the database is away
            raise

    async def _make(
        self,
        key: bytes,
        headers: dict[bytes, bytes],
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        web = scope["app"].state.web
        last: KeptPage | None = None
        start: Message = {}
        body = bytearray()
        asked_at = time.monotonic()
        # The version is read before the page is: a change in between makes the page old, not stale.
        versions: dict[str, int] = {}
        made = asyncio.Event()

        async def learn_version(town: str) -> Response | None:
            """Called for pages that are kept. The page, when somebody else has made it meanwhile."""
            if (others := self.being_made.get(key)) is not None:
                with suppress(TimeoutError):
                    await asyncio.wait_for(others.wait(), PATIENCE_SECONDS)
                if page := await self._fresh(key, scope):
                    return _MadeMeanwhile(page, headers)
            self.being_made.setdefault(key, made)
            versions[town] = await version_of(web.database, town)
            return None

        scope["pacto.learn_version"] = learn_version

        def go_on() -> None:
            """Whoever waits for this page waits no longer."""
            if self.being_made.get(key) is made:
                del self.being_made[key]
            made.set()

        async def hold(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                if KEEP_UNTIL not in scope:
                    go_on()  # before anything is sent: who does not read would keep the others waiting
                    await send(message)
                return
            if KEEP_UNTIL not in scope:
                await send(message)
                return
            body.extend(message.get("body", b""))

        try:
            await self.app(scope, receive, hold)
            if KEEP_UNTIL not in scope or not start:
                return
            town = scope.get(TOWN_ID, NATION)
            until: datetime | None = scope[KEEP_UNTIL]
            page = _kept(bytes(body), start, town, versions.get(town, -1), until, asked_at)
            if start["status"] == 200 and page.version >= 0:
                self._keep(key, page)
        except Exception as fault:
            last = self.pages.get(key)
            if last is None or start or not is_outage(fault):
                raise
            if not _is_true_by_the_clock(last, web.clock):
                raise
            last.asked_at = time.monotonic()  # the next visitors do not wait for the same answer
            log.warning("a kept page was served", error=type(fault).__name__)
        finally:  # also when nothing came of it
            go_on()
        if last is not None:
            await _serve(last, headers, scope["method"], send)
            return
        await _serve(page, headers, scope["method"], send, status=start["status"])

    def _keep(self, key: bytes, page: KeptPage) -> None:
        before = self.pages.pop(key, None)
        self.bytes_held += page.weight - (before.weight if before else 0)
        self.pages[key] = page
        while len(self.pages) > MOST_PAGES or self.bytes_held > MOST_BYTES:
            _, gone = self.pages.popitem(last=False)
            self.bytes_held -= gone.weight


class _MadeMeanwhile(Response):
    """What another request has made while this one waited for it."""

    def __init__(self, page: KeptPage, asked: dict[bytes, bytes]) -> None:
        self.page = page
        self.asked = asked

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As kept."""
        await _serve(self.page, self.asked, scope["method"], send)


def _is_true_by_the_clock(page: KeptPage, clock: Clock) -> bool:
    return page.until is None or clock.now().timestamp() < page.until


async def version_of(database: Database, town: str) -> int:
    """How many changes the town has seen. One statement."""
    found = await database.quick.one(_VERSION, town=town)
    return found["version"] if found else 0


def _kept(
    body: bytes, start: Message, town: str, version: int, until: datetime | None, asked_at: float
) -> KeptPage:
    headers = [(n, v) for n, v in start["headers"] if n != b"content-length"]
    return KeptPage(
        town=town,
        version=version,
        until=until.timestamp() if until else None,
        kept_at=asked_at,
        asked_at=asked_at,
        etag=b'"' + hashlib.sha256(body).hexdigest()[:20].encode() + b'"',
        plain=body,
        compressed=gzip.compress(body, 6, mtime=0),
        headers=[*headers, (b"vary", b"Accept-Encoding")],
    )


async def _serve(
    page: KeptPage, asked: dict[bytes, bytes], method: str, send: Send, *, status: int = 200
) -> None:
    if asked.get(b"if-none-match") == page.etag and status == 200:
        await send(
            {
                "type": "http.response.start",
                "status": 304,
                "headers": [(b"etag", page.etag), (b"cache-control", b"no-cache")],
            }
        )
        await send({"type": "http.response.body", "body": b""})
        return
    is_gzip = b"gzip" in asked.get(b"accept-encoding", b"")
    body = page.compressed if is_gzip else page.plain
    headers = [
        *page.headers,
        (b"etag", page.etag),
        (b"content-length", str(len(body)).encode()),
    ]
    if is_gzip:
        headers.append((b"content-encoding", b"gzip"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})
