"""Tables of cells that come from outside, as a file or as cells that were pasted: bytes → text → rows.

Nothing in them is believed: no size without a limit, no cell is calculated, and signs that nobody can see are gone.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Sequence

from milebill.typed_text import plain_text

_MAX_HEAD = 100
"""Longer heads are none. Taking them apart would cost as much as their length squared."""
_DELIMITERS = "\t;,"
_JOINERS = frozenset("\u200c\u200d\u200e\u200f\u061c")
_SAMPLE = 200
"""Rows by which the sign between cells is found."""


class BadSheet(ValueError):
    """Not a table that we can read. `code` says why: encoding, quote."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8 with or without a mark, UTF-16 with one, else Windows-1252. Raises BadSheet."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadSheet("encoding")


def commonest(sample: str, signs: str = ";,\t") -> str:
    """The one of `signs` that a sample of lines has most of; the first one of several."""
    return max(signs, key=sample.count)


def rows_of(text: str, delimiter: str) -> list[list[str]]:
    """The rows of cells, quotation marks taken off. Raises BadSheet("quote") for a cell that never ends."""
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:  # a cell beyond the csv module's limit: a quotation mark was not closed
        raise BadSheet("quote") from error


def delimiter_of(text: str) -> str:
    """The sign between the cells: the one that gives most rows as many cells as the first one, and more than one.

    csv.Sniffer guesses letters and fails on single columns, and by counting, commas of amounts win.
    """
    return max(_DELIMITERS, key=lambda sign: _evenness(text, sign))


def _evenness(text: str, delimiter: str) -> float:
    sample = "".join(text.splitlines(keepends=True)[:_SAMPLE])
    widths = [len(row) for row in rows_of(sample, delimiter) if row]
    if not widths or widths[0] < 2:
        return 0
    return sum(width == widths[0] for width in widths) / len(widths)


def folded(head: str) -> str:
    """The head of a column in small ASCII letters and single spaces, without what stands in brackets."""
    small = unicodedata.normalize("NFKD", head[:_MAX_HEAD].casefold()).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"\(.*?\)|[^a-z]", " ", small).split())


def letter(column: int) -> str:
    """How spreadsheets call a column, counted from 0: "A", "Z", "AA"."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def clean(cell: str) -> str:
    """The cell's text with its own line ends, and without signs that nobody sees or no database keeps."""
    lines = plain_text(cell).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    shown = ("".join(sign if _is_seen(sign) else " " for sign in line).strip() for line in lines)
    return "\n".join(shown).strip()


def _is_seen(sign: str) -> bool:
    """And what joins letters, or marks their direction."""
    return sign.isprintable() or sign in _JOINERS


def is_empty(row: Sequence[str]) -> bool:
    """Whether nothing stands in the row."""
    return not any(cell.strip() for cell in row)
