"""The polling desk on a shared device: open, identify, hand over, clear, end. Works without JavaScript."""

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.accounts import services as people
from pacto_participe.accounts.domain.people import Facts
from pacto_participe.accounts.services.passwords import hash_of_pin
from pacto_participe.kernel.errors import NotFound, Problem, Refused
from pacto_participe.voting import queries
from pacto_participe.voting.charter import VoteState
from pacto_participe.voting.forms import Fields
from pacto_participe.voting.pages.desk import (
    DeskPage,
    EndDeskPage,
    HandOverPage,
    OpenDeskPage,
    Typed,
)
from pacto_participe.voting.policies import DESK_KEEPERS, DeskRefusal
from pacto_participe.voting.queries import Desk, Vote
from pacto_participe.voting.routes.parts import desk_at, said_of_rule
from pacto_participe.voting.services import desks
from pacto_participe.web.client import client_of
from pacto_participe.web.context import town_of, web_of, work
from pacto_participe.web.desks import DESK, forget_former_voter, make_desk, unmake_desk
from pacto_participe.web.forms import read_fields
from pacto_participe.web.guards import desk as desk_door
from pacto_participe.web.guards import staff
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.manifest import MenuEntry
from pacto_participe.web.pages import Page, redirect, show
from pacto_participe.web.routing import get, post
from pacto_participe.web.sessions import clear_cookie
from pacto_participe.web.templating import told_plain

LONGEST = 60
_SHOWN_AGAIN = ("vote", "cnie", "birth_date", "district", "nationality", "tie", "email")


def _typed(request: Request, fields: Fields, *problems: Problem) -> Typed:
    sentences = web_of(request).extras["sentences"]
    return Typed(
        {name: _one(fields, name) for name in _SHOWN_AGAIN},
        sentences.of_problems(problems),
    )


def _one(fields: Fields, name: str) -> str:
    return (fields.get(name) or [""])[0].strip()[:LONGEST]


# Opening, by a clerk who is signed in


async def show_opening(request: Request) -> Response:
    """For which vote, and with which PIN. One statement."""
    return show(request, OpenDeskPage(await _votes(request), Typed()))


async def _votes(request: Request) -> tuple[tuple[str, str, str], ...]:
    web = web_of(request)
    now = web.clock.now()
    return tuple(
        (vote.charter.edition, told_plain(vote.charter.title), "")
        for vote in await queries.votes_of(web.database, town_of(request).collectivity_id)
        if vote.state(now) is VoteState.OPEN and not vote.is_imported
    )


async def open_desk(request: Request) -> Response:
    """The clerk's session ends on this device, and the desk's ticket takes its place."""
    web, town = web_of(request), town_of(request)
    fields = await read_fields(request)
    try:
        pin = await hash_of_pin(desks.read_pin(_one(fields, "pin")))
        vote = await queries.vote_by_edition(
            web.database, town.collectivity_id, _one(fields, "vote")
        )
        if vote is None:
            raise Refused(Problem(DeskRefusal.NO_VOTE, "vote"))
        async with work(request) as uow:
            ticket = await desks.open_desk(uow, vote, pin)
    except Refused as refused:
        page = OpenDeskPage(await _votes(request), _typed(request, fields, *refused.problems))
        return show(request, page, status=422)
    response = redirect(request, DESK, slug=town.slug)
    clear_cookie(response, web.settings)
    make_desk(response, town.slug, ticket, web.settings)
    return response


# The desk


async def show_desk(request: Request) -> Response:
    """Who votes next, or the hand-over to who was identified. Two statements."""
    desk = await desk_at(request)
    if desk is None:
        return _gone(request)
    vote = await _vote_of(request, desk)
    if desk.is_held and not desk.has_cast:
        return show(request, HandOverPage(vote.charter, told_plain(vote.charter.title)))
    return _cleared(show(request, _next(request, desk, vote)))


def _gone(request: Request) -> Response:
    """The desk was ended or its day is over: a browser like any other."""
    response = redirect(request, "collectivity:home", slug=town_of(request).slug)
    unmake_desk(response, web_of(request).settings)
    forget_former_voter(response)
    return response


async def _vote_of(request: Request, desk: Desk) -> Vote:
    vote = await queries.vote_by_edition(
        web_of(request).database, desk.collectivity_id, desk.edition
    )
    if vote is None:
        raise NotFound
    return vote


def _next(request: Request, desk: Desk, vote: Vote, typed: Typed | None = None) -> DeskPage:
    is_open = vote.state(web_of(request).clock.now()) is VoteState.OPEN and vote.sealed_at is None
    return DeskPage(
        vote.charter,
        is_open,
        desk.turns,
        typed or Typed(),
        said_of_rule(request, vote.charter),
        is_cleared="cleared" in request.query_params,
    )


