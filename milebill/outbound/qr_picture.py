"""QR codes as small black-and-white PNGs: no text and no colour, so that they may stand in a PDF/A."""

from io import BytesIO

import segno
from PIL import Image, ImageDraw
from segno import QRCode

PIXELS_PER_MODULE = 4
SWISS_PIXELS_PER_MODULE = 8
"""Finer, because the cross in the middle has to be 7 of the code's 46 mm wide."""
_SIDE, _CROSS, _FIELD, _ARM, _BREADTH = 4600, 700, 600, 389, 117
"""In hundredths of a millimetre: the code, the white square on it, the black one, and the white cross in that."""


def qr_png(code: QRCode, pixels: int = PIXELS_PER_MODULE) -> bytes:
    """The code without a quiet zone: the page around it is white."""
    out = BytesIO()
    code.save(out, kind="png", scale=pixels, border=0)
    return out.getvalue()


def swiss_qr_png(payload: str) -> bytes:
    """The code of a QR-bill, with the Swiss cross in its middle (error correction M, as the guidelines demand)."""
    code = segno.make_qr(payload, error="m", boost_error=False, encoding="utf-8")
    picture = Image.open(BytesIO(qr_png(code, SWISS_PIXELS_PER_MODULE))).convert("1")
    draw = ImageDraw.Draw(picture)
    for width, height, colour in (
        (_CROSS, _CROSS, 1),
        (_FIELD, _FIELD, 0),
        (_ARM, _BREADTH, 1),
        (_BREADTH, _ARM, 1),
    ):
        draw.rectangle(_centred(picture.width, width, height), fill=colour)
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _centred(side: int, width: int, height: int) -> tuple[int, int, int, int]:
    """The corners, both included, of a box (hundredths of a millimetre) in the middle of `side` pixels."""
    half_width, half_height = (side * length // _SIDE // 2 for length in (width, height))
    return side // 2 - half_width, side // 2 - half_height, side // 2 + half_width - 1, side // 2 + half_height - 1
