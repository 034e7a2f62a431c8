"""A calendar file, by RFC 5545: all-day entries, written so that what people typed stays text.

Not by the package icalendar: it takes a typed "\\N" for a line break (so "C:\\New" loses its letter), and brings 1.8 MB
and two more packages for the few lines that are needed here. The tests read our files with it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

OCTETS = 75
"""Of a line at most, without its end (3.1)."""
_BREAKS = re.compile(r"\r\n|\r|\n")
_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_ESCAPED = re.compile(r"[\\;,]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A day of somebody's calendar; by its `uid` it takes the place of what was there before."""

    uid: str
    day: date
    summary: str
    description: str
    url: str
    changed_at: datetime
    cancelled: bool = False


def calendar(name: str, entries: Iterable[Entry]) -> bytes:
    """The file. It needs at least one entry (3.4); without a METHOD it is to be kept, and asks nobody for an answer."""
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//milebill//milebill//EN", "CALSCALE:GREGORIAN")
    body = (line for entry in entries for line in _entry(entry))
    lines = (*head, f"X-WR-CALNAME:{text(name)}", *body, "END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines).encode()


def text(typed: str) -> str:
    """A value of type TEXT (3.3.11). Control characters have no place in one, so they are left out."""
    escaped = _ESCAPED.sub(r"\\\g<0>", _BREAKS.sub("\n", typed))
    return _CONTROLS.sub("", escaped.replace("\n", r"\n"))


def folded(line: str) -> str:
    """A content line, cut between characters into lines of at most 75 octets (3.1).

    Never after a backslash: some programs read line by line, and would take what it escapes for something else.
    """
    pieces, piece, size = [], "", 0
    for sign in _signs(line):
        octets = len(sign.encode())
        if size + octets > OCTETS:
            pieces.append(piece)
            piece, size = "", 1  # the space that begins a continued line
        piece += sign
        size += octets
    return "\r\n ".join((*pieces, piece))


def _signs(line: str) -> Iterator[str]:
    return (match[0] for match in re.finditer(r"\\?.", line, re.DOTALL))


def _entry(entry: Entry) -> Iterator[str]:
    moment = entry.changed_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    yield "BEGIN:VEVENT"
    yield f"UID:{text(entry.uid)}"
    yield f"DTSTAMP:{moment}"  # without a METHOD: when it was last revised (3.8.7.2)
    yield f"LAST-MODIFIED:{moment}"
    yield f"DTSTART;VALUE=DATE:{entry.day.isoformat().replace('-', '')}"
    yield f"SUMMARY:{text(entry.summary)}"
    yield f"DESCRIPTION:{text(entry.description)}"
    yield f"URL:{entry.url}"
    yield f"STATUS:{'CANCELLED' if entry.cancelled else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"  # it is a day to know of, and nobody is busy
    yield "END:VEVENT"
