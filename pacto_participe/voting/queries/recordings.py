"""Questions about recordings."""

import hashlib

from pacto_participe.storage.database import Database
from pacto_participe.storage.sql import Sql

_CONTENT = Sql(
    "SELECT content FROM recording "
    "WHERE collectivity_id = :town AND edition = :edition AND sha256 = :sha256"
)


async def recorded_sound(database: Database, town: str, edition: str, sha256: str) -> bytes | None:
    """The bytes that the charter names by this fingerprint, and no others. One quick statement.

    Somebody with the database's password could change the row: then nothing is heard.
    """
    row = await database.quick.one(_CONTENT, town=town, edition=edition, sha256=sha256)
    if row is None:
        return None
    content = bytes(row["content"])
    return content if hashlib.sha256(content).hexdigest() == sha256 else None
