"""What stays of typed text, and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milebill.typed_text import plain_text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Pay \u202e001\u202c now", "Pay 001 now"),
        ("\u202aA\u202bB\u202dC\u2066D\u2067E\u2068F\u2069", "ABCDEF"),
        ("\u206aA\ufff9B\ufffaC\ufffb", "ABC"),
        ("A\x00B\x07C\x1bD\x7fE\x9bF", "ABCDEF"),
        ("one\x0btwo\x0cthree\x85four\x1ffive", "one two three four five"),
        ("One\r\n\tTwo\nThree", "One\r\n\tTwo\nThree"),
        ("\u200f(שלום)\u200e \u061c١٢٣", "\u200f(שלום)\u200e \u061c١٢٣"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d👩\u200d👧\ufe0f", "👩\u200d👩\u200d👧\ufe0f"),
        ("soft\u00adly \u2028 €5 ", "soft\u00adly \u2028 €5 "),
    ],
)
def test_only_what_steers_other_text_goes(typed: str, kept: str) -> None:
    assert plain_text(typed) == kept


@given(st.text())
def test_it_is_done_once(typed: str) -> None:
    kept = plain_text(typed)
    assert plain_text(kept) == kept
    assert not set(kept) & {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A)), "\0", "\x1b"}
