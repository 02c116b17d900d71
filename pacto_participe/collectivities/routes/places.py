"""Pages about collectivities: the national home and the way from region to commune."""

from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.collectivities import pages, queries
from pacto_participe.collectivities.domain.search import name_query
from pacto_participe.collectivities.forms import PlaceSearch, read_search
from pacto_participe.kernel.errors import NotFound
from pacto_participe.web.context import town_of, web_of
from pacto_participe.web.guards import public
from pacto_participe.web.pages import show, show_to_all
from pacto_participe.web.routing import get


async def show_home(request: Request) -> Response:
    """Find a commune, by name or from region to region. Two statements more for a search."""
    search = read_search(request)
    async with web_of(request).database.read() as session:
        regions = await queries.regions(session)
        results = await _results(session, search) if search.q else None
    page = pages.home_page(regions, queries.region_map(), results)
    if request.url.query:
        # Any name can be asked for: only the page without a question is worth keeping.
        return show(request, page, keep=True)
    return await show_to_all(request, page)


async def _results(session: AsyncSession, search: PlaceSearch) -> pages.Results:
    query = name_query(search.q)
    found = await queries.places_named(session, query, search.page)
    if search.page > 1 and not found.places:
        raise NotFound
    near = () if found.places else await queries.places_like(session, query)
    return pages.results_of(search.q, found, near)


async def show_territory(request: Request) -> Response:
    """What lies in a collectivity. Three statements."""
    async with web_of(request).database.read() as session:
        place = await queries.collectivity_by_slug(session, town_of(request).slug)
        around = await queries.lies_in(session, place)
        parts = await queries.parts_of(session, place.collectivity_id)
    return await show_to_all(request, pages.territory_page(place, around, parts))


ROUTES = (
    get("/", show_home, name="home", may=public),
    get("/c/{slug}/territory", show_territory, name="collectivity:territory", may=public),
)
