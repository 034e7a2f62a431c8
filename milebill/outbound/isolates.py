"""Right-to-left text among other text: each value keeps to itself, so it moves neither our words nor our numbers."""

import re
from typing import Any

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_STEERING = dict.fromkeys(map(ord, "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
"""Characters that reverse what follows them (UAX #9, 2). Who types one could make an amount read backwards."""
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


def isolated(value: Any) -> Any:
    """The same content, text in dictionaries and lists at any depth: without steering characters of people's own, and
    with each line of right-to-left text in an isolate (UAX #9, 2.4.2), as <bdi> does it on pages."""
    if isinstance(value, str):
        text = value.translate(_STEERING)
        if text.isascii() or not _RIGHT_TO_LEFT.search(text):
            return text
        return "\n".join(f"{FIRST_STRONG_ISOLATE}{line}{POP_ISOLATE}" if line else "" for line in text.split("\n"))
    if isinstance(value, dict):
        return {name: isolated(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [isolated(inner) for inner in value]
    return value
