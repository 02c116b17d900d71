"""The pages of a vote that are the same for everybody: the town's home, the edition, its projects."""

from datetime import datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pacto_participe.consultations import queries as consultations
from pacto_participe.kernel.errors import NotFound
from pacto_participe.kernel.languages import Texts
from pacto_participe.proposals import queries as proposals
from pacto_participe.voting import queries
from pacto_participe.voting.charter import VoteState
from pacto_participe.voting.pages.edition import (
    Asked,
    ProjectPage,
    ProjectsPage,
    edition_page,
    projects_page,
)
from pacto_participe.voting.pages.listening import heard_of, recordings_shown
from pacto_participe.voting.pages.town import (
    COUNTED,
    leading_vote,
    reads_otherwise_at,
    town_page,
)
from pacto_participe.voting.queries import Edition, Vote
from pacto_participe.voting.routes.parts import (
    BASE,
    FROM_BALLOT,
    addresses_of,
    edition_of,
    said_of_rule,
    turnout_of,
)
from pacto_participe.web.beside import AskedBeside, Part, Spot, beside_of, until_of
from pacto_participe.web.context import Web, know_place, town_of, web_of
from pacto_participe.web.errors import preferred_language
from pacto_participe.web.guards import public
from pacto_participe.web.pages import file_for_all, redirect, show, show_to_all
from pacto_participe.web.routing import get


async def show_home(request: Request) -> Response:
    """The one thing that can be done here now. At most five statements."""
    web, town = web_of(request), town_of(request)
    now = web.clock.now()
    votes = await queries.votes_of(web.database, town.collectivity_id)
    async with web.database.read() as session:
        asked = await consultations.consultations_of(session, town.collectivity_id)
    main = leading_vote(votes, now)
    if main is not None:
        know_place(request, "edition", main.charter.edition)
    result = None
    if main is not None and main.state(now) in COUNTED:
        result = await queries.published_result(web.database, main.key)
    results = {main.charter.vote_id: result} if main and result else {}
    beside = await beside_of(Spot.TOWN, AskedBeside(web, now, votes, results))
    page = town_page(
        asked,
        votes,
        voters=await turnout_of(web, main) if main else 0,
        chosen=len(result["winners"]) if result else None,
        phone=town.phone,
        now=now,
        beside=beside,
    )
    until = until_of(reads_otherwise_at(asked, votes, now), beside)
    return await show_to_all(request, page, until=until)


async def show_edition(request: Request) -> Response:
    """The rules, as they were frozen or as they are proposed, and the roll. At most two statements."""
    edition, web = await edition_of(request), web_of(request)
    now = web.clock.now()
    roll = await queries.roll_of(web.database, edition.vote.key) if edition.vote else None
    page = edition_page(edition, now, roll, said_of_rule(request, edition.charter))
    return await show_to_all(request, page, until=edition.next_change(now))


async def send_rules(request: Request) -> Response:
    """The canonical text whose SHA-256 is the published fingerprint, byte for byte. One statement."""
    rules = await queries.frozen_rules(
        web_of(request).database, town_of(request).collectivity_id, request.path_params["edition"]
    )
    if rules is None:
        raise NotFound
    return file_for_all(request, rules[0].encode(), media_type="application/json")


async def show_projects(request: Request) -> Response:
    """The list, by area and by words. One statement, however long the list is."""
    edition = await edition_of(request)
    now = web_of(request).clock.now()
    page = projects_page(edition, _asked(request), now, addresses_of(request))
    if page is None:
        raise NotFound
    if _is_address_of_ours(request, page):
        until, own = edition.next_change(now), request.url.query
        return await show_to_all(request, page, until=until, queries=(own,))
    # Anything can be searched for: only the addresses that our own links have are worth keeping.
    return show(request, page, keep=True)


def _asked(request: Request) -> Asked:
    given = request.query_params
    number = given.get("page", "1")
    return Asked(
        query=given.get("q", "").strip()[:80],
        area=given.get("area", ""),
        page=int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 1,
        shows_all="all" in given,
    )


