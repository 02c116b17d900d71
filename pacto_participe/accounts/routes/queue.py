"""The queue of the counter: what waits, one case, taking it and deciding it."""

from enum import StrEnum

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.accounts.domain.cases import (
    CONFLICT_DECISIONS,
    CORRECTION_DECISIONS,
    MEETING_DECISIONS,
    CaseKind,
    Clash,
    Decision,
    Met,
    Wrong,
)
from pacto_participe.accounts.domain.people import Nationality, Tie
from pacto_participe.accounts.forms import DecisionForm, ReportForm
from pacto_participe.accounts.pages import CasePage, QueueLine, QueuePage, SideShown
from pacto_participe.accounts.policies import VERIFIERS
from pacto_participe.accounts.routes.answers import role_named, shown
from pacto_participe.accounts.services.case_files import CaseFile, open_file
from pacto_participe.accounts.services.cases import SOON_DAYS, TAKEN_FOR, Case, queue_of, take
from pacto_participe.accounts.services.conflicts import Verdict, decide_conflict, report
from pacto_participe.accounts.services.corrections import answer_correction
from pacto_participe.accounts.services.meetings import confirm_listed, decide_meeting, meeting_of
from pacto_participe.kernel.errors import Conflict, NotFound, Problem, Refused
from pacto_participe.web import i18n
from pacto_participe.web.context import actor_of, town_of, web_of, work
from pacto_participe.web.forms import Typed, read_form
from pacto_participe.web.guards import staff
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.pages import redirect, show
from pacto_participe.web.routing import get, post

LATE_AFTER_DAYS = 7
RIGHT: dict[Wrong | Met, str] = {
    Wrong.DISTRICT: _("District, as the document says"),
    Wrong.BIRTH_DATE: _("Birth date, as the card says"),
    Wrong.NATIONALITY: _("Nationality, as the card says"),
    Wrong.TIE: _("What binds them to this place, as the document says"),
    Met.NOT_LISTED: _("Birth date, as the card says"),
}
# Where what is right is one of a few.
RIGHT_ONES: dict[Wrong, tuple[StrEnum, ...]] = {
    Wrong.NATIONALITY: (Nationality.CITIZEN, Nationality.FOREIGN),
    Wrong.TIE: tuple(Tie),
}


async def show_queue(request: Request) -> Response:
    """Three statements."""
    async with work(request) as uow:
        queue = await queue_of(uow, town_of(request).collectivity_id)
    page = QueuePage(
        tuple(_line(request, case) for case in queue.cases),
        queue.waiting,
        queue.slips,
        SOON_DAYS,
        is_decided="decided" in request.query_params,
        meetings=sum(case.kind is CaseKind.MEETING for case in queue.cases),
        confirmed=request.query_params.get("confirmed", "")[:5],
    )
    return show(request, page)


def _line(request: Request, case: Case) -> QueueLine:
    web = web_of(request)
    name_of = web.extras["sentences"].of
    return QueueLine(
        url=web.addresses.path("accounts:case", slug=town_of(request).slug, case=case.case_id),
        kind=name_of(case.kind),
        about=name_of(case.about),
        opened_at=case.opened_at,
        is_late=(web.clock.now() - case.opened_at).days >= LATE_AFTER_DAYS,
        taken=_taken(request, case),
    )


def _taken(request: Request, case: Case) -> str:
    """By whom: "mine", "other", or "" when anybody may take it."""
    if case.taken_at is None or case.taken_at < web_of(request).clock.now() - TAKEN_FOR:
        return ""
    return "mine" if case.is_taken_by(actor_of(request).person_id) else "other"


async def show_case(request: Request) -> Response:
    """Four statements. Nothing of ballots: no decision needs it (decision 0015)."""
    return show(request, await _page(request))


async def report_conflict(request: Request) -> Response:
    """A clerk is told that a number is somebody else's: both sides are looked at."""
    typed = await read_form(request, ReportForm)
    if typed.value is None:
        raise NotFound
    async with work(request) as uow:
        await report(uow, town_of(request).collectivity_id, typed.value.residence_id)
    return redirect(request, "accounts:queue", slug=town_of(request).slug)


async def take_case(request: Request) -> Response:
    """Take it on oneself."""
    try:
        async with work(request) as uow:
            await take(uow, town_of(request).collectivity_id, _case_id(request))
    except Refused as refused:
        return show(request, await _page(request, problems=refused.problems), status=409)
    return redirect(request, "accounts:case", slug=town_of(request).slug, case=_case_id(request))


async def decide_case(request: Request) -> Response:
    """Decide, once."""
    typed = await read_form(request, DecisionForm)
    try:
        if typed.value is None:
            raise Refused(*typed.problems)
        await _decide(request, typed.value)
    except Refused as refused:
        page = await _page(request, typed, refused.problems)
        return show(request, page, status=409 if isinstance(refused, Conflict) else 422)
    return redirect(request, "accounts:queue", slug=town_of(request).slug, decided="1")


