"""verify: redo the checks of a publication, wherever it lies."""

import sys

import click

from pacto_participe.voting.commands.publications import Unreachable, files_of
from pacto_participe.voting.verification import Grade, NotAPublication, findings_of

DIFFERS = 1
BAD_INPUT = 2


@click.command()
@click.argument("place", metavar="URL-or-FOLDER-or-ZIP")
def verify(place: str) -> None:
    """Check a published vote, and count it again. One PASS, FAIL or NOTE line for each check.

    PLACE is the address of a results page or of its data, a folder, or a .zip file.
    """
    try:
        findings = findings_of(files_of(place))
    except (NotAPublication, Unreachable) as problem:
        click.echo(f"{place}: {problem}", err=True)
        sys.exit(BAD_INPUT)
    for finding in findings:
        click.echo(str(finding))
    if any(finding.grade is Grade.FAIL for finding in findings):
        sys.exit(DIFFERS)
