"""A supplier's logo, made safe: whatever was uploaded is decoded within limits and written anew as a small PNG."""

import warnings
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 4 * 1024 * 1024
MAX_PIXELS = 24_000_000
BOX = (600, 200)
"""What a logo is fitted into, in pixels: sharp at the size that pages and documents show it."""

_BROKEN = (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning)


class BadLogo(ValueError):
    """The file can't be a logo. `code` says why: too_large, not_an_image."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def safe_logo(content: bytes) -> bytes:
    """The picture in `content` (PNG or JPEG) as a new PNG without metadata. Raises BadLogo."""
    if len(content) > MAX_BYTES:
        raise BadLogo("too_large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=("PNG", "JPEG")) as image:
                if image.width * image.height > MAX_PIXELS:  # before a single pixel is decoded
                    raise BadLogo("too_large")
                return _redrawn(image)
    except _BROKEN as error:
        raise BadLogo("not_an_image") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:  # what Pillow raises for damaged files
        if isinstance(error, BadLogo):
            raise
        raise BadLogo("not_an_image") from error


def _redrawn(image: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(image)
    see_through = "A" in upright.getbands() or "transparency" in upright.info
    picture = upright.convert("RGBA" if see_through else "RGB")
    picture.thumbnail(BOX, Image.Resampling.LANCZOS)
    picture.info.clear()
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
