"""One byte sequence for one meaning: what is hashed must come out the same everywhere and for ever."""

import hashlib
import json
from typing import Any


def canonical_bytes(content: Any) -> bytes:
    """`content` as JSON with sorted keys, no spaces and plain UTF-8. Floats are refused: they have no one text."""
    _refuse_floats(content)
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(content: Any) -> str:
    """The SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical_bytes(content)).hexdigest()


def _refuse_floats(content: Any) -> None:
    waiting = [content]
    for item in waiting:  # grows while it is walked
        if isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, list | tuple):
            waiting.extend(item)
        elif isinstance(item, float):
            raise TypeError("a float in content that is hashed")
