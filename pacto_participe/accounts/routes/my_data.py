"""My data (law 09-08): what is held, download it, correct it, take consent back."""

import json
import secrets as chance
from collections.abc import Mapping

from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.accounts.domain.cases import Wrong
from pacto_participe.accounts.domain.contacts import read_contact, readable_phone
from pacto_participe.accounts.domain.people import ContactKind
from pacto_participe.accounts.forms import (
    CodeForm,
    ContactForm,
    CorrectionForm,
    ValueForm,
    WishForm,
)
from pacto_participe.accounts.pages import (
    ContactCodePage,
    MyCaseLine,
    MyDataPage,
    MyPlace,
    SaidShown,
)
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.routes.answers import role_named, shown
from pacto_participe.accounts.services.cases import ask_correction
from pacto_participe.accounts.services.contacts import (
    ask_contact,
    prove_contact,
    remove_contact,
    want_messages,
)
from pacto_participe.accounts.services.my_data import MyData, MyResidence, as_plain, data_of
from pacto_participe.accounts.services.sign_in import CODE_MINUTES
from pacto_participe.accounts.services.tries import (
    CODES_BY_ADDRESS,
    CODES_BY_CONTACT,
    CODES_BY_CONTACT_AND_DAY,
    count,
)
from pacto_participe.collectivities.queries import collectivity_by_id
from pacto_participe.kernel.errors import NotFound, Problem, Refused
from pacto_participe.web import i18n
from pacto_participe.web.client import client_of
from pacto_participe.web.context import actor_of, web_of, work
from pacto_participe.web.forms import read_form
from pacto_participe.web.guards import signed_in
from pacto_participe.web.pages import redirect, show
from pacto_participe.web.retention import REGISTER
from pacto_participe.web.routing import get, post

NONCE = "add-contact"  # binds a code to the browser that asked for it
Voted = dict[str, dict[str, bool]]  # town -> vote -> whether a ballot is in the box


async def show_my_data(request: Request) -> Response:
    """Eleven statements, one for each town, and two for each open vote; one more for who has a role."""
    return show(request, await _page(request))


async def short_link(request: Request) -> Response:
    """The address that a text message has room for."""
    return redirect(request, "accounts:my-data")


async def download_data(request: Request) -> Response:
    """The same as a file."""
    web = web_of(request)
    async with web.database.read() as session:
        held = await data_of(session, _person(request), web.clock.now())
    plain = as_plain(held, await _voted(request, held))
    return Response(
        json.dumps(plain, ensure_ascii=False, indent=2),
        media_type="application/json",
        headers={
            "Content-Disposition": 'attachment; filename="my-data.json"',
            "Cache-Control": "no-store",
        },
    )


async def add_contact(request: Request) -> Response:
    """Send a code to a new phone or address."""
    typed, web = await read_form(request, ContactForm), web_of(request)
    contact = read_contact(typed.value.contact) if typed.value else None
    try:
        if contact is None:
            raise Refused(Problem(Refusal.CONTACT_UNREADABLE, "contact"))
        await count(
            web.database,
            web.secrets,
            web.clock,
            (CODES_BY_CONTACT, contact.value),
            (CODES_BY_ADDRESS, client_of(request)),
            (CODES_BY_CONTACT_AND_DAY, contact.value),
        )
        nonce = chance.token_urlsafe(24)
        async with work(request) as uow:
            await ask_contact(uow, _person(request), contact, nonce, language=i18n.current().code)
    except Refused as refused:
        page = await _page(request, typed.text("contact"), refused.problems)
        return show(request, page, status=422)
    response = redirect(request, "accounts:contact-code")
    response.set_cookie(
        _cookie(request),
        nonce,
        max_age=CODE_MINUTES * 60,
        secure=web.settings.is_secure,
        httponly=True,
        samesite="lax",
    )
    return response


async def show_contact_code(request: Request) -> Response:
    """Type the code that came there."""
    if not request.cookies.get(_cookie(request)):
        return redirect(request, "accounts:my-data")
    return show(request, _code_page(request))


async def check_contact_code(request: Request) -> Response:
    """Right, the contact is one's own too."""
    typed, web = await read_form(request, CodeForm), web_of(request)
    if typed.value is None:
        return show(request, _code_page(request, typed.problems), status=422)
    try:
        async with work(request) as uow:
            answer = await prove_contact(
                uow,
                web.secrets,
                _person(request),
                request.cookies.get(_cookie(request), ""),
                typed.value.code,
                most=web.settings.people_per_phone,
            )
        answer.require()  # outside the transaction: a wrong try stays counted
    except Refused as refused:
        return show(request, _code_page(request, refused.problems), status=422)
    response = redirect(request, "accounts:my-data", saved="1")
    secure = web.settings.is_secure
    response.delete_cookie(_cookie(request), secure=secure, httponly=True, samesite="lax")
    return response


async def drop_contact(request: Request) -> Response:
    """Be reached there no more."""
    typed = await read_form(request, ValueForm)
    if typed.value is None:
        raise NotFound
    try:
        async with work(request) as uow:
            await remove_contact(uow, _person(request), typed.value.value)
    except Refused as refused:
        return show(request, await _page(request, problems=refused.problems), status=422)
    return redirect(request, "accounts:my-data", saved="1")


