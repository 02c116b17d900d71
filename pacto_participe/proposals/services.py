"""What is done to projects."""

import json
from collections.abc import Iterable

from pacto_participe.kernel.languages import Texts
from pacto_participe.proposals.domain import Project
from pacto_participe.proposals.tables import ProjectRow
from pacto_participe.storage.unit_of_work import UnitOfWork


async def list_projects(
    uow: UnitOfWork, *, collectivity_id: str, consultation_id: str, projects: Iterable[Project]
) -> None:
    """Put numbered, costed projects on an edition's list."""

    def plain(texts: Texts) -> str:
        return json.dumps(texts.to_dict(), ensure_ascii=False)

    uow.session.add_all(
        ProjectRow(
            collectivity_id=collectivity_id,
            consultation_id=consultation_id,
            number=project.number,
            title=plain(project.title),
            summary=plain(project.summary),
            place=plain(project.place),
            cost_cents=project.cost_cents,
            pictogram=project.pictogram,
            area=project.area,
            latitude_e5=project.position.latitude_e5 if project.position else None,
            longitude_e5=project.position.longitude_e5 if project.position else None,
        )
        for project in projects
    )
    await uow.session.flush()
