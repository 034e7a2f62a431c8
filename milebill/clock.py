"""The one clock of the product: aware times in UTC, which tests and the demo can set."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

_frozen: ContextVar[datetime | None] = ContextVar("milebill_clock", default=None)


def now() -> datetime:
    """The present moment in UTC, to the microsecond."""
    return _frozen.get() or datetime.now(UTC)


def today(time_zone: str) -> date:
    """The calendar day that it is now in `time_zone` (an IANA name such as "Europe/Berlin")."""
    return day_of(now(), time_zone)


def day_of(moment: datetime, time_zone: str) -> date:
    """The calendar day on which `moment` (aware) falls in `time_zone`."""
    return moment.astimezone(ZoneInfo(time_zone)).date()


def at_eight(day: date, time_zone: str) -> datetime:
    """The UTC moment at which it is eight in the morning of `day` in `time_zone`."""
    return datetime.combine(day, time(8), ZoneInfo(time_zone)).astimezone(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let `now()` answer `moment` (aware) inside the block; other threads keep the real time."""
    token = _frozen.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
