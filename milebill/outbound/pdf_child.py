"""The process that turns HTML into PDF, and nothing else: `pdf.py` starts it, limits it and replaces it.

It is run by its path and imports nothing of ours, so that it starts fast, knows no secret, and loses no more than one
document when that document is hostile.
"""

# The renderer has no public hooks for what OnePassDocument does; the version is pinned, and tests watch it.
# ruff: noqa: SLF001

import gc
import io
import json
import logging
import re
import resource
import signal
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus.flowables import Flowable
from xhtml2pdf import default, document, tags
from xhtml2pdf.config.resources import ResourceAccessPolicy
from xhtml2pdf.tables import PmlTable
from xhtml2pdf.xhtml2pdf_reportlab import PmlBaseDoc, PmlPageTemplate

FONTS = Path(__file__).with_name("fonts")
FAMILY = "Inter"
FACES: dict[tuple[Literal[0, 1], Literal[0, 1]], str] = {
    (0, 0): "Inter-Regular",
    (1, 0): "Inter-SemiBold",
    (0, 1): "Inter-Italic",
    (1, 1): "Inter-SemiBold",
}
"""The file for each (bold, italic). Semi-bold is as loud as our documents get."""

PLAIN = """
html { font-family: Inter; font-size: 10px; color: #000; line-height: 1.5; margin: 0; padding: 0; display: inline }
body, div, h1, h2, h3, p, table, tr, td, th, ul, ol, li { display: block }
b, strong, th, h1, h2, h3 { font-weight: bold }
i, em { font-style: italic }
"""
"""How elements look when a document says nothing about them: a tenth of the renderer's own rules, and as much of its
time."""
_BEFORE_BLOCKS = re.compile(r"\s+(?=</?(?:div|h[1-3]|p|table|tr|td|th)\b)")

MOST_WARNINGS = 20
MOST_FILE_BYTES = 256 * 1024 * 1024


class Warnings(logging.Handler):
    """Keeps what the renderer complained about while it made one document: a hostile one may complain for ever."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []
        self.failed = False

    def emit(self, record: logging.LogRecord) -> None:
        self.failed = self.failed or record.levelno >= logging.ERROR
        if len(self.messages) < MOST_WARNINGS:
            # The further lines quote the document, which is nobody's to read in a log.
            self.messages.append(record.getMessage().partition("\n")[0][:500])


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
    """Teach the renderer our typeface (once for all documents) and the single pass."""
    for (bold, italic), name in FACES.items():
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(FONTS / f"{name}.ttf")))
        addMapping(FAMILY, bold, italic, name)
    default.DEFAULT_FONT[FAMILY.lower()] = FAMILY
    PmlPageTemplate._paintStaticFrame = _paint_static_frame
    tags.pisaTagPDFPAGECOUNT.end = _no_second_pass
    document.PmlBaseDoc = OnePassDocument


def convert(html: str, seconds: float, folder: str | None = None) -> tuple[bytes, list[str]]:
    """The PDF of `html` and the renderer's warnings. Local files come from `folder` or not at all, remote ones never.

    Raises whatever the renderer raises, and ValueError when it swallowed an error of its own.
    """
    policy = ResourceAccessPolicy.server(folder, allow_remote=False, max_render_seconds=seconds)
    warnings = Warnings()
    renderer_log = logging.getLogger("xhtml2pdf")
    renderer_log.addHandler(warnings)
    target = io.BytesIO()
    try:
        # White space before a block shows nowhere, and each piece of it costs a walk through the whole style sheet.
        compact = _BEFORE_BLOCKS.sub("", html)
        context = document.pisaDocument(compact, target, default_css=PLAIN, resource_policy=policy)
    finally:
        renderer_log.removeHandler(warnings)
    if context.err or warnings.failed:
        raise ValueError("; ".join(warnings.messages) or "the document has errors")
    return target.getvalue(), warnings.messages


def serve(parent: Connection) -> None:
    """Answer one request after the other until there are no more. Each is a JSON head, then a body."""
    while True:
        try:
            head, body = json.loads(parent.recv_bytes()), parent.recv_bytes()
        except EOFError:
            return
        _limit(head["memory"])
        # Should our parent die meanwhile, nobody else would end a document that never ends.
        signal.setitimer(signal.ITIMER_REAL, head["seconds"] + 1)
        try:
            pdf, warnings = convert(body.decode(), head["seconds"], head["folder"])
            answer: dict[str, Any] = {"warnings": warnings}
        except Exception as error:  # noqa: BLE001  (whatever it is, it is this document's)
            pdf, answer = b"", {"reason": f"{type(error).__name__}: {error}"[:1000]}
        signal.setitimer(signal.ITIMER_REAL, 0)
        parent.send_bytes(json.dumps(answer).encode())
        parent.send_bytes(pdf)
        gc.collect()  # while nobody waits; see main()


def _limit(memory: int) -> None:
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (memory if hard == resource.RLIM_INFINITY else min(memory, hard), hard))


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches us too; our parent decides
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError):  # a lower limit is in force already
        resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_FILE_BYTES, MOST_FILE_BYTES))
    logging.getLogger("xhtml2pdf").propagate = False
    prepare()
    convert("<p>Warm</p>", 30)
    # A document's objects live until it is done: looking for garbage among them while it is made is time lost.
    gc.collect()
    gc.freeze()
    gc.disable()
    with Connection(int(sys.argv[1])) as parent:
        parent.send_bytes(b"ready")
        serve(parent)


if __name__ == "__main__":
    main()
