"""kill -9 of the server while ballots pour in: what was receipted is there, and nothing is there twice.

benchmarks/kills.py does the same twenty times, with a database that is synced to the disk.
"""

import random
import shutil
from pathlib import Path

import pytest

from pacto_participe.settings import Settings
from pacto_participe.storage.database import Database
from tests.pouring import CONNECTIONS, Downpour, findings, kill_while_pouring, prepare, server
from tests.town import TOWN, TOWN_SLUG, _load_towns

KILLS = 3
RESIDENTS = 6000


@pytest.fixture
async def downpour(database_url: str, tmp_path: Path, _sqlite_with_towns: Path) -> Downpour:
    if database_url.startswith("sqlite"):
        shutil.copy(_sqlite_with_towns, database_url.removeprefix("sqlite:///"))
    else:
        database = Database(database_url)
        await _load_towns(database)
        await database.close()
    settings = Settings(mode="test", database_url=database_url, data_dir=tmp_path / "data")
    return Downpour(await prepare(settings, TOWN, TOWN_SLUG, residents=RESIDENTS))


async def test_killing_the_server_loses_no_receipted_ballot_and_doubles_none(
    downpour: Downpour,
) -> None:
    chance = random.Random(9)
    everyone = list(range(RESIDENTS))
    workers = 1 if downpour.scene.settings.database.startswith("sqlite") else 2
    for _ in range(KILLS):
        # Those who were not answered try again with the same confirmation, as people do.
        places = [place for place in everyone if place not in downpour.told]
        await kill_while_pouring(
            downpour, places, after_seconds=chance.uniform(0.05, 0.4), workers=workers
        )
        found = await findings(downpour)

        assert not downpour.refused
        assert found.lost == found.changed == ()
        assert len(downpour.told) <= found.ballots == found.standing_receipts == found.voters
        assert found.ballots <= len(downpour.sent)
    assert len(downpour.told) < len(downpour.sent), "no kill came while ballots were on their way"

    unanswered = [place for place in downpour.sent if place not in downpour.told]
    with server(downpour.scene, workers=workers) as (port, _process):
        await downpour.pour(port, unanswered)
    found = await findings(downpour)

    assert len(unanswered) <= KILLS * CONNECTIONS
    assert not downpour.refused
    assert len(downpour.told) == len(downpour.sent) == found.ballots == found.standing_receipts
