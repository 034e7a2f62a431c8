"""What makes the renderer faster changes nothing of what it makes."""

import io
from typing import Any

import pikepdf
import pytest
from xhtml2pdf import parser
from xhtml2pdf.xhtml2pdf_reportlab import PmlParagraph

from milebill.outbound.renderer import conversion, shortcuts
from tests.outbound import samples
from tests.outbound.papers import picture

ODD = (
    "<style>p:first-child { color: red } .a + .a { color: blue } td[dir] { color: green } .t td { text-align: inherit }"
    "</style><table class=t style='text-align: right'>"
    "<tr><td>1<p class=a>x</p><p class=a>y</p></td><td dir=rtl>שלום לכולם</td></tr>"
    "<tr><td>2<p class=a>x</p><p class=a>y</p></td><td>Text</td></tr></table>"
    f"<p>A picture <img src='{picture(40, 4)}'> in a line that is long enough to be broken somewhere, " + "word " * 40
)
DOCUMENTS: dict[str, Any] = {
    "invoice": lambda: samples.printed("invoice", invoice=samples.invoice(24)),
    "quote": lambda: samples.printed("quote", quote=samples.quote(samples.MILESTONES * 4), draft=True),
    "receipt": lambda: samples.printed("receipt", receipt=samples.receipt(), locale="fr"),
    "odd": lambda: ODD,
}


def drawn(html: str) -> list[bytes]:
    """What is drawn on each page, and in each form."""
    with pikepdf.open(io.BytesIO(conversion.convert(html, 30)[0])) as document:
        pages = [page.Contents.read_bytes() for page in document.pages]
        forms = [thing for thing in document.objects if isinstance(thing, pikepdf.Stream) and "/BBox" in thing]
        return pages + sorted(form.read_bytes() for form in forms)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_pages_are_the_same_without_them(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    conversion.prepare()
    html = DOCUMENTS[name]()
    quick = drawn(html)
    monkeypatch.setattr(parser, "getCSSAttrCacheKey", shortcuts._their_key)
    monkeypatch.setattr(shortcuts.QuickParagraph, "wrap", PmlParagraph.wrap)
    assert drawn(html) == quick


def test_nothing_of_a_document_is_kept() -> None:
    conversion.prepare()
    conversion.convert(ODD, 30)
    assert not shortcuts._structures
