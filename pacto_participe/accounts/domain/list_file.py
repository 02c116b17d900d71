"""The list that a commune brings: one line a person, with a card's number, a birth date, a district."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Protocol, TypeVar

from pacto_participe.accounts.domain.cards import CardNumber, read_birth_date, read_card_number
from pacto_participe.accounts.domain.people import Nationality, Tie
from pacto_participe.accounts.domain.writing import plain

LONGEST_DISTRICT = 60
HEADS = {
    "number": {"cnie", "cin", "numero", "number", "رقم البطاقة", "رقم البطاقة الوطنية", "البطاقة"},
    "birth": {
        "birth_date", "birth date", "birth", "date_naissance", "date de naissance", "naissance",
        "تاريخ الازدياد", "تاريخ الولادة",
    },
    "district": {"district", "quartier", "douar", "الحي", "الدوار", "المقاطعة"},
    "nationality": {"nationality", "nationalite", "الجنسية"},
    "tie": {"tie", "lien", "الصلة"},
}  # fmt: skip
NATIONALITIES = {
    Nationality.UNKNOWN: {""},
    Nationality.CITIZEN: {
        "citizen", "moroccan", "morocco", "ma", "mar", "marocain", "marocaine", "maroc",
        "مغربي", "مغربية", "المغرب",
    },
    Nationality.FOREIGN: {
        "foreign", "foreigner", "etranger", "etrangere", "أجنبي", "أجنبية", "اجنبي", "اجنبية",
    },
}  # fmt: skip
TIES = {
    Tie.LIVES: {"", "lives", "resident", "habite", "habitant", "reside", "ساكن", "ساكنة", "يسكن"},
    Tie.WORKS: {"works", "activity", "travaille", "activite", "يعمل", "تعمل", "نشاط", "نشاط اقتصادي"},
}  # fmt: skip


class LineProblem(StrEnum):
    """Why a line cannot be taken in."""

    NUMBER_UNREADABLE = "number_unreadable"
    BIRTH_UNREADABLE = "birth_unreadable"
    DISTRICT_TOO_LONG = "district_too_long"
    NATIONALITY_UNREADABLE = "nationality_unreadable"
    TIE_UNREADABLE = "tie_unreadable"
    NUMBER_TWICE = "number_twice"
    QUOTES_UNPAIRED = "quotes_unpaired"
    NAME_MISSING = "name_missing"
    ADDRESS_MISSING = "address_missing"
    ADDRESS_TOO_LONG = "address_too_long"
    LISTED_OTHERWISE = "listed_otherwise"  # the list of the commune has another birth date


class FileProblem(StrEnum):
    """Why a file is no list."""

    NO_HEADS = "no_heads"
    NOT_TEXT = "not_text"
    EMPTY = "empty"
    NO_LINES = "no_lines"
    NO_HEADS_OF_LETTERS = "no_heads_of_letters"
    TOO_MANY_LINES = "too_many_lines"


class NoList(Exception):
    """The file as a whole cannot be read. Carries the code of why."""

    def __init__(self, code: FileProblem) -> None:
        super().__init__(code.value)
        self.code = code


@dataclass(frozen=True, slots=True)
class ListedLine:
    """A good line."""

    line: int
    number: CardNumber
    born: date
    district: str
    nationality: Nationality = Nationality.UNKNOWN
    tie: Tie = Tie.LIVES


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line to mend, and why. It names the line only: what stands there is personal."""

    line: int
    problem: LineProblem


def read_list(lines: Iterable[str], *, today: date) -> Iterator[ListedLine | BadLine]:
    """Each line of a CSV with heads, separated by ; or , or tabs. Raises NoList."""

    def read(line: int, row: Row) -> ListedLine | BadLine:
        person = read_person(row, today)
        return (
            BadLine(line, person) if isinstance(person, LineProblem) else ListedLine(line, *person)
        )

    return read_lines(lines, HEADS, {"number", "birth"}, read)


class Person(NamedTuple):
    """Who a line is about."""

    number: CardNumber
    born: date
    district: str
    nationality: Nationality
    tie: Tie


