"""The roll of a vote: who may vote in it, by the rules of that vote. Counts, never names."""

from datetime import date, datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from pacto_participe.accounts import queries as accounts
from pacto_participe.accounts.domain.cards import last_adult_day
from pacto_participe.accounts.domain.people import RollCounts
from pacto_participe.kernel.clock import local
from pacto_participe.voting.charter import Charter


def adult_by(charter: Charter) -> date:
    """The latest 18th birthday of those who have the age of the charter on the last day of the vote."""
    return last_adult_day(charter.minimum_age, on=local(charter.last_instant).date())


async def counts_at(session: AsyncSession, charter: Charter, now: datetime) -> RollCounts:
    """Who may vote, were the vote held at this instant. One statement."""
    return await accounts.roll_counts(
        session, charter.collectivity_id, now, adult_by=adult_by(charter)
    )


async def counts_at_close(session: AsyncSession, charter: Charter) -> RollCounts:
    """Who could vote at some moment while the vote was open: no ballot is outside of it. One statement."""
    return await accounts.roll_counts(
        session,
        charter.collectivity_id,
        charter.closes_at,
        since=charter.opens_at,
        adult_by=adult_by(charter),
    )
