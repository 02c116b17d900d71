"""The way out: whoever closes their account works nowhere any more, and is erased."""

from pacto_participe.accounts.services.people import erase_people
from pacto_participe.accounts.services.staff import end_own_roles
from pacto_participe.storage.unit_of_work import UnitOfWork


async def close_account(uow: UnitOfWork, person_id: str) -> None:
    """End the roles of a person, then erase them. Thirteen statements.

    Raises Refused for the only administrator of a town.
    """
    await end_own_roles(uow, person_id)
    await erase_people(uow, [person_id])
