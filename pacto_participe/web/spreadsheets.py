"""Tables for spreadsheets: CSV that no program takes for a formula."""

import csv
import io
from collections.abc import Iterable

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
MARK = "\ufeff"  # by it a spreadsheet knows that the text is UTF-8


def safe_cell(value: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value


def row_of(cells: Iterable[str]) -> bytes:
    """One line of a table."""
    file = io.StringIO()
    csv.writer(file).writerow([safe_cell(cell) for cell in cells])
    return file.getvalue().encode()
