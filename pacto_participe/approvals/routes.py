"""Administrators say whether two are needed, ask, confirm, decline."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.approvals import queries, services
from pacto_participe.approvals.domain import Act, Approval, ApprovalProblem, Verdict
from pacto_participe.approvals.forms import DecisionForm, ReasonForm
from pacto_participe.approvals.pages import ApprovalLine, ApprovalsPage
from pacto_participe.approvals.policies import APPROVERS
from pacto_participe.kernel.errors import Conflict, Problem, Refused
from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.web import i18n
from pacto_participe.web.context import actor_of, town_of, web_of, work
from pacto_participe.web.forms import Typed, read_form
from pacto_participe.web.guards import staff
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.manifest import About, MenuEntry, Perform
from pacto_participe.web.pages import redirect, show
from pacto_participe.web.routing import get, post
from pacto_participe.web.today import Asked, TodayItem

DONE = {
    "asked": _("Asked. Another administrator confirms it on this page, within 7 days."),
    "confirmed": _("Confirmed and done."),
    "declined": _("Nothing was done."),
    "on": _("From now on two people are needed."),
}
WAITS = _("A second person is needed: %(act)s")
EXPIRED = _("Nobody confirmed it in time")


async def show_approvals(request: Request) -> Response:
    """What waits for a second person. Three statements, and what it takes to tell each request."""
    return show(request, await _page(request))


async def change_four_eyes(request: Request) -> Response:
    """Turn it on; or ask, with a reason, to turn it off."""
    typed, town = await read_form(request, ReasonForm), town_of(request)
    try:
        if typed.value is None:
            raise Refused(*typed.problems)
        async with work(request) as uow:
            is_on, _changes = await queries.four_eyes_of(uow.session, town.collectivity_id)
            if is_on:
                await services.ask_to_turn_off(uow, town.collectivity_id, reason=typed.value.reason)
            else:
                approvers = await web_of(request).finders.administrators(
                    uow.session, town.collectivity_id, uow.now()
                )
                await services.turn_on(uow, town.collectivity_id, approvers=approvers)
    except Refused as refused:
        return await _refused(request, refused, typed)
    return redirect(request, "approvals:approvals", slug=town.slug, done="asked" if is_on else "on")


async def decide(request: Request) -> Response:
    """Confirm, and do the act in the same transaction; or decline."""
    typed, town, web = await read_form(request, DecisionForm), town_of(request), web_of(request)
    try:
        verdict = _verdict(typed)
        async with work(request) as uow:
            approval = await services.decide(
                uow, town.collectivity_id, request.path_params["approval"], verdict
            )
            if verdict is Verdict.CONFIRMED:
                await web.extras["acts"][approval.act](web, uow, town.collectivity_id, approval)
    except Refused as refused:
        return await _refused(request, refused)
    done = "confirmed" if verdict is Verdict.CONFIRMED else "declined"
    return redirect(request, "approvals:approvals", slug=town.slug, done=done)


async def turn_off_as_agreed(_web: Any, uow: UnitOfWork, town: str, agreed: Approval) -> None:
    """Two administrators agreed that one suffices again."""
    await services.turn_off(uow, town, agreed.subject)


def _verdict(typed: Typed[DecisionForm]) -> Verdict:
    try:
        return Verdict(typed.value.verdict if typed.value else "")
    except ValueError:
        raise Refused(Problem(ApprovalProblem.NOT_OFFERED)) from None


async def _refused(
    request: Request, refused: Refused, typed: Typed[ReasonForm] | None = None
) -> Response:
    page = await _page(request, typed.text("reason") if typed else "", *refused.problems)
    return show(request, page, status=409 if isinstance(refused, Conflict) else 422)


async def _page(request: Request, reason: str = "", *problems: Problem) -> ApprovalsPage:
    web, town, now = web_of(request), town_of(request).collectivity_id, web_of(request).clock.now()
    async with web.database.read() as session:
        is_on, _changes = await queries.four_eyes_of(session, town)
        approvers = await web.finders.administrators(session, town, now)
        path = partial(web.addresses.path, slug=town_of(request).slug)
        asked = Asked(web, session, town, now, path)
        approvals = await queries.approvals_of(session, town)
        lines = [await _line(request, asked, each) for each in approvals]
    sentences = web.extras["sentences"]
    done = DONE.get(request.query_params.get("done", ""), "")
    return ApprovalsPage(
        is_on=is_on,
        is_alone=is_on and approvers < services.FEWEST_APPROVERS,
        waiting=tuple(
            line for line, each in zip(lines, approvals, strict=True) if each.is_open(now)
        ),
        past=tuple(
            line for line, each in zip(lines, approvals, strict=True) if not each.is_open(now)
        ),
        reason=reason,
        problems=sentences.of_problems(problems),
        done=i18n.gettext(done) if done else "",
    )


async def _line(request: Request, asked: Asked, approval: Approval) -> ApprovalLine:
    name_of = asked.web.extras["sentences"].of
    about = await _about(asked, approval)
    return ApprovalLine(
        approval_id=approval.approval_id,
        act=name_of(approval.act),
        subject=about.name,
        detail=about.detail,
        address=about.address,
        reason=approval.reason,
        asked_at=approval.asked_at,
        expires_at=approval.expires_at,
        is_mine=approval.asked_by == actor_of(request).person_id,
        outcome=name_of(approval.verdict) if approval.verdict else i18n.gettext(EXPIRED),
    )


async def _about(asked: Asked, approval: Approval) -> About:
    if approval.act is Act.FOUR_EYES_OFF:
        return About("")
    tell = asked.web.extras["subjects"].get(approval.act)
    if tell is None:
        return About(approval.subject)
    told: About = await tell(asked, approval.subject)
    return told


async def what_waits(asked: Asked) -> Iterable[TodayItem]:
    """Each request that stands, with its last day. One statement."""
    approvals = await queries.approvals_of(asked.session, asked.collectivity_id)
    name_of, address = asked.web.extras["sentences"].of, asked.path("approvals:approvals")
    return tuple(
        TodayItem(
            i18n.gettext(WAITS) % {"act": name_of(each.act)},
            address,
            each.expires_at,
            roles=APPROVERS,
        )
        for each in approvals
        if each.is_open(asked.now)
    )


STAFF_PAGES = (
    MenuEntry(
        _("What waits for a second person"),
        "approvals:approvals",
        APPROVERS,
        _("Confirm what another administrator asked for, and say whether two are needed."),
    ),
)
ACTS: Mapping[str, Perform] = {Act.FOUR_EYES_OFF: turn_off_as_agreed}
_ADMINISTRATION = staff(*APPROVERS)

ROUTES = (
    get("/staff/{slug}/approvals", show_approvals, name="approvals:approvals", may=_ADMINISTRATION),
    post(
        "/staff/{slug}/approvals", change_four_eyes, name="approvals:approvals",
        may=_ADMINISTRATION,
    ),
    post(
        "/staff/{slug}/approvals/{approval}/decision", decide, name="approvals:decide",
        may=_ADMINISTRATION,
    ),
)  # fmt: skip
