"""A supplier's colour: whatever it is, what is written on it and in it can be read (WCAG 2.2, AA)."""

import re
from dataclasses import astuple
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from milebill.brand import DAY, LINE, NIGHT, TEXT, by_day, by_night, contrast, relative_luminance

TOKENS = (Path(__file__).parents[1] / "static/css/tokens.css").read_text("utf-8")
OWN = "#0b6a4b"
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def backgrounds(css: str) -> list[str]:
    return re.findall(r"--(?:paper|sheet|tint|\w+-wash): (#[0-9a-f]{6});", css)


LIGHT, DARK = TOKENS.split("@media (prefers-color-scheme: dark)")


@given(COLOURS)
@example("#000000")
@example("#ffffff")
@example("#ffff00")
@example("#0000ff")
def test_every_colour_can_be_read(colour: str) -> None:
    day, night = by_day(colour), by_night(colour)
    for look, background in ((day, DAY), (night, NIGHT)):
        assert contrast(look.text, background) >= TEXT
        assert contrast(look.line, background) >= LINE
        assert contrast(look.ink, look.fill) >= TEXT
        assert contrast(look.ink, look.over) >= TEXT
    assert contrast(day.text, "#ffffff") >= TEXT, "on paper, too"
    assert contrast(night.fill, NIGHT) >= LINE, "a black button is seen in the dark"


@given(COLOURS)
def test_what_can_be_read_stays_as_it_is(colour: str) -> None:
    day, night = by_day(colour), by_night(colour)
    assert day.fill == colour
    assert (day.text == colour) == (contrast(colour, DAY) >= TEXT)
    assert (night.line == colour) == (contrast(colour, NIGHT) >= LINE and relative_luminance(colour) > 0.1)


def test_no_background_of_ours_is_beyond_what_is_reckoned_with() -> None:
    assert len(backgrounds(LIGHT)) > 4
    assert len(backgrounds(DARK)) > 4
    assert all(relative_luminance(colour) >= relative_luminance(DAY) for colour in backgrounds(LIGHT))
    assert all(relative_luminance(colour) <= relative_luminance(NIGHT) for colour in backgrounds(DARK))


@pytest.mark.parametrize(("css", "name", "look"), [(LIGHT, "day", by_day(OWN)), (DARK, "night", by_night(OWN))])
def test_our_own_colour_is_treated_like_any_other(css: str, name: str, look: object) -> None:
    names = ("fill", "ink", "over", "text", "line")
    found = dict(re.findall(rf"var\(--{name}-(\w+), (#[0-9a-f]{{6}})\)", css))
    assert found == dict(zip(names, astuple(look), strict=True))  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("a", "b", "ratio"), [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#f00f00", "#f00f00", 1)]
)
def test_contrast_as_wcag_counts_it(a: str, b: str, ratio: float) -> None:
    assert contrast(a, b) == pytest.approx(ratio, abs=0.01)
    assert contrast(a, b) == contrast(b, a)