def _is_address_of_ours(request: Request, page: ProjectsPage) -> bool:
    if page.query:
        return False
    own = web_of(request).addresses.path(
        "voting:projects",
        slug=town_of(request).slug,
        edition=page.charter.edition,
        area=page.area,
        page=page.page_number if page.page_number > 1 else "",
        all="1" if page.shows_all else "",
    )
    return own.partition("?")[2] == request.url.query


async def show_project(request: Request) -> Response:
    """One project. At most two statements, and what stands beside it once it was counted."""
    edition = await edition_of(request)
    charter, now = edition.charter, web_of(request).clock.now()
    project = charter.by_number.get(request.path_params["number"])
    if project is None:
        raise NotFound
    summary = await _summary(web_of(request), edition, project.number)
    address = addresses_of(request)
    beside = await _beside_project(web_of(request), edition.vote, project.number, now)
    page = ProjectPage(
        charter=charter,
        state=edition.state(now),
        project=project,
        summary=summary,
        is_imported=edition.is_imported,
        heard=heard_of(charter, (project,), address)[project.number],
        recordings=recordings_shown(charter, project, address),
        comes_from_ballot=request.query_params.get("from") == FROM_BALLOT["from"],
        beside=beside,
    )
    return await show_to_all(
        request,
        page,
        until=until_of(edition.next_change(now), beside),
        queries=(urlencode(FROM_BALLOT),),
    )


async def _beside_project(
    web: Web, vote: Vote | None, number: int, now: datetime
) -> tuple[Part, ...]:
    if vote is None or vote.state(now) not in COUNTED:
        return ()
    return await beside_of(Spot.PROJECT, AskedBeside(web, now, (vote,), number=number))


async def _summary(web: Web, edition: Edition, number: int) -> Texts | None:
    """What a project is: as it is announced, and once the rules are frozen as the list of projects has it."""
    vote = edition.vote
    if vote is None:
        return edition.projects_told.get(number)
    if vote.is_imported:
        return None
    return await proposals.summary_of(
        web.database, vote.charter.collectivity_id, vote.consultation_id, number
    )


async def can_i_vote_here(request: Request) -> Response:
    """On to *Can I vote?* of the one vote that is open or soon; to the town's home when several are, or none.

    One statement.
    """
    web, town = web_of(request), town_of(request)
    votes = await queries.votes_of(web.database, town.collectivity_id)
    coming = [
        vote
        for vote in votes
        if not vote.is_imported and vote.state(web.clock.now()) in (VoteState.SOON, VoteState.OPEN)
    ]
    if len(coming) != 1:
        return redirect(request, "collectivity:home", slug=town.slug)
    edition = coming[0].charter.edition
    return redirect(request, "voting:can-i-vote", slug=town.slug, edition=edition)


async def short_link(request: Request) -> Response:
    """/s/SLUG, as posters have it: on to the town's home in the visitor's language."""
    path = web_of(request).addresses.path(
        "collectivity:home", lang=preferred_language(request), slug=town_of(request).slug
    )
    return RedirectResponse(
        path,
        status_code=302,
        headers={"Vary": "Accept-Language, Cookie", "Cache-Control": "no-cache"},
    )


ROUTES = (
    get("/c/{slug}/", show_home, name="collectivity:home", may=public),
    get(f"{BASE}/", show_edition, name="voting:edition", may=public),
    get(f"{BASE}/rules.json", send_rules, name="voting:rules", may=public),
    get(f"{BASE}/projects/", show_projects, name="voting:projects", may=public, in_rush=True),
    get(
        f"{BASE}/projects/{{number:int}}",
        show_project,
        name="voting:project",
        may=public,
        in_rush=True,
    ),
    get("/c/{slug}/can-i-vote", can_i_vote_here, name="voting:can-i-vote-here", may=public),
    get("/s/{slug}", short_link, name="voting:short-town", may=public, in_language=False),
)
