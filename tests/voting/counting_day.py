"""What happens after a close, as tests need it: the worker's turn, and the days that pass."""

from datetime import timedelta

from pacto_participe.voting.jobs import close_vote
from tests.town import TOWN, Edition, LiveSite


async def count(site: LiveSite, edition: Edition, *, days_later: int = 0) -> None:
    """A minute after the close the worker seals, counts and publishes; then so many days pass."""
    site.clock.instant = edition.charter.closes_at + timedelta(minutes=1)
    await close_vote(site.web, TOWN, edition.charter.edition)
    site.clock.move(timedelta(days=days_later))
