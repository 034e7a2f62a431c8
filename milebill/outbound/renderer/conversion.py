"""HTML to PDF by xhtml2pdf: our fonts, one layout, no network, and what it complains about."""

import io
import logging
import re
from collections.abc import Iterable
from pathlib import Path

from xhtml2pdf import document
from xhtml2pdf.config.resources import ResourceAccessPolicy

from milebill.outbound.renderer import direction, faces, onepass, shortcuts, spelling

PLAIN = """
html { font-family: Inter; font-size: 10px; color: #000; line-height: 1.5; margin: 0; padding: 0; display: inline }
body, div, h1, h2, h3, p, table, tr, td, th, ul, ol, li { display: block }
b, strong, th, h1, h2, h3 { font-weight: bold }
i, em { font-style: italic }
"""
"""How elements look when a document says nothing about them: a tenth of the renderer's own rules, and as much of its
time."""
_BEFORE_BLOCKS = re.compile(r"(?<!\s)\s++(?=</?(?:div|h[1-3]|p|table|tr|td|th)\b)")

MOST_WARNINGS = 20


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


def prepare(fonts: Iterable[Path] = ()) -> None:
    """Get the renderer ready, once for all documents. `fonts` are used where ours lack a character."""
    logging.getLogger("xhtml2pdf").propagate = False
    faces.prepare(fonts)
    direction.prepare()
    onepass.prepare()
    shortcuts.prepare()
    spelling.prepare()


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
        text, missing = faces.readable(direction.joined(compacted(html)))
        context = document.pisaDocument(text, target, default_css=PLAIN, resource_policy=policy)
    finally:
        renderer_log.removeHandler(warnings)
        shortcuts.forget()
    if context.err or warnings.failed:
        raise ValueError("; ".join(warnings.messages) or "the document has errors")
    return target.getvalue(), [*_unprinted(missing), *warnings.messages][:MOST_WARNINGS]


def compacted(html: str) -> str:
    """The document without white space before blocks: it shows nowhere, and each piece of it costs a walk through the
    whole style sheet."""
    return _BEFORE_BLOCKS.sub("", html)


def _unprinted(missing: list[str]) -> list[str]:
    return [f"no font has {', '.join(missing[:MOST_WARNINGS])}: printed as numbers"] if missing else []
