"""The filters of a ballot: all, my quarter, the other quarters, by type. What is chosen shows under any."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from pacto_participe.voting.charter import Charter, CharterProject
from pacto_participe.voting.wording.types import type_words
from pacto_participe.web import i18n

# A telephone of 360 pixels: one line of chips, what a chip has around its words, and one letter.
LINE, AROUND, LETTER = 328, 38, 8
LINES = 2
ROOM_OF_SIGNS = " " * 5  # the drawing and the arrow of a chip that unfolds


@dataclass(frozen=True, slots=True)
class Filter:
    """One quarter, or one type; with neither, everything."""

    area: str = ""
    type: str = ""

    def shows(self, project: CharterProject) -> bool:
        return (not self.area or project.area == self.area) and (
            not self.type or project.pictogram == self.type
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter to press: its value, its words, and whether it is the present one."""

    value: str
    words: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Filters:
    """What can be pressed. `own`: the voter's quarter, where projects are. Nothing where all is alike."""

    current: Filter
    own: Choice | None
    areas: tuple[Choice, ...]
    folds_areas: bool
    types: tuple[Choice, ...]

    def __bool__(self) -> bool:
        return bool(self.own or self.areas or self.types)


def filters_of(charter: Charter, own_area: str, area: str, type_: str) -> Filters:
    """The filters of this charter for a voter of `own_area`, with what the address asks for."""
    areas = _areas(charter)
    types = _types(charter)
    current = Filter(area=area if area in areas else "")
    if not current.area and type_ in types:
        current = Filter(type=type_)
    choices = [Choice(name, _name(charter, name), name == current.area) for name in areas]
    own = next((choice for choice in choices if choice.value == own_area), None)
    others = tuple(choice for choice in choices if choice is not own)
    heads = [i18n.gettext("All")]
    heads += [i18n.gettext("My quarter")] if own else []
    tails = [i18n.gettext("By type") + ROOM_OF_SIGNS] if types else []
    return Filters(
        current=current,
        own=own,
        areas=others,
        folds_areas=not _fits([*heads, *(other.words for other in others), *tails]),
        types=tuple(
            sorted(
                (Choice(name, type_words(name), name == current.type) for name in types),
                key=lambda choice: (choice.value == "project", _plain(choice.words)),
            )
        ),
    )


def _areas(charter: Charter) -> list[str]:
    """The quarters of projects; none where they would part nothing from anything."""
    of_projects = {project.area for project in charter.projects}
    return sorted(area for area in of_projects if area) if len(of_projects) > 1 else []


def _types(charter: Charter) -> list[str]:
    """The types of projects, where there are several."""
    types = list(dict.fromkeys(project.pictogram for project in charter.projects))
    return types if len(types) > 1 else []


def _plain(words: str) -> str:
    """For the order of an alphabet: É stands with E, not after Z."""
    return unicodedata.normalize("NFD", words)


def _name(charter: Charter, area: str) -> str:
    return charter.area_name(area).in_language(i18n.written().code)[0]


def _fits(chips: Iterable[str]) -> bool:
    """Whether these words as chips stand on two lines of a small telephone."""
    lines, at = 1, 0
    for words in chips:
        width = AROUND + LETTER * len(words)
        if at and at + width > LINE:
            lines, at = lines + 1, 0
        at += width
    return lines <= LINES
