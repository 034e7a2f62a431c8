"""SVG to PNG, in a process of its own: what people upload may be written to crash, hang or exhaust whoever draws it."""

import os
import subprocess
import sys
import threading
from pathlib import Path

from milebill.errors import MilebillError

MOST_BYTES = 1024 * 1024
SECONDS = 8.0
"""Of the wall clock; the process limits its own memory and CPU time, see rasteriser/drawing.py."""
TURN_SECONDS = 10.0
_REFUSED = 3
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")
_turn = threading.Lock()


class BadSvg(MilebillError):
    """The SVG can't be drawn. `code` is one of rasteriser.checking.Refused, or svg_busy: others are being drawn."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def png_of(svg: bytes) -> bytes:
    """The drawing as a PNG that fits into 1200 × 400 pixels and is see-through where nothing is drawn.

    Letters, pictures, scripts, references to anything outside and styles that would be drawn otherwise than meant are
    refused; memory, CPU time, size, depth and number of elements are limited. Raises BadSvg. One drawing at a time.
    """
    if len(svg) > MOST_BYTES:
        raise BadSvg("svg_too_much")
    if not _turn.acquire(timeout=TURN_SECONDS):
        raise BadSvg("svg_busy")
    try:
        return _asked(svg)
    finally:
        _turn.release()


def _asked(svg: bytes) -> bytes:
    try:
        ended = subprocess.run(  # noqa: S603  (nothing in it comes from anybody)
            [sys.executable, "-P", str(Path(__file__).with_name("rasteriser"))],
            input=svg,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        )
    except subprocess.TimeoutExpired as error:
        raise BadSvg("svg_too_much") from error
    if ended.returncode == _REFUSED:
        raise BadSvg(ended.stdout.decode("ascii"))
    if ended.returncode != 0:
        raise BadSvg("svg_too_much" if ended.returncode < 0 else "svg_broken")
    return ended.stdout
