"""Nationality and tie of a verified resident, noted by staff who saw a card or a paper."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping, case, or_, select, update

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


async def facts_of_line(
    uow: UnitOfWork,
    collectivity_id: str,
    residence_id: str,
    listed: Mapping[str, Any] | RowMapping,
    *,
    takes_tie: bool,
) -> None:
    """What the list says of someone of whom it was not noted. At most one statement.

    A nationality that is unknown is filled always. A tie has no "unknown": it is taken only for a residence
    that was made just now, by somebody who said nothing of it (`takes_tie`).
    """
    home = RESIDENCE.c
    values: dict[str, Any] = {}
    changes = []
    if listed["nationality"] != Nationality.UNKNOWN:
        is_unknown = home.nationality == Nationality.UNKNOWN
        values["nationality"] = case((is_unknown, listed["nationality"]), else_=home.nationality)
        changes.append(is_unknown)
    if takes_tie:
        values["tie"] = listed["tie"]
        changes.append(home.tie != listed["tie"])
    if not changes:
        return
    await uow.session.execute(
        update(RESIDENCE)
        .where(
            home.collectivity_id == collectivity_id,
            home.residence_id == residence_id,
            or_(*changes),
        )
        .values(values)
    )
