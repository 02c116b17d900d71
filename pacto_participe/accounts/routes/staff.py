"""Residents already verified, and the people who work for the collectivity."""

from datetime import date, datetime, time

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.accounts import queries, services
from pacto_participe.accounts.domain.cards import read_day
from pacto_participe.accounts.domain.contacts import hint_of, read_contact
from pacto_participe.accounts.domain.people import EndReason, FactReason
from pacto_participe.accounts.forms import (
    EndForm,
    FactsForm,
    InvitationForm,
    LookupForm,
    RoleForm,
    WithdrawalForm,
)
from pacto_participe.accounts.pages import MemberLine, OfferLine, ResidentPage, StaffPage
from pacto_participe.accounts.policies import CODE_MAKERS, LIST_KEEPERS, VERIFIERS, Refusal
from pacto_participe.accounts.routes.answers import role_named, shown
from pacto_participe.accounts.services.facts import correct_facts
from pacto_participe.accounts.services.invitations import (
    ask_for_administrator,
    invite,
    withdraw,
)
from pacto_participe.accounts.services.staff import end_role
from pacto_participe.approvals.queries import four_eyes_of
from pacto_participe.kernel.actors import Role
from pacto_participe.kernel.clock import instant_of, local
from pacto_participe.kernel.errors import NotFound, Problem, Refused
from pacto_participe.web import i18n
from pacto_participe.web.context import actor_of, town_of, web_of, work
from pacto_participe.web.forms import Typed, read_form
from pacto_participe.web.guards import staff
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.manifest import MenuEntry
from pacto_participe.web.pages import redirect, show
from pacto_participe.web.routing import get, post


async def show_lookup(request: Request) -> Response:
    """Look for a resident by the number on the card."""
    noted = "noted" in request.query_params
    return show(request, ResidentPage(shown(request), is_noted_now=noted))


async def look_up(request: Request) -> Response:
    """What is known of a card's number. Sent by POST: a number is in no address."""
    typed = await read_form(request, LookupForm)
    web, town = web_of(request), town_of(request).collectivity_id
    try:
        if typed.value is None:
            raise Refused(*typed.problems)
        async with work(request) as uow:
            found = await services.find_resident(uow, web.secrets, town, typed.value.cnie)
    except Refused as refused:
        page = ResidentPage(shown(request, typed, refused.problems))
        return show(request, page, status=422)
    sentences = web.extras["sentences"]
    page = ResidentPage(
        shown(request),
        found,
        how=sentences.of(found.method),
        by=role_named(request, found.verified_by),
        nationality=sentences.of(found.nationality),
        tie=sentences.of(found.tie),
        reasons=tuple((reason.value, sentences.of(reason), "") for reason in EndReason),
        fact_reasons=tuple((reason.value, sentences.of(reason), "") for reason in FactReason),
    )
    return show(request, page)


async def end_residence(request: Request) -> Response:
    """Note that someone is no resident any more, with a reason."""
    typed = await read_form(request, EndForm)
    if typed.value is None:
        page = ResidentPage(shown(request, problems=(Problem(Refusal.REASON_MISSING),)))
        return show(request, page, status=422)
    async with work(request) as uow:
        await services.end_residence(
            uow,
            town_of(request).collectivity_id,
            typed.value.residence_id,
            reason=typed.value.reason,
        )
    return redirect(request, "accounts:resident", slug=town_of(request).slug, noted="1")


async def change_facts(request: Request) -> Response:
    """Note another nationality or tie than is held, with a reason. At most two statements."""
    typed = await read_form(request, FactsForm)
    if typed.value is None:
        page = ResidentPage(shown(request, problems=(Problem(Refusal.REASON_MISSING),)))
        return show(request, page, status=422)
    form, town = typed.value, town_of(request)
    async with work(request) as uow:
        await correct_facts(uow, town.collectivity_id, form.residence_id, form.facts, form.why)
    return redirect(request, "accounts:resident", slug=town.slug, noted="1")


async def show_staff(request: Request) -> Response:
    """Who works here. Four statements."""
    return show(request, await _staff_page(request))


async def invite_someone(request: Request) -> Response:
    """Offer a role to a contact; or ask for it, to make an administrator where two people are needed."""
    typed = await read_form(request, InvitationForm)
    try:
        if typed.value is None:
            raise Refused(*typed.problems)
        contact = read_contact(typed.value.contact)
        if contact is None:
            raise Refused(Problem(Refusal.CONTACT_UNREADABLE, "contact"))
        role_until = _until(request, typed.value.until)
        town, lang = town_of(request), i18n.current().code
        async with work(request) as uow:
            is_on, _changes = await four_eyes_of(uow.session, town.collectivity_id)
            needs_two = is_on and typed.value.role is Role.ADMINISTRATOR
            if needs_two:
                await ask_for_administrator(
                    uow,
                    town.collectivity_id,
                    contact,
                    reason=typed.value.reason,
                    role_until=role_until,
                )
            else:
                await invite(
                    uow,
                    town.collectivity_id,
                    contact,
                    typed.value.role,
                    language=lang,
                    town=town.name(lang),
                    role_until=role_until,
                )
    except Refused as refused:
        return show(request, await _staff_page(request, typed, refused.problems), status=422)
    if needs_two:
        return redirect(request, "approvals:approvals", slug=town.slug, done="asked")
    return redirect(request, "accounts:staff", slug=town_of(request).slug)


