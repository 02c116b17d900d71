"""Nationality and tie of a verified resident, noted by staff who saw a card or a paper."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping, case, or_, update

from pacto_participe.accounts.domain.cases import Wrong
from pacto_participe.accounts.domain.people import FactReason, Facts, Nationality, Tie
from pacto_participe.accounts.events import FactsNoted
from pacto_participe.accounts.policies import may_verify
from pacto_participe.accounts.services.changes import Held, change, held_residence
from pacto_participe.accounts.tables import RESIDENCE
from pacto_participe.kernel.decisions import require
from pacto_participe.storage.unit_of_work import UnitOfWork


async def correct_facts(
    uow: UnitOfWork, collectivity_id: str, residence_id: str, facts: Facts, reason: FactReason
) -> None:
    """What staff correct of a resident they looked up. A ballot that was given stays.

    Raises NotAllowed and NotFound. At most three statements.
    """
    require(may_verify(uow.actor, collectivity_id))
    await note_facts(uow, collectivity_id, residence_id, facts, reason)


async def note_facts(
    uow: UnitOfWork, collectivity_id: str, residence_id: str, facts: Facts, reason: FactReason
) -> None:
    """Write down what differs from what is held, each with an event. At most three statements.

    For services that have asked already who may. Raises NotFound.
    """
    said = said_of(facts)
    if not said:
        return
    held = await held_residence(uow, collectivity_id, residence_id)
    await change(uow, held, said)
    tell_facts(uow, held, said, reason)


def said_of(facts: Facts) -> dict[str, Nationality | Tie]:
    """What was said, by the name under which a residence says it."""
    pairs = (("nationality", facts.nationality), ("tie", facts.tie))
    return {name: value for name, value in pairs if value is not None}


def tell_facts(
    uow: UnitOfWork, held: Held, said: Mapping[str, Nationality | Tie], reason: FactReason
) -> None:
    """An event for each fact that is another than was held."""
    for name, value in said.items():
        if held.says[name] != value:
            noted = FactsNoted(held.residence_id, Wrong(name).value, reason.value)
            uow.record(noted, collectivity_id=held.collectivity_id)


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
    that was made just now, by somebody who said nothing of it (`takes_tie`). Neither takes a vote from
    anybody, so that what was said before need not be kept (services/changes.py).
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
