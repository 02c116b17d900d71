"""The journal on the operator's terminal: of a town, or of the installation itself."""

import asyncio
import json
from datetime import UTC

import click

from pacto_participe.audit.domain import Wanted
from pacto_participe.audit.queries import every_act
from pacto_participe.collectivities.queries import collectivity_by_slug
from pacto_participe.kernel.errors import NotFound
from pacto_participe.settings import Settings
from pacto_participe.storage.database import Database
from pacto_participe.storage.unit_of_work import NATION
from pacto_participe.web.command_line import BadInput


@click.command()
@click.option("--collectivity", "slug", default="", help="A slug; without one, the installation.")
def journal(slug: str) -> None:
    """Write a journal as lines of JSON, newest first: of a collectivity, or of the installation.

    What concerns no town stands only here: operators, second factors, the register.
    """
    try:
        asyncio.run(_write(Settings().database, slug))
    except NotFound:
        raise BadInput(f"There is no collectivity {slug}.") from None


async def _write(url: str, slug: str) -> None:
    database = Database(url)
    try:
        async with database.read() as session:
            town = (await collectivity_by_slug(session, slug)).collectivity_id if slug else NATION
            async for act in every_act(session, town, Wanted(), None):
                at = act.at.astimezone(UTC).isoformat(timespec="seconds")
                line = {"at": at, "role": act.role, "tag": act.tag, "details": act.body}
                click.echo(json.dumps(line, ensure_ascii=False, sort_keys=True))
    finally:
        await database.close()
