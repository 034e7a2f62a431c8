"""The typefaces that documents are set in, and what becomes of characters that none of them has."""

import re
import string
import struct
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from reportlab import rl_config
from reportlab.lib.fonts import addMapping, tt2ps
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.platypus.tables import CellStyle
from xhtml2pdf import default
from xhtml2pdf.bidi import CONTROL_CHARS
from xhtml2pdf.context import pisaContext
from xhtml2pdf.util import font_has_glyph

FONTS = Path(__file__).parents[1] / "fonts"
FAMILY = "Inter"
Style = tuple[Literal[0, 1], Literal[0, 1]]
REGULAR: Style = (0, 0)
SEMI_BOLD: Style = (1, 0)
FAMILIES: dict[str, dict[Style, str]] = {
    "Inter": {REGULAR: "Inter-Regular", SEMI_BOLD: "Inter-SemiBold", (0, 1): "Inter-Italic"},
    "Noto Sans Hebrew": {REGULAR: "NotoSansHebrew-Regular", SEMI_BOLD: "NotoSansHebrew-SemiBold"},
    "Noto Sans Arabic": {REGULAR: "NotoSansArabic-Regular", SEMI_BOLD: "NotoSansArabic-SemiBold"},
}
"""The file for each (bold, italic), in the order in which the families are asked for a character. Semi-bold is as loud
as our documents get."""


class Faces:
    """What is registered: a process has one of these, because the renderer's list of fonts is one of the process."""

    def __init__(self) -> None:
        self.families: list[str] = []
        self.first: frozenset[str] = frozenset()
        """The characters of the first family, which nearly every text is set in."""
        self.all: frozenset[str] = frozenset()

    def add(self, family: str, files: dict[Style, Path]) -> None:
        """Register a family; bold and italic stand in for each other, and the regular face for both."""
        covered = None
        for style in (REGULAR, SEMI_BOLD, (0, 1), (1, 1)):
            path = files.get(style) or files.get((style[0], 0)) or next(iter(files.values()))
            name = f"{family}/{path.stem}"
            if name not in pdfmetrics.getRegisteredFontNames():
                pdfmetrics.registerFont(_without_width_for_controls(TTFont(name, str(path))))
            addMapping(family, *style, name)
            font: Any = pdfmetrics.getFont(name)
            glyphs = frozenset(map(chr, font.face.charToGlyph))
            covered = glyphs if covered is None else covered & glyphs
        default.DEFAULT_FONT[family.lower()] = family
        self.families.append(family)
        self.all |= covered or frozenset()
        self.first = self.first or self.all


def _without_width_for_controls(font: TTFont) -> TTFont:
    """Marks that steer the direction of a text take no room; they are gone when it is drawn."""
    glyphs = font.face.charToGlyph
    glyphs.pop(0xFFFF, None)  # the end of a table, no character
    for char in CONTROL_CHARS:
        if ord(" ") in glyphs:
            glyphs[ord(char)] = glyphs[ord(" ")]
            font.face.charWidths[ord(char)] = 0
    return font


FACES = Faces()


def prepare(own: Iterable[Path] = ()) -> None:
    """Teach the renderer our typefaces and then the installation's `own`, once for all documents."""
    if not FACES.families:
        for family, files in FAMILIES.items():
            FACES.add(family, {style: FONTS / f"{stem}.ttf" for style, stem in files.items()})
    for family, paths in families_of(own).items():
        if family not in FACES.families:
            # A file that may not be embedded, or is broken, must not stop every document.
            with suppress(TTFError, KeyError, struct.error):
                FACES.add(family, paths)
    # Otherwise each page and each cell begins by choosing Helvetica, which no PDF/A may do without embedding it.
    rl_config.canvas_basefontname = CellStyle.fontname = f"{FAMILY}/{FAMILIES[FAMILY][REGULAR]}"
    pisaContext._byCoverage = _by_coverage  # noqa: SLF001  (the only place where a text's face is chosen)


def families_of(paths: Iterable[Path]) -> dict[str, dict[Style, Path]]:
    """The files by family, told from their names: NotoSansSC-Regular.ttf, NotoSansSC-Bold.ttf."""
    found: dict[str, dict[Style, Path]] = {}
    for path in paths:
        family, _, style = path.stem.partition("-")
        found.setdefault(family, {})[SEMI_BOLD if "bold" in style.lower() else REGULAR] = path
    return found


_their_choice = pisaContext._byCoverage  # noqa: SLF001


def _by_coverage(context: pisaContext, frag: Any) -> list[Any]:
    """A piece of text cut into runs, each in a family that has its characters: whatever the style sheet asked for, our
    other families follow."""
    text = getattr(frag, "text", "")
    if text and isinstance(text, str) and (families := getattr(frag, "fontFamilies", None)):
        if families[0] == FAMILY and FACES.first.issuperset(text):
            return [frag]
        frag.fontFamilies = list(dict.fromkeys([*families, *FACES.families]))
    return [part for run in _their_choice(context, frag) for part in _with_its_spaces(run)]


def _with_its_spaces(run: Any) -> list[Any]:
    """A space goes with the run before it, whose face may have none of its width: then it is the first family's."""
    text = getattr(run, "text", "")
    if not isinstance(text, str):  # a page number, which looks like a text of any length
        return [run]
    absent = {char for char in text if char.isspace() and not font_has_glyph(run.fontName, char)}
    if not absent:
        return [run]
    parts = []
    for piece in filter(None, re.split(f"([{re.escape(''.join(absent))}]+)", text)):
        part = run.clone(text=piece)
        if piece[0] in absent:
            part.fontName = part.bulletFontName = tt2ps(FAMILY, run.bold, run.italic)
        parts.append(part)
    return parts


def readable(html: str) -> tuple[str, list[str]]:
    """The document with every character that no face has as its number, like [U+4E2D], and those numbers.

    A box would say nothing; the number can be looked up. What has no ink (joiners, variation selectors) is left out,
    and any space is one.
    """
    odd = {char for char in set(html) - _KNOWN if char not in FACES.all or unicodedata.category(char) == "Cf"}
    if not odd:
        return html, []
    instead = {ord(char): _instead(char) for char in odd}
    return html.translate(instead), sorted(text[1:-1] for text in instead.values() if text.strip())


def _instead(char: str) -> str:
    if char.isspace():
        return " "
    if unicodedata.category(char) in {"Cc", "Cf", "Cs"} or "VARIATION SELECTOR" in unicodedata.name(char, ""):
        return ""
    return f"[U+{ord(char):04X}]"


_KNOWN = frozenset(CONTROL_CHARS) | frozenset(string.printable) | {"\u00ad"}
