"""Whose paper it is: name, colour and logo, so that they can be printed."""

import base64
import re
import struct
from dataclasses import dataclass

from milebill.brand import by_day
from milebill.outbound.logo_pictures import on_paper

INK = "#1b2128"
"""The colour of a house that has none."""
LOGO_BOX = (70, 16)
"""What a logo may take of the letterhead: width and height in millimetres."""
_PNG = b"\x89PNG\r\n\x1a\n"
_COLOUR = re.compile("#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Brand:
    """The letterhead."""

    name: str
    colour: str
    """Dark enough for text on white paper."""
    logo: str | None
    """A data address: the renderer reads no files."""
    logo_width: int
    """In tenths of a millimetre."""
    logo_height: int


def brand_of(name: str, colour: str, logo: bytes | None) -> Brand:
    """The letterhead of a house with a colour ("#rrggbb", or nothing) and a logo (a PNG, or nothing)."""
    readable = by_day(colour.lower()).text if _COLOUR.fullmatch(colour) else INK
    size = _png_size(logo) if logo else None
    if logo is None or size is None:
        return Brand(name, readable, None, 0, 0)
    return Brand(name, readable, data_address(on_paper(logo)), *_fitted(*size))


def data_address(png: bytes) -> str:
    """A picture as an address that needs no fetching."""
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _png_size(png: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, as the header says; None for what is no PNG."""
    if not png.startswith(_PNG) or len(png) < 24:
        return None
    width, height = struct.unpack(">II", png[16:24])
    return (width, height) if width and height else None


def _fitted(width: int, height: int) -> tuple[int, int]:
    """The largest size in the box with the picture's proportions, in tenths of a millimetre."""
    most_width, most_height = (10 * side for side in LOGO_BOX)
    if width * most_height > height * most_width:
        return most_width, max(most_width * height // width, 1)
    return max(most_height * width // height, 1), most_height
