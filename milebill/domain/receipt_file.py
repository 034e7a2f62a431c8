"""A receipt as a file of JSON: how it is written, and what of it can be checked with nothing else at hand.

docs/proof.md describes the format. scripts/verify_receipt.py checks the same things on its own, without us.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from milebill.canonical import digest
from milebill.domain import chain
from milebill.models.workspace import GENESIS

FORMAT = "milebill-receipt"
VERSION = 2
"""The newest; a file has the version of its receipt (domain/receipts.py), so that an older reader knows it is newer."""
MAX_BYTES = 256 * 1024
"""More than the longest file has: 2,000 later lines are 140 KB, and what was signed is a few."""
MAX_LATER = 2000
"""Later lines of the history in one file."""
_MAX_DEPTH = 20
_MAX_NUMBER = 2**63

_FILE = {"format", "version", "receipt", "receipt_hash", "event", "later", "head"}
_PLACE = {"sequence", "version", "commitment", "previous_hash", "hash"}
_EVENT_KINDS = {"acceptance": "quote_accepted", "sign_off": "milestone_signed_off"}


class Unreadable(Exception):
    """This is no receipt's file. `code` is too_large, encoding, not_json, nested, number, shape or newer."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class ReceiptFile:
    """What a readable file says; nothing of it is believed yet."""

    receipt: Mapping[str, Any]
    """The receipt's content, as domain/receipts.py made it."""
    receipt_hash: str
    event: Mapping[str, Any] | None
    """Content and salt of the receipt's event; None where the content was erased."""
    later: Sequence[str]
    """The commitments of the lines of the history that follow the receipt's own, without gaps."""
    head: Mapping[str, Any]
    """Sequence and hash of the last of them."""

    @property
    def number(self) -> str:
        """The receipt's number."""
        return str(self.receipt["number"])

    @property
    def place(self) -> Mapping[str, Any]:
        """Where the receipt's event stands in the history."""
        place: Mapping[str, Any] = self.receipt["event"]
        return place

    def as_json(self) -> str:
        """The file's text."""
        event = None if self.event is None else dict(self.event)
        whole = {
            "format": FORMAT,
            "version": self.receipt["version"],
            "receipt": dict(self.receipt),
            "receipt_hash": self.receipt_hash,
            "event": event,
            "later": list(self.later),
            "head": dict(self.head),
        }
        return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def read_receipt_file(raw: bytes) -> ReceiptFile:
    """The file that somebody holds. Raises Unreadable; whether it is true is another question, see `misfits`."""
    if len(raw) > MAX_BYTES:
        raise Unreadable("too_large")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("encoding") from None
    try:
        found = json.loads(
            text, parse_float=_no_number, parse_constant=_no_number, parse_int=_whole, object_pairs_hook=_no_twins
        )
    except RecursionError:
        raise Unreadable("nested") from None
    except ValueError:
        raise Unreadable("not_json") from None
    for value, depth in _walk(found):
        if depth > _MAX_DEPTH:
            raise Unreadable("nested")
        if isinstance(value, str) and not _is_text(value):
            raise Unreadable("encoding")
    return _shaped(found)


def misfits(file: ReceiptFile) -> list[str]:
    """What of the file does not fit together, as codes in this order: receipt, event, said, place, later.

    receipt: its content and its hash. event: content and salt against the commitment. said: the event tells of the same
    as the receipt. place: the event's own hash. later: the lines that follow, up to the head.
    """
    place, found = file.place, []
    if digest(file.receipt) != file.receipt_hash:
        found.append("receipt")
    if file.event is not None:
        if chain.commitment(file.event["salt"], file.event["content"]) != place["commitment"]:
            found.append("event")
        if not _says_the_same(file.receipt, file.event["content"]):
            found.append("said")
    own = chain.link_hash(place["previous_hash"], place["sequence"], place["commitment"])
    first = (place["sequence"] == 1) == (place["previous_hash"] == GENESIS)
    if own != place["hash"] or not first:
        found.append("place")
    sequence, head = place["sequence"], place["hash"]
    for committed in file.later:
        sequence += 1
        head = chain.link_hash(head, sequence, committed)
    if file.head != {"sequence": sequence, "hash": head}:
        found.append("later")
    return found


def walk_from(file: ReceiptFile, lines: Sequence[chain.ChainedLine]) -> tuple[str, int]:
    """Walk the history from the receipt's line on, and return hash and number of the last of `lines`.

    They begin with the line before the receipt's own. Raises BrokenChain at the first line that does not fit.
    """
    place, before = file.place, file.place["sequence"] - 1
    if not lines or lines[0].sequence != before:
        raise chain.BrokenChain(before, "missing")
    if len(lines) < 2 or lines[1].hash != place["hash"]:
        raise chain.BrokenChain(before + 1, "is not what the receipt says")
    return chain.follow(lines[1:], lines[0].hash, before)


