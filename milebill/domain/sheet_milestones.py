"""Milestones from a spreadsheet: pasted cells or a CSV file → rows of a draft, or what is wrong in which cell.

Everything is text. A cell that holds a formula is its letters; nothing is calculated and nothing is guessed in silence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from milebill.agreed_criteria import AgreedCriterion, written_criteria
from milebill.domain import sheet_columns as columns
from milebill.domain.draft import MAX_CRITERIA, MAX_MILESTONES, MAX_TEXT, MAX_TITLE, is_priced_by_items
from milebill.domain.draft_criteria import typed_criteria
from milebill.models.milestone import Trigger
from milebill.models.revision import Draft
from milebill.money import plain
from milebill.sheets import BadSheet, clean, delimiter_of, folded, is_empty, rows_of

MAX_LETTERS = 150_000
"""Of a sheet; a long quote has a tenth of it."""
MAX_COLUMNS, MAX_ROWS = 40, 200
_MAX_PROBLEMS = 20


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell; `row` as the spreadsheet counts, `column` from 0, `cell` as it was typed."""

    code: str
    row: int
    column: int
    cell: str = ""


@dataclass(frozen=True)
class Sheet:
    """What a spreadsheet says."""

    milestones: tuple[dict[str, str], ...]
    """Rows of a draft, without a tax of their own."""
    columns: Mapping[str, int]
    """Meaning → column, of those that are used."""
    unused: tuple[int, ...]
    """Columns in which something stands that is not used."""
    sums: tuple[int, ...]
    """Rows that only add up the others, left out."""
    problems: tuple[Problem, ...]


def read_sheet(text: str, draft: Draft, currency: str, locale: str) -> Sheet:
    """Understand pasted cells or the text of a file; amounts are in `currency` and in the habits of `locale`.

    Raises BadSheet with "empty", "too_large", "too_many_columns", "too_many_rows", "too_many" or "quote".
    """
    table = _table(text)
    heads = columns.by_heads(next(iter(table.values())))
    body = dict(list(table.items())[1:]) if heads else table
    if not body:
        raise BadSheet("empty")
    meant = columns.days_if_due(heads, list(body.values())) if heads else columns.by_cells(list(body.values()))
    rows = {number: row for number, row in body.items() if not _is_sum(row, meant)}
    if len(rows) > MAX_MILESTONES:
        raise BadSheet("too_many")
    reader = _Cells(meant, currency, locale, list(rows.values()), only_percentages=is_priced_by_items(draft))
    milestones = tuple(reader.milestone(number, row) for number, row in rows.items())
    used = {name: place for name, place in meant.items() if name not in reader.needless}
    filled = {place for row in body.values() for place, cell in enumerate(row) if cell}
    unused = tuple(sorted(filled - set(used.values())))
    sums = tuple(number for number in body if number not in rows)
    return Sheet(milestones, used, unused, sums, tuple(reader.problems[:_MAX_PROBLEMS]))


def with_milestones(draft: Draft, rows: Sequence[Mapping[str, str]], *, instead: bool) -> Draft:
    """The draft with `rows` in place of its milestones, or after them; those in which nothing was typed give way."""
    there = [] if instead else [row for row in draft.get("milestones") or [] if _is_begun(row)]
    return {**draft, "milestones": [*there, *(dict(row) for row in rows)]}


def _is_begun(row: Any) -> bool:
    names = ("title", "description", "criteria", "value")
    return isinstance(row, dict) and any(str(row.get(name) or "").strip() for name in names)


def _table(text: str) -> dict[int, list[str]]:
    """The rows in which something stands, by the number that the spreadsheet gives them."""
    if len(text) > MAX_LETTERS:
        raise BadSheet("too_large")
    if not text.strip():
        raise BadSheet("empty")
    delimiter = delimiter_of(text)
    rows = rows_of(text, delimiter)
    if any(delimiter == "\t" and "\t" in cell for row in rows for cell in row):
        raise BadSheet("quote")  # a cell that begins with a quotation mark has swallowed those after it
    found = {number: [clean(cell) for cell in row] for number, row in enumerate(rows, 1) if not is_empty(row)}
    if max(map(len, found.values()), default=0) > MAX_COLUMNS:
        raise BadSheet("too_many_columns")
    if len(found) > MAX_ROWS:
        raise BadSheet("too_many_rows")
    if not found:
        raise BadSheet("empty")
    return found


def _is_sum(row: Sequence[str], meant: Mapping[str, int]) -> bool:
    """Whether it adds up the others: it says so, or has figures and not one word."""
    names = (columns.TITLE, columns.DESCRIPTION, columns.CRITERIA)
    words = [row[meant[name]] for name in names if name in meant and meant[name] < len(row)]
    if not any(words):
        return columns.TITLE in meant
    return folded(words[0]) in columns.SUMS and "=" not in words[0]  # a formula is its letters


