"""Projects: proposals that were reviewed, costed and numbered."""

from dataclasses import dataclass

from pacto_participe.kernel.languages import Texts


@dataclass(frozen=True, slots=True)
class Project:
    """A project of an edition. Its number is the same on web, paper, audio and map. Cost in centimes.

    `pictogram` names an icon; `area` is a quarter or a douar, None for the whole territory.
    """

    number: int
    title: Texts
    summary: Texts
    place: Texts
    cost_cents: int
    pictogram: str = "project"
    area: str | None = None