def _cleared(response: Response) -> Response:
    forget_former_voter(response)
    return response


async def identify(request: Request) -> Response:
    """With the PIN: whose card the clerk has seen, or whose slip it is. On to the hand-over."""
    desk = await desk_at(request)
    if desk is None:
        return _gone(request)
    web = web_of(request)
    vote = await _vote_of(request, desk)
    fields = await read_fields(request)
    shown = desks.Shown(
        _one(fields, "cnie"),
        _one(fields, "birth_date"),
        _one(fields, "district"),
        _one(fields, "code"),
        Facts.ticked(_one(fields, "nationality"), _one(fields, "tie")),
    )
    try:
        await desks.require_pin(web.database, web.secrets, web.clock, desk, _one(fields, "pin"))
        async with (
            people.identity_tries(
                web.database,
                web.secrets,
                web.clock,
                collectivity_id=desk.collectivity_id,
                client=client_of(request),
            ),
            work(request) as uow,
        ):
            residence = await desks.receive(uow, web.secrets, desk, shown)
            await desks.begin_turn(uow, web.database, web.secrets, desk, vote, residence)
    except Refused as refused:
        page = _next(request, desk, vote, _typed(request, fields, *refused.problems))
        return show(request, page, status=422)
    return _cleared(redirect(request, DESK, slug=town_of(request).slug))


async def clear(request: Request) -> Response:
    """The turn is over: by whoever holds the device, or by the page itself."""
    desk = await desk_at(request)
    if desk is None:
        return _gone(request)
    async with work(request) as uow:
        await desks.clear(uow, desk)
    return _cleared(redirect(request, DESK, slug=town_of(request).slug, cleared="1"))


async def give_time(request: Request) -> Response:
    """The voter needs longer."""
    desk = await desk_at(request)
    if desk is None or not desk.is_held:
        return redirect(request, DESK, slug=town_of(request).slug)
    async with work(request) as uow:
        await desks.give_time(uow, desk)
    slug = town_of(request).slug
    name = "voting:receipt" if desk.has_cast else "voting:ballot"
    return redirect(request, name, slug=slug, edition=desk.edition)


async def show_end(request: Request) -> Response:
    """The PIN ends the desk; who forgot it has a password."""
    desk = await desk_at(request)
    return show(request, _end(desk)) if desk else _gone(request)


def _end(desk: Desk, typed: Typed | None = None) -> Page:
    return EndDeskPage(desk.turns, typed or Typed())


async def end(request: Request) -> Response:
    """The device is a browser like any other again; nobody is signed in."""
    desk = await desk_at(request)
    if desk is None:
        return _gone(request)
    fields = await read_fields(request)
    try:
        keeper = await _keeper(request, desk, fields)
        async with work(request) as uow:
            await desks.end_desk(uow, desk, keeper)
    except Refused as refused:
        page = _end(desk, _typed(request, fields, *refused.problems))
        return show(request, page, status=422)
    return _gone(request)


async def _keeper(request: Request, desk: Desk, fields: Fields) -> str:
    """Who ends the desk by their own password; "" where it is the PIN. Raises Refused."""
    web = web_of(request)
    if "password" not in fields:
        await desks.require_pin(web.database, web.secrets, web.clock, desk, _one(fields, "pin"))
        return ""
    return await desks.keeper_by_password(
        web.database,
        web.secrets,
        web.clock,
        email=_one(fields, "email"),
        password=(fields.get("password") or [""])[0],
        client=client_of(request),
    )


STAFF_PAGES = (
    MenuEntry(
        _("Desk: vote on this device"),
        "voting:open-desk",
        DESK_KEEPERS,
        _("Lend a device to one voter after the other."),
    ),
)
_KEEPERS = staff(*DESK_KEEPERS)
_DESK = "/desk/{slug}/"

ROUTES = (
    get("/staff/{slug}/desk", show_opening, name="voting:open-desk", may=_KEEPERS),
    post("/staff/{slug}/desk", open_desk, name="voting:open-desk", may=_KEEPERS),
    get(_DESK, show_desk, name=DESK, may=desk_door),
    post(_DESK, identify, name=DESK, may=desk_door),
    post(f"{_DESK}clear", clear, name="voting:desk-clear", may=desk_door),
    post(f"{_DESK}more", give_time, name="voting:desk-more", may=desk_door),
    get(f"{_DESK}end", show_end, name="voting:desk-end", may=desk_door),
    post(f"{_DESK}end", end, name="voting:desk-end", may=desk_door),
)
