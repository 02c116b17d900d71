"""Elections held elsewhere, shown as examples with the official outcome beside ours."""

from pacto_participe.storage.unit_of_work import unit_of_work
from pacto_participe.voting import jobs, queries
from pacto_participe.voting.pabulib import PabulibFile
from pacto_participe.voting.services.importing import Imported, import_election
from pacto_participe.web.context import Web


async def publish_election(
    web: Web, file: PabulibFile, town: str, *, publish: bool = True
) -> Imported:
    """Bring an election in, count it and publish it. Raises Refused."""
    async with unit_of_work(web.database, web.clock) as uow:
        imported = await import_election(uow, web.secrets, file, collectivity_id=town)
    if publish:
        vote = await queries.vote_by_edition(web.database, town, imported.edition)
        if vote is not None:
            await jobs.count_and_publish(web, vote, official=imported.official)
    return imported