def _says_the_same(receipt: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Whether the event is the one that the receipt is about. What is missing on one side is None on both."""
    actor, data, who = _part(event, "actor"), _part(event, "data"), _part(receipt, "who")
    kind, behalf = receipt.get("kind"), receipt.get("on_behalf")
    acts = who.get("name") if behalf is None else _part(receipt, "on_behalf").get("recorded_by")
    pairs = (
        (event.get("workspace"), receipt.get("workspace")),
        (event.get("sequence"), receipt["event"]["sequence"]),
        (event.get("at"), receipt.get("at")),
        (event.get("shown"), receipt.get("content_hash")),
        (event.get("kind"), _EVENT_KINDS.get(str(kind), kind)),
        (actor.get("name"), acts),
        (data.get("on_behalf"), behalf),
        (actor.get("link"), who.get("link")),
        (data.get("receipt"), receipt.get("number")),
        (data.get("consent"), receipt.get("consent")),
    )
    return all(told == stated for told, stated in pairs)


def _part(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = content.get(name)
    return part if isinstance(part, dict) else {}


def _shaped(found: Any) -> ReceiptFile:
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise Unreadable("shape")
    if type(found.get("version")) is int and found["version"] > VERSION:
        raise Unreadable("newer")
    right = (
        found.keys() == _FILE
        and _is_receipt(found["receipt"], found["version"])
        and _is_hash(found["receipt_hash"])
        and _is_event(found["event"])
        and isinstance(found["later"], list)
        and len(found["later"]) <= MAX_LATER
        and all(map(_is_hash, found["later"]))
        and _is_head(found["head"])
    )
    if not right:
        raise Unreadable("shape")
    return ReceiptFile(found["receipt"], found["receipt_hash"], found["event"], found["later"], found["head"])


def _is_receipt(value: Any, version: Any) -> bool:
    """Whether it is a receipt of the version of its file: 2 exactly if it says on whose behalf it was recorded."""
    if not isinstance(value, dict) or not _is_number(value.get("number")) or not _is_version(value, version):
        return False
    place = value.get("event")
    if not isinstance(place, dict) or place.keys() != _PLACE:
        return False
    hashes = (place["commitment"], place["previous_hash"], place["hash"])
    return _is_one(place["version"]) and _is_count(place["sequence"]) and all(map(_is_hash, hashes))


def _is_version(receipt: Mapping[str, Any], version: Any) -> bool:
    if type(version) is not int or type(receipt.get("version")) is not int or receipt["version"] != version:
        return False
    if version == 1:
        return "on_behalf" not in receipt
    return version == VERSION and receipt.get("kind") == "acceptance" and isinstance(receipt.get("on_behalf"), dict)


def _is_event(value: Any) -> bool:
    if value is None:
        return True
    known = isinstance(value, dict) and value.keys() == {"content", "salt"}
    return known and isinstance(value["content"], dict) and _is_hash(value["salt"])


def _is_head(value: Any) -> bool:
    known = isinstance(value, dict) and value.keys() == {"sequence", "hash"}
    return known and _is_count(value["sequence"]) and _is_hash(value["hash"])


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 64 and set(value) <= set("0123456789abcdef")


def _is_number(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 16 and value.isascii() and value.isprintable()


def _is_one(value: Any) -> bool:
    return type(value) is int and value == 1


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 < value < _MAX_NUMBER


def _is_text(value: str) -> bool:
    """Half of a surrogate pair can be written in JSON, but has no bytes that could be hashed."""
    return not any("\ud800" <= sign <= "\udfff" for sign in value)


def _no_number(_text: str) -> NoReturn:
    raise Unreadable("number")


def _whole(text: str) -> int:
    if len(text) > 20 or abs(int(text)) >= _MAX_NUMBER:
        raise Unreadable("number")
    return int(text)


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Which of two values of one name is meant, nobody could say."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable("shape")
    return found


def _walk(found: Any) -> Iterator[tuple[Any, int]]:
    """Every value and name in it, with how deep it stands."""
    waiting = [(found, 1)]
    for value, depth in waiting:  # grows while it is walked
        yield value, depth
        if isinstance(value, dict):
            waiting.extend((inner, depth + 1) for pair in value.items() for inner in pair)
        elif isinstance(value, list):
            waiting.extend((inner, depth + 1) for inner in value)
