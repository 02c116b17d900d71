"""The way of a ballot: identity, choose, review, confirm. The same forms with and without JavaScript."""

import hashlib
import secrets
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.accounts import services as accounts
from pacto_participe.accounts.domain.people import Method
from pacto_participe.accounts.queries import residence_ended_at
from pacto_participe.accounts.services.batches import methods_in_use
from pacto_participe.kernel.errors import Conflict, Problem, Refused
from pacto_participe.voting.ballots import BALLOT_KINDS, UNFINISHED, Marks, Move, swapped, without
from pacto_participe.voting.boxes import BOXES, Standing
from pacto_participe.voting.charter import CharterProject, VoteState, hours_left, order_for_voter
from pacto_participe.voting.forms import Fields, fields_of, key_of, pressed, typed_marks
from pacto_participe.voting.pages.ballot import (
    BallotPage,
    Card,
    ClosedPage,
    DraftSaved,
    Fate,
    IdentityPage,
    ReviewPage,
    SwapPage,
    cards_of,
    chosen_cards,
    left_cents,
    limits_in,
    offers_of,
    purse_cents,
)
from pacto_participe.voting.pages.filters import filters_of
from pacto_participe.voting.pages.listening import heard_of
from pacto_participe.voting.policies import VoteRefusal
from pacto_participe.voting.queries import Vote
from pacto_participe.voting.routes.parts import (
    BASE,
    FROM_BALLOT,
    addresses_of,
    at_the_booth,
    on,
    require_voter,
    vote_of,
)
from pacto_participe.voting.services import casting, desks
from pacto_participe.voting.services.casting import Booth
from pacto_participe.web import sessions
from pacto_participe.web.client import client_of, device_of
from pacto_participe.web.context import actor_of, town_of, web_of, work
from pacto_participe.web.forms import read_fields
from pacto_participe.web.guards import anyone, voter
from pacto_participe.web.pages import is_htmx, read_anew, redirect, show
from pacto_participe.web.routing import get, post

FILTERS = "filters"  # where the page of a ballot has them
NOT_NOW = {VoteRefusal.NOT_OPEN_YET, VoteRefusal.CLOSED}

# Step 1: who is voting


async def ask_identity(request: Request) -> Response:
    """Step 1. Those who are entitled already go straight on."""
    vote = await vote_of(request)
    state = vote.state(web_of(request).clock.now())
    try:
        booth = await require_voter(request, vote)
    except Refused as refused:
        said = web_of(request).extras["sentences"].of_problem(refused.problems[0])
        return show(request, replace(await _identity_page(request, vote, state), note=said))
    if booth is not None and state is VoteState.OPEN:
        standing = await casting.standing_of(booth)
        is_done = standing.counted is not None and standing.draft is None
        return on(request, "voting:receipt" if is_done else "voting:ballot")
    page = await _identity_page(request, vote, state)
    return show(request, replace(page, is_ready=booth is not None))


async def _identity_page(
    request: Request, vote: Vote, state: VoteState, code: str = "", *problems: Problem
) -> IdentityPage:
    sentences = web_of(request).extras["sentences"]
    town, person_id, ended_at = vote.charter.collectivity_id, actor_of(request).person_id, None
    async with web_of(request).database.read() as session:
        in_use = await methods_in_use(session, town)
        if person_id is not None:
            ended_at = await residence_ended_at(session, town, person_id)
    return IdentityPage(
        charter=vote.charter,
        state=state,
        is_signed_in=actor_of(request).is_signed_in,
        phone=town_of(request).phone,
        uses_letters=Method.LETTER in in_use,
        ended_at=ended_at,
        code=code,
        # One thing to correct, and the tries that are left for it.
        sentences=(("code", " ".join(map(sentences.of_problem, problems))),) if problems else (),
    )


