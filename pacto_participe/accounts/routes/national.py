"""The national sign-in: away to the provider by a link, and back by an address without a person in it.

A link and not a form: a browser would not let our forms lead to another site (CSP form-action), and nothing
is changed by leaving. Where it is switched off these addresses do not exist.
"""

from hmac import compare_digest

import structlog
from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.routes.answers import next_of
from pacto_participe.accounts.services.national import (
    FLOW_LIFE,
    Flow,
    answer_cookie,
    answer_of,
    begin_flow,
    flow_of,
    match_national,
    ties_of,
    use_flow,
)
from pacto_participe.accounts.services.tries import NATIONAL_BY_PERSON, count
from pacto_participe.kernel.errors import NotFound, Problem, Refused
from pacto_participe.web import i18n
from pacto_participe.web.context import Web, actor_of, town_of, web_of, work
from pacto_participe.web.csrf import is_forged
from pacto_participe.web.errors import preferred_language
from pacto_participe.web.guards import anyone
from pacto_participe.web.national import NATIONAL, Provider, ProviderDown, ProviderUntrue, Ties
from pacto_participe.web.pages import redirect, way_within
from pacto_participe.web.routing import get

COOKIE = "national"
RETURN = "accounts:national-return"
LONGEST_TARGET = 400
log = structlog.get_logger()


async def go_there(request: Request) -> Response:
    """On to the provider, for who is signed in. Nothing is kept: the browser carries what comes back."""
    web, provider = web_of(request), _provider(request)
    town, actor = town_of(request), actor_of(request)
    target = way_within(next_of(request)[:LONGEST_TARGET])  # a cookie has little room
    here = web.addresses.path("accounts:residence", slug=town.slug, next=target)
    if actor.person_id is None or actor.session_id is None:
        return redirect(request, "accounts:sign-in", next=here)
    if is_forged(dict(request.scope["headers"])):
        return _see_other(here)  # begun by pressing our own button, and by nothing else
    await count(web.database, web.secrets, web.clock, (NATIONAL_BY_PERSON, actor.person_id))
    language = i18n.current().code
    flow, cookie = begin_flow(
        web.secrets, town.slug, actor.session_id, language, target, now=web.clock.now()
    )
    try:
        address = await provider.address(_ties(web, flow), language=i18n.written().code)
    except (ProviderDown, ProviderUntrue) as fault:
        return _refused(request, here, _told(fault))
    response = _see_other(address)
    _set_cookie(request, response, cookie)
    return response


async def come_back(request: Request) -> Response:
    """What the provider sent back, and on to an address that says nothing of it."""
    web = web_of(request)
    _provider(request)
    flow = _flow(request)
    if flow is None:
        language = preferred_language(request)
        return _see_other(web.addresses.path("accounts:national-over", lang=language))
    here = web.addresses.path(
        "accounts:residence", lang=flow.language, slug=flow.slug, next=flow.next
    )
    try:
        await _prove(request, flow)
    except (ProviderDown, ProviderUntrue) as fault:
        return _refused(request, here, _told(fault))
    except Refused as refused:
        return _refused(request, here, Refusal(refused.problems[0].code))
    response = _see_other(here)
    _forget_cookie(request, response)
    return response


async def _prove(request: Request, flow: Flow) -> None:
    """Raises Refused, ProviderDown, ProviderUntrue."""
    web, said = web_of(request), request.query_params
    ties = _ties(web, flow)
    is_ours = compare_digest(said.get("state", "").encode(), ties.state.encode())
    person_id = actor_of(request).person_id
    if not is_ours or person_id is None or actor_of(request).session_id != flow.session_id:
        raise Refused(Problem(Refusal.NATIONAL_NOT_ASKED_HERE))
    async with work(request) as uow:
        await use_flow(uow, flow)
    if "error" in said or not said.get("code"):
        is_declined = said.get("error") == "access_denied"
        raise Refused(
            Problem(Refusal.NATIONAL_DECLINED if is_declined else Refusal.NATIONAL_UNTRUE)
        )
    town = await web.finders.town_of_slug(web.database, flow.slug)
    if town is None:
        raise NotFound
    proved = await _provider(request).proved(ties, said["code"], said.get("iss", ""))
    async with work(request) as uow:
        activated = await match_national(uow, web.secrets, town.collectivity_id, person_id, proved)
    activated.require()  # outside the transaction: the conflict stays written down


async def show_over(request: Request) -> Response:
    """For who comes back in a browser that did not leave from here."""
    _provider(request)
    raise Refused(Problem(Refusal.NATIONAL_NOT_ASKED_HERE))


def national_answer(request: Request) -> str:
    """The sentence on how the national sign-in of this browser ended just now, or ""."""
    web = web_of(request)
    if web.extras[NATIONAL] is None:
        return ""
    cookie = request.cookies.get(_cookie_name(web), "")
    refusal = answer_of(web.secrets, cookie, now=web.clock.now()) if cookie else None
    return web.extras["sentences"].of(refusal) if refusal else ""


def forget_answer(request: Request, response: Response) -> None:
    """It is said once."""
    _forget_cookie(request, response)


def _provider(request: Request) -> Provider:
    provider: Provider | None = web_of(request).extras[NATIONAL]
    if provider is None:
        raise NotFound
    return provider


def _ties(web: Web, flow: Flow) -> Ties:
    # The address that residents type, as the operator set it: what a request calls its host may be a lie.
    return ties_of(
        web.secrets, flow, web.settings.base_url.rstrip("/") + web.addresses.path(RETURN)
    )


def _flow(request: Request) -> Flow | None:
    web = web_of(request)
    cookie = request.cookies.get(_cookie_name(web), "")
    return flow_of(web.secrets, cookie, now=web.clock.now()) if cookie else None


def _told(fault: ProviderDown | ProviderUntrue) -> Refusal:
    """For the resident a sentence; for the operator which check failed, and nothing of the answer."""
    log.warning("national sign-in", fault=type(fault).__name__, check=str(fault))
    return Refusal.NATIONAL_DOWN if isinstance(fault, ProviderDown) else Refusal.NATIONAL_UNTRUE


def _refused(request: Request, here: str, refusal: Refusal) -> Response:
    web = web_of(request)
    response = _see_other(here)
    _set_cookie(request, response, answer_cookie(web.secrets, refusal, now=web.clock.now()))
    return response


def _see_other(address: str) -> Response:
    headers = {"Location": address, "Cache-Control": "no-store"}
    return Response(status_code=303, headers=headers)


def _cookie_name(web: Web) -> str:
    return f"__Host-{COOKIE}" if web.settings.is_secure else COOKIE


def _set_cookie(request: Request, response: Response, value: str) -> None:
    web = web_of(request)
    response.set_cookie(
        _cookie_name(web),
        value,
        max_age=int(FLOW_LIFE.total_seconds()),
        secure=web.settings.is_secure,
        httponly=True,
        samesite="lax",  # it has to come along when the provider sends the browser back
    )


def _forget_cookie(request: Request, response: Response) -> None:
    web = web_of(request)
    response.delete_cookie(
        _cookie_name(web), secure=web.settings.is_secure, httponly=True, samesite="lax"
    )


ROUTES = (
    get("/c/{slug}/residence/national", go_there, name="accounts:national", may=anyone),
    get("/residence/national", come_back, name=RETURN, may=anyone, in_language=False),
    get("/residence/national", show_over, name="accounts:national-over", may=anyone),
)
