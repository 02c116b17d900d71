"""Lines of a `.pb` file as records: semicolons, quotation marks, sections, line numbers."""

import csv
import zlib
from collections.abc import Iterator

SECTIONS = ("META", "PROJECTS", "VOTES")
MAX_BYTES = 1 << 30  # a file that unpacks to more is refused
_MAX_LINES_IN_A_FIELD = 200
_GZIP_MAGIC = b"\x1f\x8b"


class DamagedFile(ValueError):
    """The file cannot be read: one cause, at one line (the first is 1)."""

    def __init__(self, line: int, cause: str) -> None:
        super().__init__(f"line {line}: {cause}")
        self.line = line
        self.cause = cause


def text_of(content: bytes) -> str:
    """The text of a file, unpacked when it is gzipped. Raises DamagedFile."""
    if content.startswith(_GZIP_MAGIC):
        content = _unpacked(content)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DamagedFile(line, "the text is not UTF-8") from None


def _unpacked(content: bytes) -> bytes:
    """All members of a gzip file, up to MAX_BYTES."""
    parts: list[bytes] = []
    room = MAX_BYTES
    try:
        while content:
            unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
            parts.append(unpacker.decompress(content, room))
            room -= len(parts[-1])
            if unpacker.unconsumed_tail or room <= 0:
                raise DamagedFile(1, f"the compressed file unpacks to more than {MAX_BYTES} bytes")
            if not unpacker.eof:
                raise DamagedFile(1, "the compressed file is cut short")
            content = unpacker.unused_data
    except zlib.error:
        raise DamagedFile(1, "the compressed file is damaged") from None
    return b"".join(parts)


def records(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """(line number, fields) of each record that is not blank. Raises DamagedFile."""
    position = 0
    while position < len(lines):
        line = lines[position]
        if '"' not in line:
            if line and not line.isspace():
                yield position + 1, line.split(";")
            position += 1
        else:
            fields, used = _quoted(lines, position)
            yield position + 1, fields
            position += used


def _quoted(lines: list[str], position: int) -> tuple[list[str], int]:
    """The fields of a record with quotation marks, and how many lines it takes."""
    end = min(len(lines), position + _MAX_LINES_IN_A_FIELD)
    for used in range(1, end - position + 1):
        record = "\n".join(lines[position : position + used])
        try:
            return next(csv.reader([record], delimiter=";", strict=True)), used
        except csv.Error as error:
            if "unexpected end" not in str(error):
                # Some cities write "Name" of a thing;… without quoting the field: it means itself.
                return lines[position].split(";"), 1
    raise DamagedFile(position + 1, "a quotation mark is opened and never closed")
