"""A town to load: the demonstration, many signed-in voters, and an open vote on 100 projects.

    python -m benchmarks.rig.data FOLDER [--voters N] [--database-url URL]

Makes FOLDER/pacto.db (unless another database is named), FOLDER/secrets and FOLDER/voters.csv, whose
columns are those of `demo --credentials`. Everything is cast, frozen and listed by the services.
"""

import argparse
import asyncio
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from pacto_participe.app import build_web
from pacto_participe.demo.editions import Edition
from pacto_participe.demo.projects import PROJECTS
from pacto_participe.demo.town import announce, fill
from pacto_participe.kernel.clock import FrozenClock
from pacto_participe.migrations import runner
from pacto_participe.settings import Settings
from pacto_participe.storage.unit_of_work import unit_of_work
from pacto_participe.voting.domain import PRESETS
from pacto_participe.web.context import Web

TOWN = "chefchaouen"
EDITION = "hundred"
PROJECT_COUNT = 100


async def _make(settings: Settings, voters: int, credentials: Path, projects: int) -> None:
    web = build_web(settings)
    try:
        demo = await fill(web, voters=voters, credentials=credentials)
        await _open_vote(web, demo.town, projects)
    finally:
        await web.database.close()


async def _open_vote(web: Web, town: str, projects: int) -> None:
    """The demonstration's invented projects over and over, until there are enough."""
    now = web.clock.now().replace(microsecond=0)
    edition = Edition(
        slug=EDITION,
        projects=tuple(replace(PROJECTS[n % len(PROJECTS)]) for n in range(projects)),
        budget_dirhams=20_000_000,
        ballot_kind="approval",
        limits={"max": 5},
        parameters=PRESETS["equal-shares-add1"],
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=30),
    )
    async with unit_of_work(web.database, FrozenClock(now - timedelta(days=3))) as uow:
        await announce(uow, web, town, edition)


def make(
    folder: Path, *, voters: int, database_url: str = "", projects: int = PROJECT_COUNT
) -> None:
    """Make everything anew in a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    settings = Settings(mode="demo", data_dir=folder, database_url=database_url)
    runner.migrate(settings.database)
    asyncio.run(_make(settings, voters, folder / "voters.csv", projects))


def main() -> None:
    """The command of the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--voters", type=int, default=1000)
    parser.add_argument("--database-url", default="")
    parser.add_argument("--projects", type=int, default=PROJECT_COUNT)
    options = parser.parse_args()
    make(
        options.folder,
        voters=options.voters,
        database_url=options.database_url,
        projects=options.projects,
    )


if __name__ == "__main__":
    main()
