"""Letters with codes, and the batches of all codes: made, shown once, listed, cancelled."""

from collections.abc import AsyncIterator
from uuid import uuid4

from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from pacto_participe.accounts.domain.batches import LETTER_DAYS, CancelReason
from pacto_participe.accounts.domain.list_file import BadLine, NoList
from pacto_participe.accounts.domain.people import Method
from pacto_participe.accounts.forms import BatchForm, CancelForm
from pacto_participe.accounts.pages import BadLineShown
from pacto_participe.accounts.pages.letters import (
    BatchPage,
    BatchShown,
    LettersPage,
    PrintedLettersPage,
    letter_words,
)
from pacto_participe.accounts.policies import CODE_MAKERS, Refusal
from pacto_participe.accounts.routes.answers import role_named, shown
from pacto_participe.accounts.routes.counter import MOST_BAD_LINES_SHOWN, lines_of
from pacto_participe.accounts.services.batches import (
    BatchLine,
    batch_line,
    batches_of,
    cancel_batch,
)
from pacto_participe.accounts.services.letters import Letters, check_letters, make_letters
from pacto_participe.accounts.services.lists import BadList, ListReport
from pacto_participe.kernel.errors import Conflict, Problem, Refused
from pacto_participe.web.context import town_of, web_of, work
from pacto_participe.web.formats import day, listed, number
from pacto_participe.web.forms import Typed, problems_of, read_form
from pacto_participe.web.guards import staff
from pacto_participe.web.i18n import gettext as _
from pacto_participe.web.pages import redirect, show, show_in_pieces
from pacto_participe.web.routing import get, post
from pacto_participe.web.spreadsheets import MARK, row_of
from pacto_participe.web.square_codes import in_clear, square_code


async def show_letters(request: Request) -> Response:
    """The form, and the batches so far. One statement."""
    return show(request, await _letters_page(request))


async def take_addressees(request: Request) -> Response:
    """Check a file of addressees, or make the letters and send them to be printed, this once."""
    form, lines = None, b""
    async with request.form(max_files=1, max_fields=8) as sent:
        fields = {name: value for name, value in sent.items() if isinstance(value, str)}
        upload = sent.get("file")
        lines = await upload.read() if isinstance(upload, UploadFile) else b""
    typed: Typed[BatchForm] = Typed(None, raw={name: [value] for name, value in fields.items()})
    try:
        form = _read(fields)
        if form.act == "check":
            async with work(request) as uow:
                report = await check_letters(
                    uow, web_of(request).secrets, town_of(request).collectivity_id, lines_of(lines)
                )
            return show(request, await _letters_page(request, typed, report=report))
        letters = await _make(request, form, lines)
    except NoList as no_list:
        problem = Problem(no_list.code, "file")
        return show(request, await _letters_page(request, typed, (problem,)), status=422)
    except BadList as bad:
        return show(request, await _letters_page(request, typed, report=bad.report), status=422)
    except Refused as refused:
        page = await _letters_page(request, typed, refused.problems)
        return show(request, page, status=409 if isinstance(refused, Conflict) else 422)
    return _as_table(request, letters) if form.print_as == "table" else _as_pages(request, letters)


def _read(fields: dict[str, str]) -> BatchForm:
    try:
        return BatchForm.model_validate(fields)
    except ValidationError as error:
        raise Refused(*problems_of(error, BatchForm)) from None


async def _make(request: Request, form: BatchForm, content: bytes) -> Letters:
    async with work(request) as uow:
        return await make_letters(
            uow,
            web_of(request).secrets,
            town_of(request).collectivity_id,
            form.batch_id,
            lines_of(content),
            days=days_of(form.days, LETTER_DAYS),
            leave_out_bad=form.act == "make-good",
        )


def days_of(typed: str, usual: int) -> int:
    """A number of days; 0, which no batch has, for what is none."""
    if not typed:
        return usual
    return int(typed) if typed.isascii() and typed.isdecimal() else 0


def _as_pages(request: Request, letters: Letters) -> Response:
    web, town = web_of(request), town_of(request)
    address = in_clear(residence_link(request))
    page = PrintedLettersPage(
        number=letters.batch.number,
        size=letters.batch.size,
        left_out=_bad(request, letters.left_out),
        words=letter_words(
            town.names, town.phone, letters.batch.expires_at, is_demo=web.settings.is_demo
        ),
        address=address,
        qr=square_code(residence_link(request, way="letter")),
        letters=letters.letters,
    )
    return show_in_pieces(request, page)


