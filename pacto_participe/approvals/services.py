"""One asks, another confirms; and the lock that the services of such acts stand behind."""

from uuid import uuid4

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.exc import IntegrityError

from pacto_participe.approvals import queries
from pacto_participe.approvals.domain import (
    LONGEST_REASON,
    Act,
    Approval,
    ApprovalProblem,
    Verdict,
    problem_of,
)
from pacto_participe.approvals.events import (
    ApprovalAsked,
    ApprovalDecided,
    FourEyesTurnedOff,
    FourEyesTurnedOn,
)
from pacto_participe.approvals.policies import may_approve
from pacto_participe.approvals.tables import DECISION, FOUR_EYES, ApprovalRow
from pacto_participe.kernel.decisions import require
from pacto_participe.kernel.errors import Conflict, NotFound, Problem, Refused
from pacto_participe.storage.unit_of_work import UnitOfWork

FEWEST_APPROVERS = 2


async def require_second_person(
    uow: UnitOfWork, collectivity_id: str, act: Act, subject: str
) -> None:
    """The lock: raise Refused where a town asks for two people and two did not agree on this very act.

    The clock and the operator's commands pass: no person of the town is behind them. At most two statements.
    """
    if not uow.actor.is_signed_in:
        return
    is_on, _ = await queries.four_eyes_of(uow.session, collectivity_id)
    if is_on and not await queries.is_confirmed(uow.session, collectivity_id, act, subject):
        raise Refused(Problem(ApprovalProblem.SECOND_PERSON_NEEDED))


async def ask(
    uow: UnitOfWork, collectivity_id: str, act: Act, subject: str, *, reason: str
) -> Approval:
    """Ask for an act. Raises NotAllowed, and Refused without a reason or when it was asked for already."""
    require(may_approve(uow.actor, collectivity_id))
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if not reason:
        raise Refused(Problem(ApprovalProblem.REASON_MISSING, "reason"))
    others = await queries.approvals_on(uow.session, collectivity_id, act, subject)
    if any(other.is_open(uow.now()) for other in others):
        raise Refused(Problem(ApprovalProblem.ASKED_ALREADY))
    asked = Approval(
        approval_id=uuid4().hex,
        act=act,
        subject=subject,
        reason=reason,
        asked_by=uow.actor.person_id or "",
        asked_at=uow.now(),
    )
    uow.session.add(
        ApprovalRow(
            collectivity_id=collectivity_id,
            approval_id=asked.approval_id,
            act=act,
            subject=subject,
            reason=reason,
            asked_by=asked.asked_by,
            asked_at=asked.asked_at,
        )
    )
    uow.record(
        ApprovalAsked(asked.approval_id, act.value, subject, reason),
        collectivity_id=collectivity_id,
    )
    return asked


async def decide(
    uow: UnitOfWork, collectivity_id: str, approval_id: str, verdict: Verdict
) -> Approval:
    """Confirm it, or decline it (who asked takes it back so). The act is done by the caller, in here.

    The key of the decision is the guard: of two who decide at once, one gets Conflict. Raises NotFound,
    NotAllowed, and Refused for who asked, and after a week.
    """
    require(may_approve(uow.actor, collectivity_id))
    approval = await queries.approval_by_id(uow.session, collectivity_id, approval_id)
    if approval is None:
        raise NotFound
    person_id = uow.actor.person_id
    problem = problem_of(approval, verdict, person_id=person_id, now=uow.now())
    if problem is not None:
        raise (Conflict if problem is ApprovalProblem.DECIDED else Refused)(Problem(problem))
    decision = insert(DECISION).values(
        collectivity_id=collectivity_id,
        approval_id=approval_id,
        verdict=verdict,
        decided_by=person_id,
        decided_at=uow.now(),
    )
    try:
        async with uow.session.begin_nested():
            await uow.session.execute(decision)
    except IntegrityError:  # somebody decided at this very instant
        raise Conflict(Problem(ApprovalProblem.DECIDED)) from None
    uow.record(
        ApprovalDecided(approval_id, approval.act.value, approval.subject, verdict.value),
        collectivity_id=collectivity_id,
    )
    return approval


async def turn_on(uow: UnitOfWork, collectivity_id: str, *, approvers: int) -> None:
    """From now on a second person is needed. Raises Refused while there is only one administrator.

    `approvers`: how many there are, whom the floor above knows.
    """
    require(may_approve(uow.actor, collectivity_id))
    if approvers < FEWEST_APPROVERS:
        raise Refused(Problem(ApprovalProblem.ALONE))
    _, changes = await queries.four_eyes_of(uow.session, collectivity_id)
    await _turn(uow, collectivity_id, changes, is_on=True)


async def ask_to_turn_off(uow: UnitOfWork, collectivity_id: str, *, reason: str) -> Approval:
    """Four eyes themselves end only by four eyes."""
    _, changes = await queries.four_eyes_of(uow.session, collectivity_id)
    return await ask(uow, collectivity_id, Act.FOUR_EYES_OFF, str(changes), reason=reason)


async def turn_off(uow: UnitOfWork, collectivity_id: str, subject: str) -> None:
    """`subject` is the number of changes that was agreed on: an old agreement turns nothing off."""
    require(may_approve(uow.actor, collectivity_id))
    is_on, changes = await queries.four_eyes_of(uow.session, collectivity_id)
    if not is_on or str(changes) != subject:
        raise Conflict(Problem(ApprovalProblem.DECIDED))
    await require_second_person(uow, collectivity_id, Act.FOUR_EYES_OFF, subject)
    await _turn(uow, collectivity_id, changes, is_on=False)


async def _turn(uow: UnitOfWork, collectivity_id: str, changes: int, *, is_on: bool) -> None:
    """The number of changes is the guard: of two at once, one gets Conflict."""
    row = insert_or(FOUR_EYES).values(
        collectivity_id=collectivity_id, is_on=is_on, changes=changes + 1, changed_at=uow.now()
    )
    written = await uow.session.execute(
        row.on_conflict_do_update(
            index_elements=["collectivity_id"],
            set_={name: row.excluded[name] for name in ("is_on", "changes", "changed_at")},
            where=FOUR_EYES.c.changes == changes,
        ).returning(FOUR_EYES.c.changes)
    )
    if written.scalar_one_or_none() is None:
        raise Conflict(Problem(ApprovalProblem.DECIDED))
    turned = FourEyesTurnedOn if is_on else FourEyesTurnedOff
    uow.record(turned(changes + 1), collectivity_id=collectivity_id)
