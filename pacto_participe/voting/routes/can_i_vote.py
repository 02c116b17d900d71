"""Can I vote? Answered before the day: for who is signed in, and by questions for who is not.

What is answered to the questions is read, and stored nowhere: no date of birth is asked.
"""

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.accounts import queries as accounts
from pacto_participe.accounts.domain.cards import is_of_age
from pacto_participe.kernel.clock import local
from pacto_participe.kernel.errors import NotFound
from pacto_participe.voting.pages.can_i_vote import CanIVotePage
from pacto_participe.voting.policies import Part, part_of
from pacto_participe.voting.queries import Vote
from pacto_participe.voting.routes.parts import BASE, vote_of
from pacto_participe.web.context import actor_of, town_of, web_of
from pacto_participe.web.forms import read_fields
from pacto_participe.web.guards import anyone
from pacto_participe.web.pages import show
from pacto_participe.web.routing import get, post

QUESTIONS = ("lives", "age", "verified")


async def show_question(request: Request) -> Response:
    """The answer for who is signed in and verified; the questions for others. Two statements."""
    vote = await _vote(request)
    part = await _own_part(request, vote)
    return show(request, _page(request, vote, part=part, is_own=part is not None))


async def answer(request: Request) -> Response:
    """The answer to what was ticked. One statement, and nothing is written."""
    vote, fields = await _vote(request), await read_fields(request)
    typed = {name: (fields.get(name) or [""])[0] for name in QUESTIONS}
    answers = {name: value for name, value in typed.items() if value in ("yes", "no")}
    missing = tuple(name for name in QUESTIONS if name not in answers)
    if missing:
        return show(request, _page(request, vote, answers, missing=missing), status=422)
    part = part_of(
        vote.charter,
        lives_here=answers["lives"] == "yes",
        is_of_age=answers["age"] == "yes",
        is_verified=answers["verified"] == "yes",
        now=web_of(request).clock.now(),
    )
    return show(request, _page(request, vote, answers, part=part))


async def _own_part(request: Request, vote: Vote) -> Part | None:
    web, actor = web_of(request), actor_of(request)
    if actor.session_id is None:
        return None
    now, town = web.clock.now(), town_of(request).collectivity_id
    resident = await accounts.voter_of_session(web.database.quick, actor.session_id, town, now)
    if resident is None:
        return None
    last_day = local(vote.charter.last_instant).date()
    of_age = is_of_age(resident.adult_on, vote.charter.minimum_age, on=last_day)
    return part_of(vote.charter, lives_here=True, is_of_age=of_age, is_verified=True, now=now)


async def _vote(request: Request) -> Vote:
    vote = await vote_of(request)
    if vote.is_imported:
        raise NotFound
    return vote


def _page(
    request: Request,
    vote: Vote,
    answers: dict[str, str] | None = None,
    *,
    part: Part | None = None,
    missing: tuple[str, ...] = (),
    is_own: bool = False,
) -> CanIVotePage:
    return CanIVotePage(
        charter=vote.charter,
        last_day=vote.charter.last_instant,
        answers=answers or {},
        missing=missing,
        part=part.value if part else "",
        is_own=is_own,
        is_signed_in=actor_of(request).is_signed_in,
    )


ROUTES = (
    get(f"{BASE}/can-i-vote", show_question, name="voting:can-i-vote", may=anyone),
    post(f"{BASE}/can-i-vote", answer, name="voting:can-i-vote", may=anyone),
)
