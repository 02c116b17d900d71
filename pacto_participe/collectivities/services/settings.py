"""A collectivity says something else of itself."""

from dataclasses import asdict, replace

from sqlalchemy.dialects.postgresql import insert as insert_or

from pacto_participe.collectivities import queries
from pacto_participe.collectivities.domain.town_settings import (
    NOT_IN_THE_JOURNAL,
    SettingProblem,
    TownSettings,
    cleaned,
    differing,
)
from pacto_participe.collectivities.events import SettingsChanged
from pacto_participe.collectivities.policies import may_set_up
from pacto_participe.collectivities.tables import SETTINGS
from pacto_participe.kernel.decisions import require
from pacto_participe.kernel.errors import Conflict, Problem, refuse_if
from pacto_participe.storage.unit_of_work import UnitOfWork


async def save_settings(uow: UnitOfWork, collectivity_id: str, typed: TownSettings) -> None:
    """Store what was typed, when `typed.version` is still the one that stands. Two statements.

    Raises NotAllowed, Refused with what must be mended, and Conflict when another saved meanwhile: the
    condition of the update is the guard, so that of two who save at once one is told.
    """
    require(may_set_up(uow.actor, collectivity_id))
    wanted, problems = cleaned(typed)
    refuse_if(problems)
    stands = await queries.settings_of(uow.session, collectivity_id)
    if stands.version != typed.version:
        raise Conflict(Problem(SettingProblem.SAVED_BY_ANOTHER))
    changed = differing(stands, wanted)
    if not changed:
        return
    values = asdict(replace(wanted, version=typed.version + 1))
    row = insert_or(SETTINGS).values(
        collectivity_id=collectivity_id, changed_at=uow.now(), **values
    )
    written = await uow.session.execute(
        row.on_conflict_do_update(
            index_elements=["collectivity_id"],
            set_={"changed_at": row.excluded.changed_at}
            | {name: row.excluded[name] for name in values},
            where=SETTINGS.c.version == typed.version,
        ).returning(SETTINGS.c.version)
    )
    if written.scalar_one_or_none() is None:
        raise Conflict(Problem(SettingProblem.SAVED_BY_ANOTHER))
    told = [name for name in changed if name not in NOT_IN_THE_JOURNAL]
    uow.record(
        SettingsChanged(
            version=typed.version + 1,
            changed=tuple(name.value for name in changed),
            before={name.value: stands.value(name) for name in told},
            after={name.value: wanted.value(name) for name in told},
        ),
        collectivity_id=collectivity_id,
    )
