"""What the tests of this folder look at afterwards: the rows, and why something was refused."""

from sqlalchemy import func, select

from pacto_participe.accounts.tables import RESIDENCE


async def count(database, table):
    async with database.read() as session:
        return (await session.execute(select(func.count()).select_from(table))).scalar_one()


async def home(database):
    """The one residence."""
    async with database.read() as session:
        return (await session.execute(select(RESIDENCE))).mappings().one()


def codes_of(refused):
    return [problem.code for problem in refused.value.problems]
