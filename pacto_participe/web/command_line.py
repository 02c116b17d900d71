"""What commands of all features share."""

from typing import IO, Any

import click


class BadInput(click.ClickException):
    """A sentence on stderr, or some lines, and exit code 2."""

    exit_code = 2

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))

    def show(self, file: IO[Any] | None = None) -> None:
        """As it is written: it names the file, the line and the cause by itself."""
        click.echo(self.message, file=file, err=file is None)


def no_collectivity(slug: str) -> BadInput:
    """For a slug that none has."""
    return BadInput(f"no collectivity is called {slug}; `collectivities load` loads the register")
