"""The commands of the product, those of the features beside those of the whole."""

import sys

import click
from pydantic import ValidationError

from pacto_participe import __version__
from pacto_participe.cli import demo, election, restoring, server, upkeep, vote
from pacto_participe.features import FEATURES
from pacto_participe.web.national import ProviderMissing
from pacto_participe.web.retention import BadRetention


@click.group()
@click.version_option(__version__)
def pacto_participe() -> None:
    """Consultations and participatory budget votes, with a count that anyone can redo."""


for command in (server.serve, server.work, server.migrate, demo.demo, election.election, vote.vote):
    pacto_participe.add_command(command)
for command in (*upkeep.COMMANDS, restoring.restore):
    pacto_participe.add_command(command)
for feature in FEATURES:
    for command in feature.commands:
        pacto_participe.add_command(command)


def main() -> None:
    """Run the command line. Settings that are missing are named in one sentence."""
    try:
        pacto_participe()
    except (BadRetention, ProviderMissing) as error:
        click.echo(f"settings: {error}", err=True)
        sys.exit(2)
    except ValidationError as error:
        reasons = "; ".join(problem["msg"] for problem in error.errors())
        click.echo(f"settings: {reasons.removeprefix('Value error, ')}", err=True)
        sys.exit(2)
