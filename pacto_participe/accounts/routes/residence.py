"""Becoming a verified resident of a town. "Can I vote?" has its answer here, before the day."""

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.accounts import queries, services
from pacto_participe.accounts.domain.methods import METHODS
from pacto_participe.accounts.forms import ResidenceForm
from pacto_participe.accounts.pages import ResidencePage
from pacto_participe.accounts.routes.answers import go_on, next_of, shown, sign_in
from pacto_participe.accounts.routes.national import forget_answer, national_answer
from pacto_participe.kernel.errors import Conflict, Problem, Refused
from pacto_participe.web.client import client_of
from pacto_participe.web.context import actor_of, town_of, web_of, work
from pacto_participe.web.forms import Typed, read_form
from pacto_participe.web.guards import anyone
from pacto_participe.web.national import NATIONAL
from pacto_participe.web.pages import redirect, redirect_within, show, way_within
from pacto_participe.web.routing import get, post


async def show_residence(request: Request) -> Response:
    """Whether one is a verified resident here, and how to become one. One statement."""
    page = await _page(request, next_of(request))
    response = show(request, page)
    if page.answer:
        forget_answer(request, response)
    return response


async def prove_residence(request: Request) -> Response:
    """By a slip, which signs in by itself, or by the list, for who is signed in."""
    typed = await read_form(request, ResidenceForm)
    if typed.value is None:
        page = await _page(request, typed.text("next"), typed, typed.problems)
        return show(request, page, status=422)
    form = typed.value
    actor = actor_of(request)
    here = web_of(request).addresses.path("accounts:residence", slug=town_of(request).slug)
    if form.way == "card" and not actor.is_signed_in:
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
        cnie=form.cnie if form.way == "card" else "",
    )
    ticket = None
    async with tries:
        async with work(request) as uow:
            if form.way == "slip":
                activated = await services.activate_slip(
                    uow, web.secrets, town, form.code, actor.person_id
                )
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
    web, actor = web_of(request), actor_of(request)
    residence = None
    if actor.person_id is not None:
        async with web.database.read() as session:
            residence = await queries.residence_of(
                session, town_of(request).collectivity_id, actor.person_id
            )
    how = web.extras["sentences"].of(residence.method) if residence else ""
    form = shown(request, typed, problems)
    has_provider = web.extras[NATIONAL] is not None
    return ResidencePage(
        form=form,
        residence=residence,
        how=how,
        is_signed_in=actor.is_signed_in,
        next=way_within(target),  # a link on the page
        way=form.value("way") or "slip",
        methods=tuple(
            method
            for method in METHODS
            if method.is_offered and (has_provider or not method.needs_provider)
        ),
        answer=national_answer(request),
    )


ROUTES = (
    get("/c/{slug}/residence", show_residence, name="accounts:residence", may=anyone),
    post("/c/{slug}/residence", prove_residence, name="accounts:residence", may=anyone),
)
