"""Text that is written from right to left: its letters joined, its paragraphs in their own direction."""

import re
import unicodedata
from typing import Any

import arabic_reshaper
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from xhtml2pdf import context

from milebill.outbound.renderer.shortcuts import QuickParagraph

_ARABIC = re.compile("[\u0620-\u065f\u066e-\u06d3\u06d5\u06ee-\u06ff\u0750-\u077f\u200c\u200d]{2,}")
_OPENS, _CLOSES = "\u2066\u2067\u2068", "\u2069"


class Paragraph(QuickParagraph):
    """A paragraph whose direction is that of what it says, as browsers do it for dir="auto" (UAX #9, P2 and P3).

    A single line stays where the layout put it: an amount, a label, a name. What runs over several begins on the right.
    """

    def __init__(self, text: Any, style: Any, *args: Any, **options: Any) -> None:
        frags = options.get("frags") or ()
        said = "".join(frag.text for frag in frags if isinstance(getattr(frag, "text", None), str))
        if options.get("dir") == "ltr" and not said.isascii() and starts_right(said):
            options["dir"] = "rtl"
        super().__init__(text, style, *args, **options)

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        size: tuple[float, float] = super().wrap(width, height)
        if self.dir == "rtl" and self.style.alignment == TA_LEFT and len(self.blPara.lines) > 1:
            self.style = self.style.clone(self.style.name, alignment=TA_RIGHT)
        return size


def starts_right(text: str) -> bool:
    """Whether the first letter that has a direction is one of Hebrew, Arabic and their like. What is isolated counts
    only when nothing else has a direction: a sentence of ours keeps its own, whoever's name it begins with."""
    depth, inside = 0, False
    for char in text:
        if char in _OPENS:
            depth += 1
        elif char in _CLOSES:
            depth = max(0, depth - 1)
        elif (kind := unicodedata.bidirectional(char)) in {"L", "R", "AL"}:
            if depth == 0:
                return kind != "L"
            inside = inside or kind != "L"
    return inside


def joined(html: str) -> str:
    """The document with the letters of Arabic words in their joined forms; its head (the metadata) as it was typed."""
    head, end, body = html.rpartition("</head>")
    return head + end + _ARABIC.sub(lambda word: arabic_reshaper.reshape(word[0]), body)


def prepare() -> None:
    """Make it the renderer's way, once for all documents."""
    context.PmlParagraph = Paragraph