def _as_table(request: Request, letters: Letters) -> Response:
    """For a printing house: one line a letter."""
    heads = (_("Number"), _("Name"), *(f"{_('Address')} {place}" for place in range(1, 5)),
             _("District"), _("Activation code"), _("Use it before"), _("Address of the page"))  # fmt: skip
    until, address = day(letters.batch.expires_at), in_clear(residence_link(request))

    async def rows() -> AsyncIterator[bytes]:
        yield MARK.encode() + row_of(heads)
        for one in letters.letters:
            lines = [*one.address, "", "", ""][:4]
            yield row_of(
                (str(one.number), one.name, *lines, one.district, one.code, until, address)
            )

    name = f"letters-{town_of(request).slug}-{letters.batch.number}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(rows(), media_type="text/csv; charset=utf-8", headers=headers)


def residence_link(request: Request, **query: str) -> str:
    """Where a code is typed. In Arabic: a page has its other languages on top."""
    web = web_of(request)
    path = web.addresses.path("accounts:residence", lang="ar", slug=town_of(request).slug, **query)
    return f"{web.settings.base_url}{path}"


async def _letters_page(
    request: Request,
    typed: Typed[BatchForm] | None = None,
    problems: tuple[Problem, ...] = (),
    *,
    report: ListReport | None = None,
) -> LettersPage:
    async with work(request) as uow:
        lines = await batches_of(uow, town_of(request).collectivity_id, Method.LETTER)
    form = shown(request, typed, problems)
    return LettersPage(
        form=form,
        batch_id=uuid4().hex,
        days=form.value("days") or str(LETTER_DAYS),
        batches=tuple(batch_shown(request, line) for line in lines),
        is_checked=report is not None,
        good=report.good if report else 0,
        bad=_bad(request, report.bad) if report else (),
        bad_count=len(report.bad) if report else 0,
        unlisted=listed(map(number, report.unlisted[:MOST_BAD_LINES_SHOWN])) if report else "",
        unlisted_count=len(report.unlisted) if report else 0,
    )


def _bad(request: Request, lines: tuple[BadLine, ...]) -> tuple[BadLineShown, ...]:
    sentences = web_of(request).extras["sentences"]
    return tuple(
        BadLineShown(line.line, sentences.of(line.problem)) for line in lines[:MOST_BAD_LINES_SHOWN]
    )


def batch_shown(request: Request, line: BatchLine) -> BatchShown:
    web, batch = web_of(request), line.batch
    return BatchShown(
        url=web.addresses.path("accounts:batch", slug=town_of(request).slug, batch=batch.batch_id),
        number=batch.number,
        district=batch.district,
        made_at=batch.made_at,
        by=role_named(request, batch.made_by),
        size=batch.size,
        used=line.used,
        expires_at=batch.expires_at,
        state=batch.state_of_code(None, web.clock.now()).value,
    )


async def show_batch(request: Request) -> Response:
    """One batch. One statement."""
    return show(request, await _batch_page(request))


async def cancel(request: Request) -> Response:
    """The codes that nobody used are worth nothing any more."""
    typed = await read_form(request, CancelForm)
    town, batch_id = town_of(request), _batch_id(request)
    try:
        if typed.value is None:
            raise Refused(Problem(Refusal.REASON_MISSING, "reason"))
        async with work(request) as uow:
            await cancel_batch(uow, town.collectivity_id, batch_id, typed.value.reason)
    except Refused as refused:
        page = await _batch_page(request, typed, refused.problems)
        return show(request, page, status=409 if isinstance(refused, Conflict) else 422)
    return redirect(request, "accounts:batch", slug=town.slug, batch=batch_id)


async def _batch_page(
    request: Request,
    typed: Typed[CancelForm] | None = None,
    problems: tuple[Problem, ...] = (),
) -> BatchPage:
    async with work(request) as uow:
        line = await batch_line(uow, town_of(request).collectivity_id, _batch_id(request))
    name_of, batch = web_of(request).extras["sentences"].of, line.batch
    return BatchPage(
        form=shown(request, typed, problems),
        batch=batch_shown(request, line),
        batch_id=batch.batch_id,
        is_sheet=batch.method is Method.MEDIATOR,
        cancelled_at=batch.cancelled_at,
        cancelled_by=role_named(request, batch.cancelled_by),
        reason=name_of(batch.reason) if batch.reason else "",
        reasons=tuple((reason.value, name_of(reason), "") for reason in CancelReason),
    )


def _batch_id(request: Request) -> str:
    batch_id: str = request.path_params["batch"]
    return batch_id


_MAKERS = staff(*CODE_MAKERS)

ROUTES = (
    get("/staff/{slug}/letters", show_letters, name="accounts:letters", may=_MAKERS),
    post("/staff/{slug}/letters", take_addressees, name="accounts:letters", may=_MAKERS),
    get("/staff/{slug}/codes/{batch}", show_batch, name="accounts:batch", may=_MAKERS),
    post(
        "/staff/{slug}/codes/{batch}/cancellation", cancel, name="accounts:cancel-batch",
        may=_MAKERS,
    ),
)  # fmt: skip
