"""From a day to a day, as addresses have them."""

from datetime import date
from typing import NamedTuple

from flask import request


class Period(NamedTuple):
    """Both days are included."""

    first: date
    last: date

    @property
    def query(self) -> str:
        """For an address that shows the same period."""
        return f"from={self.first.isoformat()}&to={self.last.isoformat()}"


def period_from_request(today: date) -> Period:
    """`?from=…&to=…`; what is odd or missing is the first day of the year, and today."""
    first, last = _day("from"), _day("to")
    last = last or today
    return Period(first or last.replace(month=1, day=1), last)


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
