"""What the handlers of this feature share: the vote of a path, its voter, its turnout."""

import time
from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.accounts import queries as accounts
from pacto_participe.kernel.errors import NotFound, Refused
from pacto_participe.voting import queries
from pacto_participe.voting.boxes import BOXES
from pacto_participe.voting.charter import Charter, CharterProject
from pacto_participe.voting.pages.listening import Addresses
from pacto_participe.voting.queries import Desk, Edition, Vote
from pacto_participe.voting.recordings import Recording
from pacto_participe.voting.services import desks, rolls
from pacto_participe.voting.services.casting import Booth, require_eligible
from pacto_participe.web import i18n
from pacto_participe.web.context import Web, know_place, town_of, web_of, work
from pacto_participe.web.desks import DESK, desk_ticket
from pacto_participe.web.forms import read_fields
from pacto_participe.web.pages import is_htmx, read_anew, redirect
from pacto_participe.web.remembered import Remembered
from pacto_participe.web.routing import Handler
from pacto_participe.web.sessions import session_id_of

BASE = "/c/{slug}/budgets/{edition}"
FROM_BALLOT = {"from": "ballot"}  # a project's page that is opened on the way of a ballot
TURNOUT_SECONDS = 10
REDIRECT = 303
NOT_SAVED = 403
ROLL_SECONDS = 300
FEWEST_IN_AN_AREA = 30


def on(request: Request, name: str, **values: str) -> Response:
    """On to another page of the same vote."""
    places = {key: request.path_params[key] for key in ("slug", "edition")}
    return redirect(request, name, **places, **values)


async def vote_of(request: Request) -> Vote:
    """The vote that the path names, in the town that it names. 404 when none.

    One quick statement, at most once in the seconds that pages are kept for: a charter never changes,
    the clock decides what is open, and the box itself refuses a ballot once it is sealed.
    """
    web = web_of(request)
    place = (town_of(request).collectivity_id, request.path_params["edition"])
    kept: dict[tuple[str, str], tuple[float, Vote]] = web.extras.setdefault("votes", {})
    known = kept.get(place)
    # A page that is kept must not be older than the version of the data that it is kept under.
    is_kept = "pacto.learn_version" in request.scope
    if (
        known is not None
        and not is_kept
        and time.monotonic() - known[0] < web.settings.page_cache_seconds
    ):
        vote = known[1]
    else:
        found = await queries.vote_by_edition(web.database, *place)
        if found is None:
            raise NotFound
        vote = found
        kept[place] = (time.monotonic(), vote)
    know_place(request, "edition", vote.charter.edition)
    return vote


async def edition_of(request: Request) -> Edition:
    """What everybody may read of the edition that the path names, also while it is only announced.

    404 for a draft, as when there is none. One quick statement.
    """
    town, name = town_of(request).collectivity_id, request.path_params["edition"]
    edition = await queries.edition_for_all(web_of(request).database, town, name)
    if edition is None:
        raise NotFound
    if edition.is_frozen:  # else the menu would lead to receipts of a vote that is not there
        know_place(request, "edition", name)
    return edition


def at_the_booth(page: Callable[[Request, Booth], Awaitable[Response]]) -> Handler:
    """A page of a voter before a vote. Who has no right to vote in it is led to the first step.

    A background save of whom the session has left meanwhile is not saved (403), and the page is asked
    for anew: it leads there too, with the choices kept on the device.

    A form is read first: the clock is asked when the whole of it is here, and one that was begun
    before the close and ended after it is late.
    """

    @wraps(page)
    async def enter(request: Request) -> Response:
        if request.method == "POST":
            await read_fields(request)
        booth = await booth_of(request, await vote_of(request))
        if booth is None:
            return read_anew(NOT_SAVED) if is_htmx(request) else on(request, "voting:identity")
        return await at_desk(request, booth, await page(request, booth))

    return enter


async def booth_of(request: Request, vote: Vote) -> Booth | None:
    """The voter before this vote, None when nobody entitled is signed in. One quick statement."""
    try:
        return await require_voter(request, vote)
    except Refused:
        return None  # on to the identity page, which says why


