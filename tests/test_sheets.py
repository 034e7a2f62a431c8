"""Tables of cells from outside: bytes, signs between cells, quotation marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milebill.sheets import BadSheet, clean, decoded, delimiter_of, letter, rows_of

TEXT = "Größe\tétape\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_encoding_of_a_spreadsheet_is_read(encoding: str) -> None:
    assert decoded(TEXT.encode(encoding)) == TEXT


@pytest.mark.parametrize("content", [b"a\0b", b"\xff\xfea", b"\xff\xfe\x00\xd8", b"\x81\x8d", "a".encode("utf-16-le")])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(BadSheet, match="encoding"):
        decoded(content)


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a\tb\nc\td", "\t"),
        ("a;1.000,00;3,5\nb;2.000,00;4,5", ";"),
        ('Title,Criteria\nA,"x; y; z"\nB,x', ","),
        ("a\tb, c, d\ne\tf; g", "\t"),
        ("One\nTwo", "\t"),
        ("", "\t"),
    ],
)
def test_the_sign_between_cells_is_the_one_that_makes_the_rows_even(text: str, delimiter: str) -> None:
    assert delimiter_of(text) == delimiter


def test_a_cell_that_never_ends_is_told() -> None:
    with pytest.raises(BadSheet, match="quote"):
        rows_of('"' + "x" * 200_000, ",")


@given(st.text())
def test_a_clean_cell_can_be_kept(text: str) -> None:
    cell = clean(text)
    assert all(sign.isprintable() or sign in "\n\u200c\u200d\u200e\u200f\u061c" for sign in cell)
    assert clean(cell) == cell


def test_what_joins_letters_stays_in_a_cell() -> None:
    assert clean("می\u200cخواهم \u200f(א)\u202e 👩\u200d👧\x07") == "می\u200cخواهم \u200f(א) 👩\u200d👧"


def test_columns_are_called_as_spreadsheets_call_them() -> None:
    assert [letter(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
