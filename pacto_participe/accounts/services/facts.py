"""Nationality and tie of a verified resident, noted by staff who saw a card or a paper."""

from sqlalchemy import select, update

from pacto_participe.accounts.domain.cases import Wrong
from pacto_participe.accounts.domain.people import FactReason, Facts, Nationality
from pacto_participe.accounts.events import FactsNoted
from pacto_participe.accounts.policies import may_verify
from pacto_participe.accounts.tables import RESIDENCE
from pacto_participe.kernel.decisions import require
from pacto_participe.kernel.errors import NotFound
from pacto_participe.storage.unit_of_work import UnitOfWork


async def correct_facts(
    uow: UnitOfWork, collectivity_id: str, residence_id: str, facts: Facts, reason: FactReason
) -> None:
    """What staff correct of a resident they looked up. A ballot that was given stays.

    Raises NotAllowed and NotFound. At most two statements.
    """
    require(may_verify(uow.actor, collectivity_id))
    await note_facts(uow, collectivity_id, residence_id, facts, reason)


async def note_facts(
    uow: UnitOfWork, collectivity_id: str, residence_id: str, facts: Facts, reason: FactReason
) -> None:
    """Write down what differs from what is held, each with an event. At most two statements.

    For services that have asked already who may. Raises NotFound.
    """
    said = {
        name: value
        for name, value in (("nationality", facts.nationality), ("tie", facts.tie))
        if value is not None
    }
    if not said:
        return
    home = RESIDENCE.c
    this = (home.collectivity_id == collectivity_id, home.residence_id == residence_id)
    held = (
        await uow.session.execute(select(home.nationality, home.tie).where(*this).with_for_update())
    ).mappings().one_or_none()  # fmt: skip
    if held is None:
        raise NotFound
    changed = {name: value for name, value in said.items() if held[name] != value}
    if not changed:
        return
    await uow.session.execute(update(RESIDENCE).where(*this).values(changed))
    for name in changed:
        uow.record(
            FactsNoted(residence_id, Wrong(name).value, reason.value),
            collectivity_id=collectivity_id,
        )


async def nationality_of_line(
    uow: UnitOfWork, collectivity_id: str, residence_id: str, listed: Nationality
) -> None:
    """What the list says of someone of whom nothing was noted. At most one statement."""
    if listed == Nationality.UNKNOWN:
        return
    home = RESIDENCE.c
    await uow.session.execute(
        update(RESIDENCE)
        .where(
            home.collectivity_id == collectivity_id,
            home.residence_id == residence_id,
            home.nationality == Nationality.UNKNOWN,
        )
        .values(nationality=listed)
    )
