"""The roll of a vote for its administrators and observers: numbers, and the freezing by hand."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.approvals.queries import four_eyes_of
from pacto_participe.kernel.actors import Role
from pacto_participe.kernel.errors import NotFound, Problem, Refused
from pacto_participe.voting import queries
from pacto_participe.voting.pages.roll import RollLine, RollPage, RollsPage, roll_page
from pacto_participe.voting.policies import ROLL_READERS, may_freeze_roll
from pacto_participe.voting.queries import Vote
from pacto_participe.voting.routes.parts import on, said_of_rule, vote_of
from pacto_participe.voting.services import rolls
from pacto_participe.web.context import actor_of, town_of, web_of, work
from pacto_participe.web.forms import read_fields
from pacto_participe.web.guards import staff
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.manifest import MenuEntry
from pacto_participe.web.pages import redirect, show
from pacto_participe.web.routing import get, post

ROLL = "/staff/{slug}/votes/{edition}/roll"
NEW = timedelta(days=1)


async def list_rolls(request: Request) -> Response:
    """The votes of the town that have a roll, the newest first. One statement."""
    web = web_of(request)
    votes = await queries.votes_of(web.database, town_of(request).collectivity_id)
    now = web.clock.now()
    lines = (RollLine(vote.charter, vote.state(now)) for vote in votes if not vote.is_imported)
    return show(request, RollsPage(tuple(lines)))


async def show_roll(request: Request) -> Response:
    """Who may vote, in numbers. Four statements."""
    return show(request, await _page(request, await _vote(request)))


async def freeze(request: Request) -> Response:
    """Freeze it before its day, with a reason; or ask a second person where two are needed."""
    vote = await _vote(request)
    fields = await read_fields(request)
    reason = (fields.get("reason") or [""])[0]
    try:
        async with work(request) as uow:
            needs_two, _ = await four_eyes_of(uow.session, vote.charter.collectivity_id)
            if needs_two:
                await rolls.ask_to_freeze(uow, vote.charter, reason=reason)
            else:
                await rolls.freeze_by_hand(
                    uow, web_of(request).secrets, vote.charter, reason=reason
                )
    except Refused as refused:
        page = await _page(request, vote, reason, *refused.problems)
        return show(request, page, status=422)
    if needs_two:
        return redirect(request, "approvals:approvals", slug=town_of(request).slug, done="asked")
    return on(request, "voting:roll")


async def _vote(request: Request) -> Vote:
    vote = await vote_of(request)
    if vote.is_imported:
        raise NotFound  # an election of another place: nobody here was asked who may vote in it
    return vote


async def _page(request: Request, vote: Vote, reason: str = "", *problems: Problem) -> RollPage:
    web, charter = web_of(request), vote.charter
    now = web.clock.now()
    async with web.database.read() as session:
        counts = await rolls.counts_at(session, charter, now)
        news = await rolls.news_of(session, charter, now, newer_than=now - NEW)
    roll = await queries.roll_of(web.database, vote.key)
    sentences = web.extras["sentences"]
    return roll_page(
        vote,
        now,
        counts,
        news,
        roll,
        may_freeze=roll is None and bool(may_freeze_roll(actor_of(request), charter, now=now)),
        who=said_of_rule(request, charter),
        reason=reason[: rolls.LONGEST_REASON],
        problems=sentences.of_problems(problems),
    )


STAFF_PAGES = (
    MenuEntry(
        _("Who may vote: the roll"),
        "voting:rolls",
        ROLL_READERS,
        _("How many may vote, and the fingerprint."),
    ),
)
_READERS = staff(*ROLL_READERS)

ROUTES = (
    get("/staff/{slug}/rolls", list_rolls, name="voting:rolls", may=_READERS),
    get(ROLL, show_roll, name="voting:roll", may=_READERS),
    post(ROLL, freeze, name="voting:roll", may=staff(Role.ADMINISTRATOR)),
)
