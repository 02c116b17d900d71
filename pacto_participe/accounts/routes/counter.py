"""The counter: a clerk verifies who shows a card; an administrator takes in the list."""

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.accounts import queries, services
from pacto_participe.accounts.domain.contacts import read_phone
from pacto_participe.accounts.domain.letter_file import one_line
from pacto_participe.accounts.domain.list_file import FileProblem, NoList
from pacto_participe.accounts.domain.people import Contact, Method
from pacto_participe.accounts.forms import CounterForm
from pacto_participe.accounts.pages import BadLineShown, CounterPage, ListPage, SlipPage
from pacto_participe.accounts.policies import LIST_KEEPERS, VERIFIERS, Refusal
from pacto_participe.accounts.routes.answers import shown
from pacto_participe.accounts.services.lists import BadList, ListReport, check_list, import_list
from pacto_participe.accounts.services.residence import Slip
from pacto_participe.accounts.services.texted_slips import text_slip
from pacto_participe.kernel.errors import Problem, Refused
from pacto_participe.web import i18n
from pacto_participe.web.context import town_of, web_of, work
from pacto_participe.web.forms import Typed, read_form
from pacto_participe.web.guards import staff
from pacto_participe.web.pages import show
from pacto_participe.web.routing import get, post

MOST_BAD_LINES_SHOWN = 200
MOST_DISTRICTS_OFFERED = 100


async def show_counter(request: Request) -> Response:
    """The form, and how many residents are verified so far. One statement."""
    return show(request, await _counter(request))


async def give_slip(request: Request) -> Response:
    """Verify someone and show the slip, this once: the page is kept nowhere."""
    typed = await read_form(request, CounterForm)
    if typed.value is None:
        return show(request, await _counter(request, typed, typed.problems), status=422)
    form, web, town = typed.value, web_of(request), town_of(request)
    try:
        phone = _phone(form.phone)
        async with work(request) as uow:
            slip = await services.issue_slip(
                uow,
                web.secrets,
                town.collectivity_id,
                form.cnie,
                form.birth_date,
                form.district,
                facts=form.facts,
            )
            if phone is not None:
                lang = i18n.current().code
                await text_slip(
                    uow, town.collectivity_id, slip, phone, town=town.name(lang), language=lang
                )
    except Refused as refused:
        return show(request, await _counter(request, typed, refused.problems), status=422)
    page = _slip_page(request, slip, one_line(form.name), form.phone if phone else "")
    return show(request, page)


def _phone(typed: str) -> Contact | None:
    if not typed:
        return None
    phone = read_phone(typed)
    if phone is None:
        raise Refused(Problem(Refusal.PHONE_UNREADABLE, "phone"))
    return phone


def _slip_page(request: Request, slip: Slip, name: str, texted_to: str) -> SlipPage:
    web = web_of(request)
    path = web.addresses.path("accounts:residence", slug=town_of(request).slug)
    return SlipPage(
        name=name,
        code=slip.code,
        expires_at=slip.expires_at,
        is_new_resident=slip.is_new_resident,
        is_unusual_number=slip.is_unusual_number,
        texted_to=texted_to,
        differs_from_list=slip.differs_from_list,
        address=f"{web.settings.base_url.split('://')[-1]}{path}",
    )


async def _counter(
    request: Request,
    typed: Typed[CounterForm] | None = None,
    problems: tuple[Problem, ...] = (),
) -> CounterPage:
    web = web_of(request)
    async with web.database.read() as session:
        counts = await queries.roll_counts(
            session, town_of(request).collectivity_id, web.clock.now()
        )
    sentences = web.extras["sentences"]
    by_method = tuple(
        (sentences.of(method), counts.by_method[method])
        for method in Method
        if method in counts.by_method
    )
    by_people = sorted(counts.by_district.items(), key=lambda place: (-place[1], place[0]))
    districts = tuple(name for name, _ in by_people if name)[:MOST_DISTRICTS_OFFERED]
    return CounterPage(shown(request, typed, problems), by_method, counts.total, districts)


async def show_list(request: Request) -> Response:
    """The form of the list."""
    return show(request, ListPage(shown(request)))


async def take_list(request: Request) -> Response:
    """Check a list, or take it in. All of it or nothing; the bad lines only when that is chosen."""
    web, town = web_of(request), town_of(request).collectivity_id
    async with request.form(max_files=1, max_fields=8) as form:
        upload, act = form.get("file"), str(form.get("act", "check"))
        content = await upload.read() if isinstance(upload, UploadFile) else b""
    try:
        lines = lines_of(content)
        async with work(request) as uow:
            if act == "check":
                report = await check_list(uow, town, lines)
            else:
                report = await import_list(
                    uow, web.secrets, town, lines, leave_out_bad=act == "import-good"
                )
    except NoList as no_list:
        page = ListPage(shown(request, problems=(Problem(no_list.code, "file"),)))
        return show(request, page, status=422)
    except BadList as bad:
        return show(request, _list_page(request, bad.report), status=422)
    return show(request, _list_page(request, report))


def lines_of(content: bytes) -> list[str]:
    """The lines of a text in UTF-8, or as Windows writes Arabic. Raises NoList."""
    if b"\0" in content:  # UTF-16 for one
        raise NoList(FileProblem.NOT_TEXT)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1256")
        except UnicodeDecodeError:
            raise NoList(FileProblem.NOT_TEXT) from None
    return text.splitlines(keepends=True)


def _list_page(request: Request, report: ListReport) -> ListPage:
    sentences = web_of(request).extras["sentences"]
    bad = tuple(
        BadLineShown(line.line, sentences.of(line.problem))
        for line in report.bad[:MOST_BAD_LINES_SHOWN]
    )
    return ListPage(
        form=shown(request),
        is_checked=True,
        is_imported=report.is_imported,
        good=report.good,
        bad=bad,
        bad_count=len(report.bad),
        added=report.added,
        changed=report.changed,
        unchanged=report.unchanged,
    )


ROUTES = (
    get("/staff/{slug}/counter", show_counter, name="accounts:counter", may=staff(*VERIFIERS)),
    post("/staff/{slug}/counter", give_slip, name="accounts:counter", may=staff(*VERIFIERS)),
    get("/staff/{slug}/list", show_list, name="accounts:list", may=staff(*LIST_KEEPERS)),
    post("/staff/{slug}/list", take_list, name="accounts:list", may=staff(*LIST_KEEPERS)),
)
