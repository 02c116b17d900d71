"""Counting again in the browser: the page, and the file that works from disk."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.voting import queries
from pacto_participe.voting.charter import next_change
from pacto_participe.voting.pages.recount import FILES_COUNTED, RecountPage, render_recount_file
from pacto_participe.voting.pages.town import COUNTED
from pacto_participe.voting.routes.parts import BASE, on, vote_of
from pacto_participe.web.context import town_of, web_of
from pacto_participe.web.guards import public
from pacto_participe.web.pages import file_for_all, show_to_all
from pacto_participe.web.routing import get
from pacto_participe.web.static_files import top_level

KILOBYTE = 1024


async def show_recount(request: Request) -> Response:
    """The page; before the count, on to the results, which say when there is something to count."""
    vote, web = await vote_of(request), web_of(request)
    now = web.clock.now()
    if vote.state(now) not in COUNTED:
        return on(request, "voting:results")
    async with web.database.read() as session:
        files = await queries.published_list(session, vote.key)
    size = sum(size for name, size, _ in files if name in FILES_COUNTED)
    page = RecountPage(vote.charter, -(-size // KILOBYTE), town_of(request).phone)
    return await show_to_all(request, page, until=next_change(vote.charter, now))


async def send_recount_file(request: Request) -> Response:
    """recount.html, to be saved: it counts any publication, from files that are chosen in it."""
    await vote_of(request)
    web = web_of(request)
    html = await run_in_threadpool(
        render_recount_file, web.templates, top_level("static"), is_demo=web.settings.is_demo
    )
    return file_for_all(
        request, html.encode(), media_type="text/html; charset=utf-8", name="recount.html"
    )


ROUTES = (
    get(f"{BASE}/results/recount", show_recount, name="voting:recount", may=public),
    get(f"{BASE}/results/recount.html", send_recount_file, name="voting:recount-file", may=public),
)
