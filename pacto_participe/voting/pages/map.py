"""The map of some projects of an edition: numbers where they lie, beside a list that says the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pacto_participe.voting.charter import Charter, CharterProject
from pacto_participe.web import formats, i18n
from pacto_participe.web.map_layout import Area, Drawing, lay_out


@dataclass(frozen=True, slots=True)
class ProjectMap:
    """`count` projects are on it; `missing` are the numbers of those whose place nobody knows."""

    drawing: Drawing
    count: int
    missing: tuple[int, ...]

    @property
    def bar_words(self) -> str:
        """How long the bar of the scale is."""
        return formats.distance(self.drawing.bar_metres)

    @property
    def missing_words(self) -> str:
        """Their numbers, in a sentence."""
        return formats.listed(map(formats.number, self.missing))


def map_of(charter: Charter, shown: Sequence[CharterProject]) -> ProjectMap | None:
    """Of the projects that a page shows, in their order; None when none of them has a position."""
    places = [
        (project.number, project.position) for project in shown if project.position is not None
    ]
    drawing = _laid_out(tuple(places), _areas(charter)) if places else None
    if drawing is None:
        return None
    missing = tuple(sorted(project.number for project in shown if project.position is None))
    return ProjectMap(drawing, len(places), missing)


# The same list is shown again and again, and looked for a way through a crowd each time.
_laid_out = lru_cache(maxsize=256)(lay_out)


def _areas(charter: Charter) -> tuple[Area, ...]:
    """Quarters and douars, where the projects of each lie: nobody has drawn their borders."""
    names = dict.fromkeys(project.area for project in charter.projects if project.area)
    return tuple(
        Area(
            *charter.area_name(name).in_language(i18n.written().code),
            tuple(
                project.position
                for project in charter.projects
                if project.area == name and project.position is not None
            ),
        )
        for name in names
    )