async def _decide(request: Request, form: DecisionForm) -> None:
    web, town, case_id = web_of(request), town_of(request).collectivity_id, _case_id(request)
    async with work(request) as uow:
        file = await open_file(uow, town, case_id)
    if file.case.kind is CaseKind.CORRECTION:
        async with work(request) as uow:
            await answer_correction(uow, town, case_id, form.decision, form.note, right=form.right)
        return
    if file.case.kind is CaseKind.MEETING:
        async with work(request) as uow:
            refusal = await decide_meeting(
                uow, web.secrets, town, case_id, form.decision, form.note,
                cnie=form.cnie, birth_date=form.right, seen=form.seen, facts=form.facts,
            )  # fmt: skip
        if refusal is not None:  # outside the transaction: the conflict stays written down
            raise Conflict(Problem(refusal, "cnie"))
        return
    verdict = Verdict(form.decision, form.note, form.keep, form.cnie, form.seen)
    is_vote_open = await web.finders.is_vote_open(web.database, town, web.clock.now())
    async with work(request) as uow:
        await decide_conflict(uow, web.secrets, town, case_id, verdict, is_vote_open=is_vote_open)


async def _page(
    request: Request,
    typed: Typed[DecisionForm] | None = None,
    problems: tuple[Problem, ...] = (),
) -> CasePage:
    async with work(request) as uow:
        town = town_of(request).collectivity_id
        file = await open_file(uow, town, _case_id(request))
        meeting = None
        if file.case.kind is CaseKind.MEETING:
            meeting = await meeting_of(uow, town, file.case.case_id)
    case, home = file.case, file.home
    name_of = web_of(request).extras["sentences"].of
    is_mine = _taken(request, case) == "mine" and case.decided_at is None
    is_conflict = case.kind is CaseKind.CONFLICT
    decisions = _decisions(case)
    right = RIGHT.get(case.about) if isinstance(case.about, Wrong | Met) else None
    return CasePage(
        form=shown(request, typed, problems),
        file=file,
        kind=name_of(case.kind),
        about=name_of(case.about),
        how=name_of(home.method) if home else "",
        by=role_named(request, home.verified_by if home else ""),
        sides=_sides(file),
        decisions=tuple((each.value, name_of(each), "") for each in decisions),
        decision=name_of(case.decision) if case.decision else "",
        is_mine=is_mine,
        is_taken=_taken(request, case) == "other",
        asks_right=i18n.gettext(right) if right else "",
        right_options=tuple(
            (each.value, name_of(each), "")
            for each in (RIGHT_ONES.get(case.about, ()) if isinstance(case.about, Wrong) else ())
        ),
        nationality=name_of(home.nationality) if home else "",
        tie=name_of(home.tie) if home else "",
        is_conflict=is_conflict,
        meeting=meeting,
        may_move=Decision.SAME_PERSON in decisions,
    )


def _decisions(case: Case) -> tuple[Decision, ...]:
    if isinstance(case.about, Clash):
        return CONFLICT_DECISIONS[case.about]
    if isinstance(case.about, Met):
        return MEETING_DECISIONS
    return CORRECTION_DECISIONS


def _sides(file: CaseFile) -> tuple[SideShown, ...]:
    return tuple(
        SideShown(
            side.person_id,
            i18n.gettext(_("Account %(number)s")) % {"number": number},
            side,
        )
        for number, side in enumerate(file.sides, start=1)
    )


async def confirm_all(request: Request) -> Response:
    """Everybody met by a mediator whom the list has by now."""
    web, town = web_of(request), town_of(request)
    async with work(request) as uow:
        confirmed = await confirm_listed(uow, web.secrets, town.collectivity_id)
    return redirect(request, "accounts:queue", slug=town.slug, confirmed=str(confirmed))


def _case_id(request: Request) -> str:
    case_id: str = request.path_params["case"]
    return case_id


_QUEUE = staff(*VERIFIERS)

ROUTES = (
    post("/staff/{slug}/resident/report", report_conflict, name="accounts:report", may=_QUEUE),
    post("/staff/{slug}/meetings", confirm_all, name="accounts:confirm-listed", may=_QUEUE),
    get("/staff/{slug}/queue", show_queue, name="accounts:queue", may=_QUEUE),
    get("/staff/{slug}/queue/{case}", show_case, name="accounts:case", may=_QUEUE),
    post("/staff/{slug}/queue/{case}/taking", take_case, name="accounts:take-case", may=_QUEUE),
    post(
        "/staff/{slug}/queue/{case}/decision", decide_case, name="accounts:decide-case",
        may=_QUEUE,
    ),
)  # fmt: skip
