"""A better way to say it, where a rule knows one: what one click puts in the place of a criterion."""

import re

from milebill.testability.reading import Finding, Reading, read

_SPACES = re.compile(r"\s{2,}")
_BEFORE_SIGN = re.compile(r"[\s,]+(?=[.,;:!?)](?:\s|$))")


def rewritten(reading: Reading, finding: Finding, language: str) -> str:
    """The criterion without what was found, perhaps as two lines, with gaps to fill in; "" if no rule knows how."""
    rule, text = finding.rule, reading.text
    if rule is None or not (rule.split or rule.replace is not None or rule.append):
        return ""
    if rule.split:
        first, second = text[: finding.start].rstrip(" ,;"), text[finding.end :].strip()
        return f"{first}\n{_begun(second)}" if len(first.split()) > 1 and len(second.split()) > 1 else ""
    if rule.replace is not None:
        before = text[: finding.start] if rule.replace else text[: finding.start].rstrip(" ,")
        text = _tidied(before + rule.replace + text[finding.end :])
    if rule.append:
        text = text.rstrip(" .;!,:") + rule.append
    return text if _helps(text, reading, finding, language) else ""


def _tidied(text: str) -> str:
    return _begun(_BEFORE_SIGN.sub("", _SPACES.sub(" ", text)).strip(" ,;"))


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _helps(text: str, reading: Reading, finding: Finding, language: str) -> bool:
    """A sentence is left, and the fault is gone from it."""
    if len(text.split()) < 2 or text == reading.text:
        return False
    words = reading.text[finding.start : finding.end]
    left = {(text[found.start : found.end], found.category) for found in read(text, language).findings}
    return (words, finding.category) not in left and len(left) <= len(reading.findings) + 1
