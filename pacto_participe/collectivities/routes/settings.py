"""Administrators say what their collectivity is called, how it is reached, and who answers for data."""

from collections.abc import Iterable
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.collectivities import queries
from pacto_participe.collectivities.domain.town_settings import Setting, TownSettings, differing
from pacto_participe.collectivities.forms import SettingsForm
from pacto_participe.collectivities.pages import PlaceName, SettingsPage
from pacto_participe.collectivities.policies import SET_UP_BY
from pacto_participe.collectivities.services import save_settings
from pacto_participe.collectivities.wording import MARKS
from pacto_participe.kernel.errors import Conflict, Problem, Refused
from pacto_participe.web import i18n
from pacto_participe.web.context import town_of, web_of, work
from pacto_participe.web.forms import Typed, read_form
from pacto_participe.web.guards import staff
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.manifest import MenuEntry
from pacto_participe.web.pages import redirect, show
from pacto_participe.web.routing import get, post


async def show_settings(request: Request) -> Response:
    """What is set. Two statements."""
    page = await _page(request, None)
    return show(request, replace(page, is_saved="saved" in request.query_params))


async def change_settings(request: Request) -> Response:
    """Save what was typed; what somebody else saved meanwhile is shown beside it."""
    typed = await read_form(request, SettingsForm)
    town = town_of(request)
    try:
        if typed.value is None:
            raise Refused(*typed.problems)
        async with work(request) as uow:
            await save_settings(uow, town.collectivity_id, typed.value.settings)
    except Conflict as conflict:
        page = await _page(request, typed, conflict.problems, newer=True)
        return show(request, page, status=409)
    except Refused as refused:
        return show(request, await _page(request, typed, refused.problems), status=422)
    web_of(request).finders.forget_town(town.slug)
    return redirect(request, "collectivity:settings", slug=town.slug, saved="1")


async def _page(
    request: Request,
    typed: Typed[SettingsForm] | None,
    problems: Iterable[Problem] = (),
    *,
    newer: bool = False,
) -> SettingsPage:
    """`newer`: compare with what stands, and take over its version so that saving again can succeed."""
    web, town = web_of(request), town_of(request)
    async with web.database.read() as session:
        place = await queries.collectivity_by_id(session, town.collectivity_id)
        stands = await queries.settings_of(session, town.collectivity_id)
    sentences = web.extras["sentences"]
    labels = {name.value: sentences.of(name) for name in Setting}
    shown = stands if typed is None else _as_typed(typed, stands)
    others = differing(shown, stands) if newer else ()
    return SettingsPage(
        shown=replace(shown, version=stands.version) if newer else shown,
        labels=labels,
        marks=tuple((name, i18n.gettext(words)) for name, words in MARKS.items()),
        official=PlaceName.full(place),
        problems=sentences.of_problems(problems),
        stands=tuple((labels[name.value], _in_words(name, stands)) for name in others),
    )


def _as_typed(typed: Typed[SettingsForm], stands: TownSettings) -> TownSettings:
    """Every text as it was typed, however wrong; the version as it was on the page."""
    texts = {name.value: typed.text(name.value) for name in Setting}
    version = typed.text("version")
    is_number = version.isascii() and version.isdigit() and len(version) < 10
    return TownSettings(version=int(version) if is_number else stands.version, **texts)


def _in_words(name: Setting, stands: TownSettings) -> str:
    value = stands.value(name)
    if name is Setting.MARK:
        return i18n.gettext(MARKS[value])
    return i18n.LANGUAGES[value].name if name is Setting.LANGUAGE else value


STAFF_PAGES = (
    MenuEntry(
        _("Settings of the collectivity"),
        "collectivity:settings",
        SET_UP_BY,
        _("Name, contact, who answers for personal data, languages."),
    ),
)
_ADMINISTRATION = staff(*SET_UP_BY)

ROUTES = (
    get(
        "/staff/{slug}/settings", show_settings, name="collectivity:settings", may=_ADMINISTRATION
    ),
    post(
        "/staff/{slug}/settings", change_settings, name="collectivity:settings",
        may=_ADMINISTRATION,
    ),
)  # fmt: skip
