"""Results: the page, its rounds, its files. Nothing here counts: result.json was written at the count."""

import gzip
import io
import re
import zipfile
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.kernel.errors import NotFound
from pacto_participe.voting import queries
from pacto_participe.voting.charter import VoteState, next_change
from pacto_participe.voting.pages.results import (
    DataPage,
    Outcome,
    file_lines,
    outcome_of,
    results_page,
    rounds_page,
)
from pacto_participe.voting.publication.files import HTML, manifest
from pacto_participe.voting.queries import PublishedFile, PublishedStamp, SinceClose, Vote
from pacto_participe.voting.routes.parts import BASE, turnout_of, vote_of
from pacto_participe.voting.wording.changes import Change, EditionBefore, changes_of
from pacto_participe.voting.wording.publication import ALL_FILES
from pacto_participe.web.beside import AskedBeside, Part, Spot, beside_of, until_of
from pacto_participe.web.context import Web, web_of
from pacto_participe.web.guards import public
from pacto_participe.web.packed import Packed
from pacto_participe.web.pages import show_to_all
from pacto_participe.web.routing import get

COUNTED = (VoteState.PROVISIONAL, VoteState.FINAL)
ZIP = "application/zip"
SMALLEST_COMPRESSED = 1024
_MINUTES = re.compile(r"minutes\.(\w+)\.html")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
# The oldest date that a zip file can hold: the same files make the same bytes at any time.
NO_DATE = (1980, 1, 1, 0, 0, 0)


async def show_results(request: Request) -> Response:
    """Before the close, the turnout and nothing else; after the count, everything.

    Then at most six statements, and what stands beside it.
    """
    vote, web = await vote_of(request), web_of(request)
    now = web.clock.now()
    state = vote.state(now)
    turnout, since, outcome = 0, SinceClose(), None
    changes: tuple[Change, ...] = ()
    beside: tuple[Part, ...] = ()
    if state is VoteState.OPEN:
        turnout = await turnout_of(web, vote)
    elif state in (VoteState.CLOSED, VoteState.AWAITS_LOT):
        since = await queries.since_close(web.database, vote)
        turnout = since.ballots
    elif state in COUNTED:
        result = await _result(web, vote)
        before = None if vote.is_imported else await _edition_before(web, vote)
        outcome = await _outcome(web, vote, result, before)
        closed_at = vote.charter.closes_at
        events = await queries.result_events(web.database, vote.key, closed_at=closed_at)
        changes = changes_of(vote.charter, result, events, now, before=before)
        results = {vote.charter.vote_id: result}
        beside = await beside_of(Spot.RESULTS, AskedBeside(web, now, (vote,), results))
    page = results_page(
        vote,
        now,
        turnout=turnout,
        since=since,
        outcome=outcome,
        is_print="print" in request.query_params,
        has_recount=any(address.name == "voting:recount" for address in web.addresses.all),
        changes=changes,
        beside=beside,
    )
    until = until_of(next_change(vote.charter, now), beside)
    return await show_to_all(request, page, until=until, queries=("print=1",))


async def _outcome(
    web: Web, vote: Vote, result: Mapping[str, Any], before: EditionBefore | None
) -> Outcome:
    """One statement."""
    async with web.database.read() as session:
        files = await queries.published_list(session, vote.key)
    earlier = (before.edition, before.turnout) if before else None
    # A hundred projects take some milliseconds to word: off the loop, as their rendering is.
    return await run_in_threadpool(outcome_of, vote.charter, result, files, before=earlier)


async def _result(web: Web, vote: Vote) -> Mapping[str, Any]:
    result = await queries.published_result(web.database, vote.key)
    if result is None:
        raise NotFound
    return result


async def _edition_before(web: Web, vote: Vote) -> EditionBefore | None:
    """The town's own edition that closed last before this one, with its turnout. At most two statements."""
    for other in await queries.votes_of(web.database, vote.charter.collectivity_id):
        is_earlier = other.charter.closes_at < vote.charter.opens_at
        if is_earlier and other.counted_at is not None and not other.is_imported:
            result = await queries.published_result(web.database, other.key)
            if result is None:
                return None
            return EditionBefore(other.charter.edition, result["turnout"], other.counted_at)
    return None


async def show_rounds(request: Request) -> Response:
    """The count, step by step."""
    vote, web = await vote_of(request), web_of(request)
    now = web.clock.now()
    if vote.state(now) not in COUNTED:
        raise NotFound
    asked = request.query_params.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 0
    result = await _result(web, vote)
    page = await run_in_threadpool(rounds_page, vote, result, now, page_number=number)
    if page is None:
        raise NotFound
    until = next_change(vote.charter, now)
    return await show_to_all(request, page, until=until, queries=(f"page={number}",))