async def change_wish(request: Request) -> Response:
    """Consent to messages, or take it back."""
    typed = await read_form(request, WishForm)
    if typed.value is None:
        raise NotFound
    async with work(request) as uow:
        since = uow.now() if typed.value.messages == "yes" else None
        await want_messages(uow, _person(request), since)
    return redirect(request, "accounts:my-data", saved="1")


async def ask_for_correction(request: Request) -> Response:
    """Have the counter look at a verified fact."""
    typed = await read_form(request, CorrectionForm)
    form = typed.value
    try:
        if form is None:
            raise Refused(*typed.problems)
        async with work(request) as uow:
            await ask_correction(uow, form.town, _person(request), form.wrong, form.said)
            if form.messages:
                await want_messages(uow, _person(request), uow.now())
    except Refused as refused:
        raw = {name: values[0] for name, values in typed.raw.items()}
        return show(request, await _page(request, "", refused.problems, raw), status=422)
    return redirect(request, "accounts:my-data", asked="1")


async def _page(
    request: Request,
    contact: str = "",
    problems: tuple[Problem, ...] = (),
    typed: dict[str, str] | None = None,
) -> MyDataPage:
    web = web_of(request)
    name_of = web.extras["sentences"].of
    async with web.database.read() as session:
        held = await data_of(session, _person(request), web.clock.now())
        names = await _town_names(session, held)
    voted = await _voted(request, held)
    form = shown(request, None, problems)
    form.typed.update(typed or {"contact": contact})
    return MyDataPage(
        form=form,
        held=held,
        language_name=i18n.LANGUAGES[held.language].name,
        contacts=tuple(
            (
                one.contact.value,
                readable_phone(one.contact.value)
                if one.contact.kind is ContactKind.PHONE
                else one.contact.value,
                one.proved_at,
            )
            for one in held.contacts
        ),
        places=tuple(
            _place(request, home, names[home.collectivity_id], voted.get(home.collectivity_id, {}))
            for home in held.residences
        ),
        roles=tuple(
            (names[role.collectivity_id], name_of(role.role), role.until) for role in held.roles
        ),
        cases=tuple(
            MyCaseLine(
                names[case.collectivity_id],
                name_of(case.about),
                case.said,
                case.opened_at,
                case.decided_at,
                name_of(case.decision) if case.decision else "",
                case.note,
            )
            for case in held.cases
        ),
        acts=tuple(
            (names.get(one.collectivity_id, ""), one.lines, one.approvals) for one in held.acts
        ),
        kept=web.extras[REGISTER].shown(),
        wrongs=tuple((wrong.value, name_of(wrong), "") for wrong in Wrong),
        is_saved="saved" in request.query_params,
        is_asked="asked" in request.query_params,
    )


def _place(request: Request, home: MyResidence, town: str, voted: Mapping[str, bool]) -> MyPlace:
    name_of = web_of(request).extras["sentences"].of
    return MyPlace(
        town_id=home.collectivity_id,
        town=town,
        how=name_of(home.method),
        by=role_named(request, home.verified_by),
        since=home.verified_at,
        district=home.district,
        adult_on=home.adult_on,
        ended_at=home.ended_at,
        voted=tuple(voted.items()),
        nationality=name_of(home.nationality),
        tie=name_of(home.tie),
        before=tuple(
            SaidShown(
                said.until,
                said.district,
                name_of(said.nationality),
                name_of(said.tie),
                said.adult_on,
            )
            for said in home.before
        ),
    )


async def _town_names(session: AsyncSession, held: MyData) -> dict[str, str]:
    """One statement for each town."""
    towns = {home.collectivity_id for home in held.residences}
    towns |= {role.collectivity_id for role in held.roles}
    towns |= {case.collectivity_id for case in held.cases}
    lang = i18n.current().code
    return {town: (await collectivity_by_id(session, town)).name(lang) for town in sorted(towns)}


async def _voted(request: Request, held: MyData) -> Voted:
    """Whether there is a ballot in each vote that is open; what it says is nobody's to know."""
    web = web_of(request)
    return {
        home.collectivity_id: await web.finders.open_ballots(
            web.database, web.secrets, home.collectivity_id, home.identity, web.clock.now()
        )
        for home in held.residences
    }


def _code_page(request: Request, problems: tuple[Problem, ...] = ()) -> ContactCodePage:
    web = web_of(request)
    outbox = web.addresses.path("accounts:outbox") if web.settings.is_demo else ""
    return ContactCodePage(shown(request, None, problems), outbox)


def _cookie(request: Request) -> str:
    return f"__Host-{NONCE}" if web_of(request).settings.is_secure else NONCE


def _person(request: Request) -> str:
    person_id = actor_of(request).person_id
    if person_id is None:
        raise NotFound
    return person_id


ROUTES = (
    get("/account/my-data", show_my_data, name="accounts:my-data", may=signed_in),
    get("/d", short_link, name="accounts:short-my-data", may=signed_in),
    get("/account/data", download_data, name="accounts:data", may=signed_in),
    post("/account/contact", add_contact, name="accounts:add-contact", may=signed_in),
    get("/account/contact/code", show_contact_code, name="accounts:contact-code", may=signed_in),
    post("/account/contact/code", check_contact_code, name="accounts:contact-code", may=signed_in),
    post("/account/contact/removal", drop_contact, name="accounts:drop-contact", may=signed_in),
    post("/account/messages", change_wish, name="accounts:messages", may=signed_in),
    post("/account/correction", ask_for_correction, name="accounts:correction", may=signed_in),
)
