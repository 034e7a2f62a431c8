"""A supplier's logo, made safe: whatever was uploaded is decoded within limits and written anew as a small PNG."""

import warnings
from io import BytesIO

from flask_babel import lazy_gettext as _l
from PIL import Image, ImageOps, UnidentifiedImageError

from milebill.outbound.logo_pictures import on_white
from milebill.outbound.svg import BadSvg, png_of

MAX_BYTES = 4 * 1024 * 1024
MAX_PIXELS = 24_000_000
BOX = (600, 200)
"""What a logo is fitted into, in pixels: sharp at the size that pages and documents show it."""
_NEARLY_WHITE = 235
"""Of 255: a logo with nothing darker than this can't be seen on white paper."""
_SIXTEEN_BITS = 256

WHAT_IS_WRONG = {
    "too_large": _l("This picture is too large. Please choose one of up to 4 MB."),
    "too_pale": _l("Nobody would see this logo on white paper. Please choose a darker one."),
    "not_an_image": _l("This is no picture that we can read. Please choose a PNG, a JPEG or an SVG."),
    "svg_text": _l(
        "There is text in this SVG, but not its font. Please turn the text into paths (outlines), or choose a PNG."
    ),
    "svg_picture": _l("There is another picture inside this SVG. Please choose that picture itself, a PNG or a JPEG."),
    "svg_active": _l("There is a program or a web page inside this SVG. Please export it as a plain drawing."),
    "svg_outside": _l("This SVG refers to something outside of itself. Please export it with everything in it."),
    "svg_style": _l(
        "This SVG has styles that we can’t draw exactly. Please export it with plain colours, or as a PNG."
    ),
    "svg_too_much": _l("This SVG is too large or too intricate. Please choose a simpler one, or a PNG."),
    "svg_broken": _l("This SVG can’t be drawn: it is damaged, or does not say its size. Please choose a PNG."),
    "svg_busy": _l("Another logo is being drawn just now. Please try once more."),
}
"""By BadLogo's code."""

_BROKEN = (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning)


class BadLogo(ValueError):
    """The file can't be a logo. `code` says why: too_large, too_pale, not_an_image, or one of outbound.svg.BadSvg."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def safe_logo(content: bytes) -> bytes:
    """The picture in `content` (PNG, JPEG or SVG) as a new PNG without metadata: RGB, or RGBA where it is see-through.

    Raises BadLogo, also for what nobody would see on white paper.
    """
    if len(content) > MAX_BYTES:
        raise BadLogo("too_large")
    if content.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<"):
        try:
            content = png_of(content)
        except BadSvg as bad:
            raise BadLogo(bad.code) from bad
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
    if upright.mode.startswith("I"):  # 16 bits of grey, which Pillow would cut off at 255
        upright = upright.convert("I").point(lambda level: level / _SIXTEEN_BITS).convert("L")
        upright.info.clear()
    see_through = "A" in upright.getbands() or "transparency" in upright.info
    picture = upright.convert("RGBA" if see_through else "RGB")
    picture.thumbnail(BOX, Image.Resampling.LANCZOS)
    picture.info.clear()
    if not any(on_white(picture).convert("L").histogram()[: _NEARLY_WHITE + 1]):
        raise BadLogo("too_pale")
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
