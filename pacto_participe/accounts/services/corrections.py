"""Answering a resident who says that a verified fact is wrong."""

from pacto_participe.accounts.domain.cards import adult_on, read_birth_date
from pacto_participe.accounts.domain.cases import CORRECTION_DECISIONS, CaseKind, Decision, Wrong
from pacto_participe.accounts.domain.people import Facts
from pacto_participe.accounts.events import ResidenceCorrected
from pacto_participe.accounts.policies import Refusal
from pacto_participe.accounts.services.cases import close_case
from pacto_participe.accounts.services.changes import change, held_residence
from pacto_participe.kernel.clock import local
from pacto_participe.kernel.errors import Problem, Refused
from pacto_participe.storage.unit_of_work import UnitOfWork


async def answer_correction(
    uow: UnitOfWork,
    collectivity_id: str,
    case_id: str,
    decision: Decision,
    note: str,
    *,
    right: str = "",
) -> None:
    """Decide a request, and correct the residence when a document was seen. At most seven statements.

    `right` is what the document says: a district, a nationality, a tie, or a birth date of which only the
    coming of age is kept. Raises NotAllowed, NotFound, Refused, Conflict.
    """
    if decision not in CORRECTION_DECISIONS:
        raise Refused(Problem(Refusal.REASON_MISSING, "decision"))
    case = await close_case(uow, collectivity_id, case_id, decision, note)
    if case.kind is not CaseKind.CORRECTION:
        raise Refused(Problem(Refusal.REASON_MISSING, "decision"))
    if decision is not Decision.CORRECTED or case.about is Wrong.OTHER:
        return
    values = _corrected(uow, Wrong(case.about), right)
    await change(uow, await held_residence(uow, collectivity_id, case.residence_id), values)
    uow.record(
        ResidenceCorrected(case.residence_id, case.about.value), collectivity_id=collectivity_id
    )


def _corrected(uow: UnitOfWork, wrong: Wrong, right: str) -> dict[str, object]:
    today = local(uow.now()).date()
    if wrong is Wrong.DISTRICT:
        if not 0 < len(right) <= 60:
            raise Refused(Problem(Refusal.DISTRICT_MISSING, "right"))
        return {"district": right}
    if wrong in (Wrong.NATIONALITY, Wrong.TIE):
        return _fact(wrong, right)
    born = read_birth_date(right, today=today)
    if born is None:
        raise Refused(Problem(Refusal.BIRTH_UNREADABLE, "right"))
    return {"adult_on": adult_on(born, today=today)}


def _fact(wrong: Wrong, right: str) -> dict[str, object]:
    nationality, tie = (right, "") if wrong is Wrong.NATIONALITY else ("", right)
    said = Facts.ticked(nationality, tie)
    value = said.nationality or said.tie
    if value is None:
        raise Refused(Problem(Refusal.FACT_MISSING, "right"))
    return {wrong.value: value}
