"""Recordings of a draft: kept with it, and replaced only with it."""

from collections.abc import Mapping
from types import MappingProxyType

from pacto_participe.storage.unit_of_work import UnitOfWork
from pacto_participe.voting.tables import RECORDING

NO_SOUNDS: Mapping[str, bytes] = MappingProxyType({})


async def keep_sounds(
    uow: UnitOfWork, town: str, edition: str, sounds: Mapping[str, bytes]
) -> None:
    """Keep the bytes of what the charter of a draft names, by their fingerprint, instead of those before.

    Called by who holds the draft's row, so that of two who act at once one comes after the other. Two
    statements.
    """
    of_draft = (RECORDING.c.collectivity_id == town, RECORDING.c.edition == edition)
    await uow.session.execute(RECORDING.delete().where(*of_draft))
    if sounds:
        rows = [
            {"collectivity_id": town, "edition": edition, "sha256": sha256, "content": content}
            for sha256, content in sounds.items()
        ]
        await uow.session.execute(RECORDING.insert(), rows)
