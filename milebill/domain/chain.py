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


class ChainedEvent(Protocol):
    """What verification needs of an event's row."""

    sequence: int
    content: dict[str, Any] | None
    salt: str | None
    commitment: str
    previous_hash: str
    hash: str


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
        if event.sequence != expected:
            raise BrokenChain(expected, "missing")
        if event.previous_hash != head:
            raise BrokenChain(event.sequence, "does not follow the event before it")
        erased = event.content is None or event.salt is None
        if not erased and commitment(event.salt or "", event.content or {}) != event.commitment:
            raise BrokenChain(event.sequence, "its content was changed")
        if link_hash(head, event.sequence, event.commitment) != event.hash:
            raise BrokenChain(event.sequence, "its hash was changed")
        head, expected = event.hash, expected + 1
    if known_head is not None and head != known_head:
        raise BrokenChain(expected, "the end of the history is missing")
    return head
