"""The second factor of staff: shown after signing in, and set up in the account."""

from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.accounts.domain.second_factor import (
    code_at,
    is_needed,
    step_of,
    uri_of,
)
from pacto_participe.accounts.forms import NextForm, OneTimeCodeForm
from pacto_participe.accounts.pages import RecoveryPage, SecondFactorPage, SecondStepPage
from pacto_participe.accounts.routes.answers import go_on, next_of, own_work, shown, sign_in
from pacto_participe.accounts.services import second_factor as services
from pacto_participe.accounts.services.authenticators import relying_party
from pacto_participe.accounts.services.challenges import Question
from pacto_participe.accounts.services.passkey_sign_in import question_to_pass
from pacto_participe.accounts.services.passkeys import question_to_add
from pacto_participe.accounts.services.second_factor import SecondFactor, second_factor_of
from pacto_participe.kernel.errors import Problem, Refused
from pacto_participe.web import sessions
from pacto_participe.web.client import device_of
from pacto_participe.web.context import actor_of, web_of
from pacto_participe.web.forms import Typed, read_form
from pacto_participe.web.guards import signed_in
from pacto_participe.web.pages import redirect, show, way_within
from pacto_participe.web.routing import get, post
from pacto_participe.web.square_codes import square_code

ISSUER = "Pacto Participe"
HOME = "accounts:account"


async def show_step(request: Request) -> Response:
    """Ask for the code or a passkey; whoever has none yet is led to set it up."""
    found = await _found(request)
    if not found.is_set_up:
        return redirect(request, "accounts:second-factor", next=next_of(request))
    if not actor_of(request).owes_second_factor:
        return go_on(request, next_of(request), HOME)
    return show(request, await step_page(request, next_of(request)))


async def pass_step(request: Request) -> Response:
    """Check the code; this browser gets a new ticket, which lets its holder work."""
    typed = await read_form(request, OneTimeCodeForm)
    web, actor = web_of(request), actor_of(request)
    try:
        if typed.value is None:
            raise Refused(*typed.problems)
        await services.pass_second_factor(
            web.database, web.secrets, web.clock, actor, typed.value.code
        )
    except Refused as refused:
        page = await step_page(request, typed.text("next"), typed, refused.problems)
        return show(request, page, status=422)
    return await let_in(request, typed.text("next"))


async def let_in(request: Request, target: str) -> Response:
    """This browser gets a new ticket, which lets its holder work; or signs in again, if it was signed out
    meanwhile."""
    try:
        async with own_work(request) as uow:
            person_id = actor_of(request).person_id or ""
            ticket = await sign_in(request, uow, person_id, has_second_factor=True)
    except Refused:
        return redirect(request, "accounts:sign-in", next=target)
    return go_on(request, target, HOME, ticket=ticket)


async def step_page(
    request: Request,
    target: str,
    typed: Typed[Any] | None = None,
    problems: tuple[Problem, ...] = (),
) -> SecondStepPage:
    """The second step of signing in, with what this person has. Three statements."""
    web, found = web_of(request), await _found(request)
    party = relying_party(web.settings.base_url) if found.passkeys else None
    question = (
        await question_to_pass(web.secrets, web.clock, actor_of(request), party, found.passkeys)
        if party
        else None
    )
    return SecondStepPage(
        form=shown(request, typed, problems),
        next=target,
        has_codes=found.has_codes,
        has_passkeys=bool(found.passkeys),
        question=question,
        demo_code=_demo_code(request, found.secret, found.last_step + 1),
    )


async def show_second_factor(request: Request) -> Response:
    """What there is, and what can be done about it."""
    return show(request, await account_page(request, next_of(request)))


async def begin(request: Request) -> Response:
    """A new secret for a telephone."""
    typed = await read_form(request, NextForm)
    try:
        async with own_work(request) as uow:
            await services.begin(uow)
    except Refused as refused:
        page = await account_page(request, typed.text("next"), refused.problems)
        return show(request, page, status=422)
    return redirect(request, "accounts:second-factor", next=typed.text("next"))


