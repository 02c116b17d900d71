"""Sign in by a code, the link of an e-mail or a password, sign out."""

import secrets as chance
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.accounts import queries, services
from pacto_participe.accounts.domain.contacts import read_contact
from pacto_participe.accounts.forms import CodeForm, ContactForm, NextForm, PasswordForm, WhoForm
from pacto_participe.accounts.pages import (
    CodePage,
    LinkPage,
    PasswordPage,
    Shown,
    ShutLinkPage,
    SignInPage,
    WhoPage,
)
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.routes.answers import go_on, next_of, shown, sign_in_now
from pacto_participe.accounts.services.authenticators import relying_party
from pacto_participe.accounts.services.passwords import check_password
from pacto_participe.accounts.services.sign_in import (
    CODE_MINUTES,
    Browser,
    asking,
    entering,
    entering_by_code,
    new_code_id,
    proved_contact,
)
from pacto_participe.accounts.services.sign_in_link import (
    code_of_link,
    require_open_link,
    use_link,
)
from pacto_participe.accounts.services.tries import (
    CODES_BY_ADDRESS,
    CODES_BY_CONTACT,
    CODES_BY_CONTACT_AND_DAY,
    WRONG_LINKS_BY_ADDRESS,
    count,
    wrong_tries,
)
from pacto_participe.kernel.errors import Problem, Refused, TooMany
from pacto_participe.web import i18n, sessions
from pacto_participe.web.client import client_of, device_of
from pacto_participe.web.context import actor_of, web_of, work
from pacto_participe.web.forms import read_form
from pacto_participe.web.guards import anyone
from pacto_participe.web.pages import redirect, show
from pacto_participe.web.routing import get, post

HOME = "accounts:account"
NEW = "new"
NONCE = "sign-in"  # binds a code to the browser that asked for it
NEXT = "sign-in-next"  # where that browser was going: the link of the e-mail does not say it


async def show_sign_in(request: Request) -> Response:
    """Phone or e-mail; who is signed in goes straight on."""
    if actor_of(request).is_signed_in:
        return go_on(request, next_of(request), HOME)
    return show(request, SignInPage(shown(request), next_of(request)))


async def send_code(request: Request) -> Response:
    """Ask for a code. The answer is the same whether the contact is known or not."""
    typed = await read_form(request, ContactForm)
    contact = read_contact(typed.value.contact) if typed.value else None
    if contact is None or typed.value is None:
        problem = Problem(Refusal.CONTACT_UNREADABLE, "contact")
        page = SignInPage(shown(request, typed, (problem,)), typed.text("next"))
        return show(request, page, status=422)
    web = web_of(request)
    await count(
        web.database,
        web.secrets,
        web.clock,
        (CODES_BY_CONTACT, contact.value),
        (CODES_BY_ADDRESS, client_of(request)),
        (CODES_BY_CONTACT_AND_DAY, contact.value),
    )
    nonce = chance.token_urlsafe(24)
    language, now, code_id = i18n.current().code, web.clock.now(), new_code_id()
    await web.database.follow(lambda: asking(now, contact, nonce, code_id, language=language))
    response = redirect(request, "accounts:code", next=typed.value.next)
    for name, value in ((NONCE, nonce), (NEXT, quote(typed.value.next, safe=""))):
        response.set_cookie(
            _cookie(request, name),
            value,
            max_age=CODE_MINUTES * 60,
            secure=web.settings.is_secure,
            httponly=True,
            samesite="lax",
        )
    return response


async def show_code(request: Request) -> Response:
    """Type the code that came."""
    if not _nonce(request):
        return redirect(request, "accounts:sign-in", next=next_of(request))
    return show(request, _code_page(request, next_of(request)))


