"""Projects: proposals that were reviewed, costed and numbered."""

from dataclasses import dataclass

from pacto_participe.kernel.languages import Texts
from pacto_participe.kernel.positions import Position


@dataclass(frozen=True, slots=True)
class Project:
    """A project of an edition. Its number is the same on web, paper, audio and map. Cost in centimes.

    `pictogram` names an icon; `area` is a quarter or a douar, None for the whole territory; `position`
    is None for what has no single place, or whose place nobody wrote down.
    """

    number: int
    title: Texts
    summary: Texts
    place: Texts
    cost_cents: int
    pictogram: str = "project"
    area: str | None = None
    position: Position | None = None
