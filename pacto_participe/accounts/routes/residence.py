"""Becoming a verified resident of a town. "Can I vote?" has its answer here, before the day."""

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.accounts import queries, services
from pacto_participe.accounts.domain.methods import METHODS
from pacto_participe.accounts.forms import ResidenceForm
from pacto_participe.accounts.pages import ResidencePage, Shown
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.routes.answers import (
    district_told,
    go_on,
    next_of,
    role_named,
    shown,
    sign_in,
)
from pacto_participe.accounts.routes.national import forget_answer, national_answer
from pacto_participe.accounts.services.batches import methods_in_use
from pacto_participe.accounts.services.cases import meeting_waits
from pacto_participe.accounts.services.letters import use_letter
from pacto_participe.accounts.services.mediators import use_sheet
from pacto_participe.kernel.errors import Conflict, Problem, Refused
from pacto_participe.web.client import client_of
from pacto_participe.web.context import actor_of, town_of, web_of, work
from pacto_participe.web.forms import Typed, read_form
from pacto_participe.web.guards import anyone
from pacto_participe.web.national import NATIONAL
from pacto_participe.web.pages import redirect, redirect_within, show, way_within
from pacto_participe.web.routing import get, post

WANT_AN_ACCOUNT = ("card", "mediator")
# What is typed with more than a code has the page to itself.
ASKED_ALONE = ("letter", "mediator")
WAY_OF_CODE = {Refusal.CODE_OF_A_LETTER: "letter", Refusal.CODE_OF_A_MEDIATOR: "mediator"}


async def show_residence(request: Request) -> Response:
    """Whether one is a verified resident here, and how to become one. Three statements."""
    page = await _page(request, next_of(request))
    response = show(request, page)
    if page.answer:
        forget_answer(request, response)
    return response


async def prove_residence(request: Request) -> Response:
    """By a slip or a letter, which sign in by themselves, or by the list, for who is signed in."""
    typed = await read_form(request, ResidenceForm)
    if typed.value is None:
        page = await _page(request, typed.text("next"), typed, typed.problems)
        return show(request, page, status=422)
    form = typed.value
    actor = actor_of(request)
    here = web_of(request).addresses.path("accounts:residence", slug=town_of(request).slug)
    if form.way in WANT_AN_ACCOUNT and not actor.is_signed_in:
        return redirect(request, "accounts:sign-in", next=here)
    try:
        ticket = await _prove(request, form)
    except Refused as refused:
        page = await _page(request, form.next, typed, refused.problems)
        return show(request, page, status=409 if isinstance(refused, Conflict) else 422)
    if ticket is None:
        return redirect_within(request, form.next, otherwise=here)
    return go_on(request, form.next or here, "accounts:account", ticket=ticket)


async def _prove(request: Request, form: ResidenceForm) -> str | None:
    """A ticket when someone else than before is signed in by it. Raises Refused, TooMany."""
    web, town, actor = web_of(request), town_of(request).collectivity_id, actor_of(request)
    tries = services.identity_tries(
        web.database,
        web.secrets,
        web.clock,
        collectivity_id=town,
        client=client_of(request),
        cnie="" if form.way == "slip" else form.cnie,
        code=form.code if form.way in ASKED_ALONE else "",
    )
    # A helper hands this device to residents: what is typed there is never the helper's own (ballot.py).
    own = None if actor.is_staff_somewhere or actor.is_operator else actor.person_id
    ticket = None
    async with tries:
        async with work(request) as uow:
            if form.way == "slip":
                activated = await services.activate_slip(uow, web.secrets, town, form.code, own)
            elif form.way == "letter":
                activated = await use_letter(
                    uow, web.secrets, town, form.code, form.cnie, form.birth_date, own
                )
            elif form.way == "mediator":
                confirmed = await use_sheet(
                    uow,
                    web.secrets,
                    town,
                    actor.person_id or "",
                    form.code,
                    form.cnie,
                    form.birth_date,
                )
                if confirmed is None:  # the counter confirms: the page says so
                    return None
                activated = confirmed
            else:
                activated = await services.match_list(
                    uow, web.secrets, town, actor.person_id or "", form.cnie, form.birth_date
                )
            if activated.person_id != actor.person_id:
                ticket = await sign_in(request, uow, activated.person_id)
        activated.require()  # outside the transaction: the conflict stays written down
    return ticket


async def _page(
    request: Request,
    target: str,
    typed: Typed[ResidenceForm] | None = None,
    problems: tuple[Problem, ...] = (),
) -> ResidencePage:
    web, actor, town = web_of(request), actor_of(request), town_of(request).collectivity_id
    residence, waits = None, False
    async with web.database.read() as session:
        if actor.person_id is not None:
            residence = await queries.residence_of(session, town, actor.person_id)
            waits = await meeting_waits(session, town, actor.person_id)
        in_use = await methods_in_use(session, town)
    district = await district_told(request, town, residence.district) if residence else None
    name_of = web.extras["sentences"].of
    form = shown(request, typed, problems)
    has_provider = web.extras[NATIONAL] is not None
    way = _way(request, form, problems)
    if way in ASKED_ALONE and typed is not None:
        form.typed["code"] = typed.text("code")[:40]  # only where more than the code is asked
    return ResidencePage(
        form=form,
        residence=residence,
        how=name_of(residence.method) if residence else "",
        by=role_named(request, residence.verified_by if residence else ""),
        district=district,
        is_signed_in=actor.is_signed_in,
        next=way_within(target),  # a link on the page
        way=way,
        waits=waits,
        methods=tuple(
            method
            for method in METHODS
            if method.is_offered
            and (has_provider or not method.needs_provider)
            and (not method.needs_batch or method.method in in_use)
        ),
        answer=national_answer(request),
    )


def _way(request: Request, form: Shown, problems: tuple[Problem, ...]) -> str:
    """Which question is asked: that of the code that was typed, whatever question it was typed under."""
    for problem in problems:
        if problem.code in WAY_OF_CODE:
            return WAY_OF_CODE[Refusal(problem.code)]
    asked = form.value("way") or request.query_params.get("way", "")
    return asked if asked in ASKED_ALONE else "slip"


ROUTES = (
    get("/c/{slug}/residence", show_residence, name="accounts:residence", may=anyone),
    post("/c/{slug}/residence", prove_residence, name="accounts:residence", may=anyone),
)
