"""The commands about people: staff, slips, the list, the keys of fingerprints."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import click

from pacto_participe.accounts import services
from pacto_participe.accounts.domain.contacts import read_contact
from pacto_participe.accounts.domain.list_file import LineProblem, NoList
from pacto_participe.accounts.services.card_keys import (
    TownKey,
    keys_in_use,
    make_next_key,
    newest_version,
    rekey_town,
)
from pacto_participe.accounts.services.lists import BadList, ListReport, check_list, import_list
from pacto_participe.accounts.services.passwords import SHORTEST_PASSWORD, hash_of
from pacto_participe.accounts.services.second_factor import holders_on, reset
from pacto_participe.accounts.services.staff import add_staff, end_operator, make_operator
from pacto_participe.collectivities.queries import collectivity_by_slug
from pacto_participe.kernel.actors import Actor, Role
from pacto_participe.kernel.clock import SystemClock
from pacto_participe.kernel.errors import NotFound, Refused
from pacto_participe.settings import Settings
from pacto_participe.storage.database import Database
from pacto_participe.storage.secrets import SecretMissing, Secrets
from pacto_participe.storage.unit_of_work import UnitOfWork, unit_of_work
from pacto_participe.web.command_line import BadInput, no_collectivity

Result = TypeVar("Result")
Deed = Callable[[UnitOfWork, Secrets, str], Awaitable[Result]]


# Read by operators on a terminal, after the line: in English, like all commands.
LINES = {
    LineProblem.NUMBER_UNREADABLE: "the number cannot be read",
    LineProblem.BIRTH_UNREADABLE: "the birth date cannot be read",
    LineProblem.DISTRICT_TOO_LONG: "the district has more than 60 letters",
    LineProblem.NUMBER_TWICE: "this number was there already",
    LineProblem.QUOTES_UNPAIRED: "its quotation marks do not go in pairs",
}


@click.group()
def staff() -> None:
    """Who works for a collectivity."""


@staff.command("add")
@click.option("--collectivity", "slug", required=True, help="The slug of the collectivity.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--email", required=True)
@click.option("--name", default="", help="The name that colleagues see.")
@click.password_option(help=f"At least {SHORTEST_PASSWORD} letters; asked for when not given.")
def add(slug: str, role: str, email: str, name: str, password: str) -> None:
    """Give someone a role and a password. Someone known by this address keeps their account."""
    contact = read_contact(email)
    if contact is None:
        raise BadInput(f"{email} is not an e-mail address.")

    async def deed(uow: UnitOfWork, _secrets: Secrets, town: str) -> str:
        hashed = await hash_of(password)
        return await add_staff(uow, town, contact, Role(role), hashed, name=name)

    _do(slug, None, deed)
    click.echo(f"{email} is {role} of {slug}.")


@staff.command("operator")
@click.option("--email", required=True)
@click.option("--end", is_flag=True, help="They run this installation no more.")
def operator(email: str, end: bool) -> None:
    """Make someone an operator of this installation, with a password, or end that."""
    contact = read_contact(email)
    if contact is None:
        raise BadInput(f"{email} is not an e-mail address.")
    if end:
        if not _as_operator(lambda uow: end_operator(uow, contact)):
            raise BadInput(f"Nobody with the address {email} is an operator.")
        click.echo(f"{email} is no operator any more, and signed out everywhere.")
        return
    password = click.prompt(
        f"Password (at least {SHORTEST_PASSWORD} letters)",
        hide_input=True,
        confirmation_prompt=True,
    )

    async def deed(uow: UnitOfWork) -> str:
        return await make_operator(uow, contact, await hash_of(password))

    _as_operator(deed)
    click.echo(f"{email} is an operator; the second factor is set up at the first sign-in.")


@staff.command("reset-second-factor")
@click.option("--email", required=True)
def reset_second_factor(email: str) -> None:
    """For a lost telephone without recovery codes: codes and passkeys go, another one is set up.

    Make sure first who asks, by a call to a number that you knew before. It stands in the journal.
    """
    contact = read_contact(email)
    if contact is None:
        raise BadInput(f"{email} is not an e-mail address.")

    async def deed(uow: UnitOfWork) -> int:
        people = await holders_on(uow.session, contact)
        for person_id in people:
            await reset(uow, person_id)
        return len(people)

    if not _as_operator(deed):
        raise BadInput(f"Nobody with the address {email} has one-time codes or passkeys.")
    click.echo(
        f"The one-time codes and passkeys of {email} are removed; they are signed out everywhere."
    )


@click.group()
def slips() -> None:
    """Activation slips."""


@slips.command("issue")
@click.option("--collectivity", "slug", required=True, help="The slug of the collectivity.")
@click.option("--cnie", prompt="Number of the card", hide_input=True, help="Asked for if absent.")
@click.option("--birth-date", prompt="Birth date (DD/MM/YYYY)", hide_input=True)
@click.option("--district", default="")
def issue(slug: str, cnie: str, birth_date: str, district: str) -> None:
    """Verify a resident whose card was seen, and print the code of the slip."""

    async def deed(uow: UnitOfWork, secrets: Secrets, town: str) -> services.Slip:
        return await services.issue_slip(uow, secrets, town, cnie, birth_date, district)

    click.echo(_do(slug, Role.CLERK, deed).code)


@click.group("list")
def resident_list() -> None:
    """The list of residents that a collectivity brings."""


@resident_list.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--collectivity", "slug", required=True, help="The slug of the collectivity.")
@click.option("--leave-out-bad", is_flag=True, help="Take in the good lines and leave the bad out.")
@click.option("--dry-run", is_flag=True, help="Only say what is in it; nothing is written.")
def import_command(file: Path, slug: str, leave_out_bad: bool, dry_run: bool) -> None:
    """Take in a list of any length: all of it or nothing. Bad lines are named, never quoted."""

    async def deed(uow: UnitOfWork, secrets: Secrets, town: str) -> ListReport:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            if dry_run:
                report = await check_list(uow, town, lines)
                if report.bad and not leave_out_bad:
                    raise BadList(report)
                return report
            return await import_list(uow, secrets, town, lines, leave_out_bad=leave_out_bad)

    try:
        report = _do(slug, Role.ADMINISTRATOR, deed)
    except (OSError, UnicodeDecodeError) as fault:
        raise BadInput(f"{file} cannot be read: {fault}.") from None
    except NoList as no_list:
        raise BadInput(f"{file} is no list: {no_list.code.value.replace('_', ' ')}.") from None
    except BadList as bad:
        for line in bad.report.bad:
            click.echo(f"{file}, line {line.line}: {LINES[line.problem]}.", err=True)
        raise BadInput(
            f"{file}: {len(bad.report.bad)} lines to mend; nothing was taken in."
        ) from None
    if dry_run:
        click.echo(
            f"{report.good} good lines, {len(report.bad)} would be left out; nothing was taken in."
        )
        return
    click.echo(
        f"{report.good} good lines: {report.added} added, {report.changed} changed, "
        f"{report.unchanged} unchanged; {len(report.bad)} left out."
    )


@click.group()
def keys() -> None:
    """The keys of the fingerprints of cards."""


@keys.command("show")
def show_keys() -> None:
    """Which version of the key each town uses."""

    async def versions(database: Database, secrets: Secrets) -> tuple[tuple[TownKey, ...], int]:
        async with database.read() as session:
            return await keys_in_use(session), newest_version(secrets)

    in_use, newest = _with_database(versions)
    for town in in_use:
        click.echo(f"{town.collectivity_id}  version {town.version}")
    click.echo(f"The newest key is version {newest}.")


@keys.command("rotate")
def rotate_keys() -> None:
    """Make a new key and put it around every fingerprint. An interrupted rotation is finished first."""

    async def rotate(database: Database, secrets: Secrets) -> tuple[int, int, int]:
        async with database.read() as session:
            towns = await keys_in_use(session)
        version = newest_version(secrets)
        if all(town.version == version for town in towns):
            version = make_next_key(secrets)
        rows = 0
        for town in towns:
            async with unit_of_work(database, SystemClock(), Actor(is_operator=True)) as uow:
                rows += await rekey_town(uow, secrets, town.collectivity_id, version)
        return version, len(towns), rows

    try:
        version, towns, rows = _with_database(rotate)
    except SecretMissing as missing:
        raise BadInput(f"Nothing more is changed: {missing}.") from None
    click.echo(
        f"Version {version}: {rows} fingerprints of {towns} towns. Back the folder of keys up now, "
        "apart from the database; keep the older keys, every look-up needs them all."
    )


def _with_database(deed: Callable[[Database, Secrets], Awaitable[Result]]) -> Result:
    settings = Settings()

    async def run() -> Result:
        database = Database(settings.database)
        try:
            return await deed(database, Secrets(settings.secrets))
        finally:
            await database.close()

    return asyncio.run(run())


def _as_operator(deed: Callable[[UnitOfWork], Awaitable[Result]]) -> Result:
    """Do something for the whole installation. Raises BadInput."""
    settings = Settings()

    async def run() -> Result:
        database = Database(settings.database)
        try:
            async with unit_of_work(database, SystemClock(), Actor(is_operator=True)) as uow:
                return await deed(uow)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except Refused as refused:
        raise BadInput(f"Refused: {refused}.") from None


def _do(slug: str, role: Role | None, deed: Deed[Result]) -> Result:
    """Do something for a town as the operator, who also has the role there. Raises BadInput."""
    settings = Settings()

    async def run() -> Result:
        database = Database(settings.database)
        try:
            async with database.read() as session:
                town = (await collectivity_by_slug(session, slug)).collectivity_id
            roles = frozenset({(town, role)} if role else ())
            operator = Actor(roles=roles, is_operator=True)
            async with unit_of_work(database, SystemClock(), operator) as uow:
                return await deed(uow, Secrets(settings.secrets), town)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except NotFound:
        raise no_collectivity(slug) from None
    except Refused as refused:
        raise BadInput(f"Refused: {refused}.") from None
