"""Elections held elsewhere become votes here, counted by our own engine."""

import asyncio
from pathlib import Path

import click

from pacto_participe.app import build_web
from pacto_participe.collectivities import queries as collectivities
from pacto_participe.demo.elections import publish_election
from pacto_participe.kernel.errors import NotFound, Refused
from pacto_participe.settings import Settings
from pacto_participe.storage.unit_of_work import unit_of_work
from pacto_participe.voting import queries
from pacto_participe.voting.jobs import close_vote
from pacto_participe.voting.pabulib import DamagedFile, read_file
from pacto_participe.voting.services.draws import complete_lot
from pacto_participe.web.command_line import BadInput, no_collectivity
from pacto_participe.web.i18n import speaking


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
        raise BadInput(f"{file}, line {damage.line}: {damage.cause}") from None
    except OSError as error:
        raise BadInput(f"{file}: {error.strerror}") from None
    except NotFound:
        raise no_collectivity(slug) from None
    except CannotBeShown as refused:
        raise BadInput(f"{file}: {refused}") from None
    click.echo(told)


class CannotBeShown(Exception):
    """A file that is well written and cannot become a vote here. The sentence says why."""


@election.command("draw")
@click.argument("drawn")
@click.option("--collectivity", "slug", required=True, help="Whose vote it is.")
@click.option("--edition", required=True, help="As in the address of the vote.")
def write_draw_down(drawn: str, slug: str, edition: str) -> None:
    """Write down what was DRAWN in public for a vote whose tie waits for it, then count and publish.

    Once: what is written down cannot be changed.
    """
    try:
        told = asyncio.run(_draw(drawn, slug, edition))
    except NotFound:
        raise BadInput(f"no vote {edition} of a collectivity called {slug}") from None
    except Refused:
        raise BadInput(
            "no draw is awaited in this vote, or what was drawn is not written in digits"
        ) from None
    click.echo(told)


async def _draw(drawn: str, slug: str, edition: str) -> str:
    web = build_web(Settings())
    try:
        async with web.database.read() as session:
            town = await collectivities.collectivity_by_slug(session, slug)
        vote = await queries.vote_by_edition(web.database, town.collectivity_id, edition)
        if vote is None:
            raise NotFound
        async with unit_of_work(web.database, web.clock) as uow:
            await complete_lot(uow, vote, drawn)
        await close_vote(web, town.collectivity_id, edition)
    finally:
        await web.database.close()
    address = web.addresses.path("voting:results", lang="ar", slug=slug, edition=edition)
    return f"Written down. The result: {web.settings.base_url}{address}"


async def _import(file: Path, slug: str, publish: bool) -> str:
    web = build_web(Settings())
    try:
        async with web.database.read() as session:
            town = await collectivities.collectivity_by_slug(session, slug)
        imported = await publish_election(
            web, read_file(file), town.collectivity_id, publish=publish
        )
    except Refused as refused:
        sentences = web.extras["sentences"]
        with speaking("en"):
            said = " ".join(str(sentences.of_problem(problem)) for problem in refused.problems)
        raise CannotBeShown(said) from None
    finally:
        await web.database.close()
    address = web.addresses.path("voting:results", lang="ar", slug=slug, edition=imported.edition)
    return f"{imported.ballots} ballots: {web.settings.base_url}{address}"
