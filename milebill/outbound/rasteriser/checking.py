"""What an SVG may contain: shapes, and references to its own parts. The rest is refused, by a code that says why."""

import math
import re
from dataclasses import dataclass

from lxml import etree

BOX = (1200, 400)
"""What a drawing is fitted into, in pixels."""
MOST_ELEMENTS, MOST_DEPTH = 10_000, 60
"""The library recurses: some hundred levels end its process."""

_SVG = "{http://www.w3.org/2000/svg}"
_TEXT = {"text", "tspan", "textPath", "tref", "flowRoot", "altGlyph"}
_PICTURES = {"image", "feImage"}
_ACTIVE = {"script", "handler", "listener", "foreignObject", "iframe", "object", "embed", "audio", "video", "canvas"}
_OUTSIDE = re.compile(r"url\(\s*['\"]?\s*(?!#)[^)\s'\"]|@import", re.IGNORECASE)
_UNDRAWN = re.compile(r"\\|@(?!charset|namespace|font-face)|var\(|\btransform[\w-]*\s*:", re.IGNORECASE)
"""What the library passes over in a style, so that the picture would be another than the designer's."""
_LENGTH = re.compile(r"\s*([0-9.]+(?:e[+-]?[0-9]+)?)(px|pt|pc|mm|cm|in)?\s*", re.IGNORECASE)
_PIXELS = {"": 1, "px": 1, "pt": 96 / 72, "pc": 16, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96}


class Refused(Exception):
    """The SVG is not drawn. `code`: svg_text, svg_picture, svg_active, svg_outside, svg_style, svg_too_much,
    svg_broken."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Checked:
    """An SVG of nothing but shapes, without comments, instructions and document type, and its size in pixels."""

    text: str
    width: int
    height: int


def checked(content: bytes) -> Checked:
    """The SVG in `content` if all of it can be drawn. Raises Refused."""
    root = _parsed(content)
    foreign = [element for element in root.iter() if not str(element.tag).startswith(_SVG)]
    for element in foreign:  # what drawing programs note for themselves
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    for count, element in enumerate(root.iter()):
        if count >= MOST_ELEMENTS:
            raise Refused("svg_too_much")
        _check(element)
    width, height = _fitted(root)
    return Checked(etree.tostring(root, encoding="unicode", with_tail=False), width, height)


def _parsed(content: bytes) -> etree._Element:
    if b"<!ENTITY" in content:
        raise Refused("svg_outside")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content.lstrip(b" \t\r\n"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused("svg_broken") from error
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):  # written in another encoding
        raise Refused("svg_outside")
    if root.tag != f"{_SVG}svg":
        raise Refused("svg_broken")
    return root


def _check(element: etree._Element) -> None:
    name = str(element.tag).removeprefix(_SVG)
    for names, code in ((_TEXT, "svg_text"), (_PICTURES, "svg_picture"), (_ACTIVE, "svg_active")):
        if name in names:
            raise Refused(code)
    if sum(1 for _ in element.iterancestors()) > MOST_DEPTH:
        raise Refused("svg_too_much")
    for attribute, value in element.attrib.items():
        local = str(attribute).rpartition("}")[2].lower()
        if local.startswith("on"):
            raise Refused("svg_active")
        if (local in {"href", "src"} and not value.strip().startswith("#")) or _OUTSIDE.search(value):
            raise Refused("svg_outside")
        if local == "vector-effect":
            raise Refused("svg_style")
    style = (element.text or "") if name == "style" else element.get("style", "")
    if _OUTSIDE.search(style):
        raise Refused("svg_outside")
    if _UNDRAWN.search(style):
        raise Refused("svg_style")


def _fitted(root: etree._Element) -> tuple[int, int]:
    """The drawing's size in pixels, the largest in BOX; it gets a view box if it has none. Raises Refused."""
    if root.get("viewBox") is None:
        size = [_pixels(root.get(side, "")) for side in ("width", "height")]
        root.set("viewBox", f"0 0 {size[0]:.6f} {size[1]:.6f}")
    try:
        _, _, width, height = (float(number) for number in root.get("viewBox", "").replace(",", " ").split())
    except ValueError as error:
        raise Refused("svg_broken") from error
    if not (0 < width < math.inf and 0 < height < math.inf):
        raise Refused("svg_broken")
    scale = min(BOX[0] / width, BOX[1] / height)
    fitted = max(round(width * scale), 1), max(round(height * scale), 1)
    for side, pixels in zip(("width", "height"), fitted, strict=True):
        root.set(side, str(pixels))
    return fitted


def _pixels(length: str) -> float:
    found = _LENGTH.fullmatch(length)
    if found is None:
        raise Refused("svg_broken")
    try:
        return float(found[1]) * _PIXELS[(found[2] or "").lower()]
    except ValueError as error:  # 1.2.3
        raise Refused("svg_broken") from error
