"""Numbers without gaps: taken from a counting row, under the workspace's lock, in the transaction that uses them."""

from sqlalchemy import select

from milebill.domain.work import Work
from milebill.models import NumberSeries

PATTERNS = {"invoice": "{year}-{seq:04}", "quote": "Q-{year}-{seq:03}"}


def next_number(work: Work, kind: str) -> str:
    """The next number of the workspace's series for `kind` and the current year."""
    year = work.today.year
    series = work.session.scalar(
        select(NumberSeries).where(
            NumberSeries.workspace_id == work.workspace.id, NumberSeries.kind == kind, NumberSeries.year == year
        )
    )
    if series is None:
        series = NumberSeries(workspace_id=work.workspace.id, kind=kind, year=year, pattern=PATTERNS[kind], last=0)
        work.session.add(series)
    return series.take()