async def give_slip(request: Request) -> Response:
    """An activation slip signs its holder in and makes them a verified resident.

    A clerk hands this device to residents: a slip that is typed there is never the clerk's, and whoever
    holds the device afterwards has left the clerk's session.
    """
    vote = await vote_of(request)
    web, actor = web_of(request), actor_of(request)
    is_lent = actor.is_staff_somewhere or actor.is_operator
    fields = await read_fields(request)
    code = (fields.get("code") or [""])[0].strip()[:40]
    state = vote.state(web.clock.now())
    try:
        async with (
            accounts.identity_tries(
                web.database,
                web.secrets,
                web.clock,
                collectivity_id=vote.charter.collectivity_id,
                client=client_of(request),
            ),
            work(request) as uow,
        ):
            activated = await accounts.activate_slip(
                uow,
                web.secrets,
                vote.charter.collectivity_id,
                code,
                None if is_lent else actor.person_id,
            )
            ticket = await accounts.start_session(
                uow,
                activated.person_id,
                days=web.settings.session_days,
                device=device_of(request),
                instead_of=actor.session_id,
            )
    except Refused as refused:
        page = await _identity_page(request, vote, state, code, *refused.problems)
        return show(request, page, status=422)
    if state is VoteState.OPEN:
        response = on(request, "voting:ballot")
    elif state is VoteState.SOON:
        response = on(request, "voting:identity")
    else:  # the slip still makes a verified resident, which the page of the residence says
        response = redirect(request, "accounts:residence", slug=request.path_params["slug"])
    sessions.set_cookie(response, ticket, web.settings)
    return response


# Step 2: choose


@at_the_booth
async def show_ballot(request: Request, booth: Booth) -> Response:
    """Step 2. With ?change, from a copy of the counted ballot, which stands until another is confirmed.

    At a desk the form is empty: whoever holds the device learns nothing of what was chosen elsewhere.
    """
    if booth.desk and booth.desk.has_cast:
        return on(request, "voting:receipt")
    standing = await casting.standing_of_open(booth)
    if standing is None:
        return await _closed(request, booth, Marks())
    marks = casting.marks_of(booth.charter, standing.draft)
    if standing.draft is None and standing.counted is not None and booth.may_show_ballot:
        if "change" not in request.query_params:
            return on(request, "voting:receipt")
        marks = await casting.own_ballot(booth) or marks
    return show(request, _ballot_page(request, booth, standing, marks, *_excess(booth, marks)))


def _excess(booth: Booth, marks: Marks) -> tuple[Problem, ...]:
    """What is too much on a ballot. What is only missing is told on review."""
    found = casting.problems_of(booth.charter, marks)
    return found if any(problem.code not in UNFINISHED for problem in found) else ()


def _ballot_page(
    request: Request, booth: Booth, standing: Standing, marks: Marks, *problems: Problem
) -> BallotPage:
    charter = booth.charter
    seed = BOXES[charter.box].order_seed(booth.secrets, charter.vote_id, booth.voter)
    cards = cards_of(charter, marks, order_for_voter(charter, seed))
    asked = request.query_params
    own_area = charter.area_called(booth.resident.district)
    filters = filters_of(charter, own_area, asked.get("area", ""), asked.get("type", ""))
    shown, hidden = [], []
    for card in cards:
        if card.is_chosen or filters.current.shows(card.project):
            shown.append(card)
        else:
            hidden.append(card.project.cost_cents)
    sentences = web_of(request).extras["sentences"]
    return BallotPage(
        charter=charter,
        cards=tuple(shown),
        hidden_count=len(hidden),
        cheapest_hidden=min(hidden, default=0),
        marks=marks,
        limits=limits_in(charter),
        most=BALLOT_KINDS[charter.ballot_kind].most(limits_in(charter)),
        purse_cents=purse_cents(charter),
        fits_nothing_more=_fits_nothing_more(cards, left_cents(charter, marks)),
        status=_status(standing, marks),
        counted=standing.counted,
        filters=filters,
        heard=heard_of(charter, (card.project for card in shown), addresses_of(request)),
        voter=hashlib.sha256(seed).hexdigest()[:8],
        hours_left=hours_left(charter, booth.now),
        problems=tuple(("", sentences.of_problem(problem)) for problem in problems),
    )


def _fits_nothing_more(cards: tuple[Card, ...], left: int | None) -> bool:
    if left is None or left < 0:
        return False
    return all(card.is_chosen or card.short_cents for card in cards)


def _status(standing: Standing, marks: Marks) -> str:
    if standing.draft is not None and (marks.given or marks.is_none):
        return "saved"
    return "counted" if standing.counted else "none"


