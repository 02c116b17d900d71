"""Reviewers and administrators say what became of a project; *Today* reminds them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.delivery import queries, services
from pacto_participe.delivery.domain import Update
from pacto_participe.delivery.forms import UpdateForm, draft_of, seen_of
from pacto_participe.delivery.pages import (
    EditionFollowed,
    Followed,
    StaffPage,
    UpdatePage,
    bureaus,
    history_shown,
    milestones,
    offered,
)
from pacto_participe.delivery.policies import KEEPERS
from pacto_participe.delivery.routes.parts import funded_by, is_followed, is_published, lines_of
from pacto_participe.kernel.clock import instant_of
from pacto_participe.kernel.errors import Conflict, NotFound, Problem, Refused
from pacto_participe.voting import queries as voting
from pacto_participe.voting.charter import CharterProject
from pacto_participe.voting.queries import Vote
from pacto_participe.web import formats, i18n
from pacto_participe.web.context import Web, town_of, web_of, work
from pacto_participe.web.forms import Typed, read_form
from pacto_participe.web.guards import staff
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.manifest import MenuEntry
from pacto_participe.web.pages import redirect, show
from pacto_participe.web.routing import get, post
from pacto_participe.web.today import VOTES, Asked, TodayItem

BASE = "/staff/{slug}/delivery"
DUE = _("Say what became of project %(number)s: %(title)s")
SAID = _("Published. Residents can read it now.")


async def show_all(request: Request) -> Response:
    """Every funded project of the editions that are final. Two statements, and one for each new edition."""
    web, town = web_of(request), town_of(request).collectivity_id
    editions = await _editions(web, town, await voting.votes_of(web.database, town))
    return show(request, StaffPage(tuple(each for each in editions if each.lines)))


async def _editions(web: Web, town: str, votes: tuple[Vote, ...]) -> tuple[EditionFollowed, ...]:
    """Those that are followed. One statement when there are any, and one for each new one."""
    now = web.clock.now()
    votes = tuple(vote for vote in votes if is_followed(vote, now))
    if not votes:
        return ()
    said = await queries.updates_of_town(web.database, town)
    found = []
    for vote in votes:
        funded = await funded_by(web, vote)
        histories = said.get(vote.charter.vote_id, {})
        lines = lines_of(vote, funded, histories, now)
        found.append(EditionFollowed(vote.charter, lines))
    return tuple(found)


async def show_form(request: Request) -> Response:
    """How the project stands, and the form of the next update. At most three statements."""
    done = i18n.gettext(SAID) if "done" in request.query_params else ""
    return show(request, await _page(request, done=done))


async def say_how_it_stands(request: Request) -> Response:
    """Publish an update; what is refused comes back with all that was typed."""
    typed = await read_form(request, UpdateForm)
    place = await _place(request)
    number = place.project.number
    try:
        if typed.value is None:
            raise Refused(*typed.problems)
        async with work(request) as uow:
            await services.say_how_it_stands(
                uow,
                place.vote,
                [project.number for project in place.funded],
                number,
                draft_of(typed.value),
                after=seen_of(typed.value),
            )
    except Refused as refused:
        page = await _page(request, *refused.problems, typed=typed)
        return show(request, page, status=409 if isinstance(refused, Conflict) else 422)
    edition = place.vote.charter.edition
    values = {"slug": town_of(request).slug, "edition": edition, "number": str(number)}
    return redirect(request, "delivery:update", **values, done="said")


@dataclass(frozen=True, slots=True)
class _Place:
    """The project that the path names, and how it stands."""

    vote: Vote
    funded: tuple[CharterProject, ...]
    project: CharterProject
    history: tuple[Update, ...]
    line: Followed


async def _place(request: Request) -> _Place:
    web, town, asked = web_of(request), town_of(request).collectivity_id, request.path_params
    now = web.clock.now()
    vote = await voting.vote_by_edition(web.database, town, asked["edition"])
    if vote is None or not is_published(vote, now):
        raise NotFound
    funded = await funded_by(web, vote)
    project = next((each for each in funded if each.number == asked["number"]), None)
    if project is None:
        raise NotFound
    histories = await queries.updates_of(web.database, vote.key)
    (line,) = lines_of(vote, [project], histories, now)
    return _Place(vote, funded, project, histories.get(project.number, ()), line)


async def _page(
    request: Request, *problems: Problem, typed: Typed[UpdateForm] | None = None, done: str = ""
) -> UpdatePage:
    web, place = web_of(request), await _place(request)
    shown = history_shown(place.history, place.project, place.line.currency)
    return UpdatePage(
        charter=place.vote.charter,
        is_final=is_followed(place.vote, web.clock.now()),
        line=place.line,
        newest=shown[0] if shown else None,
        after=len(place.history),
        statuses=offered(place.history),
        bureaus=bureaus(),
        milestones=milestones(),
        typed=_typed(typed, place.line),
        problems=web.extras["sentences"].of_problems(problems),
        done=done,
    )


def _typed(typed: Typed[UpdateForm] | None, line: Followed) -> dict[str, str]:
    """What was typed; before that, what probably stays as it is."""
    if typed is not None:
        return {name: typed.text(name) for name in UpdateForm.model_fields}
    blank = dict.fromkeys(UpdateForm.model_fields, "")
    last = line.progress.last
    if last is None:
        return blank
    whole, rest = divmod(last.spent_cents, 100)
    spent = f"{whole},{rest:02d}" if rest else str(whole)
    return {**blank, "spent": spent, "bureau": last.bureau.value}


async def what_is_due(asked: Asked) -> Iterable[TodayItem]:
    """Each project whose update is overdue. One statement beside the votes, and one for each new edition."""
    town = asked.collectivity_id
    votes = await asked.once(VOTES, lambda: voting.votes_of(asked.web.database, town))
    items = []
    for edition in await _editions(asked.web, town, votes):
        for line in edition.lines:
            if line.progress.staff_is_asked:
                items.append(_item(asked, edition, line))
    return items


def _item(asked: Asked, edition: EditionFollowed, line: Followed) -> TodayItem:
    title = line.project.title.in_language(i18n.written().code)[0]
    number = line.project.number
    return TodayItem(
        i18n.gettext(DUE) % {"number": number, "title": formats.apart(title)},
        asked.path("delivery:update", edition=edition.charter.edition, number=number),
        _end_of(line.progress.due_on),
        is_late=True,
        roles=KEEPERS,
    )


def _end_of(day: date | None) -> datetime | None:
    return instant_of(day, time(23, 59)) if day else None


STAFF_PAGES = (
    MenuEntry(
        _("What became of the projects"),
        "delivery:staff",
        KEEPERS,
        _("Tell residents how far each funded project is, and why one is late."),
    ),
)
_DOOR = staff(*KEEPERS)

ROUTES = (
    get(BASE, show_all, name="delivery:staff", may=_DOOR),
    get(f"{BASE}/{{edition}}/{{number:int}}", show_form, name="delivery:update", may=_DOOR),
    post(
        f"{BASE}/{{edition}}/{{number:int}}", say_how_it_stands, name="delivery:update", may=_DOOR
    ),
)
