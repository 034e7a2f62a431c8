"""One layout for documents whose footers say how many pages there are."""

# The renderer has no public hooks for this; its version is pinned, and tests watch it.
# ruff: noqa: SLF001

from typing import Any

from reportlab.platypus.flowables import Flowable
from xhtml2pdf import document, tags
from xhtml2pdf.tables import PmlTable
from xhtml2pdf.xhtml2pdf_reportlab import PmlBaseDoc, PmlPageTemplate


class OnePassDocument(PmlBaseDoc):  # type: ignore[misc]
    """Lays a document out once, although its footers say how many pages there are.

    xhtml2pdf lays the whole document out twice for <pdf:pagecount>, which doubles the time. Here a frame that shows
    the count is left on its page as a reference to a form XObject, which is drawn when the last page is done. The tag
    works in static frames (headers, footers) only.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.waiting: list[tuple[str, int, PmlPageTemplate, Any, Any]] = []

    def _endBuild(self) -> None:  # noqa: N802  (the name is theirs)
        self._doSave = 0
        super()._endBuild()
        canvas = self.canv
        canvas._doctemplate = self
        for name, page, template, frame, renumber in self.waiting:
            self.page = page
            canvas.beginForm(name)
            template._drawStaticFrame(frame, canvas, renumber)
            canvas.endForm()
        canvas.save()


_paint_now = PmlPageTemplate._paintStaticFrame


def _paint_static_frame(template: PmlPageTemplate, frame: Any, canvas: Any, renumber: Any) -> None:
    """Paint a header or a footer at once, or when the number of pages is known if it shows that."""
    document_ = canvas._doctemplate
    if not isinstance(document_, OnePassDocument) or not _shows_page_count(frame.pisaStaticStory):
        _paint_now(template, frame, canvas, renumber)
        return
    page = canvas.getPageNumber()
    name = f"page-{page}-{len(document_.waiting)}"
    document_.waiting.append((name, page, template, frame, renumber))
    canvas.doForm(name)


def _shows_page_count(story: Any) -> bool:
    if isinstance(story, list | tuple):
        return any(_shows_page_count(part) for part in story)
    if isinstance(story, PmlTable):
        return _shows_page_count(story._cellvalues)
    return isinstance(story, Flowable) and any(frag.pageCount for frag in getattr(story, "frags", ()))


def _no_second_pass(tag: Any, context: Any) -> None:
    """What <pdf:pagecount> does at its end: nothing, where xhtml2pdf would ask for another layout."""


def prepare() -> None:
    """Make it the renderer's way, once for all documents."""
    PmlPageTemplate._paintStaticFrame = _paint_static_frame
    tags.pisaTagPDFPAGECOUNT.end = _no_second_pass
    document.PmlBaseDoc = OnePassDocument
