"""Can I vote? Answered before the day: for who is signed in, and by questions for who is not.

What is answered to the questions is read, and stored nowhere: no date of birth is asked.
"""

from collections.abc import Callable
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.accounts import queries as accounts
from pacto_participe.accounts.domain.eligibility import Ineligible, Who
from pacto_participe.accounts.domain.people import Voter
from pacto_participe.kernel.errors import NotFound
from pacto_participe.voting import queries
from pacto_participe.voting.charter import Charter, VoteState
from pacto_participe.voting.pages.can_i_vote import CanIVotePage, OtherVote, OwnLineShown
from pacto_participe.voting.policies import Part, part_of
from pacto_participe.voting.queries import Edition, Vote
from pacto_participe.voting.routes.parts import BASE, edition_of, said_of_rule
from pacto_participe.voting.services.casting import values_beside, why_not
from pacto_participe.voting.services.having_voted import has_ballot
from pacto_participe.voting.services.own_line import own_line
from pacto_participe.voting.wording.fingerprints import in_groups
from pacto_participe.voting.wording.publication import method_words
from pacto_participe.web.context import actor_of, town_of, web_of
from pacto_participe.web.forms import read_fields
from pacto_participe.web.guards import anyone
from pacto_participe.web.pages import show
from pacto_participe.web.routing import get, post

NOT_YOURS = (Part.LIVES_ELSEWHERE, Part.TOO_YOUNG, Part.CITIZENS_ONLY, Part.SHOW_THE_CARD)


def questions_of(charter: Charter) -> tuple[str, ...]:
    """What has to be asked of somebody unknown: nothing that the rule does not turn on."""
    rule = charter.eligibility
    return (
        "lives",
        *(("citizen",) if rule.who is Who.CITIZENS else ()),
        *(("age",) if rule.minimum_age else ()),
        "verified",
    )


async def show_question(request: Request) -> Response:
    """The answer for who is signed in and verified, and their line of the roll; the questions for others.

    At most eight statements.
    """
    edition = await _edition(request)
    charter, vote = edition.charter, edition.vote
    resident = await _resident(request, charter)
    if resident is None:
        is_over = web_of(request).clock.now() >= charter.closes_at  # nothing is left to ask
        page = _page(request, edition, part=Part.OVER if is_over else None)
        return show(request, replace(page, line=await _no_line(request, vote) if vote else None))
    reason = why_not(charter, resident)
    part = part_of(charter, reason, is_verified=True, now=web_of(request).clock.now())
    page = _page(request, edition, part=part)
    if part in NOT_YOURS and reason is not None:
        values = values_beside(charter, resident)
        page = replace(
            page,
            why=web_of(request).extras["sentences"].of(reason, values),
            others=await _others(request, charter, lambda other: why_not(other, resident) is None),
        )
    if vote is None:  # before the rules are frozen there is neither a roll nor a box
        return show(request, replace(page, is_own=True))
    line = await _line(request, vote, resident, may_vote=reason is None)
    web, has_voted = web_of(request), False
    if part is Part.YES:
        has_voted = await has_ballot(web.database, web.secrets, vote, resident.identity)
    return show(request, replace(page, is_own=True, line=line, has_voted=has_voted))


async def answer(request: Request) -> Response:
    """The answer to what was ticked. At most two statements, and nothing is written."""
    edition, fields = await _edition(request), await read_fields(request)
    asked = questions_of(edition.charter)
    typed = {name: (fields.get(name) or [""])[0] for name in asked}
    answers = {name: value for name, value in typed.items() if value in ("yes", "no")}
    missing = tuple(name for name in asked if name not in answers)
    if missing:
        return show(request, _page(request, edition, answers, missing=missing), status=422)
    part = part_of(
        edition.charter,
        _reason(answers),
        is_verified=answers["verified"] == "yes",
        now=web_of(request).clock.now(),
    )
    page = _page(request, edition, answers, part=part)
    if part in NOT_YOURS:
        page = replace(page, others=await _others(request, edition.charter, lambda other: True))
    return show(request, page)


