"""Passkeys of staff: shown after signing in, added and removed in the account."""

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.accounts.forms import AnswerForm, NewPasskeyForm, PasskeyForm
from pacto_participe.accounts.routes.answers import go_on, sign_in
from pacto_participe.accounts.routes.second_factor import (
    HOME,
    account_page,
    codes_shown,
    step_page,
)
from pacto_participe.accounts.services import passkeys as services
from pacto_participe.accounts.services.authenticators import RelyingParty, relying_party
from pacto_participe.accounts.services.passkeys import Answer
from pacto_participe.kernel.errors import NotFound, Refused
from pacto_participe.web import sessions
from pacto_participe.web.client import device_of
from pacto_participe.web.context import actor_of, web_of, work
from pacto_participe.web.forms import read_form
from pacto_participe.web.guards import signed_in
from pacto_participe.web.pages import redirect, show
from pacto_participe.web.routing import post

PAGE = "accounts:second-factor"


async def pass_step(request: Request) -> Response:
    """Check what a passkey signed; this browser gets a new ticket, which lets its holder work."""
    typed = await read_form(request, AnswerForm)
    web, actor, party = web_of(request), actor_of(request), _party(request)
    try:
        if typed.value is None:
            raise Refused(*typed.problems)
        answer = Answer(typed.value.answer, typed.value.challenge)
        await services.pass_with_passkey(web.database, web.secrets, web.clock, actor, party, answer)
    except Refused as refused:
        page = await step_page(request, typed.text("next"), typed, refused.problems)
        return show(request, page, status=422)
    async with work(request) as uow:
        ticket = await sign_in(request, uow, actor.person_id or "", has_second_factor=True)
    return go_on(request, typed.text("next"), HOME, ticket=ticket)


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
        async with work(request) as uow:
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
        async with work(request) as uow:
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
    post("/sign-in/second-step/passkey", pass_step, name="accounts:passkey-step", may=signed_in),
    post("/account/second-factor/passkeys", add, name="accounts:add-passkey", may=signed_in),
    post(
        "/account/second-factor/passkeys/removal",
        remove,
        name="accounts:remove-passkey",
        may=signed_in,
    ),
)
