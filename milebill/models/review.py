"""A clause of a quote: how many working days the client has to review a milestone, and when they are reminded.

Silence accepts nothing. Days are counted from the one after the day on which the milestone was put before the client.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from milebill import working_days

MAX_DAYS = 60
REMINDER = "reminder"
"""What silence means: people are reminded, and nothing else happens."""
_LEAST_APART, _WEEK, _SHARE = 2, 5, 5


@dataclass(frozen=True, slots=True)
class Review:
    """The clause as it was offered and accepted."""

    days: int
    """Working days, 1 … MAX_DAYS."""

    @property
    def apart(self) -> int:
        """Working days between the reminders: a fifth of the time, at least two days and at most a week."""
        return min(max(self.days // _SHARE, _LEAST_APART), _WEEK)

    @property
    def reminders(self) -> tuple[int, ...]:
        """The days, counted from 1, on which whoever has not answered is reminded: some days before the end if there
        is time for that, on the last day, and once after it."""
        early = (self.days - self.apart,) if self.days >= _SHARE else ()
        return (*early, self.days, self.days + self.apart)

    @property
    def passed(self) -> int:
        """The day on which the supplier is told that the time is over."""
        return self.days + 1

    def last_day(self, submitted_on: date) -> date:
        """The last day of the review of what was put before the client on that day."""
        return working_days.after(submitted_on, self.days)

    def date_of(self, day: int, until: date) -> date:
        """The calendar day of the review's day number `day`, where its last day is `until`."""
        return working_days.after(until, day - self.days)

    def day_of(self, today: date, until: date) -> int:
        """The number of the review's day that it is on `today`, where its last day is `until`."""
        if today > until:
            return self.days + working_days.between(until, today)
        return self.days - working_days.between(today, until)

    def content(self) -> dict[str, Any]:
        """The clause in a quote's frozen content. Another way to count, or to take silence, gets another word."""
        return {"days": self.days, "counted": "working_days", "silence": REMINDER}


def review_of(clauses: Mapping[str, Any] | None) -> Review | None:
    """The clause in the `clauses` of a content or a project; None where nothing was agreed."""
    found = (clauses or {}).get("review")
    return Review(found["days"]) if found else None
