"""Passkeys of staff: signed in with, shown as the second step, added and removed in the account."""

import secrets as chance

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.accounts.forms import AnswerForm, NewPasskeyForm, PasskeyForm
from pacto_participe.accounts.pages import PasskeyPage
from pacto_participe.accounts.routes.answers import (
    go_on,
    next_of,
    own_work,
    shown,
    sign_in,
    sign_in_now,
)
from pacto_participe.accounts.routes.second_factor import (
    HOME,
    account_page,
    codes_shown,
    let_in,
    step_page,
)
from pacto_participe.accounts.routes.sign_in import day_of
from pacto_participe.accounts.services import passkey_sign_in
from pacto_participe.accounts.services import passkeys as services
from pacto_participe.accounts.services.authenticators import RelyingParty, relying_party
from pacto_participe.accounts.services.challenges import Answer
from pacto_participe.kernel.errors import NotFound, Problem, Refused
from pacto_participe.web import sessions
from pacto_participe.web.client import client_of, device_of
from pacto_participe.web.context import actor_of, web_of
from pacto_participe.web.forms import Typed, read_form
from pacto_participe.web.guards import anyone, signed_in
from pacto_participe.web.pages import redirect, show
from pacto_participe.web.routing import get, post

PAGE = "accounts:second-factor"
BROWSER = "passkey"  # binds a question to the browser that was asked, before anybody is signed in
BROWSER_SECONDS = 600


async def show_sign_in(request: Request) -> Response:
    """Sign in with a passkey alone; who is signed in goes straight on."""
    _party(request)
    if actor_of(request).is_signed_in:
        return go_on(request, next_of(request), HOME)
    return await _sign_in_page(request, next_of(request))


async def sign_in_with_passkey(request: Request) -> Response:
    """A passkey that saw who holds it is both proofs: on to the work of the day."""
    typed = await read_form(request, AnswerForm)
    web, party = web_of(request), _party(request)
    try:
        if typed.value is None:
            raise Refused(*typed.problems)
        held = await passkey_sign_in.sign_in_with_passkey(
            web.database,
            web.secrets,
            web.clock,
            _browser(request),
            party,
            Answer(typed.value.answer, typed.value.challenge),
            client=client_of(request),
        )
        ticket = await sign_in_now(request, held.person_id, held.holding, has_second_factor=True)
    except Refused as refused:
        return await _sign_in_page(request, typed.text("next"), typed, refused.problems)
    day = await day_of(request, held.person_id)
    return go_on(request, typed.value.next or day, HOME, ticket=ticket)


async def _sign_in_page(
    request: Request,
    target: str,
    typed: Typed[AnswerForm] | None = None,
    problems: tuple[Problem, ...] = (),
) -> Response:
    web = web_of(request)
    browser = _browser(request) or chance.token_urlsafe(24)
    question = await passkey_sign_in.question_to_sign_in(
        web.secrets, web.clock, browser, _party(request)
    )
    page = PasskeyPage(shown(request, typed, problems), target, question)
    response = show(request, page, status=422 if problems else 200)
    response.set_cookie(
        _cookie(request),
        browser,
        max_age=BROWSER_SECONDS,
        secure=web.settings.is_secure,
        httponly=True,
        samesite="lax",
    )
    return response


def _cookie(request: Request) -> str:
    return f"__Host-{BROWSER}" if web_of(request).settings.is_secure else BROWSER


def _browser(request: Request) -> str:
    return request.cookies.get(_cookie(request), "")


async def pass_step(request: Request) -> Response:
    """Check what a passkey signed; this browser gets a new ticket, which lets its holder work."""
    typed = await read_form(request, AnswerForm)
    web, actor, party = web_of(request), actor_of(request), _party(request)
    try:
        if typed.value is None:
            raise Refused(*typed.problems)
        answer = Answer(typed.value.answer, typed.value.challenge)
        await passkey_sign_in.pass_with_passkey(
            web.database, web.secrets, web.clock, actor, party, answer
        )
    except Refused as refused:
        page = await step_page(request, typed.text("next"), typed, refused.problems)
        return show(request, page, status=422)
    return await let_in(request, typed.text("next"))


async def add(request: Request) -> Response:
    """A device made a passkey. Who had no second factor sees recovery codes, this once."""
    typed = await read_form(request, NewPasskeyForm)
    web, actor, party = web_of(request), actor_of(request), _party(request)
    ticket = None
    try:
        if typed.value is None:
            raise Refused(*typed.problems)
        answer = Answer(typed.value.answer, typed.value.challenge)
        credential = await services.prove_new(
            web.database, web.secrets, web.clock, actor, party, answer
        )
        name = typed.value.name or device_of(request)
        async with own_work(request) as uow:
            codes = await services.add_passkey(uow, web.secrets, credential, name)
            if codes:
                ticket = await sign_in(request, uow, actor.person_id or "", has_second_factor=True)
    except Refused as refused:
        page = await account_page(request, typed.text("next"), refused.problems, typed)
        return show(request, page, status=422)
    if codes:
        return codes_shown(request, codes, typed.value.next, ticket)
    return redirect(request, PAGE, next=typed.value.next, saved="1")


async def remove(request: Request) -> Response:
    """A passkey serves no more; every other browser of theirs is signed out."""
    typed = await read_form(request, PasskeyForm)
    if typed.value is None:
        raise NotFound
    try:
        async with own_work(request) as uow:
            await services.remove_passkey(uow, typed.value.passkey_id)
            ticket = await sign_in(request, uow, uow.actor.person_id or "")
    except Refused as refused:
        return show(request, await account_page(request, "", refused.problems), status=422)
    response = redirect(request, PAGE, saved="1")
    sessions.set_cookie(response, ticket, web_of(request).settings)
    return response


def _party(request: Request) -> RelyingParty:
    """Raises NotFound where passkeys are not offered."""
    party = relying_party(web_of(request).settings.base_url)
    if party is None:
        raise NotFound
    return party


ROUTES = (
    get("/sign-in/passkey", show_sign_in, name="accounts:passkey", may=anyone),
    post("/sign-in/passkey", sign_in_with_passkey, name="accounts:passkey", may=anyone),
    post("/sign-in/second-step/passkey", pass_step, name="accounts:passkey-step", may=signed_in),
    post("/account/second-factor/passkeys", add, name="accounts:add-passkey", may=signed_in),
    post(
        "/account/second-factor/passkeys/removal",
        remove,
        name="accounts:remove-passkey",
        may=signed_in,
    ),
)
