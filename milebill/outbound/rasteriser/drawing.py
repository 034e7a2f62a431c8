"""An SVG on standard input, a PNG on standard output, within limits."""

import resource
import sys
from contextlib import suppress

import resvg_py

from milebill.outbound.rasteriser.checking import Refused, checked

MEMORY = 512 * 1024 * 1024
CPU_SECONDS = 4
REFUSED = 3
"""How the process ends when it knows what is wrong; every other end is one of its limits, or the library's."""


def drawn(content: bytes) -> bytes:
    """The picture of the SVG in `content`, see-through where it is, as a PNG. Raises Refused."""
    svg = checked(content)
    try:
        png = resvg_py.svg_to_bytes(
            svg_string=svg.text, width=svg.width, height=svg.height, dpi=96, skip_system_fonts=True
        )
    except ValueError as error:
        raise Refused("svg_broken") from error
    return bytes(png)


def main() -> int:
    """Draw what comes in. Ends with 0 and the PNG on standard output, or with REFUSED and the reason's code there."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU_SECONDS)):
        with suppress(ValueError):  # a lower one is in force already
            resource.setrlimit(limit, (most, most))
    try:
        sys.stdout.buffer.write(drawn(sys.stdin.buffer.read()))
    except Refused as refused:
        sys.stdout.write(refused.code)
        return REFUSED
    return 0
