"""Text as people type or paste it, without signs that could make it read differently than it was written."""

import re

_BREAKS = re.compile("[\x0b\x0c\x1c-\x1f\x85]+")
"""Control characters that part words, such as the line break of a word processor."""
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u206f\ufff9-\ufffb]")


def plain_text(text: str) -> str:
    """`text` without control characters but tab and line ends, and without signs that turn the direction of what
    follows: U+202A to U+202E, U+2066 to U+206F, and those that hide text as an annotation.

    A price or a name must read on a paper as it was signed on a page ("Trojan Source", CVE-2021-42574). The marks that
    right-to-left text needs by itself stay (U+200E, U+200F, U+061C), and what joins letters and emoji.
    """
    return _UNSEEN.sub("", _BREAKS.sub(" ", text))
