"""My account: what is held about me, where I am signed in, and the way out."""

from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.accounts import queries, services
from pacto_participe.accounts.forms import (
    CloseForm,
    NewPasswordForm,
    PersonForm,
    SessionForm,
    WithdrawalForm,
)
from pacto_participe.accounts.pages import (
    AccountPage,
    ClosedPage,
    OfferToMe,
    ResidenceLine,
    WorkPlace,
)
from pacto_participe.accounts.queries import PersonFacts
from pacto_participe.accounts.routes.answers import (
    district_told,
    own_work,
    role_named,
    shown,
    sign_in,
)
from pacto_participe.accounts.services.invitations import Offer, accept, offers_to
from pacto_participe.accounts.services.passwords import hash_of, set_password
from pacto_participe.collectivities.domain import Collectivity
from pacto_participe.collectivities.queries import collectivity_by_id
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.errors import NotFound, Problem, Refused
from pacto_participe.web import i18n, sessions
from pacto_participe.web.context import actor_of, web_of, work
from pacto_participe.web.forms import Typed, read_form
from pacto_participe.web.guards import anyone, signed_in
from pacto_participe.web.pages import redirect, show
from pacto_participe.web.routing import get, post


async def show_account(request: Request) -> Response:
    """Five statements, one for each town of work, and two for each town of residence."""
    return show(request, await _page(request, is_saved="saved" in request.query_params))


async def save_person(request: Request) -> Response:
    """Correct one's name and language."""
    typed = await read_form(request, PersonForm)
    if typed.value is None:
        return show(request, await _page(request, typed.problems, typed), status=422)
    async with work(request) as uow:
        await services.describe_person(
            uow, _person(request), name=typed.value.name, language=typed.value.language
        )
    return redirect(request, "accounts:account", saved="1")


async def accept_role(request: Request) -> Response:
    """Take a role that one is offered, and be given a new ticket: one may do more from now on."""
    typed = await read_form(request, WithdrawalForm)
    if typed.value is None:
        raise NotFound
    try:
        async with own_work(request) as uow:
            await accept(uow, _person(request), typed.value.invitation_id)
            ticket = await sign_in(request, uow, _person(request))
    except Refused as refused:
        return show(request, await _page(request, refused.problems), status=422)
    response = redirect(request, "accounts:account", saved="1")
    sessions.set_cookie(response, ticket, web_of(request).settings)
    return response


async def change_password(request: Request) -> Response:
    """Staff set their own password; every other browser of theirs is signed out."""
    actor = actor_of(request)
    if not _is_staff(actor.whole):
        raise NotFound
    if actor.owes_second_factor:
        return redirect(request, "accounts:second-step")
    typed = await read_form(request, NewPasswordForm)
    try:
        if typed.value is None:
            raise Refused(*typed.problems)
        hashed = await hash_of(typed.value.new_password)
        async with own_work(request) as uow:
            await set_password(uow, _person(request), hashed)
            await services.sign_out_everywhere(uow, _person(request))
            ticket = await sign_in(request, uow, _person(request))
    except Refused as refused:
        return show(request, await _page(request, refused.problems), status=422)
    response = redirect(request, "accounts:account", saved="1")
    sessions.set_cookie(response, ticket, web_of(request).settings)
    return response


async def end_session(request: Request) -> Response:
    """Sign one of one's browsers out."""
    typed = await read_form(request, SessionForm)
    if typed.value is None:
        raise NotFound
    async with work(request) as uow:
        await services.end_session(uow, _person(request), typed.value.session_id)
    return redirect(request, "accounts:account")


async def sign_out_everywhere(request: Request) -> Response:
    """Sign all of one's browsers out, this one too."""
    async with work(request) as uow:
        await services.sign_out_everywhere(uow, _person(request))
    return _out(request)


async def close_account(request: Request) -> Response:
    """Erase oneself. A ballot already given stays in its box, joined to nobody."""
    typed = await read_form(request, CloseForm)
    try:
        if typed.value is None:
            raise Refused(*typed.problems)
        async with work(request) as uow:
            await services.close_account(uow, _person(request))
    except Refused as refused:
        return show(request, await _page(request, refused.problems), status=422)
    return _out(request, "accounts:closed")


