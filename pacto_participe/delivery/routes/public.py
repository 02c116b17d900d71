"""What became of the funded projects of an edition, for everybody."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.delivery import queries
from pacto_participe.delivery.pages import (
    DeliveryPage,
    Followed,
    ProjectPage,
    counts_of,
    history_shown,
)
from pacto_participe.delivery.queries import Histories
from pacto_participe.delivery.routes.parts import funded_by, is_followed, is_published, lines_of
from pacto_participe.delivery.wording import no_news
from pacto_participe.kernel.clock import next_midnight
from pacto_participe.kernel.errors import NotFound
from pacto_participe.voting import queries as voting
from pacto_participe.voting.charter import next_change
from pacto_participe.voting.queries import Vote
from pacto_participe.web.context import know_place, town_of, web_of
from pacto_participe.web.guards import public
from pacto_participe.web.pages import show_to_all
from pacto_participe.web.routing import get

BASE = "/c/{slug}/budgets/{edition}/delivery"


async def show_delivery(request: Request) -> Response:
    """Every funded project, those that are late first. At most three statements."""
    now = web_of(request).clock.now()
    vote, lines, _histories = await _followed(request, now)
    page = DeliveryPage(vote.charter, is_followed(vote, now), lines, counts_of(lines))
    return await show_to_all(request, page, until=_until(vote, now))


async def show_project(request: Request) -> Response:
    """What became of one of them, update by update. At most three statements."""
    now = web_of(request).clock.now()
    vote, lines, histories = await _followed(request, now)
    number = request.path_params["number"]
    line = next((each for each in lines if each.project.number == number), None)
    if line is None:
        raise NotFound
    page = ProjectPage(
        charter=vote.charter,
        is_final=is_followed(vote, now),
        line=line,
        no_news=no_news(line.progress),
        updates=history_shown(histories.get(number, ()), line.project, line.currency),
    )
    return await show_to_all(request, page, until=_until(vote, now))


async def _followed(
    request: Request, now: datetime
) -> tuple[Vote, tuple[Followed, ...], Histories]:
    """404 before the count, for elections held elsewhere, and where nothing was funded."""
    web, town = web_of(request), town_of(request).collectivity_id
    vote = await voting.vote_by_edition(web.database, town, request.path_params["edition"])
    if vote is None or not is_published(vote, now):
        raise NotFound
    funded = await funded_by(web, vote)
    if not funded:
        raise NotFound
    know_place(request, "edition", vote.charter.edition)
    histories = await queries.updates_of(web.database, vote.key)
    return vote, lines_of(vote, funded, histories, now), histories


def _until(vote: Vote, now: datetime) -> datetime:
    """A promise is missed when a day begins."""
    change = next_change(vote.charter, now)
    return min(change, next_midnight(now)) if change else next_midnight(now)


ROUTES = (
    get(f"{BASE}/", show_delivery, name="delivery:list", may=public),
    get(f"{BASE}/{{number:int}}", show_project, name="delivery:project", may=public),
)