async def show_data(request: Request) -> Response:
    """What can be downloaded, with sizes and fingerprints."""
    vote, web = await vote_of(request), web_of(request)
    now = web.clock.now()
    files: tuple[tuple[str, int, str], ...] = ()
    if vote.state(now) in COUNTED:
        async with web.database.read() as session:
            files = await queries.published_list(session, vote.key)
    page = DataPage(
        charter=vote.charter,
        state=vote.state(now),
        files=file_lines(files),
        publishes_ballots=any(name == "ballots.csv" for name, _, _ in files),
    )
    return await show_to_all(request, page, until=next_change(vote.charter, now))


async def send_file(request: Request) -> Response:
    """One published file. The rules are there as soon as they are frozen, the rest after the count."""
    vote, web = await vote_of(request), web_of(request)
    name = request.path_params["file"]
    if name == ALL_FILES:
        return await _send_all(request, vote)
    if vote.state(web.clock.now()) not in COUNTED:
        if name != "manifest.json":
            raise NotFound
        file = manifest(vote.charter)
        known = PublishedStamp(file.name, file.media_type, len(file.content), file.sha256)
        return await _sent(request, known, _at_hand(file.content))
    stamp = await queries.published_stamp(web.database, vote.key, name)
    if stamp is None:
        raise NotFound
    return await _sent(request, stamp, _content_of(web, vote, name))


Content = Callable[[], Awaitable[bytes]]


def _at_hand(content: bytes) -> Content:
    async def give() -> bytes:
        return content

    return give


def _content_of(web: Web, vote: Vote, name: str) -> Content:
    """Reads the file when it is wanted: most browsers have it, or take what is packed already."""

    async def read() -> bytes:
        file = await queries.published_file(web.database, vote.key, name)
        if file is None:
            raise NotFound
        return file.content

    return read


def _packed(web: Web) -> Packed:
    packed: Packed = web.extras.setdefault("packed", Packed())
    return packed


async def _send_all(request: Request, vote: Vote) -> Response:
    """Every file in one archive; its fingerprint is that of the list of fingerprints."""
    web = web_of(request)
    if vote.state(web.clock.now()) not in COUNTED:
        raise NotFound
    sums = await queries.published_stamp(web.database, vote.key, "SHA256SUMS")
    if sums is None:
        raise NotFound
    tag = f'"{sums.sha256}-zip"'
    if _knows(request, tag):
        return _not_changed(tag)

    async def zip_them() -> bytes:
        async with web.database.read() as session:
            names = [name for name, _, _ in await queries.published_list(session, vote.key)]
        found = [await queries.published_file(web.database, vote.key, name) for name in names]
        return await run_in_threadpool(zipped, [file for file in found if file is not None])

    content = await _packed(web).get(tag, zip_them)
    filename = f"{_UNSAFE.sub('-', vote.charter.edition)}.zip"
    return Response(
        content,
        media_type=ZIP,
        headers={
            "ETag": tag,
            "Cache-Control": "public, max-age=300",
            "Content-Disposition": f'attachment; filename="{filename}"',
        },
    )


def zipped(files: list[PublishedFile]) -> bytes:
    """The same bytes for the same files: sorted by name, without a date."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for file in sorted(files, key=lambda file: file.name):
            entry = zipfile.ZipInfo(file.name, NO_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            target.writestr(entry, file.content)
    return archive.getvalue()


async def _sent(request: Request, file: PublishedStamp, read: Content) -> Response:
    """The bytes as they were published, compressed on the way when the browser can: once for all."""
    packs = "gzip" in request.headers.get("accept-encoding", "")
    packs = packs and file.size >= SMALLEST_COMPRESSED
    tag = f'"{file.sha256}-gzip"' if packs else f'"{file.sha256}"'
    if _knows(request, tag):
        return _not_changed(tag)
    headers = {
        "ETag": tag,
        "Vary": "Accept-Encoding",
        "Cache-Control": "no-cache" if file.media_type == HTML else "public, max-age=300",
    }
    if found := _MINUTES.fullmatch(file.name):
        headers["Content-Language"] = found[1]

    async def pack() -> bytes:
        return await run_in_threadpool(gzip.compress, await read(), 6, mtime=0)

    content = await (_packed(web_of(request)).get(tag, pack) if packs else read())
    if packs:
        headers["Content-Encoding"] = "gzip"
    return Response(content, media_type=file.media_type, headers=headers)


def _knows(request: Request, tag: str) -> bool:
    return tag in request.headers.get("if-none-match", "")


def _not_changed(tag: str) -> Response:
    return Response(status_code=304, headers={"ETag": tag})


ROUTES = (
    get(f"{BASE}/results", show_results, name="voting:results", may=public),
    get(f"{BASE}/results/rounds", show_rounds, name="voting:rounds", may=public),
    get(f"{BASE}/results/data/", show_data, name="voting:data", may=public),
    get(f"{BASE}/results/data/{{file}}", send_file, name="voting:data-file", may=public),
)
