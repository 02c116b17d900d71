"""The fields of a ballot, by what a ballot says. The numbers of projects are what people see and send."""

from collections.abc import Mapping, Sequence

from pacto_participe.voting.ballots import BALLOT_KINDS, Marks
from pacto_participe.voting.charter import Charter
from pacto_participe.voting.domain import Reading

CHOSEN, POINTS, RANK, NONE = "p", "pt-", "rank-", "none"
MOST_DIGITS = 6

Fields = Mapping[str, Sequence[str]]


def typed_marks(charter: Charter, fields: Fields) -> Marks:
    """What was typed, valid or not: a number that no project has stays as it is, to be told."""
    marks = _READERS[BALLOT_KINDS[charter.ballot_kind].reading](charter, fields)
    if any(value for value in fields.get(NONE, ())):
        return Marks(marks.given, is_none=True)
    return marks


def fields_of(charter: Charter, marks: Marks) -> tuple[tuple[str, str], ...]:
    """The same marks as fields, to be sent once more."""
    if marks.is_none:
        return ((NONE, "1"),)
    numbers = {project.key: str(project.number) for project in charter.projects}
    reading = BALLOT_KINDS[charter.ballot_kind].reading
    named = [(numbers[key], mark) for key, mark in marks.given if key in numbers]
    if reading is Reading.POINTS:
        return tuple((f"{POINTS}{number}", str(mark)) for number, mark in named)
    if reading is Reading.RANKING:
        return tuple((f"{RANK}{mark}", number) for number, mark in named)
    return tuple((CHOSEN, number) for number, _ in named)


def key_of(charter: Charter, number: str) -> str:
    """The key of the project with this number, or the text itself when there is none."""
    if number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS:
        project = charter.by_number.get(int(number))
        if project is not None:
            return project.key
    return number[:40]


def _chosen(charter: Charter, fields: Fields) -> Marks:
    # A browser that goes back may send a box twice: one tick is one tick.
    numbers = dict.fromkeys(fields.get(CHOSEN, ()))
    return Marks.chosen(key_of(charter, number) for number in numbers if number)


def _pointed(charter: Charter, fields: Fields) -> Marks:
    points = {}
    for name, values in fields.items():
        value = values[0] if values else ""
        if name.startswith(POINTS) and value.lstrip("-").isdecimal():
            points[key_of(charter, name.removeprefix(POINTS))] = int(value[:MOST_DIGITS])
    return Marks.pointed(points)


def _ranked(charter: Charter, fields: Fields) -> Marks:
    places = sorted(
        (int(name.removeprefix(RANK)), values[0])
        for name, values in fields.items()
        if name.startswith(RANK) and name.removeprefix(RANK).isdecimal() and values
    )
    return Marks.ranked(key_of(charter, number) for _, number in places if number)


_READERS = {Reading.APPROVALS: _chosen, Reading.POINTS: _pointed, Reading.RANKING: _ranked}
