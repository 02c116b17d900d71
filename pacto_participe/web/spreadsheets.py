"""Tables for spreadsheets: CSV that no program takes for a formula."""

import csv
import io
from collections.abc import Iterable

from pacto_participe.kernel.spreadsheets import safe_cell

MARK = "\ufeff"  # by it a spreadsheet knows that the text is UTF-8


def row_of(cells: Iterable[str]) -> bytes:
    """One line of a table."""
    file = io.StringIO()
    csv.writer(file).writerow([safe_cell(cell) for cell in cells])
    return file.getvalue().encode()
