"""Elections held elsewhere become votes here, counted by our own engine."""

import asyncio
import sys
from pathlib import Path

import click

from pacto_participe.app import build_web
from pacto_participe.collectivities import queries as collectivities
from pacto_participe.demo.elections import publish_election
from pacto_participe.kernel.errors import NotFound, Refused
from pacto_participe.settings import Settings
from pacto_participe.voting.pabulib import DamagedFile, read_file


@click.group()
def election() -> None:
    """Elections held elsewhere."""


@election.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--collectivity", "slug", required=True, help="Where it is shown.")
@click.option("--publish", is_flag=True, help="Count and publish it at once.")
def import_file(file: Path, slug: str, publish: bool) -> None:
    """Bring in the Pabulib FILE (.pb or .pb.gz) as a closed vote with its ballots."""
    try:
        told = asyncio.run(_import(file, slug, publish))
    except DamagedFile as damage:
        _give_up(f"{file}, line {damage.line}: {damage.cause}")
    except OSError as error:
        _give_up(f"{file}: {error.strerror}")
    except NotFound:
        _give_up(f"no collectivity is called {slug}; `collectivities load` loads the register")
    except Refused as refused:
        _give_up(f"{file}: {refused}")
    else:
        click.echo(told)


async def _import(file: Path, slug: str, publish: bool) -> str:
    web = build_web(Settings())
    try:
        async with web.database.read() as session:
            town = await collectivities.collectivity_by_slug(session, slug)
        imported = await publish_election(
            web, read_file(file), town.collectivity_id, publish=publish
        )
    finally:
        await web.database.close()
    address = web.addresses.path("voting:results", lang="ar", slug=slug, edition=imported.edition)
    return f"{imported.ballots} ballots: {web.settings.base_url}{address}"


def _give_up(sentence: str) -> None:
    click.echo(sentence, err=True)
    sys.exit(2)