async def check_code(request: Request) -> Response:
    """Try the code: in, or to the choice of who, or again."""
    typed = await read_form(request, CodeForm)
    if typed.value is None:
        page = _code_page(request, typed.text("next"), typed.problems)
        return show(request, page, status=422)
    web, browser, form = web_of(request), _browser(request), typed.value
    now = web.clock.now()
    try:
        answer, ticket = await web.database.follow(
            lambda: entering_by_code(
                now, web.secrets, browser, form.code, is_newcomer=form.newcomer
            )
        )
        answer.require()  # outside the transaction: a wrong try stays counted
    except Refused as refused:
        return show(request, _code_page(request, form.next, refused.problems), status=422)
    if ticket is None:
        return redirect(request, "accounts:who", next=form.next)
    return _signed_in(request, form.next, ticket)


async def show_link(request: Request) -> Response:
    """The page behind the link of an e-mail. Mail programs open links too: nothing changes by it."""
    web = web_of(request)
    target = unquote(request.cookies.get(_cookie(request, NEXT), ""))
    now = web.clock.now()
    try:
        code_id = code_of_link(web.secrets, request.path_params["token"], now=now)
        async with web.database.read() as session:
            await require_open_link(session, _nonce(request), code_id, now=now)
    except Refused as refused:
        return _shut_link(request, target, refused)
    return show(request, LinkPage(target))


async def sign_in_by_link(request: Request) -> Response:
    """What typing the code does: in, or to the choice of who, or why not."""
    typed = await read_form(request, NextForm)
    target = typed.value.next if typed.value else ""
    web, client = web_of(request), client_of(request)
    try:
        async with wrong_tries(
            web.database, web.secrets, web.clock, WRONG_LINKS_BY_ADDRESS, client
        ):
            token = request.path_params["token"]
            code_id = code_of_link(web.secrets, token, now=web.clock.now())
            async with work(request) as uow:
                ticket = await use_link(uow, _browser(request), code_id)
    except Refused as refused:
        return _shut_link(request, target, refused)
    if ticket is None:
        return redirect(request, "accounts:who", next=target)
    return _signed_in(request, target, ticket)


def _shut_link(request: Request, target: str, refused: Refused) -> Response:
    why = web_of(request).extras["sentences"].of_problem(refused.problems[0])
    page = ShutLinkPage(why, may_type=bool(_nonce(request)), next=target)
    return show(request, page, status=422)


def _browser(request: Request) -> Browser:
    """Where this sign-in takes place."""
    settings, actor = web_of(request).settings, actor_of(request)
    return Browser(
        nonce=_nonce(request),
        language=i18n.current().code,
        days=settings.session_days,
        most=settings.people_per_phone,
        device=device_of(request),
        session_id=actor.session_id,
        person_with_second_factor=(actor.person_id or "") if actor.passed_second_factor else "",
    )


async def show_who(request: Request) -> Response:
    """Who of the family is it?"""
    return show(request, await _who_page(request, next_of(request)))


async def choose_who(request: Request) -> Response:
    """Sign in as one of those who share the phone, or as someone else."""
    typed = await read_form(request, WhoForm)
    if typed.value is None:
        problem = Problem(Refusal.NOT_ON_THIS_PHONE, "person")
        page = await _who_page(request, typed.text("next"), (problem,))
        return show(request, page, status=422)
    chosen = None if typed.value.person == NEW else typed.value.person
    web, browser = web_of(request), _browser(request)
    now = web.clock.now()
    try:
        ticket = await web.database.follow(lambda: entering(now, browser, chosen))
    except Refused as refused:
        page = await _who_page(request, typed.value.next, refused.problems)
        return show(request, page, status=422)
    return _signed_in(request, typed.value.next, ticket)


async def _who_page(request: Request, target: str, problems: tuple[Problem, ...] = ()) -> WhoPage:
    """Raises Refused when this browser has proved nothing: the code is asked for again."""
    web = web_of(request)
    async with web.database.read() as session:
        contact = await proved_contact(session, _nonce(request), now=web.clock.now())
        people = await queries.people_on(session, contact)
    return WhoPage(shown(request, problems=problems), people, target)


async def show_password(request: Request) -> Response:
    """Staff sign in with a password."""
    if actor_of(request).is_signed_in:
        return go_on(request, next_of(request), HOME)
    return show(request, _password_page(request, shown(request), next_of(request)))


