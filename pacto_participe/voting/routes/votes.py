"""The votes of a town for its staff: how far each is, what is missing, who may vote in it."""

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.accounts.domain.eligibility import Eligibility
from pacto_participe.approvals.domain import Act
from pacto_participe.approvals.policies import may_approve
from pacto_participe.approvals.queries import approvals_of
from pacto_participe.kernel.actors import Role
from pacto_participe.kernel.errors import Conflict, NotFound, Problem, Refused
from pacto_participe.voting import queries
from pacto_participe.voting.charter import Charter, VoteState
from pacto_participe.voting.forms.preparing import VotersForm, revision_of, voter_rule
from pacto_participe.voting.pages.staff import (
    VotePage,
    VotersTyped,
    Waiting,
    rules_told,
    state_of_prepared,
    votes_page,
)
from pacto_participe.voting.policies import (
    PREPARERS,
    VoterTies,
    may_freeze_roll,
    may_prepare_vote,
    may_read_roll,
)
from pacto_participe.voting.queries import Vote
from pacto_participe.voting.queries.prepared import (
    PreparedVote,
    prepared_by_edition,
    prepared_of,
)
from pacto_participe.voting.routes.parts import said_of_rule
from pacto_participe.voting.services import preparing
from pacto_participe.voting.wording.preparing import DONE
from pacto_participe.web import i18n
from pacto_participe.web.context import actor_of, town_of, web_of, work
from pacto_participe.web.forms import Typed, read_form
from pacto_participe.web.guards import staff
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.manifest import MenuEntry
from pacto_participe.web.pages import redirect, show
from pacto_participe.web.routing import get, post
from pacto_participe.web.sentences import ToldProblems

VOTE = "/staff/{slug}/votes/{edition}"
_ACTS = (Act.PUBLISH, Act.FREEZE_RULES, Act.FREEZE_ROLL, Act.WRITE_DRAW)


async def list_votes(request: Request) -> Response:
    """What is prepared, and what was held. Two statements."""
    web, town = web_of(request), town_of(request).collectivity_id
    async with web.database.read() as session:
        prepared = await prepared_of(session, town)
    votes = await queries.votes_of(web.database, town)
    return show(request, votes_page(prepared, votes, web.clock.now()))


async def show_vote(request: Request) -> Response:
    """One vote. At most four statements."""
    done = DONE.get(request.query_params.get("done", ""), "")
    return show(request, await vote_page(request, done=i18n.gettext(done) if done else ""))


async def choose_voters(request: Request) -> Response:
    """Say who may vote, while the rules are not frozen."""
    typed = await read_form(request, VotersForm)
    place = (town_of(request).collectivity_id, request.path_params["edition"])
    try:
        if typed.value is None:
            raise Refused(*typed.problems)
        rule = voter_rule(typed.value)
        async with work(request) as uow:
            await preparing.choose_voters(uow, *place, revision_of(typed.value.revision), rule)
    except Refused as refused:
        page = await vote_page(request, *refused.problems, typed=typed)
        return show(request, page, status=409 if isinstance(refused, Conflict) else 422)
    return redirect(
        request, "voting:vote", slug=town_of(request).slug, edition=place[1], done="chosen"
    )


async def vote_page(
    request: Request, *problems: Problem, typed: Typed[VotersForm] | None = None, done: str = ""
) -> VotePage:
    """How it stands now, with what is to be told above. At most four statements."""
    web, town = web_of(request), town_of(request).collectivity_id
    edition = request.path_params["edition"]
    async with web.database.read() as session:
        prepared = await prepared_by_edition(session, town, edition)
    sentences = web.extras["sentences"]
    told = sentences.of_problems(problems)
    if prepared is not None:
        return await _prepared_page(request, prepared, typed, told, done)
    vote = await queries.vote_by_edition(web.database, town, edition)
    if vote is None or vote.is_imported:
        raise NotFound
    return await _frozen_page(request, vote, told, done)


