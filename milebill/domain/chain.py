"""The chain of events: what is hashed is a salted commitment, so that content can be erased later without a break.

Version 1. content: canonical JSON (see canonical.py) of the keys below. commitment: SHA-256 over the salt's bytes and
the content's bytes. hash: SHA-256 over the ASCII text "milebill-chain-1", previous hash, sequence and commitment,
joined by newlines. The first event follows 64 zeros.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Protocol

from milebill.canonical import canonical_bytes
from milebill.models.workspace import GENESIS

VERSION = 1


class ChainedLine(Protocol):
    """An event's place in the chain, without what it says."""

    @property
    def sequence(self) -> int: ...
    @property
    def commitment(self) -> str: ...
    @property
    def previous_hash(self) -> str: ...
    @property
    def hash(self) -> str: ...


class ChainedEvent(ChainedLine, Protocol):
    """What verification needs of an event's row."""

    content: dict[str, Any] | None
    salt: str | None


class BrokenChain(Exception):
    """The history was changed: `sequence` is the first event that does not fit."""

    def __init__(self, sequence: int, reason: str):
        super().__init__(f"event {sequence}: {reason}")
        self.sequence = sequence


def new_salt() -> str:
    """256 random bits: without them a short content could be guessed from its commitment."""
    return secrets.token_hex(32)


def event_content(
    workspace: str,
    sequence: int,
    kind: str,
    at: datetime,
    actor: dict[str, Any],
    shown: str | None,
    data: dict[str, Any],
) -> dict[str, Any]:
    """The canonical content of an event; `at` is UTC, `shown` the hash of what the actor saw."""
    return {
        "version": VERSION,
        "workspace": workspace,
        "sequence": sequence,
        "kind": str(kind),
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": actor,
        "shown": shown,
        "data": data,
    }


def commitment(salt: str, content: dict[str, Any]) -> str:
    """What the chain holds of an event's content."""
    return hashlib.sha256(bytes.fromhex(salt) + canonical_bytes(content)).hexdigest()


def link_hash(previous_hash: str, sequence: int, committed: str) -> str:
    """The event's own hash, which the next event continues from."""
    return hashlib.sha256(f"milebill-chain-1\n{previous_hash}\n{sequence}\n{committed}".encode()).hexdigest()


def verify(events: Iterable[ChainedEvent], known_head: str | None = None) -> str:
    """Walk a workspace's events in order and return the chain's head. Raises BrokenChain at the first misfit.

    With `known_head`, as a receipt or the workspace states it, a tail that was cut off is found too.
    """
    head, expected = GENESIS, 1
    for event in events:
        _check_place(event, head, expected)
        erased = event.content is None or event.salt is None
        if not erased and commitment(event.salt or "", event.content or {}) != event.commitment:
            raise BrokenChain(event.sequence, "its content was changed")
        _check_hash(event)
        head, expected = event.hash, expected + 1
    if known_head is not None and head != known_head:
        raise BrokenChain(expected, "the end of the history is missing")
    return head


def follow(lines: Iterable[ChainedLine], head: str, sequence: int) -> tuple[str, int]:
    """Walk on from the line number `sequence`, whose hash is `head`, and return hash and number of the last line.

    Only the links are looked at, not what the lines say. Raises BrokenChain at the first misfit.
    """
    for line in lines:
        _check_place(line, head, sequence + 1)
        _check_hash(line)
        head, sequence = line.hash, line.sequence
    return head, sequence


def _check_place(line: ChainedLine, head: str, expected: int) -> None:
    if line.sequence != expected:
        raise BrokenChain(expected, "missing")
    if line.previous_hash != head:
        raise BrokenChain(line.sequence, "does not follow the event before it")


def _check_hash(line: ChainedLine) -> None:
    if link_hash(line.previous_hash, line.sequence, line.commitment) != line.hash:
        raise BrokenChain(line.sequence, "its hash was changed")
