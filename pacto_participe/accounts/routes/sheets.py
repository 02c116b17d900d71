"""Sheets of codes for the mediators of douars: made, shown once, listed."""

from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.accounts.domain.batches import SHEET_DAYS
from pacto_participe.accounts.domain.letter_file import one_line
from pacto_participe.accounts.domain.people import Method
from pacto_participe.accounts.forms import SheetForm
from pacto_participe.accounts.pages.letters import PrintedSheetPage, SheetsPage, strip_words
from pacto_participe.accounts.policies import CODE_MAKERS
from pacto_participe.accounts.routes.answers import shown
from pacto_participe.accounts.routes.letters import (
    batch_shown,
    days_of,
    residence_link,
)
from pacto_participe.accounts.services.batches import batches_of
from pacto_participe.accounts.services.mediators import make_sheet
from pacto_participe.kernel.errors import Conflict, Problem, Refused
from pacto_participe.web.context import town_of, web_of, work
from pacto_participe.web.forms import Typed, read_form
from pacto_participe.web.guards import staff
from pacto_participe.web.pages import show
from pacto_participe.web.routing import get, post
from pacto_participe.web.square_codes import in_clear, square_code

USUAL_SIZE = 20


async def show_sheets(request: Request) -> Response:
    """The form, and the sheets so far. One statement."""
    return show(request, await _page(request))


async def take_sheet(request: Request) -> Response:
    """Make a sheet and show it, this once."""
    typed = await read_form(request, SheetForm)
    web, town = web_of(request), town_of(request)
    try:
        if typed.value is None:
            raise Refused(*typed.problems)
        form = typed.value
        district = one_line(form.district)
        async with work(request) as uow:
            sheet = await make_sheet(
                uow,
                web.secrets,
                town.collectivity_id,
                form.batch_id,
                district=district,
                size=days_of(form.size, USUAL_SIZE),
                days=days_of(form.days, SHEET_DAYS),
            )
    except Refused as refused:
        again = await _page(request, typed, refused.problems)
        return show(request, again, status=409 if isinstance(refused, Conflict) else 422)
    batch, link = sheet.batch, residence_link(request, way="mediator")
    page = PrintedSheetPage(
        number=batch.number,
        district=batch.district,
        mediator=one_line(form.mediator),
        words=strip_words(town.names, batch.number, batch.expires_at, is_demo=web.settings.is_demo),
        address=in_clear(residence_link(request)),
        qr=square_code(link),
        codes=sheet.codes,
    )
    return show(request, page)


async def _page(
    request: Request,
    typed: Typed[SheetForm] | None = None,
    problems: tuple[Problem, ...] = (),
) -> SheetsPage:
    async with work(request) as uow:
        lines = await batches_of(uow, town_of(request).collectivity_id, Method.MEDIATOR)
    form = shown(request, typed, problems)
    return SheetsPage(
        form=form,
        batch_id=uuid4().hex,
        size=form.value("size") or str(USUAL_SIZE),
        days=form.value("days") or str(SHEET_DAYS),
        batches=tuple(batch_shown(request, line) for line in lines),
    )


_MAKERS = staff(*CODE_MAKERS)

ROUTES = (
    get("/staff/{slug}/sheets", show_sheets, name="accounts:sheets", may=_MAKERS),
    post("/staff/{slug}/sheets", take_sheet, name="accounts:sheets", may=_MAKERS),
)
