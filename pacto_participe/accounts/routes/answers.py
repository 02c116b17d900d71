"""What the pages of this feature share: forms shown again, and browsers signed in."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.accounts.pages import Shown
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.services.second_factor import require_still_signed_in
from pacto_participe.kernel.actors import office_of
from pacto_participe.kernel.errors import Problem, Refused
from pacto_participe.kernel.languages import Texts
from pacto_participe.storage.steps import Steps, follow_in
from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.web import sessions
from pacto_participe.web.client import device_of
from pacto_participe.web.context import actor_of, web_of, work
from pacto_participe.web.forms import Typed
from pacto_participe.web.pages import in_this_language, redirect_within

UNSEEN_FIELDS = {"way", "next", "session_id", "batch_id", "act"}


def shown(
    request: Request, typed: Typed[Any] | None = None, problems: Iterable[Problem] = ()
) -> Shown:
    """A form as it is shown again. Secrets that were typed are not among what is shown."""
    sentences = web_of(request).extras["sentences"]
    raw = {name: values[0] for name, values in typed.raw.items()} if typed else {}
    for secret in ("password", "code", "answer"):
        raw.pop(secret, None)
    said = ((_place(found), sentences.of_problem(found)) for found in problems)
    return Shown(raw, tuple(said))


async def district_told(request: Request, town: str, district: str) -> Texts | None:
    """A resident's quarter by its name in each language, or as it was written down. None for none.

    One quick statement: call it outside of a session.
    """
    if not district:
        return None
    web = web_of(request)
    known = await web.finders.name_of_area(web.database, town, district)
    return known or Texts.of({"und": district})


def _place(problem: Problem) -> str:
    """The field that a sentence links to; none for what no field of the page can mend."""
    return "" if problem.field in UNSEEN_FIELDS else problem.field


def role_named(request: Request, written: str) -> str:
    """In which role somebody verified or made something; "" where nobody did."""
    named: str = web_of(request).extras["sentences"].of(office_of(written)) if written else ""
    return named


def next_of(request: Request) -> str:
    """Where someone wants to go on to after signing in."""
    return request.query_params.get("next", "")


@asynccontextmanager
async def own_work(request: Request) -> AsyncIterator[UnitOfWork]:
    """A transaction of somebody about how they sign in: who was signed out meanwhile does nothing more.

    Whoever holds a stolen session may have requests on the way when its owner, or an operator, ends it.
    Raises Refused.
    """
    async with work(request) as uow:
        await require_still_signed_in(uow)
        yield uow


async def sign_in(
    request: Request, uow: UnitOfWork, person_id: str, *, has_second_factor: bool = False
) -> str:
    """A new ticket for this browser; the one it had is worth nothing any more. At most two statements.

    Who had shown the second factor under that ticket need not show it again.
    """
    return await follow_in(uow.session, _starting(request, person_id, has_second_factor))


async def sign_in_now(
    request: Request,
    person_id: str,
    holding: Callable[[], Steps[bool]],
    *,
    has_second_factor: bool = False,
) -> str:
    """The same in a transaction of its own, together with all others that wait.

    `holding` locks the password or passkey that was right a moment ago, and says False when it was changed
    or removed since. Raises Refused then.
    """

    def entering() -> Steps[str]:
        if not (yield from holding()):
            raise Refused(Problem(Refusal.SIGN_IN_FIRST))
        return (yield from _starting(request, person_id, has_second_factor))

    return await web_of(request).database.follow(entering)


def _starting(request: Request, person_id: str, has_second_factor: bool) -> Steps[str]:
    web, actor = web_of(request), actor_of(request)
    kept = actor.person_id == person_id and actor.passed_second_factor
    return sessions.starting(
        person_id=person_id,
        now=web.clock.now(),
        days=web.settings.session_days,
        device=device_of(request),
        instead_of=actor.session_id,
        has_second_factor=has_second_factor or kept,
    )


def go_on(request: Request, target: str, otherwise: str, *, ticket: str | None = None) -> Response:
    """On to where someone wanted to go, within this site only, in the language that they read now.

    Who changed it while signing in does not want the one that they came with.
    """
    web = web_of(request)
    way = in_this_language(target)
    response = redirect_within(request, way, otherwise=web.addresses.path(otherwise))
    if ticket is not None:
        sessions.set_cookie(response, ticket, web.settings)
    return response