class _Cells:
    """Reads the cells of one row after another, and collects what is wrong."""

    def __init__(
        self,
        meant: Mapping[str, int],
        currency: str,
        locale: str,
        rows: Sequence[Sequence[str]],
        only_percentages: bool,
    ):
        self.meant, self.currency, self.locale = meant, currency, locale
        self.only_percentages = only_percentages
        self.problems: list[Problem] = []
        days = [self._cell(row, columns.DAY) for row in rows]
        self.month_first = columns.month_comes_first(days, locale)
        shares = [self._cell(row, columns.PERCENT) for row in rows]
        both = columns.PERCENT in meant and columns.AMOUNT in meant
        self.needless = {columns.AMOUNT} if both and all(shares) else set()
        """Where every row has a percentage, the amounts follow from them; and no criteria, no evidence."""
        if columns.CRITERIA not in meant:
            self.needless.add(columns.EVIDENCE)
        read = [columns.percentage(share) for share in shares]
        self.of_one = len(shares) > 1 and None not in read and sum(share or 0 for share in read) == 1_000
        """Whether percentages are written as parts of one, as a spreadsheet keeps them: 0.3 for 30 %."""

    def milestone(self, number: int, row: Sequence[str]) -> dict[str, str]:
        """One row of a draft."""
        basis, value = self._price(number, row)
        return {
            "title": self._text(number, row, columns.TITLE, MAX_TITLE).replace("\n", " "),
            "description": self._text(number, row, columns.DESCRIPTION, MAX_TEXT),
            "criteria": self._criteria(number, row),
            "planned_on": self._day(number, row),
            "basis": basis,
            "value": value,
            "trigger": self._trigger(number, row),
        }

    def _cell(self, row: Sequence[str], name: str) -> str:
        place = self.meant.get(name)
        return row[place] if place is not None and place < len(row) else ""

    def _wrong(self, code: str, number: int, name: str, cell: str) -> None:
        self.problems.append(Problem(code, number, self.meant[name], cell[:40]))

    def _text(self, number: int, row: Sequence[str], name: str, longest: int) -> str:
        cell = self._cell(row, name)
        if len(cell) > longest:
            self._wrong("too_long", number, name, cell)
        return cell

    def _criteria(self, number: int, row: Sequence[str]) -> str:
        cell = self._text(number, row, columns.CRITERIA, MAX_TEXT)
        field = _one_a_line(cell)
        if len(typed_criteria(field)) > MAX_CRITERIA:
            self._wrong("too_many_criteria", number, columns.CRITERIA, cell)
        return self._checked(number, row, field)

    def _checked(self, number: int, row: Sequence[str], field: str) -> str:
        """The criteria with what a column of its own says of their evidence: one for each of them, or one for all."""
        cell = "" if columns.EVIDENCE in self.needless else self._text(number, row, columns.EVIDENCE, MAX_TEXT)
        said, agreed = (
            [one.text for one in typed_criteria(_one_a_line(cell))],
            [one.agreed for one in typed_criteria(field)],
        )
        if not said:
            return field
        if len(said) == 1 and agreed:
            said *= len(agreed)
        if len(said) != len(agreed):
            self._wrong("evidence", number, columns.EVIDENCE, cell)
            return field
        return written_criteria(
            AgreedCriterion(one.text, "; ".join(filter(None, (one.checked_by, how))))
            for one, how in zip(agreed, said, strict=True)
        )

    def _day(self, number: int, row: Sequence[str]) -> str:
        cell = self._cell(row, columns.DAY)
        if not cell:
            return ""
        try:
            found = columns.day(cell, self.month_first)
        except ValueError:
            self._wrong("ambiguous_day", number, columns.DAY, cell)
            return ""
        if found is None:
            self._wrong("day", number, columns.DAY, cell)
        return found.isoformat() if found else ""

    def _price(self, number: int, row: Sequence[str]) -> tuple[str, str]:
        share = self._cell(row, columns.PERCENT)
        if share or columns.AMOUNT not in self.meant:
            return "percentage", self._share(number, columns.PERCENT, share)
        cell = self._cell(row, columns.AMOUNT)
        if cell.endswith("%"):
            return "percentage", self._share(number, columns.AMOUNT, cell)
        if not cell:
            return "percentage" if self.only_percentages else "amount", ""
        minor = columns.amount(cell, self.currency, self.locale)
        if minor is None or minor < 0:
            self._wrong("amount", number, columns.AMOUNT, cell)
        elif self.only_percentages:
            self._wrong("percentage_only", number, columns.AMOUNT, cell)
        else:
            return "amount", columns.typed(plain(minor, self.currency), self.locale)
        return "amount", ""

    def _share(self, number: int, name: str, cell: str) -> str:
        if not cell:
            return ""
        found = columns.percentage(cell)
        if found is None:
            self._wrong("percent", number, name, cell)
            return ""
        found = found * 100 if self.of_one and name == columns.PERCENT else found
        if found > 100_000:
            self._wrong("over_100", number, name, cell)
        return columns.typed(f"{found // 1000}.{found % 1000:03}".rstrip("0").rstrip("."), self.locale)

    def _trigger(self, number: int, row: Sequence[str]) -> str:
        cell = self._cell(row, columns.DUE)
        is_deposit = columns.deposit(cell)
        if is_deposit is None:
            self._wrong("deposit", number, columns.DUE, cell)
        return str(Trigger.ACCEPTANCE if is_deposit else Trigger.SIGN_OFF)


def _one_a_line(cell: str) -> str:
    """What stands on lines of its own in a cell, or with semicolons between."""
    lines = [line.strip() for line in (cell.split("\n") if "\n" in cell else cell.split(";"))]
    return "\n".join(line for line in lines if line)
