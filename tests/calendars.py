"""Calendar files, read by the letter of RFC 5545: what a lenient program would forgive fails here."""

import re

from icalendar import Calendar

_ESCAPES = {"\\\\": "\\", "\\;": ";", "\\,": ",", "\\n": "\n", "\\N": "\n"}


def content_lines(raw: bytes) -> list[str]:
    """The unfolded lines of a file, each of whose lines must end, fold and be encoded as 3.1 says."""
    assert raw.endswith(b"\r\n")
    physical = raw[:-2].split(b"\r\n")
    for line in physical:
        assert 0 < len(line) <= 75, line
        line.decode()  # no character is cut in two
        assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line), line
    return raw[:-2].decode().replace("\r\n ", "").split("\r\n")


def plain_text(value: str) -> str:
    """What a value of type TEXT stands for; nothing may stand in it that had to be escaped (3.3.11)."""
    assert not re.search(r"[;,]|\\(?![\\;,nN])", re.sub(r"\\[\\;,nN]", "", value)), value
    return re.sub(r"\\[\\;,nN]", lambda found: _ESCAPES[found[0]], value)


def entries(raw: bytes) -> list[dict[str, str]]:
    """The entries of a file, by the names of their lines."""
    lines = content_lines(raw)
    assert lines[0], lines[-1] == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    head = lines[1 : lines.index("BEGIN:VEVENT")]
    assert sorted(line.partition(":")[0] for line in head) == ["CALSCALE", "PRODID", "VERSION", "X-WR-CALNAME"]
    found: list[dict[str, str]] = []
    for line in lines[1 + len(head) : -1]:
        name, _, value = line.partition(":")
        if name == "BEGIN":
            assert value == "VEVENT"
            found.append({})
        elif name != "END":
            assert name not in found[-1], line
            found[-1][name] = plain_text(value) if name in {"UID", "SUMMARY", "DESCRIPTION"} else value
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == len(found)
    _another_program_reads_the_same(raw, found)
    return found


def _another_program_reads_the_same(raw: bytes, found: list[dict[str, str]]) -> None:
    # Texts with a backslash are left to the reader above: this one takes a typed "\n" for a line break.
    events = Calendar.from_ical(raw).walk("VEVENT")
    assert [str(event["UID"]) for event in events] == [entry["UID"] for entry in found]
    for event, entry in zip(events, found, strict=True):
        assert not event.errors
        assert event["DTSTART"].dt.isoformat().replace("-", "") == entry["DTSTART;VALUE=DATE"]
        assert str(event["URL"]) == entry["URL"]
        for name in ("SUMMARY", "DESCRIPTION"):
            assert "\\" in entry[name] or str(event[name]) == entry[name]
