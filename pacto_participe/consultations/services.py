"""What is done to consultations."""

import json
from uuid import uuid4

from pacto_participe.approvals.domain import Act
from pacto_participe.approvals.services import require_second_person
from pacto_participe.consultations.domain import Consultation, Stage
from pacto_participe.consultations.events import ConsultationPublished
from pacto_participe.consultations.kinds import KINDS
from pacto_participe.consultations.tables import ConsultationRow, StageRow
from pacto_participe.kernel.languages import Texts
from pacto_participe.storage.unit_of_work import UnitOfWork


async def publish_consultation(
    uow: UnitOfWork,
    *,
    collectivity_id: str,
    kind: str,
    slug: str,
    title: Texts,
    summary: Texts,
    budget_cents: int,
    stages: tuple[Stage, ...],
    is_demo: bool = False,
    currency: str = "MAD",
    subject: str = "",
) -> Consultation:
    """Make a consultation that all can see. Raises UnknownName for a kind that is not registered.

    `subject` is what a second person agreed to, where that is more than the name in the address.
    """
    await require_second_person(uow, collectivity_id, Act.PUBLISH, subject or slug)
    consultation = Consultation(
        collectivity_id=collectivity_id,
        consultation_id=uuid4().hex,
        kind=KINDS[kind].name,
        slug=slug,
        title=title,
        summary=summary,
        budget_cents=budget_cents,
        stages=stages,
        is_demo=is_demo,
        currency=currency,
    )
    uow.session.add(
        ConsultationRow(
            collectivity_id=collectivity_id,
            consultation_id=consultation.consultation_id,
            kind=consultation.kind,
            slug=slug,
            title=_json(title),
            summary=_json(summary),
            budget_cents=budget_cents,
            currency=currency,
            is_demo=is_demo,
        )
    )
    await uow.session.flush()
    uow.session.add_all(
        StageRow(
            collectivity_id=collectivity_id,
            consultation_id=consultation.consultation_id,
            activity=stage.activity,
            starts_at=stage.starts_at,
            ends_at=stage.ends_at,
        )
        for stage in stages
    )
    uow.record(
        ConsultationPublished(consultation.consultation_id, slug), collectivity_id=collectivity_id
    )
    return consultation


def _json(texts: Texts) -> str:
    return json.dumps(texts.to_dict(), ensure_ascii=False)
