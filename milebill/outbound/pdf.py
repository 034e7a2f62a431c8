"""HTML to PDF, in a process of its own that a hostile document can't escape, slow down or outlive."""

import atexit
import json
import logging
import os
import resource
import socket
import subprocess
import sys
import threading
import time
import unicodedata
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from milebill.errors import MilebillError

log = logging.getLogger(__name__)

GIB = 1024**3
START_SECONDS = 60.0
WATCH_SECONDS = 0.05
DOCUMENTS_PER_CHILD = 500
"""After so many documents the child is replaced, which bounds whatever leaks."""
MOST_HTML_BYTES = 10 * 1024 * 1024
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")
"""All that the child gets to know of ours: no secret is among it."""
_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}


class RenderingFailed(MilebillError):
    """The document could not be made: it took too long, needed too much memory, or can't be laid out."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Archive:
    """What a PDF/A-3b says about itself; what is left empty is taken from the head of its HTML."""

    title: str = ""
    author: str = ""
    language: str = ""
    """BCP 47, like "de" or "pt-BR"."""
    subject: str = ""
    facturx_xml: bytes | None = None
    """The invoice in Cross Industry Invoice syntax, profile EN 16931, to be embedded."""


class Renderer:
    """One warm child process and the queue in front of it. Threads may share it; documents are made one at a time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._child: _Child | None = None

    def render(
        self,
        html: str,
        *,
        seconds: float,
        memory: int,
        folder: Path | None,
        strict: bool,
        archive: Archive | None = None,
        fonts: tuple[Path, ...] = (),
    ) -> bytes:
        """See `render`."""
        # Latin is not shaped: "e" and its accent have to be one character, and ligatures their letters.
        body = unicodedata.normalize("NFC", html).translate(_LIGATURES).encode("utf-8", "replace")
        if len(body) > MOST_HTML_BYTES:
            raise RenderingFailed(f"the document has {len(body)} bytes, more than {MOST_HTML_BYTES}")
        about = asdict(archive) if archive else {}
        xml = about.pop("facturx_xml", None) or b""
        head = {
            "seconds": seconds,
            "memory": memory,
            "folder": str(folder) if folder else None,
            "archive": about or None,
        }
        with self._turn:
            answer, pdf = self._ask(self._warm_child(fonts), head, body, xml)
        if "reason" in answer:
            raise RenderingFailed(answer["reason"])
        for warning in answer["warnings"]:
            log.warning("PDF: %s", warning)
        if strict and answer["warnings"]:
            raise RenderingFailed("; ".join(answer["warnings"]))
        return pdf

    def start(self, fonts: tuple[Path, ...] = ()) -> None:
        """Have the child ready before the first document needs it."""
        with self._turn:
            self._warm_child(fonts)

    def close(self) -> None:
        """End the child; the next document starts another."""
        with self._turn:
            self._drop()

    def forget(self) -> None:
        """After a fork the child belongs to the parent alone."""
        self._turn = threading.Lock()
        self._child = None

    def _ask(self, child: "_Child", head: dict[str, Any], *parts: bytes) -> tuple[dict[str, Any], bytes]:
        try:
            answer, pdf = child.ask(head, *parts)
        except RenderingFailed:
            self._drop()
            raise
        if "reason" in answer or child.documents >= DOCUMENTS_PER_CHILD:
            # What failed may have left half of its memory behind.
            self._drop()
        return answer, pdf

    def _warm_child(self, fonts: tuple[Path, ...]) -> "_Child":
        if self._child is None or self._child.fonts != fonts or not self._child.alive():
            self._drop()
            self._child = _Child(fonts)
        return self._child

    def _drop(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child = None


class _Child:
    def __init__(self, fonts: tuple[Path, ...]) -> None:
        script = Path(__file__).with_name("renderer")
        ours, theirs = socket.socketpair()
        self.documents = 0
        self.fonts = fonts
        self._connection = Connection(ours.detach())
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  (nothing in it comes from anybody)
                # -P keeps our folder off its path; started afresh, not forked from a process that has threads.
                [sys.executable, "-P", str(script), str(theirs.fileno()), *map(str, fonts)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            )
        try:
            self._receive(START_SECONDS, GIB)
        except RenderingFailed:
            self.kill()
            raise

    def ask(self, head: dict[str, Any], *parts: bytes) -> tuple[dict[str, Any], bytes]:
        """The child's answer to one request, or RenderingFailed when it died of it or of the clock."""
        self.documents += 1
        try:
            for part in (json.dumps(head).encode(), *parts):
                self._connection.send_bytes(part)
        except OSError as error:
            raise RenderingFailed("the renderer has gone") from error
        answer = self._receive(head["seconds"], head["memory"])
        return json.loads(answer), self._receive(head["seconds"], head["memory"])

    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """End the process and collect it, so that nothing of it stays behind."""
        self._connection.close()
        self._process.kill()
        self._process.wait()

    def _receive(self, seconds: float, memory: int) -> bytes:
        deadline = time.monotonic() + seconds
        while not self._connection.poll(WATCH_SECONDS):
            if time.monotonic() > deadline:
                raise RenderingFailed(f"took longer than {seconds:g} seconds")
            # The child's own limit stops its growth, but Python without any memory may struggle until the time is up.
            if self._address_space() > memory * 0.9:
                raise RenderingFailed("needed more memory than it may have")
        try:
            return self._connection.recv_bytes()
        except (EOFError, OSError) as error:
            raise RenderingFailed("the renderer died of it") from error

    def _address_space(self) -> int:
        try:
            pages = Path(f"/proc/{self._process.pid}/statm").read_text().split()[0]
        except (OSError, IndexError):
            return 0  # it has just ended, or this is no Linux
        return int(pages) * resource.getpagesize()


_renderer = Renderer()
atexit.register(_renderer.close)
os.register_at_fork(after_in_child=_renderer.forget)


def render(
    html: str,
    *,
    seconds: float = 30,
    memory: int = GIB,
    folder: Path | None = None,
    strict: bool = False,
    archive: Archive | None = None,
    fonts: tuple[Path, ...] = (),
) -> bytes:
    """The PDF of a whole HTML document, made by xhtml2pdf in a warm child process.

    `seconds` limits the wall clock and `memory` (bytes) the address space. Pictures come from `data:` addresses, or
    from files in `folder`; nothing is ever fetched from the network. What the renderer complains about (a character
    that no typeface has, a picture that it may not read) is logged; `strict`, as in tests, makes it an error.
    `fonts` are TrueType files for what our own typefaces lack; what no font has is printed as its number, [U+4E2D].
    With `archive` it is a PDF/A-3b, and a Factur-X invoice when that has one.
    The bytes differ from run to run: render a document once, then keep it.

    Raises RenderingFailed. The document that caused it costs nothing but itself: its process is replaced.
    """
    return _renderer.render(
        html, seconds=seconds, memory=memory, folder=folder, strict=strict, archive=archive, fonts=fonts
    )


def start(fonts: tuple[Path, ...] = ()) -> None:
    """Warm the child process up, so that the first document does not wait for it."""
    _renderer.start(fonts)