@at_the_booth
async def keep_choices(request: Request, booth: Booth) -> Response:
    """The form of step 2: choices are kept, then on to review, to a project, home, or back to the ballot.

    What is too much is told at once, on the same page, with everything that was typed.
    """
    fields = await read_fields(request)
    charter = booth.charter
    marks = typed_marks(charter, fields)
    try:
        if wanted := charter.by_key.get(key_of(charter, _first(fields, "swap"))):
            return await _make_room(request, booth, marks, wanted)
        if move := pressed(fields):
            return await _move(request, booth, marks, *move)
        await casting.keep_draft(booth, marks)
    except Refused:
        return await _closed(request, booth, marks)
    if project := charter.by_key.get(key_of(charter, _first(fields, "look"))):
        return on(request, "voting:project", number=str(project.number), **FROM_BALLOT)
    if "leave" in fields:
        return redirect(request, "collectivity:home", slug=request.path_params["slug"])
    if "stay" in fields:  # in another language, which the address names
        return on(request, "voting:ballot", **_filters_of(request))
    if "type" in fields:
        return on(request, "voting:ballot", fragment=FILTERS, type=_first(fields, "type"))
    if "show" in fields:
        return on(request, "voting:ballot", fragment=FILTERS, area=_first(fields, "show"))
    if problems := _excess(booth, marks):
        standing = await casting.standing_of(booth)
        return show(request, _ballot_page(request, booth, standing, marks, *problems), status=422)
    return on(request, "voting:review")


async def _move(request: Request, booth: Booth, marks: Marks, move: Move, number: str) -> Response:
    """One press on a button beside a project: the draft holds the change."""
    charter = booth.charter
    project = charter.by_key.get(key_of(charter, number))
    if project is not None:
        if move is Move.ADD and offers_of(charter, marks, project):
            return await _make_room(request, booth, marks, project)
        kind = BALLOT_KINDS[charter.ballot_kind]
        marks = kind.moved(marks, move, project.key, limits_in(charter))
    await casting.keep_draft(booth, marks)
    return on(request, "voting:ballot", **_filters_of(request))


def _filters_of(request: Request) -> dict[str, str]:
    return {name: request.query_params.get(name, "") for name in ("area", "type")}


async def _make_room(
    request: Request, booth: Booth, marks: Marks, wanted: CharterProject
) -> Response:
    """The project asks for room: it is not among the choices yet, even if its box was ticked."""
    await casting.keep_draft(booth, without(marks, {wanted.key}))
    return on(request, "voting:swap", number=str(wanted.number))


@at_the_booth
async def keep_draft(request: Request, booth: Booth) -> Response:
    """The background save: answers with the status line, and never moves the focus.

    When the vote has closed meanwhile, the page is asked for anew, and says so.
    """
    fields = await read_fields(request)
    marks = typed_marks(booth.charter, fields)
    try:
        await casting.keep_draft(booth, marks)
    except Refused:
        return read_anew() if is_htmx(request) else await _closed(request, booth, marks)
    if not is_htmx(request):
        return on(request, "voting:ballot")
    is_something = bool(marks.given) or marks.is_none
    return show(request, DraftSaved("saved" if is_something else "none"), fragment="status")


def _first(fields: Fields, name: str) -> str:
    values = fields.get(name, ())
    return values[0] if values else ""


@at_the_booth
async def show_swap(request: Request, booth: Booth) -> Response:
    """Nothing is ever disabled: what does not fit offers a swap."""
    charter = booth.charter
    wanted = charter.by_key.get(key_of(charter, request.path_params["number"]))
    standing = await casting.standing_of_open(booth)
    if wanted is None or standing is None:
        return on(request, "voting:ballot")
    marks = without(casting.marks_of(charter, standing.draft), {wanted.key})
    offers = offers_of(charter, marks, wanted)
    if not offers:
        return on(request, "voting:ballot")
    return show(request, SwapPage(charter, wanted, offers, left_cents(charter, marks)))


@at_the_booth
async def swap(request: Request, booth: Booth) -> Response:
    """Give up chosen projects for another; the draft holds the exchange."""
    fields = await read_fields(request)
    charter = booth.charter
    wanted = charter.by_key.get(key_of(charter, request.path_params["number"]))
    standing = await casting.standing_of_open(booth)
    if standing is None:
        return await _closed(request, booth, Marks())
    if wanted is None:
        return on(request, "voting:ballot")
    leaves = _first(fields, "leaves")
    marks = without(casting.marks_of(charter, standing.draft), {wanted.key})
    for offer in offers_of(charter, marks, wanted):
        if offer.value == leaves:
            given_up = {project.key for project in offer.projects}
            await casting.keep_draft(booth, swapped(marks, given_up, wanted.key))
            return on(request, "voting:ballot")
    # Another window changed the choices meanwhile: what can be given up now is asked again.
    return on(request, "voting:swap", number=str(wanted.number))


# Step 3: review and confirm


