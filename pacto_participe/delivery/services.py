"""Saying what became of a project. Nothing that was said is changed."""

from collections.abc import Collection

from sqlalchemy import Insert, insert, select
from sqlalchemy.exc import IntegrityError

from pacto_participe.delivery.domain import Draft, Update, UpdateProblem, problems_of, written
from pacto_participe.delivery.events import ProjectUpdated, UpdateCorrected
from pacto_participe.delivery.policies import may_follow_up
from pacto_participe.delivery.queries import update_of_row
from pacto_participe.delivery.tables import DELIVERY_UPDATE
from pacto_participe.kernel.clock import local
from pacto_participe.kernel.decisions import require
from pacto_participe.kernel.errors import Conflict, NotFound, Problem, Refused, refuse_if
from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.voting.charter import Charter, VoteState
from pacto_participe.voting.queries import Vote

_u = DELIVERY_UPDATE.c


async def say_how_it_stands(
    uow: UnitOfWork, vote: Vote, funded: Collection[int], project: int, draft: Draft, *, after: int
) -> Update:
    """Publish an update of a funded project. `after`: how many updates its writer had read.

    Raises NotAllowed; NotFound for what was not funded, and for elections held elsewhere; Refused before
    the result is final and for what is to mend; Conflict when somebody else wrote one meanwhile. The key
    of the row is the guard: of two who write at once, one is let in.
    """
    charter = vote.charter
    require(may_follow_up(uow.actor, charter.collectivity_id))
    if vote.is_imported or project not in funded:
        raise NotFound
    if vote.state(uow.now()) is not VoteState.FINAL:
        raise Refused(Problem(UpdateProblem.NOT_FINAL, values={"day": charter.final_at}))
    history = await _history(uow, charter, project)
    if len(history) != after:
        raise Conflict(Problem(UpdateProblem.CHANGED_SINCE))
    final_on, today = local(charter.final_at).date(), local(uow.now()).date()
    refuse_if(problems_of(draft, history, final_on=final_on, today=today))
    update = written(draft, history, uow.now())
    try:
        async with uow.session.begin_nested():
            await uow.session.execute(_row(charter, project, update))
    except IntegrityError:  # somebody wrote one at this very instant
        raise Conflict(Problem(UpdateProblem.CHANGED_SINCE)) from None
    _record(uow, charter, project, update)
    return update


async def _history(uow: UnitOfWork, charter: Charter, project: int) -> tuple[Update, ...]:
    rows = await uow.session.execute(
        select(DELIVERY_UPDATE)
        .where(
            _u.collectivity_id == charter.collectivity_id,
            _u.vote_id == charter.vote_id,
            _u.project == project,
        )
        .order_by(_u.place)
    )
    return tuple(update_of_row({**row}) for row in rows.mappings())


def _row(charter: Charter, project: int, update: Update) -> Insert:
    texts = update.text.to_dict()
    return insert(DELIVERY_UPDATE).values(
        collectivity_id=charter.collectivity_id,
        vote_id=charter.vote_id,
        project=project,
        place=update.place,
        written_at=update.written_at,
        status=update.status,
        spent_cents=update.spent_cents,
        bureau=update.bureau,
        text_ar=texts.get("ar", ""),
        text_fr=texts.get("fr", ""),
        milestone=update.milestone,
        next_on=update.next_on,
        done_on=update.done_on,
        decision=update.decision,
        corrects=update.corrects,
    )


def _record(uow: UnitOfWork, charter: Charter, project: int, update: Update) -> None:
    told = (charter.vote_id, project, update.place)
    how = (update.status.value, update.spent_cents)
    event = (
        ProjectUpdated(*told, *how)
        if update.corrects is None
        else UpdateCorrected(*told, update.corrects, *how)
    )
    uow.record(event, collectivity_id=charter.collectivity_id)
