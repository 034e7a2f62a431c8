"""Cells of CSV files for bookkeepers: what people typed stays text there, and every number is exact.

RFC 4180 with a byte order mark, so that Excel reads UTF-8. A cell that begins like a formula would be calculated by
the program that opens the file; an apostrophe before it keeps it text (OWASP, "CSV Injection").
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

BOM = "\ufeff"
_FORMULAS = frozenset("=+-@\t\r\n")
_SPACES = " \u00a0\u3000\ufeff"
_NEXT_CELL = re.compile(rf'(?<=[;\t\r\n])(?=[{_SPACES}"]*(\S))')
"""Where a program that separates cells by semicolons, as Excel does in most of Europe, would begin another one: for it
the quotation marks of a cell that is not its line's first mean nothing."""


def text(typed: str) -> str:
    """What somebody typed, as a cell that no program calculates, whatever it takes for the end of a cell."""
    inside = _NEXT_CELL.sub(lambda place: "'" if _begins_formula(place[1]) else "", typed)
    return f"'{inside}" if _begins_formula(typed.lstrip(_SPACES)) else inside


def _begins_formula(typed: str) -> bool:
    """Full-width signs are folded by some programs, so they count."""
    return unicodedata.normalize("NFKC", typed[:1]) in _FORMULAS


def percent(thousandths: int) -> str:
    """A rate in thousandths of a percent as a number: 8875 → "8.875"."""
    whole, rest = divmod(thousandths, 1000)
    return f"{whole}.{rest:03}".rstrip("0") if rest else str(whole)


def lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The file, a line for each row; every cell is ready."""
    yield BOM
    for row in rows:
        line = io.StringIO()
        csv.writer(line, lineterminator="\r\n").writerow(row)
        yield line.getvalue()
