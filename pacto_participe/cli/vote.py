"""Votes of a town, from the operator's side."""

import asyncio
import secrets as chance
from pathlib import Path
from uuid import uuid4

import click

from pacto_participe.app import build_web
from pacto_participe.collectivities import queries as collectivities
from pacto_participe.kernel.actors import Actor
from pacto_participe.kernel.errors import NotFound, Problem, Refused
from pacto_participe.settings import Settings
from pacto_participe.storage.unit_of_work import unit_of_work
from pacto_participe.voting.policies import PreparationProblem
from pacto_participe.voting.services.preparing import prepare, problems_to_announce, redraft
from pacto_participe.voting.services.vote_file import BadVoteFile, read_vote
from pacto_participe.voting.services.vote_file_places import surroundings_of
from pacto_participe.voting.services.vote_file_slips import place_of
from pacto_participe.web.command_line import BadInput, no_collectivity
from pacto_participe.web.context import Web
from pacto_participe.web.i18n import speaking


class NoDraft(Exception):
    """Nothing is there to be replaced."""


@click.group()
def vote() -> None:
    """Votes of a town."""


@vote.command("prepare")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--collectivity", "slug", required=True, help="Whose vote it is.")
@click.option("--replace", is_flag=True, help="Instead of the draft that has this edition.")
def prepare_vote(file: Path, slug: str, replace: bool) -> None:
    """Bring in the FILE (TOML, as docs/vote.toml) as a draft that only the staff of the town sees.

    Its administrators choose who may vote, publish it and freeze its rules on their pages.
    """
    try:
        told = asyncio.run(_prepare(file.read_bytes(), file.parent, slug, replace=replace))
    except OSError as error:
        raise BadInput(f"{file}: {error.strerror}") from None
    except BadVoteFile as bad:
        raise BadInput(*(f"{file}: {line}" for line in bad.lines)) from None
    except NoDraft:
        raise BadInput("there is no draft of this edition: leave --replace out") from None
    except NotFound:
        raise no_collectivity(slug) from None
    click.echo(told)


async def _prepare(content: bytes, folder: Path, slug: str, *, replace: bool) -> str:
    web = build_web(Settings())
    try:
        async with web.database.read() as session:
            town = await collectivities.collectivity_by_slug(session, slug)
        charter, announcement, sounds = read_vote(
            content,
            collectivity_id=town.collectivity_id,
            vote_id=uuid4().hex,
            lot_seed=chance.token_hex(8),
            folder=folder,
            around=surroundings_of(town),
        )
        try:
            async with unit_of_work(web.database, web.clock, Actor(is_operator=True)) as uow:
                write = redraft if replace else prepare
                prepared = await write(uow, charter, announcement, sounds)
        except NotFound:
            raise NoDraft from None
        except Refused as refused:
            raise BadVoteFile(*_said(web, refused.problems)) from None
        missing = _said(web, problems_to_announce(prepared, web.clock.now()))
    finally:
        await web.database.close()
    address = web.addresses.path("voting:vote", lang="ar", slug=slug, edition=charter.edition)
    lines = [f"A draft: {web.settings.base_url}{address}"]
    if charter.recordings:
        lines.append(f"Recordings: {len(charter.recordings)}")
    return "\n".join([*lines, *(f"Missing before it is published: {line}" for line in missing)])


def _said(web: Web, problems: tuple[Problem, ...]) -> tuple[str, ...]:
    with speaking("en"):
        return tuple(_line_of(web, problem) for problem in problems)


def _line_of(web: Web, problem: Problem) -> str:
    said = str(web.extras["sentences"].of_problem(problem))
    line = f"{place_of(problem.field)}: {said}" if problem.field else said
    if problem.code == PreparationProblem.EDITION_TAKEN:
        line += " If it is a draft, --replace puts this one in its place."
    return line