async def _prepared_page(
    request: Request,
    prepared: PreparedVote,
    typed: Typed[VotersForm] | None,
    problems: ToldProblems,
    done: str,
) -> VotePage:
    web, charter, now = web_of(request), prepared.charter, web_of(request).clock.now()
    if prepared.is_announced:
        act, missing = Act.FREEZE_RULES, preparing.problems_to_freeze(prepared, now)
    else:
        act, missing = Act.PUBLISH, preparing.problems_to_announce(prepared, now)
    may_act = bool(may_prepare_vote(actor_of(request), charter.collectivity_id))
    sentences = web.extras["sentences"]
    return VotePage(
        charter=charter,
        state=state_of_prepared(prepared),
        told=rules_told(
            charter, said_of_rule(request, charter), {found.field for found in missing}
        ),
        is_roll_frozen=False,
        has_draw=False,
        is_draw_written=False,
        acts=frozenset({act.value}) if may_act and not missing else frozenset(),
        missing=tuple(sentences.of_problem(found) for found in missing),
        waiting=await _waiting(request, charter, prepared.subject),
        can_change=may_act,
        can_approve=may_act,
        can_read_roll=False,
        now=now,
        revision=prepared.revision,
        voters=_typed_voters(typed) if typed else _voters(charter.eligibility),
        summary=prepared.announcement.summary,
        problems=problems,
        done=done,
    )


async def _frozen_page(request: Request, vote: Vote, problems: ToldProblems, done: str) -> VotePage:
    web, charter, now = web_of(request), vote.charter, web_of(request).clock.now()
    roll = await queries.roll_of(web.database, vote.key)
    acts = set()
    if roll is None and may_freeze_roll(actor_of(request), charter, now=now):
        acts.add(Act.FREEZE_ROLL.value)
    if vote.awaits_lot and may_prepare_vote(actor_of(request), charter.collectivity_id):
        acts.add(Act.WRITE_DRAW.value)
    return VotePage(
        charter=charter,
        state=vote.state(now),
        told=rules_told(charter, said_of_rule(request, charter), set()),
        is_roll_frozen=roll is not None,
        has_draw=vote.state(now) is VoteState.AWAITS_LOT or vote.lot_completion is not None,
        is_draw_written=vote.lot_completion is not None,
        acts=frozenset(acts),
        missing=(),
        waiting=await _waiting(request, charter, None),
        can_change=False,
        can_approve=bool(may_approve(actor_of(request), charter.collectivity_id)),
        can_read_roll=bool(may_read_roll(actor_of(request), charter.collectivity_id)),
        now=now,
        problems=problems,
        done=done,
    )


async def _waiting(request: Request, charter: Charter, subject: str | None) -> tuple[Waiting, ...]:
    """Requests about this vote that stand. `subject`: what is prepared, None once it is frozen."""
    web, now = web_of(request), web_of(request).clock.now()
    async with web.database.read() as session:
        asked = await approvals_of(session, charter.collectivity_id)
    of_sentence = web.extras["sentences"].of
    return tuple(
        Waiting(
            act=each.act.value,
            name=of_sentence(each.act),
            until=each.expires_at,
            is_stale=each.act in (Act.PUBLISH, Act.FREEZE_RULES) and each.subject != subject,
        )
        for each in asked
        if each.is_open(now)
        and each.act in _ACTS
        and each.subject.partition("/")[0] == charter.edition
    )


def _voters(rule: Eligibility) -> VotersTyped:
    ties = VoterTies.LIVE_OR_WORK_HERE if rule.includes_workers else VoterTies.LIVE_HERE
    return VotersTyped(str(rule.minimum_age), rule.who.value, ties.value)


def _typed_voters(typed: Typed[VotersForm]) -> VotersTyped:
    return VotersTyped(typed.text("minimum_age")[:40], typed.text("who"), typed.text("ties"))


STAFF_PAGES = (
    MenuEntry(
        _("The votes"),
        "voting:votes",
        tuple(Role),
        _("How far each vote is, and what is to be done before it opens."),
    ),
)
_READERS = staff()

ROUTES = (
    get("/staff/{slug}/votes", list_votes, name="voting:votes", may=_READERS),
    get(VOTE, show_vote, name="voting:vote", may=_READERS),
    post(f"{VOTE}/voters", choose_voters, name="voting:voters", may=staff(*PREPARERS)),
)
