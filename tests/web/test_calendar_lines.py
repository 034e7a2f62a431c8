"""How calendar files are written: held to the letter by a strict reader, for every text that people type."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milebill.web.calendar_lines import Entry, calendar, folded, text
from tests.calendars import content_lines, entries, plain_text

MOMENT = datetime(2027, 3, 3, 23, 30, 15, 999_999, tzinfo=timezone(timedelta(hours=-2)))


def an_entry(**changes: object) -> Entry:
    entry = Entry("milestone-1@example.com", date(2027, 3, 9), "Step 1", "Planned.", "https://example.com/q/x", MOMENT)
    return Entry(**{name: changes.get(name, getattr(entry, name)) for name in Entry.__slots__})


def test_a_file_by_the_letter() -> None:
    assert calendar("A, B", [an_entry(), an_entry(uid="b", cancelled=True)]).decode() == "\r\n".join(
        (
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//milebill//milebill//EN",
            "CALSCALE:GREGORIAN",
            "X-WR-CALNAME:A\\, B",
            *_event("milestone-1@example.com", "CONFIRMED"),
            *_event("b", "CANCELLED"),
            "END:VCALENDAR",
            "",
        )
    )


def _event(uid: str, status: str) -> tuple[str, ...]:
    return (
        "BEGIN:VEVENT",
        f"UID:{uid}",
        "DTSTAMP:20270304T013015Z",
        "LAST-MODIFIED:20270304T013015Z",
        "DTSTART;VALUE=DATE:20270309",
        "SUMMARY:Step 1",
        "DESCRIPTION:Planned.",
        "URL:https://example.com/q/x",
        f"STATUS:{status}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    )


@pytest.mark.parametrize(
    ("typed", "written", "read"),
    [
        ("a;b,c", "a\\;b\\,c", "a;b,c"),
        ("C:\\New\\names", "C:\\\\New\\\\names", "C:\\New\\names"),
        ("one\ntwo\r\nthree\rfour", "one\\ntwo\\nthree\\nfour", "one\ntwo\nthree\nfour"),
        ("a\r\nEND:VEVENT\r\nBEGIN:VALARM", "a\\nEND:VEVENT\\nBEGIN:VALARM", "a\nEND:VEVENT\nBEGIN:VALARM"),
        ("bell\x07, nul\x00, tab\t", "bell\\, nul\\, tab\t", "bell, nul, tab\t"),
        ("\u2028\x85\ufeff", "\u2028\x85\ufeff", "\u2028\x85\ufeff"),
        ('"quoted": ^n', '"quoted": ^n', '"quoted": ^n'),
        ("", "", ""),
    ],
)
def test_texts_are_escaped(typed: str, written: str, read: str) -> None:
    assert (text(typed), plain_text(written)) == (written, read)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_any_text_comes_back(typed: str) -> None:
    kept = "".join(sign for sign in plain_text(text(typed)) if sign not in "\r\n")
    assert kept == "".join(sign for sign in typed if (ord(sign) >= 32 and sign != "\x7f") or sign == "\t")
    found = entries(calendar(typed, [an_entry(summary=typed, description=typed * 2)]))
    assert found[0]["SUMMARY"] == plain_text(text(typed))
    assert found[0]["DESCRIPTION"] == plain_text(text(typed * 2))


@pytest.mark.parametrize("sign", ["a", "ß", "€", "🎉", "\\;"])
def test_lines_fill_75_octets_and_no_more(sign: str) -> None:
    size = len(sign.encode())
    for before in range(70, 80):
        line = "X" * before + sign * 200
        lines = f"{folded(line)}\r\n".encode()
        assert content_lines(lines) == [line]
        physical = lines.removesuffix(b"\r\n").split(b"\r\n")
        assert all(len(piece) > 75 - size for piece in physical[:-1])
        assert not any(piece.endswith(b"\\") for piece in physical)


def test_a_moment_is_told_in_utc() -> None:
    found = entries(calendar("x", [an_entry(changed_at=MOMENT.astimezone(UTC))]))
    assert found[0]["DTSTAMP"] == found[0]["LAST-MODIFIED"] == "20270304T013015Z"
