"""The same documents in less time: two things that the renderer does again although it knows the answer.

docs/pdf-speed.md has what each of them brings, and the tests compare the pages with and without.
"""

from typing import Any

from xhtml2pdf import parser
from xhtml2pdf.xhtml2pdf_reportlab import PmlParagraph

_their_key = parser.getCSSAttrCacheKey
_structures: dict[Any, object] = {}


def _key_by_structure(node: Any, *names: Any) -> Any:
    """What the style of an element is remembered by: what it is and what its parent is, not which parent it has.

    Otherwise every row of a table asks the whole style sheet again for each of its cells. Where a rule asks for the
    place among siblings or for an attribute, that is in the renderer's key already.
    """
    key = _their_key(node, *names)
    structure = getattr(key.parent, "structure", None)
    if structure is not None:
        key = key._replace(parent=structure)
    node.structure = _structures.setdefault(key, object())
    return key


class QuickParagraph(PmlParagraph):  # type: ignore[misc]
    """A paragraph that remembers how large it is at the width that it was last asked for.

    A cell is measured to size its row, to place it and to draw it. What changes with the page or with the height (page
    numbers, pictures) is measured each time.
    """

    style: Any
    _measured: tuple[float, Any, Any, float, float] | None = None

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        known = self._measured
        # Splitting it forgets its lines.
        if known is not None and hasattr(self, "blPara"):
            at, style, frags, *size = known
            if at == width and style is self.style and frags is self.frags:
                self.width, self.height = size
                return self.width, self.height
        answer: tuple[float, float] = super().wrap(width, height)
        plain = not getattr(self, "_splitpara", 0) and all(_is_plain(frag) for frag in self.frags)
        self._measured = (width, self.style, self.frags, self.width, self.height) if plain else None
        return answer


def _is_plain(frag: Any) -> bool:
    return not hasattr(frag, "cbDefn") and type(getattr(frag, "text", "")) is str


def forget() -> None:
    """Let go of the document that has been made."""
    _structures.clear()


def prepare() -> None:
    """Make it the renderer's way, once for all documents."""
    parser.getCSSAttrCacheKey = _key_by_structure