def _until(request: Request, typed: str) -> datetime | None:
    """The instant at which a role ends: the day after the last one. Raises Refused."""
    if not typed:
        return None
    last: date | None = read_day(typed)
    if last is None or last < local(web_of(request).clock.now()).date():
        raise Refused(Problem(Refusal.DAY_UNREADABLE, "until"))
    return instant_of(last, time(23, 59, 59))


async def withdraw_offer(request: Request) -> Response:
    """Take an offer back."""
    typed = await read_form(request, WithdrawalForm)
    if typed.value is None:
        raise NotFound
    async with work(request) as uow:
        await withdraw(uow, town_of(request).collectivity_id, typed.value.invitation_id)
    return redirect(request, "accounts:staff", slug=town_of(request).slug)


async def end_a_role(request: Request) -> Response:
    """Someone does not work here any more."""
    typed = await read_form(request, RoleForm)
    if typed.value is None:
        raise NotFound
    try:
        async with work(request) as uow:
            await end_role(
                uow, town_of(request).collectivity_id, typed.value.person_id, typed.value.role
            )
    except Refused as refused:
        return show(request, await _staff_page(request, None, refused.problems), status=422)
    if typed.value.person_id == actor_of(request).person_id:
        return redirect(request, "accounts:account")  # these pages may not open for them any more
    return redirect(request, "accounts:staff", slug=town_of(request).slug)


async def _staff_page(
    request: Request,
    typed: Typed[InvitationForm] | None = None,
    problems: tuple[Problem, ...] = (),
) -> StaffPage:
    web, town = web_of(request), town_of(request).collectivity_id
    async with web.database.read() as session:
        people = await queries.members(session, town, web.clock.now())
        offers = await queries.open_invitations(session, town, web.clock.now())
        needs_two, _changes = await four_eyes_of(session, town)
    name_of = web.extras["sentences"].of
    return StaffPage(
        form=shown(request, typed, problems),
        members=tuple(
            MemberLine(
                person_id=member.person_id,
                name=member.name,
                contact=hint_of(member.contact) if member.contact else "",
                role=member.role.value,
                role_name=name_of(member.role),
                until=member.until,
                is_me=member.person_id == actor_of(request).person_id,
            )
            for member in people
        ),
        offers=tuple(
            OfferLine(
                offer.invitation_id,
                hint_of(offer.contact),
                name_of(Role(offer.role)),
                offer.expires_at,
            )
            for offer in offers
        ),
        roles=tuple((role.value, name_of(role), "") for role in Role),
        needs_two=needs_two,
    )


# What staff work with, and who: in the menu of their town's pages and in their account.
STAFF_PAGES = (
    MenuEntry(
        _("Counter: verify a resident"),
        "accounts:counter",
        VERIFIERS,
        _("Look at the card, give a slip."),
    ),
    MenuEntry(
        _("What waits for the counter"),
        "accounts:queue",
        VERIFIERS,
        _("Corrections asked for, and what does not go together."),
    ),
    MenuEntry(
        _("Resident already verified"),
        "accounts:resident",
        VERIFIERS,
        _("Look for a number, note that someone moved away."),
    ),
    MenuEntry(
        _("List of residents"),
        "accounts:list",
        LIST_KEEPERS,
        _("Bring the list of the commune as a file."),
    ),
    MenuEntry(
        _("Letters with codes"),
        "accounts:letters",
        CODE_MAKERS,
        _("Print a code for each addressee, and see how many were used."),
    ),
    MenuEntry(
        _("Sheets for mediators"),
        "accounts:sheets",
        CODE_MAKERS,
        _("Print codes that a mediator takes to a douar."),
    ),
    MenuEntry(
        _("People and roles"),
        "accounts:staff",
        LIST_KEEPERS,
        _("Invite a colleague, end a role."),
    ),
)
_COUNTER = staff(*VERIFIERS)
_ADMINISTRATION = staff(*LIST_KEEPERS)

ROUTES = (
    get("/staff/{slug}/resident", show_lookup, name="accounts:resident", may=_COUNTER),
    post("/staff/{slug}/resident", look_up, name="accounts:resident", may=_COUNTER),
    post("/staff/{slug}/resident/end", end_residence, name="accounts:end", may=_COUNTER),
    post("/staff/{slug}/resident/facts", change_facts, name="accounts:facts", may=_COUNTER),
    get("/staff/{slug}/people", show_staff, name="accounts:staff", may=_ADMINISTRATION),
    post("/staff/{slug}/people", invite_someone, name="accounts:staff", may=_ADMINISTRATION),
    post(
        "/staff/{slug}/people/offer-end", withdraw_offer, name="accounts:withdraw",
        may=_ADMINISTRATION,
    ),
    post("/staff/{slug}/people/role-end", end_a_role, name="accounts:end-role",
         may=_ADMINISTRATION),
)  # fmt: skip
