"""Recordings of a draft: kept with it, and replaced only with it."""

from collections.abc import Mapping
from types import MappingProxyType

from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.voting.charter import Charter
from pacto_participe.voting.tables import RECORDING

NO_SOUNDS: Mapping[str, bytes] = MappingProxyType({})


async def keep_sounds(uow: UnitOfWork, charter: Charter, sounds: Mapping[str, bytes]) -> None:
    """Keep the bytes of what the charter of a draft names, instead of those before.

    Called by who holds the draft's row, so that of two who act at once one comes after the other. Two
    statements. Raises KeyError when the bytes of one are missing.
    """
    town, edition = charter.collectivity_id, charter.edition
    of_draft = (RECORDING.c.collectivity_id == town, RECORDING.c.edition == edition)
    await uow.session.execute(RECORDING.delete().where(*of_draft))
    named = dict.fromkeys(recording.sha256 for recording in charter.recordings)
    if named:
        rows = [
            {
                "collectivity_id": town,
                "edition": edition,
                "sha256": sha256,
                "content": sounds[sha256],
            }
            for sha256 in named
        ]
        await uow.session.execute(RECORDING.insert(), rows)
