"""The letterhead: a colour that can be read on paper, a logo of any shape in its place."""

from base64 import b64decode
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from milebill.brand import contrast
from milebill.outbound.letterhead import INK, brand_of
from tests.pictures import picture


@given(st.integers(0, 0xFFFFFF))
def test_every_colour_can_be_read_on_white(colour: int) -> None:
    assert contrast(brand_of("Studio", f"#{colour:06x}", None).colour, "#ffffff") >= 4.5


@pytest.mark.parametrize(
    ("colour", "printed"),
    [("#0f6b5c", "#0f6b5c"), ("#000000", "#000000"), ("", INK), ("red", INK), ("#12345", INK), ("#12345g", INK)],
)
def test_a_colour_that_can_be_read_stays(colour: str, printed: str) -> None:
    assert brand_of("Studio", colour, None).colour == printed


@pytest.mark.parametrize(
    ("pixels", "tenths"),
    [
        ((600, 200), (480, 160)),
        ((600, 60), (700, 70)),
        ((200, 200), (160, 160)),
        ((10, 600), (2, 160)),
        ((1200, 1), (700, 1)),
    ],
)
def test_a_logo_keeps_its_shape_in_the_letterhead(pixels: tuple[int, int], tenths: tuple[int, int]) -> None:
    brand = brand_of("Studio", "#0f6b5c", picture(size=pixels))
    assert (brand.logo_width, brand.logo_height) == tenths
    assert (brand.logo or "").startswith("data:image/png;base64,")


def test_a_logo_that_is_see_through_is_printed_on_white() -> None:
    png = BytesIO()
    Image.new("RGBA", (60, 20), (0, 0, 255, 51)).save(png, "PNG")
    printed = brand_of("Studio", "#0f6b5c", png.getvalue()).logo or ""
    with Image.open(BytesIO(b64decode(printed.partition(",")[2]))) as image:
        assert (image.mode, image.getpixel((30, 10))) == ("RGB", (204, 204, 255))


@pytest.mark.parametrize("logo", [None, b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n" + b"\0" * 20])
def test_what_is_no_logo_leaves_the_name(logo: bytes | None) -> None:
    assert brand_of("Studio", "#0f6b5c", logo).logo is None