@at_the_booth
async def show_review(request: Request, booth: Booth) -> Response:
    """Step 3: the ballot as it will be counted."""
    standing = await casting.standing_of_open(booth)
    if standing is None:
        return await _closed(request, booth, Marks())
    if standing.draft is None and standing.counted is not None:
        return on(request, "voting:receipt")
    marks = casting.marks_of(booth.charter, standing.draft)
    problems = casting.problems_of(booth.charter, marks)
    return show(request, _review_page(request, booth, standing, marks, *problems))


def _review_page(
    request: Request, booth: Booth, standing: Standing, marks: Marks, *problems: Problem
) -> ReviewPage:
    sentences = web_of(request).extras["sentences"]
    return ReviewPage(
        charter=booth.charter,
        state=booth.vote.state(booth.now),
        cards=chosen_cards(booth.charter, marks),
        is_none=marks.is_none,
        limits=limits_in(booth.charter),
        left_cents=left_cents(booth.charter, marks),
        fields=fields_of(booth.charter, marks),
        confirmation=_turn_of(booth) + secrets.token_urlsafe(12),
        counted=standing.counted,
        hours_left=hours_left(booth.charter, booth.now),
        problems=tuple(("", sentences.of_problem(problem)) for problem in problems),
    )


def _turn_of(booth: Booth) -> str:
    """What a confirmation begins with at a desk, so that a page of a former voter confirms nothing."""
    return f"{booth.desk.turn[:12]}." if booth.desk else ""


@at_the_booth
async def confirm(request: Request, booth: Booth) -> Response:
    """Count the ballot that was reviewed: what the form holds, not what another window saved since.

    The clock is asked when the whole form is here: a form begun before the close and ended after it
    is late.
    """
    fields = await read_fields(request)
    marks = typed_marks(booth.charter, fields)
    confirmation = _first(fields, "confirmation")[:64]
    if not confirmation.startswith(_turn_of(booth)):
        return on(request, "voting:ballot")
    try:
        await casting.cast_ballot(
            booth,
            marks,
            confirmation=confirmation or secrets.token_urlsafe(12),
            replaces=_first(fields, "replaces")[:8],
        )
    except Conflict as conflict:
        standing = await casting.standing_of(booth)
        page = _review_page(request, booth, standing, marks, *conflict.problems)
        return show(request, page, status=409)
    except Refused as refused:
        if refused.problems[0].code in NOT_NOW:
            # Counted in time, and sent again since no answer came: the receipt stands.
            if await casting.is_counted(booth, confirmation):
                return on(request, "voting:receipt")
            return await _closed(request, booth, marks)
        standing = await casting.standing_of(booth)
        page = _review_page(request, booth, standing, marks, *refused.problems)
        return show(request, page, status=422)
    if booth.desk:
        async with work(request) as uow:
            await desks.note_cast(uow, booth.desk)
    return on(request, "voting:receipt")


async def _closed(request: Request, booth: Booth, marks: Marks) -> Response:
    """Too late or too early: said plainly, with what was chosen, so that nothing seems lost."""
    standing = await casting.standing_of_kept(booth)
    fate = Fate.SEALED if standing is None else Fate.LATE
    if not marks.given and standing is not None and standing.draft is not None:
        marks, fate = casting.marks_of(booth.charter, standing.draft), Fate.UNCONFIRMED
    page = ClosedPage(
        charter=booth.charter,
        state=booth.vote.state(booth.now),
        cards=chosen_cards(booth.charter, marks),
        fate=fate,
        counted=standing.counted if standing else None,
        phone=town_of(request).phone,
    )
    is_read = request.method in ("GET", "HEAD")
    return show(request, page, status=200 if is_read else 409)


ROUTES = (
    post(f"{BASE}/ballot/confirm", confirm, name="voting:confirm", may=voter, in_rush=True),
    post(f"{BASE}/ballot/draft", keep_draft, name="voting:draft", may=voter, in_rush=True),
    get(f"{BASE}/ballot", show_ballot, name="voting:ballot", may=voter, in_rush=True),
    post(f"{BASE}/ballot", keep_choices, name="voting:ballot", may=voter),
    get(f"{BASE}/ballot/review", show_review, name="voting:review", may=voter, in_rush=True),
    get(f"{BASE}/ballot/swap/{{number}}", show_swap, name="voting:swap", may=voter),
    post(f"{BASE}/ballot/swap/{{number}}", swap, name="voting:swap", may=voter),
    get(f"{BASE}/identity", ask_identity, name="voting:identity", may=anyone),
    post(f"{BASE}/identity", give_slip, name="voting:identity", may=anyone),
)
