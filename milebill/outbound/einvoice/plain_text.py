"""Text from people as XML 1.0 can carry it."""

import re
from typing import Any

_FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Everything outside of the production Char of XML 1.0: control characters, lone surrogates, U+FFFE and U+FFFF.
A carriage return is in it, but readers would be given another character (XML 1.0, 2.11)."""

NAMELESS = "–"
"""What stands where a name has to (BR-06, BR-07, BR-25) and nothing is left of it."""


def cleaned(text: Any) -> str:
    """The text without what XML forbids and without space around it; line ends become "\\n", None becomes ""."""
    lines = str(text or "").replace("\r\n", "\n").replace("\r", "\n")
    return _FORBIDDEN.sub("", lines).strip()


def one_line(text: Any) -> str:
    """The text on one line, each run of white space as one space."""
    return " ".join(cleaned(text).split())
