"""What people do on the way of a ballot, and what lies in the box."""

from pacto_participe.storage.sql import Sql
from pacto_participe.voting.boxes import BOXES
from tests.pages import Browser, Page
from tests.town import Edition, LiveSite


async def choose(person: Browser, edition: Edition, *numbers: str) -> Page:
    """From the ballot to its review."""
    ballot = await person.get(edition.path("ballot"))
    return await person.submit(ballot.form("/ballot"), p=list(numbers))


async def vote(person: Browser, edition: Edition, *numbers: str) -> Page:
    """All the way to the receipt."""
    review = await choose(person, edition, *numbers)
    return await person.submit(review.form("/confirm"))


async def ballots_in_box(site: LiveSite, edition: Edition) -> int:
    return await BOXES["open"].turnout(site.web.database, edition.key)


async def contents(site: LiveSite, edition: Edition) -> list[str]:
    rows = await site.web.database.quick.all(
        Sql("SELECT content FROM ballot WHERE vote_id = :vote ORDER BY content"),
        vote=edition.charter.vote_id,
    )
    return [row["content"] for row in rows]