def _reason(answers: dict[str, str]) -> Ineligible | None:
    """Why not, by what somebody said of themselves, in the order of the rule."""
    no_means = {
        "lives": Ineligible.WORKS_HERE_ONLY,
        "age": Ineligible.TOO_YOUNG,
        "citizen": Ineligible.CITIZENS_ONLY,
    }
    return next((reason for name, reason in no_means.items() if answers.get(name) == "no"), None)


async def _resident(request: Request, charter: Charter) -> Voter | None:
    web, actor = web_of(request), actor_of(request)
    if actor.session_id is None:
        return None
    town = charter.collectivity_id
    return await accounts.voter_of_session(
        web.database.quick,
        actor.session_id,
        town,
        web.clock.now(),
        since=charter.eligible_from,
    )


async def _line(
    request: Request, vote: Vote, resident: Voter, *, may_vote: bool
) -> OwnLineShown | None:
    """The resident's own line, None while no roll is fixed. Three statements."""
    web, now = web_of(request), web_of(request).clock.now()
    own = await own_line(web.database, web.secrets, vote, resident.residence_id)
    if own is None:
        return None
    async with web.database.read() as session:
        home = await accounts.residence_of(
            session, vote.charter.collectivity_id, resident.person_id
        )
    is_over = now >= vote.charter.closes_at
    return OwnLineShown(
        standing=own.standing(vote, now, may_vote=may_vote).value,
        fixed_at=own.fixed_at,
        area=None if is_over else resident.area,
        verified_at=home.verified_at if home else None,
        method=method_words(resident.method.value),
        line=in_groups(own.line) if own.moment else (),
        is_open=not is_over,
        may_vote=may_vote,
    )


async def _no_line(request: Request, vote: Vote) -> OwnLineShown | None:
    """For who is signed in and has no residence here: nobody's line can be theirs. One statement."""
    if not actor_of(request).is_signed_in:
        return None
    web = web_of(request)
    if await queries.roll_of(web.database, vote.key) is None:
        return None
    return OwnLineShown("no_residence", is_open=web.clock.now() < vote.charter.closes_at)


async def _others(
    request: Request, charter: Charter, is_theirs: Callable[[Charter], bool]
) -> tuple[OtherVote, ...]:
    """The votes of the town that are or will be open, and are for this person too. One statement."""
    web, town = web_of(request), town_of(request)
    now = web.clock.now()
    return tuple(
        OtherVote(
            other.charter.title,
            other.state(now).value,
            web.addresses.path("voting:edition", slug=town.slug, edition=other.charter.edition),
        )
        for other in await queries.votes_of(web.database, town.collectivity_id)
        if other.charter.vote_id != charter.vote_id
        and not other.is_imported
        and other.state(now) in (VoteState.SOON, VoteState.OPEN)
        and is_theirs(other.charter)
    )


async def _edition(request: Request) -> Edition:
    """Also one whose rules are only proposed, as long as it may come to be."""
    edition = await edition_of(request)
    state = edition.state(web_of(request).clock.now())
    if edition.is_imported or state is VoteState.NOT_HELD:
        raise NotFound
    return edition


def _page(
    request: Request,
    edition: Edition,
    answers: dict[str, str] | None = None,
    *,
    part: Part | None = None,
    missing: tuple[str, ...] = (),
) -> CanIVotePage:
    return CanIVotePage(
        charter=edition.charter,
        state=edition.state(web_of(request).clock.now()),
        rule=edition.charter.eligibility,
        who=said_of_rule(request, edition.charter),
        questions=questions_of(edition.charter),
        answers=answers or {},
        missing=missing,
        part=part.value if part else "",
        is_signed_in=actor_of(request).is_signed_in,
    )


ROUTES = (
    get(f"{BASE}/can-i-vote", show_question, name="voting:can-i-vote", may=anyone),
    post(f"{BASE}/can-i-vote", answer, name="voting:can-i-vote", may=anyone),
)