async def confirm(request: Request) -> Response:
    """The telephone shows the right code. The recovery codes are shown this once."""
    typed = await read_form(request, OneTimeCodeForm)
    try:
        if typed.value is None:
            raise Refused(*typed.problems)
        async with own_work(request) as uow:
            codes = await services.confirm(uow, web_of(request).secrets, typed.value.code)
            ticket = await sign_in(request, uow, uow.actor.person_id or "", has_second_factor=True)
    except Refused as refused:
        page = await account_page(request, typed.text("next"), refused.problems)
        return show(request, page, status=422)
    return codes_shown(request, codes, typed.text("next"), ticket)


async def renew_codes(request: Request) -> Response:
    """Ten new recovery codes; those before are worth nothing."""
    try:
        async with own_work(request) as uow:
            codes = await services.make_recovery_codes(uow, web_of(request).secrets)
    except Refused as refused:
        return show(request, await account_page(request, "", refused.problems), status=422)
    return codes_shown(request, codes, "")


async def turn_off(request: Request) -> Response:
    """No codes any more, where the work does not need them or a passkey is there."""
    try:
        async with own_work(request) as uow:
            await services.turn_off(uow)
            ticket = await sign_in(request, uow, uow.actor.person_id or "")
    except Refused as refused:
        return show(request, await account_page(request, "", refused.problems), status=422)
    response = redirect(request, HOME, saved="1")
    sessions.set_cookie(response, ticket, web_of(request).settings)
    return response


def codes_shown(
    request: Request, codes: tuple[str, ...], target: str, ticket: str | None = None
) -> Response:
    """The recovery codes, this once; the browser gets its new ticket."""
    response = show(request, RecoveryPage(codes, way_within(target)))
    if ticket is not None:
        sessions.set_cookie(response, ticket, web_of(request).settings)
    return response


async def account_page(
    request: Request,
    target: str,
    problems: tuple[Problem, ...] = (),
    typed: Typed[Any] | None = None,
) -> SecondFactorPage:
    """What there is of a second factor. Four statements."""
    found, actor = await _found(request), actor_of(request)
    may_change = actor.passed_second_factor or not found.is_set_up
    secret = found.pending_secret if may_change else ""
    qr = Markup()
    if secret:
        host = urlsplit(web_of(request).settings.base_url).hostname or ISSUER
        uri = uri_of(secret, account=host, issuer=ISSUER)
        qr = square_code(uri)
    return SecondFactorPage(
        form=shown(request, typed, problems),
        next=target,
        is_set_up=found.is_set_up,
        has_codes=found.has_codes,
        is_needed=is_needed(actor),
        may_change=may_change,
        codes_left=found.codes_left,
        secret=" ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        qr=qr,
        demo_code=_demo_code(request, secret),
        passkeys=found.passkeys,
        question=await _question_to_add(request, found) if may_change else None,
        device=device_of(request),
        is_saved="saved" in request.query_params,
    )


async def _question_to_add(request: Request, found: SecondFactor) -> Question | None:
    web = web_of(request)
    party = relying_party(web.settings.base_url)
    if party is None:
        return None
    return await question_to_add(
        web.database, web.secrets, web.clock, actor_of(request), party, found.passkeys
    )


async def _found(request: Request) -> SecondFactor:
    web = web_of(request)
    async with web.database.read() as session:
        return await second_factor_of(session, web.secrets, actor_of(request).person_id or "")


def _demo_code(request: Request, secret: str, first_step: int = 0) -> str:
    """In a demonstration nobody has the telephone: the page says what it would show.

    Many try the same account there, so a code that served already is not said: the next one is.
    """
    web = web_of(request)
    if not (web.settings.is_demo and secret):
        return ""
    return code_at(secret, max(step_of(web.clock.now()), first_step))


ROUTES = (
    get("/sign-in/second-step", show_step, name="accounts:second-step", may=signed_in),
    post("/sign-in/second-step", pass_step, name="accounts:second-step", may=signed_in),
    get("/account/second-factor", show_second_factor, name="accounts:second-factor", may=signed_in),
    post("/account/second-factor", begin, name="accounts:second-factor", may=signed_in),
    post("/account/second-factor/confirm", confirm, name="accounts:second-confirm", may=signed_in),
    post("/account/second-factor/codes", renew_codes, name="accounts:second-codes", may=signed_in),
    post("/account/second-factor/off", turn_off, name="accounts:second-off", may=signed_in),
)
