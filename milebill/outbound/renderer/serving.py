"""One document after the other, over a socket, within limits."""

import gc
import json
import resource
import signal
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from milebill.outbound.renderer import archive, conversion, metadata

MOST_FILE_BYTES = 256 * 1024 * 1024


def make(head: dict[str, Any], html: str, xml: bytes) -> tuple[bytes, list[str]]:
    """The PDF (PDF/A when the head says what is to be archived) and the complaints of both steps."""
    pdf, warnings = conversion.convert(html, head["seconds"], head["folder"])
    if head["archive"] is None:
        return pdf, warnings
    pdf, complaints = archive.archived(pdf, metadata.About(**head["archive"]), xml or None)
    return pdf, warnings + complaints


def serve(parent: Connection) -> None:
    """Answer one request after the other until there are no more. Each is a JSON head, the HTML, and an invoice as XML
    (empty: none)."""
    while True:
        try:
            head, html, xml = json.loads(parent.recv_bytes()), parent.recv_bytes(), parent.recv_bytes()
        except EOFError:
            return
        _limit(head["memory"])
        # Should our parent die meanwhile, nobody else would end a document that never ends.
        signal.setitimer(signal.ITIMER_REAL, head["seconds"] + 1)
        try:
            pdf, warnings = make(head, html.decode(), xml)
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
    """Get ready, say so, and serve."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches us too; our parent decides
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError):  # a lower limit is in force already
        resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_FILE_BYTES, MOST_FILE_BYTES))
    conversion.prepare(map(Path, sys.argv[2:]))
    about = {"title": "Warm", "author": "Warm", "language": "en", "subject": ""}
    make({"seconds": 30, "folder": None, "archive": about}, "<p>Warm</p>", b"")
    # A document's objects live until it is done: looking for garbage among them while it is made is time lost.
    gc.collect()
    gc.freeze()
    gc.disable()
    with Connection(int(sys.argv[1])) as parent:
        parent.send_bytes(b"ready")
        serve(parent)
