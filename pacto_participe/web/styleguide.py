"""The look on one page: every component in every state, and four whole pages. Off in production."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from pacto_participe.kernel.errors import NotFound
from pacto_participe.web import i18n
from pacto_participe.web.context import web_of
from pacto_participe.web.guards import anyone
from pacto_participe.web.pages import show
from pacto_participe.web.routing import get
from pacto_participe.web.square_codes import square_code
from pacto_participe.web.static_files import top_level

SHEETS = ("home", "ballot", "approval", "points", "receipt", "results", "desk", "poster")
BUDGET_CENTS = 200_000_000
CHOSEN = frozenset({4, 1, 2})


@dataclass(frozen=True, slots=True)
class SampleProject:
    """An invented project, as pages of the vote would show it."""

    number: int
    title: str
    place: str
    pictogram: str
    cost_cents: int
    votes: Markup
    why: str

    @property
    def weave(self) -> int:
        """Its weave in bands, 1 to 6."""
        return (self.number - 1) % 6 + 1

    @property
    def chosen(self) -> bool:
        return self.number in CHOSEN

    @property
    def short_cents(self) -> int:
        """What is missing to add it to the sample ballot."""
        return 0 if self.chosen else max(0, self.cost_cents - LEFT_CENTS)


# The sample ballot holds projects 4, 1 and 2: 1 120 000 of 2 000 000 dirhams.
LEFT_CENTS = 88_000_000


@dataclass(frozen=True, slots=True)
class StyleguidePage:
    """Sample words in the language of the request, and sample projects, for one sheet."""

    template: ClassVar[str] = "styleguide/sheet.html"
    sheet: str
    words: dict[str, str]
    projects: tuple[SampleProject, ...]
    receipt_words: tuple[str, ...]
    quarters: tuple[str, ...]
    qr: Markup
    icons: tuple[str, ...]
    sheets: tuple[str, ...] = SHEETS
    budget_cents: int = BUDGET_CENTS

    @property
    def funded(self) -> tuple[SampleProject, ...]:
        """In the order of the count."""
        return tuple(self._numbered(number) for number in (1, 4, 5, 2, 8, 6))

    @property
    def unfunded(self) -> tuple[SampleProject, ...]:
        return tuple(self._numbered(number) for number in (7, 9))

    @property
    def left_cents(self) -> int:
        return LEFT_CENTS

    @property
    def measure(self) -> str:
        """What limits the ballot that the sheet shows."""
        return {"approval": "choices", "points": "points"}.get(self.sheet, "money")

    @property
    def most(self) -> int:
        return 5 if self.measure == "choices" else 0

    @property
    def tallied(self) -> tuple[tuple[int, int, int, str], ...]:
        """What the tally component wants to know; two points for each chosen project."""
        each = 2 if self.measure == "points" else 1
        return tuple(
            (p.number, p.cost_cents, each if p.chosen else 0, p.pictogram) for p in self.projects
        )

    def _numbered(self, number: int) -> SampleProject:
        return next(project for project in self.projects if project.number == number)


@dataclass(frozen=True, slots=True)
class OfflinePage:
    """What the service worker keeps for when the network is away."""

    template: ClassVar[str] = "errors/offline.html"


@cache
def _samples() -> dict[str, Any]:
    file = top_level("templates") / "styleguide" / "samples.json"
    samples: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return samples


def _project(sample: dict[str, Any]) -> SampleProject:
    """Of our own sample file, where the number of votes is in bold."""
    return SampleProject(**{**sample, "votes": Markup(sample["votes"])})  # noqa: S704  ours


def styleguide_page(sheet: str, icons: tuple[str, ...]) -> StyleguidePage:
    """One sheet in the language of this request."""
    sample = _samples()[i18n.written().code]
    return StyleguidePage(
        sheet=sheet,
        words=sample["words"],
        projects=tuple(_project(project) for project in sample["projects"]),
        receipt_words=tuple(sample["receipt_words"]),
        quarters=tuple(sample["quarters"]),
        qr=square_code("https://example.org/v/K7Q4-M2XD"),
        icons=icons,
    )


async def show_styleguide(request: Request) -> Response:
    """All components, or one whole sample page."""
    web = web_of(request)
    sheet = request.path_params.get("sheet", "index")
    if web.settings.is_production or sheet not in {"index", *SHEETS}:
        raise NotFound
    drawn: Any = web.templates.environment.globals["icon"]
    names = tuple(icon.name for icon in drawn.all)
    return show(request, styleguide_page(sheet, names))


async def show_offline(request: Request) -> Response:
    return show(request, OfflinePage(), keep=True)


ROUTES = (
    get("/styleguide", show_styleguide, name="styleguide", may=anyone),
    get("/styleguide/{sheet}", show_styleguide, name="styleguide:sheet", may=anyone),
    get("/offline", show_offline, name="offline", may=anyone),
)