async def require_voter(request: Request, vote: Vote) -> Booth | None:
    """The same, but raises Refused for a resident who may not vote by its charter."""
    web, town = web_of(request), vote.charter.collectivity_id
    now = web.clock.now()
    desk = None
    if desk_ticket(request, web.settings):
        desk = await desk_at(request)
        if desk is None or desk.residence_id is None or desk.vote_id != vote.charter.vote_id:
            return None
        quick = web.database.quick
        resident = await accounts.voter_of_residence(
            quick, town, desk.residence_id, since=vote.charter.eligible_from
        )
    else:
        session_id = session_id_of(request, web.settings)
        if session_id is None:
            return None
        resident = await accounts.voter_of_session(
            web.database.quick, session_id, town, now, since=vote.charter.eligible_from
        )
    if resident is None:
        return None
    area = await told_area(web, vote.charter, resident.area)
    booth = Booth(web.database, web.secrets, vote, resident, now, area, desk)
    require_eligible(booth)
    return booth


async def desk_at(request: Request) -> Desk | None:
    """The desk that this device is in the town of the path, None when it is none. One quick statement."""
    web = web_of(request)
    ticket = desk_ticket(request, web.settings)
    if not ticket:
        return None
    town = town_of(request).collectivity_id
    return await queries.desk_of(web.database, town, ticket, web.clock.now())


async def at_desk(request: Request, booth: Booth, response: Response) -> Response:
    """What a page of a voter does at a desk: it gives them time, and leaves the screen by itself.

    Without JavaScript too: when nobody has touched the page until the turn is over, the browser goes to
    the page of the desk (the Refresh header), where there is nothing of the voter.
    """
    desk = booth.desk
    if desk is None:
        return response
    if not desk.has_cast:
        async with work(request) as uow:
            await desks.give_time(uow, desk)
    span = desks.RECEIPT if desk.has_cast else desks.TURN
    path = web_of(request).addresses.path(DESK, slug=town_of(request).slug)
    if response.status_code != REDIRECT:
        response.headers["Refresh"] = f"{int(span.total_seconds()) + 1}; url={path}"
    return response


async def told_area(web: Web, charter: Charter, district: str) -> str:
    """The area of a voter when many are counted there, else "".

    Beside a ballot the district of a handful of residents would name its voter. At most one statement
    in some minutes: the roll grows slowly.
    """
    large: Remembered[str, frozenset[str]] = web.extras.setdefault(
        "large_areas", Remembered(seconds=ROLL_SECONDS)
    )
    told = await large.get(charter.vote_id, lambda: _large_areas(web, charter))
    return district if district in told else ""


async def _large_areas(web: Web, charter: Charter) -> frozenset[str]:
    async with web.database.read() as session:
        roll = await rolls.counts_of_vote(session, charter, web.clock.now())
    return frozenset(
        area for area, people in roll.by_district.items() if people >= FEWEST_IN_AN_AREA
    )


def addresses_of(request: Request) -> Addresses:
    """Where the projects of the path's edition are read and, with a recording, listened to."""
    path, places = web_of(request).addresses.path, request.path_params

    def address(project: CharterProject, recording: Recording | None) -> str:
        own = {"slug": places["slug"], "edition": places["edition"], "number": project.number}
        if recording is None:
            return path("voting:project", **own)
        return path("voting:recording", recording=recording.name, **own)

    return address


def said_of_rule(request: Request, charter: Charter) -> tuple[str, ...]:
    """Who may vote by a charter, one sentence each, the same on every page that says it."""
    rule = charter.eligibility
    sentences = web_of(request).extras["sentences"]
    town = town_of(request).name(i18n.current().code)
    return tuple(
        sentences.of(condition, {"town": town, **rule.values}) for condition in rule.conditions
    )


async def turnout_of(web: Web, vote: Vote) -> int:
    """How many ballots lie in the box, as of some seconds ago. At most one statement.

    Counting walks the ballots of the vote, so that it is not done for each visitor.
    """
    ballots: Remembered[tuple[str, str], int] = web.extras.setdefault(
        "turnout", Remembered(seconds=TURNOUT_SECONDS)
    )
    return await ballots.get(vote.key, lambda: _turnout(web, vote))


async def _turnout(web: Web, vote: Vote) -> int:
    if vote.sealed_at is not None:
        return await queries.voters_of_sealed(web.database, vote.key)
    return await BOXES[vote.charter.box].turnout(web.database, vote.key)
