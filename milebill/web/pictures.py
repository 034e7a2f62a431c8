"""Which handed-over files a browser may show as pictures: decided by their content, never by their names."""

import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, UnidentifiedImageError

MAX_BYTES = 5 * 1024 * 1024
"""What is larger is a download: a client opens the page on a phone."""
MAX_PIXELS = 40_000_000

_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
_ORIENTATION, _ON_ITS_SIDE = 0x0112, frozenset({5, 6, 7, 8})
_BROKEN = (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError)


@dataclass(frozen=True)
class Picture:
    """A file's true type and its size in pixels, upright."""

    media_type: str
    width: int
    height: int


def picture_of(content: bytes) -> Picture | None:
    """The picture that `content` is; None for anything else, and for one that is too large to be shown in passing.

    Only the head of the file is read: not a pixel is decoded.
    """
    if len(content) > MAX_BYTES:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=tuple(_TYPES)) as image:
                width, height = image.size
                if image.getexif().get(_ORIENTATION) in _ON_ITS_SIDE:  # browsers turn it
                    width, height = height, width
                media_type = _TYPES[image.format or ""]
    except _BROKEN:
        return None
    if not 0 < width * height <= MAX_PIXELS:
        return None
    return Picture(media_type, width, height)
