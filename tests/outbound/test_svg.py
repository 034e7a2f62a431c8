"""SVG to PNG: right pictures, and refusals for what can't be drawn right or should not be drawn at all."""

from io import BytesIO

import pytest
from PIL import Image

from milebill.outbound import svg
from milebill.outbound.rasteriser.checking import MOST_DEPTH, Refused
from milebill.outbound.rasteriser.drawing import drawn
from milebill.outbound.svg import BadSvg, png_of
from tests.drawings import BOMBS, ENDLESS, HOSTILE, RECT
from tests.drawings import svg as drawing


def picture(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png))


@pytest.mark.parametrize(("code", "content"), [*HOSTILE, *BOMBS])
def test_what_is_refused(code: str, content: str) -> None:
    with pytest.raises(Refused, match=f"^{code}$"):
        drawn(content.encode())


def test_another_encoding_hides_nothing() -> None:
    content = '<!DOCTYPE svg [<!ENTITY x "y">]>' + drawing("<title>&x;</title>")
    with pytest.raises(Refused, match="svg_outside"):
        drawn(content.encode("utf-16"))
    assert picture(drawn(drawing(RECT).encode("utf-16"))).size == (1200, 400)


def test_as_deep_as_may_be() -> None:
    levels = MOST_DEPTH - 2
    assert drawn(drawing("<g>" * levels + RECT + "</g>" * levels).encode())


@pytest.mark.parametrize(
    ("box", "size"),
    [("0 0 300 100", (1200, 400)), ("0 0 1 1", (400, 400)), ("0 0 1000 1", (1200, 1)), ("0 0 1e-9 1e9", (1, 400))],
)
def test_it_is_fitted_whatever_its_size(box: str, size: tuple[int, int]) -> None:
    assert picture(drawn(drawing(RECT).replace("0 0 300 100", box).encode())).size == size


def test_a_process_draws_it() -> None:
    shown = picture(png_of(drawing('<rect width="150" height="100" fill="#0b6a4b"/>').encode()))
    assert (shown.mode, shown.size) == ("RGBA", (1200, 400))
    assert shown.getpixel((100, 200)) == (0x0B, 0x6A, 0x4B, 255)
    assert shown.getpixel((1100, 200)) == (0, 0, 0, 0)
    with pytest.raises(BadSvg, match="svg_text"):
        png_of(drawing("<text>Studio</text>").encode())


def test_what_hangs_or_is_too_large_costs_nothing_but_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadSvg, match="svg_too_much"):
        png_of(drawing(RECT + " " * svg.MOST_BYTES).encode())
    with monkeypatch.context() as impatient:
        impatient.setattr(svg, "SECONDS", 0.5)
        with pytest.raises(BadSvg, match="svg_too_much"):
            png_of(ENDLESS.encode())
    monkeypatch.setattr(svg, "TURN_SECONDS", 0.01)
    with svg._turn, pytest.raises(BadSvg, match="svg_busy"):
        png_of(drawing(RECT).encode())
    assert png_of(drawing(RECT).encode())


@pytest.mark.long
@pytest.mark.parametrize(
    "content",
    [
        ENDLESS,
        drawing("<style>" + "*{fill:red}" * 50_000 + "</style>" + '<rect width="9" height="9"/>' * 5000),
        drawing(
            '<path fill="none" stroke="#000" stroke-width="50" stroke-linejoin="round" d="M0 0'
            + "L300 100L0 99" * 60_000
            + '"/>'
        ),
    ],
)
def test_the_process_ends_itself(content: str) -> None:
    with pytest.raises(BadSvg, match="svg_too_much"):
        png_of(content.encode())
