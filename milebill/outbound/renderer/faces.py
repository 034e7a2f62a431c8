"""The typefaces that documents are set in."""

from pathlib import Path
from typing import Literal

from reportlab import rl_config
from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus.tables import CellStyle
from xhtml2pdf import default

FONTS = Path(__file__).parents[1] / "fonts"
FAMILY = "Inter"
FACES: dict[tuple[Literal[0, 1], Literal[0, 1]], str] = {
    (0, 0): "Inter-Regular",
    (1, 0): "Inter-SemiBold",
    (0, 1): "Inter-Italic",
    (1, 1): "Inter-SemiBold",
}
"""The file for each (bold, italic). Semi-bold is as loud as our documents get."""


def prepare() -> None:
    """Teach the renderer our typeface, once for all documents."""
    for (bold, italic), name in FACES.items():
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(FONTS / f"{name}.ttf")))
        addMapping(FAMILY, bold, italic, name)
    default.DEFAULT_FONT[FAMILY.lower()] = FAMILY
    # Otherwise each page and each cell begins by choosing Helvetica, which no PDF/A may do without embedding it.
    rl_config.canvas_basefontname = CellStyle.fontname = FACES[0, 0]