async def show_closed(request: Request) -> Response:
    """What happened to an account that was closed: the same sentence for everybody, told by its address.

    Whoever is signed in has an account, whatever link brought them here.
    """
    if actor_of(request).is_signed_in:
        return redirect(request, "accounts:account")
    return show(request, ClosedPage())


async def _page(
    request: Request,
    problems: tuple[Problem, ...] = (),
    typed: Typed[PersonForm] | None = None,
    *,
    is_saved: bool = False,
) -> AccountPage:
    async with web_of(request).database.read() as session:
        facts = await _facts(request, session)
        towns = [
            await collectivity_by_id(session, place.collectivity_id) for place in facts.residences
        ]
        offered = await offers_to(session, _person(request), web_of(request).clock.now())
        offers = [await _offer(request, session, offer) for offer in offered]
        work = await _work(request, session)
    places = zip(facts.residences, towns, strict=True)
    lines = [await _line(request, place, town) for place, town in places]
    actor = actor_of(request)
    return AccountPage(
        facts=facts,
        residences=tuple(lines),
        this_session=actor_of(request).session_id or "",
        form=shown(request, typed, problems),
        offers=tuple(offers),
        work=work,
        may_have_password=_is_staff(actor.whole),
        owes_second_factor=actor.owes_second_factor,
        is_saved=is_saved,
    )


def _is_staff(actor: Actor) -> bool:
    return actor.is_staff_somewhere or actor.is_operator


async def _facts(request: Request, session: AsyncSession) -> PersonFacts:
    facts = await queries.person_facts(session, _person(request), web_of(request).clock.now())
    if facts is None:
        raise NotFound
    return facts


async def _line(
    request: Request, place: queries.HeldResidence, town: Collectivity
) -> ResidenceLine:
    web = web_of(request)
    return ResidenceLine(
        town=town.name(i18n.current().code),
        url=web.addresses.path("accounts:residence", slug=town.slug),
        how=web.extras["sentences"].of(place.method),
        since=place.verified_at,
        by=role_named(request, place.verified_by),
        district=await district_told(request, place.collectivity_id, place.district),
    )


async def _work(request: Request, session: AsyncSession) -> tuple[WorkPlace, ...]:
    """Where someone works, and the pages that their roles open there."""
    addresses, name_of = web_of(request).addresses, web_of(request).extras["sentences"].of
    actor, places = actor_of(request), []
    for town_id in sorted({town_id for town_id, _ in actor.roles}):
        town = await collectivity_by_id(session, town_id)
        # What waits today is where the day begins.
        menu = sorted(web_of(request).menu, key=lambda entry: entry.route != "staff:today")
        pages = tuple(
            (i18n.gettext(entry.label), addresses.path(entry.route, slug=town.slug))
            for entry in menu
            if entry.roles and addresses.places(entry.route) == {"slug"}
            if actor.has_role(town_id, *entry.roles)
        )
        roles = tuple(name_of(role) for role in Role if actor.has_role(town_id, role))
        places.append(WorkPlace(town.name(i18n.current().code), roles, pages))
    return tuple(places)


async def _offer(request: Request, session: AsyncSession, offer: Offer) -> OfferToMe:
    town = await collectivity_by_id(session, offer.collectivity_id)
    return OfferToMe(
        invitation_id=offer.invitation_id,
        town=town.name(i18n.current().code),
        role_name=web_of(request).extras["sentences"].of(offer.role),
        expires_at=offer.expires_at,
    )


def _person(request: Request) -> str:
    person_id = actor_of(request).person_id
    if person_id is None:
        raise NotFound
    return person_id


def _out(request: Request, page: str = "home") -> Response:
    response = redirect(request, page)
    sessions.clear_cookie(response, web_of(request).settings)
    return response


ROUTES = (
    get("/account", show_account, name="accounts:account", may=signed_in),
    post("/account", save_person, name="accounts:account", may=signed_in),
    post("/account/role", accept_role, name="accounts:accept-role", may=signed_in),
    post("/account/password", change_password, name="accounts:change-password", may=signed_in),
    post("/account/session-end", end_session, name="accounts:end-session", may=signed_in),
    post("/account/sign-out", sign_out_everywhere, name="accounts:out-everywhere", may=signed_in),
    post("/account/closure", close_account, name="accounts:close", may=signed_in),
    get("/account/closed", show_closed, name="accounts:closed", may=anyone),
)
