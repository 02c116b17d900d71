"""The file of addressees: whom a letter with a code goes to. Names and addresses are printed, never kept."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pacto_participe.accounts.domain.batches import MOST_LETTERS
from pacto_participe.accounts.domain.cards import CardNumber
from pacto_participe.accounts.domain.list_file import (
    HEADS,
    BadLine,
    FileProblem,
    LineProblem,
    NoList,
    Row,
    read_lines,
    read_person,
)
from pacto_participe.accounts.domain.people import Nationality, Tie

LONGEST_LINE = 80
MOST_ADDRESS_LINES = 4
_ADDRESS = ("address", "adresse", "العنوان")


def _numbered(place: int) -> set[str]:
    return {f"{head}{between}{place}" for head in _ADDRESS for between in (" ", "_", "")}


LETTER_HEADS = HEADS | {
    "name": {"name", "nom", "nom complet", "nom et prenom", "الاسم", "الاسم الكامل"},
    "address": set(_ADDRESS) | _numbered(1),
    **{f"address {place}": _numbered(place) for place in range(2, MOST_ADDRESS_LINES + 1)},
}
NEEDED = {"number", "birth", "name", "address"}


@dataclass(frozen=True, slots=True, repr=False)
class AddressedLine:
    """A good line."""

    line: int
    number: CardNumber
    born: date
    district: str
    nationality: Nationality
    tie: Tie
    name: str
    address: tuple[str, ...]


def read_addressees(lines: Iterable[str], *, today: date) -> Iterator[AddressedLine | BadLine]:
    """Each line of a CSV with heads. Raises NoList, at the latest after MOST_LETTERS good lines."""

    def read(line: int, row: Row) -> AddressedLine | BadLine:
        person = read_person(row, today)
        if isinstance(person, LineProblem):
            return BadLine(line, person)
        name, address = one_line(row("name")), _address(row)
        if not name:
            return BadLine(line, LineProblem.NAME_MISSING)
        if not address:
            return BadLine(line, LineProblem.ADDRESS_MISSING)
        if max(map(len, (name, *address))) > LONGEST_LINE:
            return BadLine(line, LineProblem.ADDRESS_TOO_LONG)
        return AddressedLine(line, *person, name, address)

    good = 0
    try:
        for found in read_lines(lines, LETTER_HEADS, NEEDED, read):
            good += isinstance(found, AddressedLine)
            if good > MOST_LETTERS:
                raise NoList(FileProblem.TOO_MANY_LINES)
            yield found
    except NoList as no_list:
        if no_list.code is FileProblem.NO_HEADS:
            raise NoList(FileProblem.NO_HEADS_OF_LETTERS) from None
        raise


def _address(row: Row) -> tuple[str, ...]:
    places = ("address", *(f"address {place}" for place in range(2, MOST_ADDRESS_LINES + 1)))
    return tuple(filter(None, (one_line(row(place)) for place in places)))


def one_line(text: str) -> str:
    """What can be printed on one line: no control signs, and no marks that turn the direction of others."""
    kept = "".join(" " if c.isspace() else c for c in text)
    return " ".join("".join(c for c in kept if unicodedata.category(c)[0] != "C").split())
