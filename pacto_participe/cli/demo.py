"""demo: fresh data on SQLite, then the pages."""

import asyncio
import shutil
import socket
import time
from pathlib import Path

import click

from pacto_participe.accounts.services.authenticators import relying_party
from pacto_participe.app import build_web
from pacto_participe.cli.server import run
from pacto_participe.demo.town import SLUG, DemoTown, fill
from pacto_participe.migrations import runner
from pacto_participe.settings import Settings
from pacto_participe.web.command_line import BadInput

FOLDER = Path("var/demo")
MARK = "DEMONSTRATION"


@click.command()
@click.option("--data", "data_dir", type=click.Path(path_type=Path), default=FOLDER)
@click.option("--port", default=8000, show_default=True)
@click.option("--voters", default=0, help="This many more verified residents, for load tests.")
@click.option("--credentials", type=click.Path(path_type=Path), help="CSV of their sign-in data.")
@click.option(
    "--election",
    "elections",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    help="One more Pabulib file to import, count and show. May be repeated.",
)
@click.option(
    "--host",
    type=click.Choice(["127.0.0.1", "localhost"]),
    default="127.0.0.1",
    show_default=True,
    help="The address that pages name; staff can try passkeys at localhost only, as browsers demand.",
)
@click.option("--only-data", is_flag=True, help="Make the data and stop.")
def demo(
    data_dir: Path,
    port: int,
    voters: int,
    credentials: Path | None,
    elections: tuple[Path, ...],
    host: str,
    only_data: bool,
) -> None:
    """Make a demonstration from nothing, and serve it on http://127.0.0.1:8000."""
    settings = demo_settings(data_dir, port, host)
    started = time.monotonic()
    if not only_data and is_taken(port):
        # Before anything is removed: the data may be those of a demonstration that still runs.
        raise BadInput(f"port {port} is in use; choose another with --port")
    if not is_ours_to_remove(data_dir):
        raise BadInput(f"{data_dir} holds other things than a demonstration; name another folder")
    if data_dir.exists():
        shutil.rmtree(data_dir)
    data_dir.mkdir(parents=True)
    (data_dir / MARK).write_text("Removed and made again by `demo`.\n", encoding="utf-8")
    runner.migrate(settings.database)
    town = asyncio.run(_fill(settings, voters, credentials, elections))
    click.echo(f"Demonstration made in {time.monotonic() - started:.1f} s.\n")
    _tell(town, settings.base_url)
    if not only_data:
        click.echo("\nServing. Ctrl+C ends it.")
        run(settings, host="127.0.0.1", port=port)


def demo_settings(data_dir: Path, port: int, host: str = "127.0.0.1") -> Settings:
    """Nothing of a real installation on this machine: its database, keys and senders stay untouched."""
    return Settings(
        mode="demo",
        data_dir=data_dir,
        base_url=f"http://{host}:{port}",
        database_url="",
        secrets_dir=None,
        mail_url="",
        sms_url="",
        national_sign_in=False,  # a demonstration needs no network
    )


def is_ours_to_remove(data_dir: Path) -> bool:
    """Whether a folder is new, empty, or what a demonstration made."""
    if data_dir == FOLDER or not data_dir.exists():
        return True
    return data_dir.is_dir() and ((data_dir / MARK).exists() or not any(data_dir.iterdir()))


def is_taken(port: int) -> bool:
    """Whether something on this machine listens there already."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def _fill(
    settings: Settings, voters: int, credentials: Path | None, elections: tuple[Path, ...]
) -> DemoTown:
    web = build_web(settings)
    try:
        return await fill(web, voters=voters, credentials=credentials, elections=elections)
    finally:
        await web.database.close()


def _tell(town: DemoTown, base_url: str) -> None:
    click.echo(f"  Open            {base_url}/ar/c/{SLUG}/    (also /fr/, /en/)")
    click.echo(f"  The country     {base_url}/ar/")
    click.echo("  Residents       activation slips, each used once, at “Vote now”:")
    for code in town.slips:
        click.echo(f"                  {code}")
    for whose, code in town.others:
        click.echo(f"                  {code}   {whose}")
    click.echo(f"  By phone        {town.phone}: its code appears at {base_url}/ar/demo/outbox")
    for role, email, password in town.staff:
        click.echo(f"  {role:<15} {email}   password: {password}")
    click.echo(
        "                  (its second step asks for the code of a telephone, and shows it here)"
    )
    if relying_party(base_url) is None:
        click.echo("  Passkeys        for staff: with the extra `passkeys`, and --host localhost")
