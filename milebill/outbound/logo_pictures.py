"""A logo as pictures on white: for paper, and small enough for a mail."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from PIL import Image

MAIL_BOX = (200, 44)
"""What a logo may take of a mail, in CSS pixels; the picture has twice as many."""
_COLOURS = 128
"""A mail's logo has so many, which keeps it at a few kilobytes."""


@dataclass(frozen=True)
class MailLogo:
    """A picture that travels in the mail itself: nothing is fetched when it is read, so nobody learns when."""

    content_id: str
    png: bytes
    width: int
    """In CSS pixels."""
    height: int


def on_white(picture: Image.Image) -> Image.Image:
    """The picture as it looks on white paper."""
    paper = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(paper, picture.convert("RGBA")).convert("RGB")


@lru_cache(maxsize=16)
def on_paper(png: bytes) -> bytes:
    """A stored logo without transparency, which archives and old printers are troubled by."""
    with Image.open(BytesIO(png), formats=("PNG",)) as picture:
        return png if picture.mode == "RGB" else _png(on_white(picture))


@lru_cache(maxsize=16)
def mail_logo(png: bytes) -> MailLogo:
    """A stored logo for a mail: on white, because what reads it may be dark, and no larger than it is shown."""
    with Image.open(BytesIO(png), formats=("PNG",)) as picture:
        scale = min(MAIL_BOX[0] / picture.width, MAIL_BOX[1] / picture.height)
        width, height = (max(round(side * scale), 1) for side in picture.size)
        small = on_white(picture)
    small.thumbnail((2 * width, 2 * height), Image.Resampling.LANCZOS)
    small = small.quantize(_COLOURS, dither=Image.Dither.NONE)
    return MailLogo(f"logo.{hashlib.sha256(png).hexdigest()[:16]}@milebill", _png(small), width, height)


def _png(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
