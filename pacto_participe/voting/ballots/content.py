"""The text of a ballot as it is stored: one text for one content, so that equal ballots are equal.

Chosen options are joined by commas in the order of their ids; points stand behind a colon; a
ranking keeps its order; a blank ballot is the empty text.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import lt

from pacto_participe.voting.ballots.marks import Marks


class BadContent(ValueError):
    """A text that no ballot of this kind is stored as."""


def encode_chosen(marks: Marks) -> str:
    """Raises BadContent for an id that the text cannot hold, or named twice."""
    return _joined(sorted(marks.options))


def decode_chosen(text: str) -> Marks:
    """Strict: raises BadContent for anything that encode_chosen does not write."""
    names = _split(text)
    if names != sorted(set(names)):
        raise BadContent(f"{text!r} is not in order")
    return Marks.chosen(names) if names else Marks.none()


def encode_ranked(marks: Marks) -> str:
    """Best first; gaps between ranks are closed."""
    return _joined([option for option, _ in sorted(marks.given, key=lambda pair: pair[1])])


def decode_ranked(text: str) -> Marks:
    """Strict, as decode_chosen."""
    names = _split(text)
    if len(set(names)) != len(names):
        raise BadContent(f"{text!r} names an option twice")
    return Marks.ranked(names) if names else Marks.none()


def encode_pointed(marks: Marks) -> str:
    """Options without points are left out. Raises BadContent, as encode_chosen, and below zero."""
    if any(points < 0 for _, points in marks.given):
        raise BadContent("points are not below zero")
    given = sorted((option, points) for option, points in marks.given if points)
    _joined([option for option, _ in given])
    return ",".join(f"{option}:{points}" for option, points in given)


def decode_pointed(text: str) -> Marks:
    """Strict, as decode_chosen."""
    points: dict[str, int] = {}
    for item in _split(text):
        option, _, number = item.rpartition(":")
        if (
            not option
            or option != option.strip()
            or not number.isascii()
            or not number.isdecimal()
            or number.startswith("0")
        ):
            raise BadContent(f"{item!r} gives no points to an option")
        if points and option <= next(reversed(points)):
            raise BadContent(f"{text!r} is not in order")
        points[option] = int(number)
    return Marks.pointed(points) if points else Marks.none()


def encode_alone(marks: Marks) -> str:
    """The id. Raises BadContent, as encode_chosen, and for two."""
    if len(marks.given) > 1:
        raise BadContent("this ballot names one option")
    return encode_chosen(marks)


def decode_alone(text: str) -> Marks:
    """Strict, as decode_chosen."""
    marks = decode_chosen(text)
    if len(marks.given) > 1:
        raise BadContent(f"{text!r} names more than one option")
    return marks


def _joined(names: list[str]) -> str:
    for name in names:
        if not name or "," in name or name != name.strip():
            raise BadContent(f"an option id of a ballot cannot be {name!r}")
    if len(set(names)) != len(names):
        raise BadContent("an option is named twice")
    return ",".join(names)


def _split(text: str) -> list[str]:
    names = text.split(",") if text else []
    may_hold_spaces = " " in text or not text.isprintable()  # most texts are told apart at once
    if "" in names or (may_hold_spaces and any(name != name.strip() for name in names)):
        raise BadContent(f"{text!r} has an empty place")
    return names


Row = tuple[tuple[int, ...], tuple[int, ...] | None]


def chosen_row(text: str, indexes: Mapping[str, int]) -> Row:
    """decode_chosen for the count: (indexes, None), without what lies between.

    A count reads a million of these: what is in order is looked up at once, the rest is looked into.
    """
    names = text.split(",")
    if names[0] and " " not in text and text.isprintable() and all(map(lt, names, names[1:])):
        return _indexes(names, indexes), None
    return _indexes(decode_chosen(text).options, indexes), None


def ranked_row(text: str, indexes: Mapping[str, int]) -> Row:
    """decode_ranked for the count: (indexes, best first, None)."""
    return _indexes(decode_ranked(text).options, indexes), None


def pointed_row(text: str, indexes: Mapping[str, int]) -> Row:
    """decode_pointed for the count: (indexes, points)."""
    marks = decode_pointed(text)
    return _indexes(marks.options, indexes), tuple(points for _, points in marks.given)


def alone_row(text: str, indexes: Mapping[str, int]) -> Row:
    """decode_alone for the count: (indexes, None)."""
    row, _ = chosen_row(text, indexes)
    if len(row) > 1:
        raise BadContent(f"{text!r} names more than one option")
    return row, None


def _indexes(names: Iterable[str], indexes: Mapping[str, int]) -> tuple[int, ...]:
    try:
        return tuple(map(indexes.__getitem__, names))
    except KeyError as unknown:
        raise BadContent(f"no option is called {unknown.args[0]!r}") from None


@dataclass(frozen=True, slots=True)
class Writing:
    """How the ballots of a kind are stored. A kind takes one of those below, or brings its own."""

    encode: Callable[[Marks], str]
    """The text to store. Raises BadContent for marks that have problems."""
    decode: Callable[[str], Marks]
    """Strict: encode(decode(text)) == text, or BadContent is raised."""
    row: Callable[[str, Mapping[str, int]], Row]
    """A stored text as the count reads it: (option indexes, points beside each or None).

    As strict as decode, and raises BadContent for an option that is not among the indexes.
    """


CHOSEN = Writing(encode_chosen, decode_chosen, chosen_row)
ALONE = Writing(encode_alone, decode_alone, alone_row)
RANKED = Writing(encode_ranked, decode_ranked, ranked_row)
POINTED = Writing(encode_pointed, decode_pointed, pointed_row)
