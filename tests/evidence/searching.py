"""Looking for what must not be found: in bytes of any kind, and in every column of every table."""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Engine, MetaData, Table, inspect, select

# Ways in which a text can stand somewhere without being written as it is.
_WRAPPED = (
    lambda text: text,
    lambda text: text.encode().hex(),  # a dump of PostgreSQL writes bytes so
    lambda text: json.dumps(text)[1:-1],
    lambda text: quote(text, safe=""),
    lambda text: base64.b64encode(text.encode()).decode().rstrip("=")[:-1],
)
_EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@dataclass(frozen=True, slots=True)
class Secret:
    """Something that must not be found, in all its writings. `digests`: a bare hash of a number that
    can be guessed is as good as the number."""

    name: str
    writings: frozenset[str]
    digests: frozenset[str] = frozenset()

    @property
    def needles(self) -> frozenset[bytes]:
        """What is looked for, folded like what it is looked for in."""
        wrapped = {wrap(writing) for writing in self.writings for wrap in _WRAPPED}
        return frozenset(fold(text.encode()) for text in wrapped | self.digests)


def fold(content: bytes) -> bytes:
    """Small and capital letters are one."""
    return content.upper()


def text_secret(name: str, *writings: str) -> Secret:
    return Secret(name, frozenset(writings))


def card_secret(number: str) -> Secret:
    """A card's number (letters, then digits) as people write it."""
    letters, digits = re.fullmatch(r"([A-Z]+)([0-9]+)", number).groups()
    written = {digits, digits.translate(_EASTERN)}
    for zeros in ("", "0", "00"):
        for between in ("", " ", "-"):
            written.add(f"{letters}{between}{zeros}{digits}")
    plain = number.encode()
    digests = {hashlib.new(way, plain).hexdigest() for way in ("md5", "sha1", "sha256", "sha512")}
    digests.add(hashlib.blake2b(plain, digest_size=16).hexdigest())
    return Secret(f"card {number}", frozenset(written), frozenset(digests))


def birth_secret(born: date) -> Secret:
    """A birth date in the usual orders."""
    day, month, year = f"{born:%d}", f"{born:%m}", f"{born:%Y}"
    written = {between.join((day, month, year)) for between in "/-. "} | {day + month + year}
    written |= {between.join((year, month, day)) for between in "-/"} | {year + month + day}
    return Secret(f"birth {born}", frozenset(written))


def phone_secret(phone: str) -> Secret:
    """A Moroccan mobile as +212…, 0… or without either: its nine digits are in all of them."""
    return text_secret(f"phone {phone}", phone.removeprefix("+212"))


def found(content: bytes, secrets: Iterable[Secret]) -> list[str]:
    """The names of the secrets that stand in some bytes."""
    folded = fold(content)
    return sorted(
        secret.name for secret in secrets if any(needle in folded for needle in secret.needles)
    )


def has_code(content: bytes, code: str) -> bool:
    """Whether a short code of digits stands somewhere by itself, in no longer number and in no id."""
    return re.search(rb"(?<![0-9A-Fa-f.])%s(?![0-9A-Fa-f])" % code.encode(), content) is not None


def bytes_of(*files: Path) -> bytes:
    """What the files hold; nothing for those that are not there."""
    return b"\n".join(file.read_bytes() for file in files if file.is_file())


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of one row."""

    table: str
    column: str
    value: str


def cells(engine: Engine) -> Iterator[Cell]:
    """Every value of every column of every table, as text."""
    metadata = MetaData()
    with engine.connect() as connection:
        for name in inspect(connection).get_table_names():
            table = Table(name, metadata, autoload_with=connection)
            for row in connection.execute(select(table)).mappings():
                for column, value in row.items():
                    if value is not None:
                        yield Cell(name, str(column), _as_text(value))


def _as_text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def columns_with(everything: Iterable[Cell], secret: Secret) -> set[tuple[str, str]]:
    """Where in the database a secret stands."""
    needles = secret.needles
    return {
        (cell.table, cell.column)
        for cell in everything
        if any(needle in fold(cell.value.encode()) for needle in needles)
    }
