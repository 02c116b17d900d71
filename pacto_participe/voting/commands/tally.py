"""tally: count a Pabulib file."""

import json
from pathlib import Path

import click

from pacto_participe.voting.domain import PRESETS, BadParameter
from pacto_participe.voting.pabulib import DamagedFile, read_file
from pacto_participe.voting.tally import as_json, as_text
from pacto_participe.voting.tally import tally as count_file
from pacto_participe.web.command_line import BadInput


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--rule", metavar="RULE", help=f"One of {', '.join(PRESETS)}.")
@click.option(
    "--set", "settings", metavar="KEY=VALUE", multiple=True, help="Change a parameter of the rule."
)
@click.option("--lot", metavar="SEED", help="The public seed of the lot.")
@click.option("--json", "wants_json", is_flag=True, help="Print the whole count as JSON.")
def tally(
    file: Path, rule: str | None, settings: tuple[str, ...], lot: str | None, wants_json: bool
) -> None:
    """Count the Pabulib FILE (.pb or .pb.gz), by its own rule unless --rule names another."""
    try:
        done = count_file(
            read_file(file), rule=rule, settings=[_pair(text) for text in settings], lot=lot
        )
    except DamagedFile as damage:
        raise BadInput(f"{file}, line {damage.line}: {damage.cause}") from None
    except BadParameter as problem:
        raise BadInput(str(problem)) from None
    except OSError as error:
        raise BadInput(f"{file}: {error.strerror}") from None
    if not done.rule_is_whole:
        told = done.file.meta.get("rule", "unknown")
        click.echo(
            f"{file}: its rule is {told!r}, which it does not tell in full; counted by {done.rule}",
            err=True,
        )
    if wants_json:
        click.echo(json.dumps(as_json(done), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(as_text(done)))


def _pair(text: str) -> tuple[str, str]:
    key, found, value = text.partition("=")
    if not found or not key.strip():
        raise BadInput(f"--set: {text!r} is not KEY=VALUE")
    return key, value
