"""Text from people that runs the other way keeps to itself."""

import pytest

from milebill.outbound.isolates import isolated


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Żółw", "Żółw"),
        ("חברה", "\u2068חברה\u2069"),
        ("Line 1\n\nשורה 2", "\u2068Line 1\u2069\n\n\u2068שורה 2\u2069"),
        ("سلام", "\u2068سلام\u2069"),
        ("€100\u202e001€", "€100001€"),
        ("\u2067a\u2069", "a"),
        (None, None),
        (12, 12),
        ({"name": "דוד", "of": ["x", {"y": "א"}]}, {"name": "\u2068דוד\u2069", "of": ["x", {"y": "\u2068א\u2069"}]}),
        (("א", 1), ["\u2068א\u2069", 1]),
    ],
)
def test_right_to_left_values_are_isolated_and_reversing_ones_harmless(value: object, found: object) -> None:
    assert isolated(value) == found