async def use_password(request: Request) -> Response:
    """Check a password and sign in."""
    typed = await read_form(request, PasswordForm)
    if typed.value is None:
        page = _password_page(request, shown(request, typed, typed.problems), typed.text("next"))
        return show(request, page, status=422)
    web = web_of(request)
    try:
        held = await check_password(
            web.database,
            web.secrets,
            web.clock,
            read_contact(typed.value.email),
            typed.value.password,
            client=client_of(request),
        )
        ticket = await sign_in_now(request, held.person_id, held.holding)
    except Refused as refused:
        page = _password_page(request, shown(request, typed, refused.problems), typed.value.next)
        return show(request, page, status=422)
    except TooMany as too_many:  # the same for an address that nobody has
        page = _password_page(request, shown(request, typed), typed.value.next)
        again_at = web.clock.now() + timedelta(seconds=too_many.retry_after_seconds)
        response = show(request, replace(page, again_at=again_at), status=429)
        response.headers["Retry-After"] = str(too_many.retry_after_seconds)
        return response
    day = await day_of(request, held.person_id)
    return _signed_in(request, typed.value.next or day, ticket)


def _password_page(request: Request, form: Shown, target: str) -> PasswordPage:
    party = relying_party(web_of(request).settings.base_url)
    return PasswordPage(form, target, knows_passkeys=party is not None)


async def day_of(request: Request, person_id: str) -> str:
    """The page of the day of who works for one town; nothing for who must choose. One statement."""
    web = web_of(request)
    towns = await queries.work_towns_of(web.database.quick, person_id, web.clock.now())
    return web.addresses.path("staff:today", slug=towns[0]) if len(towns) == 1 else ""


async def sign_out(request: Request) -> Response:
    """Sign this browser out, and have it forget the pages it kept."""
    web = web_of(request)
    session_id = sessions.session_id_of(request, web.settings)
    if session_id is not None:
        async with work(request) as uow:
            await services.sign_out(uow, session_id)
    response = redirect(request, "home")
    sessions.clear_cookie(response, web.settings)
    return response


def _signed_in(request: Request, target: str, ticket: str) -> Response:
    response = go_on(request, target, HOME, ticket=ticket)
    secure = web_of(request).settings.is_secure
    for name in (_cookie(request, NONCE), _cookie(request, NEXT)):
        if name in request.cookies:
            response.delete_cookie(name, secure=secure, httponly=True, samesite="lax")
    return response


def _code_page(request: Request, target: str, problems: tuple[Problem, ...] = ()) -> CodePage:
    web = web_of(request)
    outbox = web.addresses.path("accounts:outbox") if web.settings.is_demo else ""
    return CodePage(shown(request, problems=problems), target, outbox)


def _cookie(request: Request, name: str) -> str:
    return f"__Host-{name}" if web_of(request).settings.is_secure else name


def _nonce(request: Request) -> str:
    """What binds the code to the browser that asked for it."""
    return request.cookies.get(_cookie(request, NONCE), "")


ROUTES = (
    get("/sign-in", show_sign_in, name="accounts:sign-in", may=anyone),
    post("/sign-in", send_code, name="accounts:sign-in", may=anyone, in_rush=True),
    get("/sign-in/code", show_code, name="accounts:code", may=anyone),
    post("/sign-in/code", check_code, name="accounts:code", may=anyone, in_rush=True),
    get("/sign-in/link/{token}", show_link, name="accounts:sign-in-link", may=anyone),
    post("/sign-in/link/{token}", sign_in_by_link, name="accounts:sign-in-link", may=anyone),
    get("/sign-in/who", show_who, name="accounts:who", may=anyone),
    post("/sign-in/who", choose_who, name="accounts:who", may=anyone),
    get("/sign-in/password", show_password, name="accounts:password", may=anyone),
    post("/sign-in/password", use_password, name="accounts:password", may=anyone),
    post("/sign-out", sign_out, name="accounts:sign-out", may=anyone),
)
