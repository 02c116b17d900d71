"""What is printed for a vote: the paper ballot and the poster. The same for everybody."""

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.kernel.errors import NotFound
from pacto_participe.voting.pages.paper import SECONDS, PosterPage, paper_page
from pacto_participe.voting.queries import Vote
from pacto_participe.voting.routes.parts import BASE, vote_of
from pacto_participe.web import i18n
from pacto_participe.web.context import town_of, web_of
from pacto_participe.web.guards import public
from pacto_participe.web.pages import show
from pacto_participe.web.routing import get
from pacto_participe.web.square_codes import in_clear, square_code

MOST_BATCHES = 999


async def _held_here(request: Request) -> Vote:
    """The vote of the path; 404 for one that was held elsewhere."""
    vote = await vote_of(request)
    if vote.is_imported:
        raise NotFound
    return vote


async def show_paper(request: Request) -> Response:
    """The printed ballot: ?batch= gives another order, ?second= another second language. One statement."""
    vote = await _held_here(request)
    web, town = web_of(request), town_of(request)
    asked = request.query_params.get("batch", "1")
    is_number = asked.isascii() and asked.isdecimal() and len(asked) <= len(str(MOST_BATCHES))
    codes = {language.code: language for language in SECONDS}
    second = request.query_params.get("second", i18n.written().code)
    path = web.addresses.path(
        "voting:receipts", lang="ar", slug=town.slug, edition=vote.charter.edition
    )
    link = f"{web.settings.base_url}{path}"
    page = paper_page(
        vote.charter,
        town=town.name,
        batch=max(1, int(asked)) if is_number else 1,
        second=codes.get(second, SECONDS[0]),
        short_address=in_clear(f"{web.settings.base_url}/v/"),
        qr=square_code(link),
    )
    return show(request, page, keep=True)


async def show_poster(request: Request) -> Response:
    """A sheet for the wall, A4 or (?size=a3) A3. One statement."""
    vote = await _held_here(request)
    web, town = web_of(request), town_of(request)
    link = f"{web.settings.base_url}/s/{town.slug}"
    page = PosterPage(
        charter=vote.charter,
        address=in_clear(link),
        qr=square_code(link),
        counter=tuple(line for line in (town.counter, town.hours) if line),
        phone=town.phone,
        is_large=request.query_params.get("size") == "a3",
    )
    return show(request, page, keep=True)


ROUTES = (
    get(f"{BASE}/paper", show_paper, name="voting:paper", may=public),
    get(f"{BASE}/poster", show_poster, name="voting:poster", may=public),
)