class Line(Protocol):
    """What can be read of a line."""

    @property
    def line(self) -> int: ...
    @property
    def number(self) -> CardNumber: ...


LineT = TypeVar("LineT", bound=Line)
Row = Callable[[str], str]  # the cell under a head, or ""


def read_lines(
    lines: Iterable[str],
    heads: Mapping[str, Set[str]],
    needed: Set[str],
    read: Callable[[int, Row], LineT | BadLine],
) -> Iterator[LineT | BadLine]:
    """Each line of a CSV below its heads, as `read` takes it; nobody stands in it twice. Raises NoList.

    A line is read by itself, so that a quotation mark left open spoils that line and swallows no
    other person.
    """
    source = enumerate(_text(lines), start=1)
    first = next((line for _, line in source if line.strip()), None)
    if first is None:
        raise NoList(FileProblem.EMPTY)
    separator = max(";,\t", key=first.count)
    places = _places(_cells(first.lstrip("\ufeff"), separator) or [], heads, needed)
    seen: set[int] = set()  # hashes of 64 bits: a list of 50,000 takes a few megabytes, not a dozen
    is_empty = True
    for place, line in source:
        cells = _cells(line, separator)
        if cells is not None and not any(cell.strip() for cell in cells):
            continue
        is_empty = False
        if cells is None:
            yield BadLine(place, LineProblem.QUOTES_UNPAIRED)
            continue
        found = read(place, _row_of(cells, places))
        if not isinstance(found, BadLine):
            number = hash(found.number.text)
            if number in seen:
                found = BadLine(place, LineProblem.NUMBER_TWICE)
            seen.add(number)
        yield found
    if is_empty:
        raise NoList(FileProblem.NO_LINES)


def _row_of(cells: list[str], places: Mapping[str, int]) -> Row:
    def cell(name: str) -> str:
        place = places.get(name, len(cells))
        return cells[place] if place < len(cells) else ""

    return cell


def _text(lines: Iterable[str]) -> Iterator[str]:
    """The lines, as long as they are text: PostgreSQL keeps no zero."""
    for line in lines:
        if "\0" in line:
            raise NoList(FileProblem.NOT_TEXT)
        yield line


def _cells(line: str, separator: str) -> list[str] | None:
    """The cells of one line; None when its quotation marks do not go in pairs."""
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return None


def _places(heads: list[str], wanted: Mapping[str, Set[str]], needed: Set[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, head in enumerate(heads):
        name = _word(head)
        for meant, names in wanted.items():
            if name in names:
                found.setdefault(meant, place)
    if not needed <= found.keys():
        raise NoList(FileProblem.NO_HEADS)
    return found


def _word(text: str) -> str:
    """A word as it is compared: small, without accents or a double space."""
    unaccented = str.maketrans("éèêç", "eeec")
    return " ".join(plain(text).lower().translate(unaccented).split())


_Named = TypeVar("_Named", bound=StrEnum)


def _named(cell: str, names: Mapping[_Named, set[str]]) -> _Named | None:
    """What a cell names, None when it names nothing of these."""
    word = _word(cell)
    return next((value for value, words in names.items() if word in words), None)


def read_person(row: Row, today: date) -> Person | LineProblem:
    """The number, the birth date and the district of a line, or what is wrong with it."""
    number = read_card_number(row("number"))
    if number is None:
        return LineProblem.NUMBER_UNREADABLE
    born = read_birth_date(row("birth"), today=today)
    if born is None:
        return LineProblem.BIRTH_UNREADABLE
    district = row("district").strip()
    if len(district) > LONGEST_DISTRICT:
        return LineProblem.DISTRICT_TOO_LONG
    nationality = _named(row("nationality"), NATIONALITIES)
    if nationality is None:
        return LineProblem.NATIONALITY_UNREADABLE
    tie = _named(row("tie"), TIES)
    if tie is None:
        return LineProblem.TIE_UNREADABLE
    return Person(number, born, district, nationality, tie)
