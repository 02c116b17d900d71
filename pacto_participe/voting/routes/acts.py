"""Acts that nobody can take back: a page says what will happen, then it is done, or asked for."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.approvals.domain import LONGEST_REASON, Act
from pacto_participe.approvals.queries import four_eyes_of
from pacto_participe.kernel.errors import Conflict, NotFound, Problem, Refused
from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.voting import queries
from pacto_participe.voting.forms.preparing import ActForm, revision_of
from pacto_participe.voting.pages.staff import ConfirmPage, DrawPage, rules_told
from pacto_participe.voting.policies import PREPARERS
from pacto_participe.voting.queries import Vote
from pacto_participe.voting.queries.prepared import PreparedVote, prepared_by_edition
from pacto_participe.voting.routes.parts import said_of_rule
from pacto_participe.voting.routes.votes import VOTE, vote_page
from pacto_participe.voting.services import draws, preparing
from pacto_participe.voting.wording.preparing import ANNOUNCE, DRAW, FREEZE
from pacto_participe.web import i18n
from pacto_participe.web.context import town_of, web_of, work
from pacto_participe.web.forms import Typed, read_form
from pacto_participe.web.guards import staff
from pacto_participe.web.pages import redirect, show
from pacto_participe.web.routing import get, post
from pacto_participe.web.sentences import Sentences, ToldProblems

_HAPPENS = {Act.PUBLISH: ANNOUNCE, Act.FREEZE_RULES: FREEZE, Act.WRITE_DRAW: DRAW}
_ROUTES = {
    Act.PUBLISH: "voting:publication",
    Act.FREEZE_RULES: "voting:freezing",
    Act.WRITE_DRAW: "voting:draw",
}
_DONE = {Act.PUBLISH: "announced", Act.FREEZE_RULES: "frozen", Act.WRITE_DRAW: "drawn"}

# Whether two are needed, and what was sent.
Work = Callable[[UnitOfWork, bool, ActForm], Awaitable[None]]


async def confirm_publication(request: Request) -> Response:
    """What publishing does. Two statements."""
    return await _confirm(request, Act.PUBLISH)


async def publish(request: Request) -> Response:
    """Publish, or ask for it."""
    place = _place(request)

    async def perform(uow: UnitOfWork, needs_two: bool, typed: ActForm) -> None:
        revision = revision_of(typed.revision)
        if needs_two:
            await preparing.ask_to_announce(uow, *place, revision, reason=typed.reason)
        else:
            await preparing.announce(uow, *place, revision)

    return await _act(request, Act.PUBLISH, perform)


async def confirm_freezing(request: Request) -> Response:
    """What freezing does. Two statements."""
    return await _confirm(request, Act.FREEZE_RULES)


async def freeze(request: Request) -> Response:
    """Freeze the rules, or ask for it."""
    place, secrets = _place(request), web_of(request).secrets

    async def perform(uow: UnitOfWork, needs_two: bool, typed: ActForm) -> None:
        revision = revision_of(typed.revision)
        if needs_two:
            await preparing.ask_to_freeze(uow, *place, revision, reason=typed.reason)
        else:
            await preparing.freeze(uow, secrets, *place, revision)

    return await _act(request, Act.FREEZE_RULES, perform)


async def show_draw(request: Request) -> Response:
    """Where it is typed; with `drawn`, what writing it down does. At most three statements."""
    vote, typed = await _vote(request), request.query_params.get("drawn")
    if not vote.awaits_lot:
        return _back(request)
    if typed is None:
        return show(request, await _draw_page(request, vote))
    try:
        drawn = draws.read_drawn(typed)
    except Refused as refused:
        page = await _draw_page(request, vote, typed, *refused.problems)
        return show(request, page, status=422)
    return show(request, await _draw_confirmation(request, vote, drawn))


async def write_draw(request: Request) -> Response:
    """Write it down, or ask for it."""
    vote = await _vote(request)

    async def perform(uow: UnitOfWork, needs_two: bool, typed: ActForm) -> None:
        if needs_two:
            await draws.ask_to_write_draw(uow, vote, typed.drawn, reason=typed.reason)
        else:
            await draws.write_draw(uow, vote, typed.drawn)

    return await _act(request, Act.WRITE_DRAW, perform)


async def _act(request: Request, act: Act, perform: Work) -> Response:
    """Do it, or ask for it where two are needed; what is refused is told where it can be mended."""
    typed, town = await read_form(request, ActForm), town_of(request)
    try:
        if typed.value is None:
            raise Refused(*typed.problems)
        async with work(request) as uow:
            needs_two, _changes = await four_eyes_of(uow.session, town.collectivity_id)
            await perform(uow, needs_two, typed.value)
    except Refused as refused:
        return await _refused(request, act, typed, refused)
    if needs_two:
        return redirect(request, "approvals:approvals", slug=town.slug, done="asked")
    return _back(request, done=_DONE[act])


async def _refused(request: Request, act: Act, typed: Typed[ActForm], refused: Refused) -> Response:
    """A reason or a draw is typed again; whatever else happened, the page says how the vote stands now."""
    status = 409 if isinstance(refused, Conflict) else 422
    reason, drawn = typed.text("reason"), typed.text("drawn")
    fields = {problem.field for problem in refused.problems}
    if fields == {"reason"} and act is not Act.WRITE_DRAW:
        return await _confirm(request, act, reason, *refused.problems)
    if act is Act.WRITE_DRAW and "drawn" in fields:
        page: Any = await _draw_page(request, await _vote(request), drawn, *refused.problems)
    elif act is Act.WRITE_DRAW and fields == {"reason"}:
        page = await _draw_confirmation(
            request, await _vote(request), drawn, reason, *refused.problems
        )
    else:
        page = await vote_page(request, *refused.problems)
    return show(request, page, status=status)


async def _confirm(request: Request, act: Act, reason: str = "", *problems: Problem) -> Response:
    """The page of an act on what is prepared; back to the vote where nothing can be done."""
    web, (town, edition) = web_of(request), _place(request)
    async with web.database.read() as session:
        prepared = await prepared_by_edition(session, town, edition)
        needs_two, _changes = await four_eyes_of(session, town)
    if prepared is None or _is_nothing_to_do(act, prepared, request):
        return _back(request)
    charter = prepared.charter
    page = ConfirmPage(
        act=act.value,
        charter=charter,
        happens=_told(act),
        route=_ROUTES[act],
        sent=(("revision", str(prepared.revision)),),
        needs_two=needs_two,
        told=rules_told(charter, said_of_rule(request, charter), set()),
        revision=prepared.revision,
        reason=reason[:LONGEST_REASON],
        problems=_sentences(request, problems),
    )
    return show(request, page, status=422 if problems else 200)


def _is_nothing_to_do(act: Act, prepared: PreparedVote, request: Request) -> bool:
    now = web_of(request).clock.now()
    if act is Act.PUBLISH:
        return prepared.is_announced or bool(preparing.problems_to_announce(prepared, now))
    return bool(preparing.problems_to_freeze(prepared, now))


async def _draw_page(request: Request, vote: Vote, drawn: str = "", *problems: Problem) -> DrawPage:
    charter = vote.charter
    since = await queries.since_close(web_of(request).database, vote)
    return DrawPage(
        charter=charter,
        tied=tuple(tuple(charter.by_key[key] for key in keys) for keys in since.tied),
        most=2 * draws.LONGEST_DRAWN,  # with separators
        drawn=drawn[: 2 * LONGEST_REASON],
        problems=_sentences(request, problems),
    )


async def _draw_confirmation(
    request: Request, vote: Vote, drawn: str, reason: str = "", *problems: Problem
) -> ConfirmPage:
    async with web_of(request).database.read() as session:
        needs_two, _changes = await four_eyes_of(session, vote.charter.collectivity_id)
    return ConfirmPage(
        act=Act.WRITE_DRAW.value,
        charter=vote.charter,
        happens=_told(Act.WRITE_DRAW),
        route=_ROUTES[Act.WRITE_DRAW],
        sent=(("drawn", drawn),),
        needs_two=needs_two,
        drawn=drawn,
        reason=reason[:LONGEST_REASON],
        problems=_sentences(request, problems),
    )


def _told(act: Act) -> tuple[str, ...]:
    return tuple(map(i18n.gettext, _HAPPENS[act]))


def _sentences(request: Request, problems: tuple[Problem, ...]) -> ToldProblems:
    sentences: Sentences = web_of(request).extras["sentences"]
    return sentences.of_problems(problems)


def _place(request: Request) -> tuple[str, str]:
    return town_of(request).collectivity_id, request.path_params["edition"]


def _back(request: Request, done: str = "") -> Response:
    _town, edition = _place(request)
    return redirect(request, "voting:vote", slug=town_of(request).slug, edition=edition, done=done)


async def _vote(request: Request) -> Vote:
    """As it is now: who writes a draw down must not look at a vote that is kept for its voters."""
    vote = await queries.vote_by_edition(web_of(request).database, *_place(request))
    if vote is None or vote.is_imported:
        raise NotFound
    return vote


_DOOR = staff(*PREPARERS)

ROUTES = (
    get(f"{VOTE}/publication", confirm_publication, name="voting:publication", may=_DOOR),
    post(f"{VOTE}/publication", publish, name="voting:publication", may=_DOOR),
    get(f"{VOTE}/rules", confirm_freezing, name="voting:freezing", may=_DOOR),
    post(f"{VOTE}/rules", freeze, name="voting:freezing", may=_DOOR),
    get(f"{VOTE}/draw", show_draw, name="voting:draw", may=_DOOR),
    post(f"{VOTE}/draw", write_draw, name="voting:draw", may=_DOOR),
)
