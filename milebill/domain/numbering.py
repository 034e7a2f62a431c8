"""Numbers without gaps: taken from a counting row, under the workspace's lock, in the transaction that uses them."""

from sqlalchemy import bindparam, update

from milebill.domain.work import Work
from milebill.models import NumberSeries

_TAKE = (
    update(NumberSeries.__table__)  # type: ignore[arg-type]
    .where(
        NumberSeries.workspace_id == bindparam("of_workspace"),
        NumberSeries.kind == bindparam("of_kind"),
        NumberSeries.year == bindparam("of_year"),
    )
    .values(last=NumberSeries.last + 1)
    .returning(NumberSeries.pattern, NumberSeries.last)
)

PATTERNS = {"invoice": "{year}-{seq:04}", "credit_note": "CN-{year}-{seq:04}", "quote": "Q-{year}-{seq:03}"}


def next_number(work: Work, kind: str) -> str:
    """The next number of the workspace's series for `kind` and the current year."""
    year = work.today.year
    key = {"of_workspace": work.workspace.id, "of_kind": kind, "of_year": year}
    row = work.connection.execute(_TAKE, key).one_or_none()
    if row is None:
        pattern = PATTERNS[kind]
        work.append(NumberSeries, workspace_id=work.workspace.id, kind=kind, year=year, pattern=pattern, last=1)
        return format_number(pattern, year, 1)
    return format_number(row.pattern, year, row.last)


def format_number(pattern: str, year: int, sequence: int) -> str:
    """A pattern's {year} and {seq} filled in."""
    return pattern.format(year=year, seq=sequence)
