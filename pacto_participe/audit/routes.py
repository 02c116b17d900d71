"""The journal of a town: all of it for those who answer for it, its public part for everybody."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, date
from itertools import groupby
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from pacto_participe.accounts.domain.cards import read_day
from pacto_participe.audit import queries
from pacto_participe.audit.domain import MOST_WORDS, PAGE, Act, Place, Wanted, place_of
from pacto_participe.audit.pages import JournalPage, Line, PublicJournalPage
from pacto_participe.audit.policies import READERS
from pacto_participe.collectivities.domain.folding import folded_words
from pacto_participe.kernel.actors import Office, Role
from pacto_participe.kernel.clock import local
from pacto_participe.voting import queries as voting
from pacto_participe.web import i18n
from pacto_participe.web.context import town_of, web_of
from pacto_participe.web.guards import public, staff
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.journal import FINGERPRINTS, Journal, JournalKind
from pacto_participe.web.pages import show, show_to_all
from pacto_participe.web.routing import get
from pacto_participe.web.sentences import Sentences
from pacto_participe.web.spreadsheets import MARK, row_of

A_DAY = _("Write a day, such as 31/12/2026.")
LONGEST_SEARCH = 100
ACTING: dict[str, Role | Office] = {role.value: role for role in (*Role, *Office)}
COLUMNS = ("at", "role", "what", "tag", "details")


def _journal(request: Request) -> Journal:
    journal: Journal = web_of(request).extras["journal"]
    return journal


def _sentences(request: Request) -> Sentences:
    sentences: Sentences = web_of(request).extras["sentences"]
    return sentences


async def show_journal(request: Request) -> Response:
    """Newest first, filtered by links and one form. Three statements."""
    wanted, problems = _wanted(request)
    web, town = web_of(request), town_of(request).collectivity_id
    titles = await _titles(request)
    tags, places = _sought(request, wanted, titles)
    async with web.database.read() as session:
        acts = await queries.acts_of(session, town, wanted, tags, places)
    older = acts[PAGE - 1].event_id if len(acts) > PAGE else ""
    page = JournalPage(
        lines=tuple(_line(request, act, titles) for act in acts[:PAGE]),
        kind=wanted.kind,
        role=wanted.role,
        words=wanted.words,
        since=request.query_params.get("since", "")[:20],
        until=request.query_params.get("until", "")[:20],
        kinds=tuple((kind.value, _sentences(request).of(kind)) for kind in JournalKind),
        roles=tuple((role.value, _sentences(request).of(role)) for role in ACTING.values()),
        problems=problems,
        is_filtered=replace(wanted, after="") != Wanted(),
        older=_address(request, "audit:journal", after=older) if older else "",
        csv=_address(request, "audit:export", form="csv"),
        jsonl=_address(request, "audit:export", form="jsonl"),
    )
    return show(request, page, status=422 if problems else 200)


async def export(request: Request) -> Response:
    """Everything that the filters let through, as a table or as lines of JSON, sent as it is read."""
    wanted, _ = _wanted(request)
    titles = await _titles(request)
    tags, places = _sought(request, wanted, titles)
    form = "jsonl" if request.query_params.get("form") == "jsonl" else "csv"
    write = _as_json if form == "jsonl" else _as_table
    language = i18n.current().code

    async def rows() -> AsyncIterator[bytes]:
        i18n.speak(language)  # the answer is written after this request's own words are over
        if form == "csv":
            yield MARK.encode() + row_of(COLUMNS)
        async with web_of(request).database.read() as session:
            town = town_of(request).collectivity_id
            async for act in queries.every_act(session, town, wanted, tags, places):
                yield write(act, _line(request, act, titles))

    kind = "application/x-ndjson" if form == "jsonl" else "text/csv; charset=utf-8"
    name = f"journal-{town_of(request).slug}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(rows(), media_type=kind, headers=headers)


async def show_public(request: Request) -> Response:
    """The public part, to the day: nobody learns at which minute anything was done. Three statements."""
    web, town = web_of(request), town_of(request).collectivity_id
    after = request.query_params.get("after", "")[:32]
    tags = _journal(request).tags(only_public=True)
    titles = await _titles(request)
    async with web.database.read() as session:
        acts = await queries.acts_of(session, town, Wanted(after=after), tags)
    older = ""
    if len(acts) > PAGE:
        place = {"slug": town_of(request).slug, "after": acts[PAGE - 1].event_id}
        older = web.addresses.path("audit:public", **place)
    lines = [_line(request, act, titles, to_all=True) for act in acts[:PAGE]]
    days = groupby(lines, key=lambda line: local(line.at).date())
    page = PublicJournalPage(tuple((day, tuple(these)) for day, these in days), older)
    return show(request, page) if after else await show_to_all(request, page)


def _wanted(request: Request) -> tuple[Wanted, tuple[tuple[str, str], ...]]:
    """What the address asks for. A day that cannot be read is told, and not looked for."""
    asked = request.query_params
    days: dict[str, date | None] = {
        name: read_day(asked.get(name, "")) for name in ("since", "until")
    }
    said = i18n.gettext(A_DAY)
    problems = tuple(
        (name, said) for name, day in days.items() if day is None and asked.get(name, "").strip()
    )
    kinds, roles = {kind.value for kind in JournalKind}, set(ACTING)
    wanted = Wanted(
        kind=asked.get("kind", "") if asked.get("kind") in kinds else "",
        role=asked.get("role", "") if asked.get("role") in roles else "",
        words=asked.get("q", "").strip()[:LONGEST_SEARCH],
        since=days["since"],
        until=days["until"],
        after=asked.get("after", "")[:32],
    )
    return wanted, problems


def _sought(
    request: Request, wanted: Wanted, titles: dict[str, str]
) -> tuple[Sequence[str], tuple[Place, ...]]:
    """The tags to look for, and where each of the words can be read on this page.

    Words are looked for in all that the page shows by a code of ours: sentences, roles, methods, reasons,
    titles of votes. What people wrote is not searched.
    """
    journal = _journal(request)
    tags = journal.tags(kind=wanted.kind)
    if not wanted.words:
        return tags, ()
    looked_for = folded_words(wanted.words)
    if not looked_for:
        return (), ()
    told = {tag: folded_words(journal.words_of(tag)) for tag in tags}
    name = _sentences(request).of
    roles = {code: folded_words(name(role)) for code, role in ACTING.items()}
    shown = {
        tag: {code: folded_words(words) for code, words in journal.codes_of(tag, titles).items()}
        for tag in tags
    }
    places = (place_of(word, told, roles, shown) for word in looked_for[:MOST_WORDS])
    return tags, tuple(places)


async def _titles(request: Request) -> dict[str, str]:
    """Vote id -> its title as a plain text. One quick statement."""
    votes = await voting.votes_of(web_of(request).database, town_of(request).collectivity_id)
    language = i18n.written().code
    return {vote.charter.vote_id: vote.charter.title.in_language(language)[0] for vote in votes}


def _line(request: Request, act: Act, titles: dict[str, str], *, to_all: bool = False) -> Line:
    title = titles.get(str(act.body.get("vote_id", "")), "")
    fingerprint = next((str(act.body[name]) for name in FINGERPRINTS if act.body.get(name)), "")
    return Line(
        at=act.at,
        sentence=_journal(request).say(act.tag, act.body, vote=title, to_all=to_all),
        role=_sentences(request).of(ACTING[act.role]) if act.role in ACTING else "",
        fingerprint=fingerprint,
    )


def _address(request: Request, name: str, **more: str) -> str:
    """The same filters at another place."""
    asked = {
        key: value
        for key, value in request.query_params.items()
        if key in {"kind", "role", "q", "since", "until"} and value
    }
    path = web_of(request).addresses.path(name, slug=town_of(request).slug)
    return f"{path}?{urlencode({**asked, **more})}" if asked or more else path


def _as_table(act: Act, line: Line) -> bytes:
    details = json.dumps(act.body, ensure_ascii=False, sort_keys=True)
    at = act.at.astimezone(UTC).isoformat(timespec="seconds")
    return row_of((at, line.role, line.sentence, act.tag, details))


def _as_json(act: Act, line: Line) -> bytes:
    at = act.at.astimezone(UTC).isoformat(timespec="seconds")
    record = {
        "at": at, "role": act.role, "what": line.sentence, "tag": act.tag, "details": act.body,
    }  # fmt: skip
    return json.dumps(record, ensure_ascii=False, sort_keys=True).encode() + b"\n"


_READERS = staff(*READERS)

ROUTES = (
    get("/c/{slug}/journal", show_public, name="audit:public", may=public),
    get("/staff/{slug}/journal", show_journal, name="audit:journal", may=_READERS),
    get("/staff/{slug}/journal/export", export, name="audit:export", may=_READERS),
)
