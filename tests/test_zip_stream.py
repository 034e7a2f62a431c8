"""Archives that are sent while they are written: every reader can read them, and no system stumbles over a name."""

import io
import tracemalloc
import zipfile
from datetime import date
from pathlib import PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milebill.zip_stream import MAX_NAME, PIECE, Entry, Names, zip_stream

DAY = date(2026, 3, 4)


def entry(name: str, content: bytes) -> Entry:
    return Entry(name, DAY, lambda: io.BytesIO(content))


def gone() -> io.BytesIO:
    raise FileNotFoundError


def test_what_goes_in_comes_out() -> None:
    contents = {"a.pdf": b"%PDF" * PIECE, "Łoś.xml": b"<a/>", "empty.csv": b""}
    missing: list[str] = []
    entries = [*(entry(*pair) for pair in contents.items()), Entry("gone.pdf", DAY, gone)]
    whole = b"".join(zip_stream(entries, missing.append))
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == contents
        assert {info.date_time for info in archive.infolist()} == {(2026, 3, 4, 0, 0, 0)}
    assert missing == ["gone.pdf"]
    assert b"".join(zip_stream(entries, missing.append)) == whole, "the same entries give the same bytes"


def test_it_is_never_in_memory_as_a_whole() -> None:
    size, count = 4 * PIECE, 400
    content = bytes(range(256)) * (size // 256)
    tracemalloc.start()
    try:
        sent = sum(len(piece) for piece in zip_stream((entry(f"{n}", content) for n in range(count)), print))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sent > 10_000
    assert peak < 3 * size < size * count


@pytest.mark.parametrize(
    ("wanted", "safe"),
    [
        ("2026-0001.pdf", "2026-0001.pdf"),
        ("RE/2026/7.pdf", "RE-2026-7.pdf"),
        ("..\\..\\evil.pdf", "-..-evil.pdf"),
        ("/etc/passwd", "-etc-passwd"),
        ("con.pdf", "_con.pdf"),
        ("LPT1", "_LPT1"),
        ("COM¹.tar.gz", "_COM¹.tar.gz"),
        ("console.pdf", "console.pdf"),
        ("a\x00b\u202ec.pdf", "abc.pdf"),
        ("dots. . .", "dots"),
        (" ", "file"),
        ("Ł" * 300 + ".pdf", "Ł" * (MAX_NAME - 4) + ".pdf"),
    ],
)
def test_a_name_is_safe(wanted: str, safe: str) -> None:
    assert Names().safe(wanted) == safe


def test_a_name_is_there_once() -> None:
    names = Names()
    assert [names.safe(name) for name in ("a.pdf", "A.pdf", "a.pdf", "a-2.pdf", "a")] == [
        "a.pdf", "A-2.pdf", "a-3.pdf", "a-2-2.pdf", "a",
    ]  # fmt: skip


@given(st.lists(st.text(max_size=200), max_size=8))
def test_whatever_is_wanted_windows_can_have(wanted: list[str]) -> None:
    names = Names()
    given = [names.safe(name) for name in wanted]
    assert len({name.casefold() for name in given}) == len(given)
    for name in given:
        assert 0 < len(name) <= MAX_NAME
        assert PureWindowsPath(name).parts == (name,)
        assert not PureWindowsPath(name).is_reserved()
        assert name == name.strip(" .")
        assert not set(name) & set('<>:"/\\|?*')
