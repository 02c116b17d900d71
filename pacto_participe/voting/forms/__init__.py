"""The fields of a ballot, by what a ballot says. The numbers of projects are what people see and send."""

from collections.abc import Callable, Mapping, Sequence

from pacto_participe.voting.ballots import BALLOT_KINDS, Marks, Move
from pacto_participe.voting.charter import Charter
from pacto_participe.voting.domain import Reading

CHOSEN, POINTS, RANK, NONE = "p", "pt-", "rank-", "none"
MOST_DIGITS = 6
UNREADABLE = -1  # no number of points: told, never taken for nothing

Fields = Mapping[str, Sequence[str]]


def typed_marks(charter: Charter, fields: Fields) -> Marks:
    """What was typed, valid or not: a number that no project has stays as it is, to be told."""
    marks = _READERS[BALLOT_KINDS[charter.ballot_kind].reading](charter, fields)
    # "None of them" is a box of its own, or one of the round buttons.
    is_none = any(fields.get(NONE, ())) or NONE in fields.get(CHOSEN, ())
    return Marks(marks.given, is_none=is_none)


def fields_of(charter: Charter, marks: Marks) -> tuple[tuple[str, str], ...]:
    """The same marks as fields, to be sent once more."""
    if marks.is_none:
        return ((NONE, "1"),)
    numbers = {project.key: str(project.number) for project in charter.projects}
    write = _WRITERS[BALLOT_KINDS[charter.ballot_kind].reading]
    return tuple(write(numbers[key], mark) for key, mark in marks.given if key in numbers)


def key_of(charter: Charter, number: str) -> str:
    """The key of the project with this number, or the text itself when there is none."""
    if number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS:
        project = charter.by_number.get(int(number))
        if project is not None:
            return project.key
    return number[:40]


def pressed(fields: Fields) -> tuple[Move, str] | None:
    """The button beside a project that sent the form: what it does, and the project's number."""
    for move in Move:
        for number in fields.get(move, ()):
            return move, number
    return None


def _chosen(charter: Charter, fields: Fields) -> Marks:
    # A browser that goes back may send a box twice: one tick is one tick.
    numbers = dict.fromkeys(fields.get(CHOSEN, ()))
    return Marks.chosen(key_of(charter, number) for number in numbers if number != NONE)


def _pointed(charter: Charter, fields: Fields) -> Marks:
    points = {
        key_of(charter, name.removeprefix(POINTS)): _whole(values[0])
        for name, values in fields.items()
        if name.startswith(POINTS) and any(values)
    }
    return Marks.pointed(points)


def _ranked(charter: Charter, fields: Fields) -> Marks:
    """Places as they were given: the ballot kind closes gaps, and tells of a place given twice."""
    places = (
        (_whole(name.removeprefix(RANK)), key_of(charter, number))
        for name, values in fields.items()
        if name.startswith(RANK)
        for number in values
        if number
    )
    return Marks(tuple((key, place) for place, key in sorted(places)))


def _whole(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS:
        return int(text)
    return UNREADABLE


_READERS = {Reading.APPROVALS: _chosen, Reading.POINTS: _pointed, Reading.RANKING: _ranked}
_WRITERS: dict[Reading, Callable[[str, int], tuple[str, str]]] = {
    Reading.APPROVALS: lambda number, mark: (CHOSEN, number),
    Reading.POINTS: lambda number, mark: (f"{POINTS}{number}", str(mark)),
    Reading.RANKING: lambda number, mark: (f"{RANK}{mark}", number),
}
