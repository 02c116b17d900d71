"""P5: kill -9 of the server and all its processes while ballots pour in over 64 connections.

    python -m benchmarks.kills sqlite   [--kills 20]    # synchronous=FULL
    python -m benchmarks.kills postgres [--kills 20]    # two processes, fsync on

After each kill the box is compared with what the residents were told: every ballot that was answered by
the way to a receipt must be there, unchanged and once. Those who were not answered send the same
confirmation again to the next server. This is a kill of the server, not of the machine: see the README.
"""

import argparse
import asyncio
import random
import sys
from contextlib import ExitStack

from benchmarks.rig.data import TOWN, make
from benchmarks.rig.places import HERE
from benchmarks.rig.servers import synced_postgres
from pacto_participe.app import build_web
from pacto_participe.collectivities.queries import collectivity_by_slug
from pacto_participe.settings import Settings
from tests.pouring import Downpour, findings, kill_while_pouring, prepare

RESIDENTS_A_KILL = 3000


async def kills(settings: Settings, count: int, workers: int) -> bool:
    web = build_web(settings)
    async with web.database.read() as session:
        town = await collectivity_by_slug(session, TOWN)
    await web.database.close()
    residents = RESIDENTS_A_KILL * count
    scene = await prepare(settings, town.collectivity_id, TOWN, residents=residents)
    downpour = Downpour(scene)
    chance = random.Random()
    good = True
    for number in range(1, count + 1):
        places = [place for place in range(residents) if place not in downpour.told]
        pause = chance.uniform(0.05, 2)
        await kill_while_pouring(downpour, places, after_seconds=pause, workers=workers)
        found = await findings(downpour)
        once = found.ballots == found.standing_receipts == found.voters
        good = good and once and not (found.lost or found.changed or downpour.refused)
        print(
            f"kill {number:2d} after {pause:.2f} s: {len(downpour.told):6d} told, "
            f"{len(downpour.sent) - len(downpour.told):3d} not answered, {found.ballots:6d} ballots, "
            f"{found.standing_receipts:6d} receipts; lost {len(found.lost)}, "
            f"changed {len(found.changed)}, refused {len(downpour.refused)}",
            flush=True,
        )
    print(f"P5   {count} kills: {'nothing lost, nothing doubled' if good else 'NO'}")
    return good


def main() -> None:
    """The commands of the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("sqlite", "postgres"))
    parser.add_argument("--kills", type=int, default=20)
    options = parser.parse_args()
    data = HERE / f"kills-{options.what}"
    with ExitStack() as stack:
        url, workers = "", 1
        if options.what == "postgres":
            cluster, _ = stack.enter_context(synced_postgres())
            url, workers = cluster.url(cluster.create()), 2
        make(data, voters=0, database_url=url)
        settings = Settings(mode="demo", data_dir=data, database_url=url)
        good = asyncio.run(kills(settings, options.kills, workers))
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
