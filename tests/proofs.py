"""Receipts as files: real ones, ones made up from nothing, and every small change of one."""

import copy
import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from milebill.canonical import digest
from milebill.domain import chain
from milebill.models import Receipt
from tests.actors import Deal
from tests.rules import rows

SCRIPT = Path(__file__).parents[1] / "scripts" / "verify_receipt.py"


def the_script() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("verify_receipt", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def made_up(number: str = "AAAAA-BBBBB", later: int = 2, **changes: Any) -> dict[str, Any]:
    """A file in which everything fits, and which nobody ever issued."""
    content = {
        "version": 1,
        "workspace": "w",
        "sequence": 7,
        "kind": "milestone_signed_off",
        "at": "2027-03-03T13:00:00.000000+00:00",
        "actor": {"side": "client", "name": "Inês Duarte", "link": 3},
        "shown": "c" * 64,
        "data": {"receipt": number, "consent": "Yes.", "milestone": 2},
    }
    receipt = {
        "version": 1,
        "number": number,
        "kind": "sign_off",
        "workspace": "w",
        "seller": {"name": "Studio"},
        "subject": {"title": "Step 2", "gross": 535_500, "open": None, "final": False, "parts": ["a", "b"]},
        "who": {"name": "Inês Duarte", "link": 3},
        "at": content["at"],
        "consent": "Yes.",
        "content_hash": "c" * 64,
    } | changes
    return fitting(receipt, content, later)


def fitting(receipt: dict[str, Any], event: dict[str, Any], later: int = 2) -> dict[str, Any]:
    """The same with all its hashes made anew, as a forger would."""
    salt, previous, sequence = "5" * 64, "9" * 64, event["sequence"]
    committed = chain.commitment(salt, event)
    own = chain.link_hash(previous, sequence, committed)
    place = {"sequence": sequence, "version": 1, "commitment": committed, "previous_hash": previous, "hash": own}
    receipt = receipt | {"event": place}
    lines, head = [f"{n:064x}" for n in range(later)], own
    for n, line in enumerate(lines, sequence + 1):
        head = chain.link_hash(head, n, line)
    return {
        "format": "milebill-receipt",
        "version": 1,
        "receipt": receipt,
        "receipt_hash": digest(receipt),
        "event": {"content": event, "salt": salt},
        "later": lines,
        "head": {"sequence": sequence + later, "hash": head},
    }


def forged(file: dict[str, Any]) -> dict[str, Any]:
    """A real receipt over ten times the amount, with hashes that fit."""
    receipt = copy.deepcopy(file["receipt"])
    receipt["subject"]["gross"] *= 10
    return file | {"receipt": receipt, "receipt_hash": digest(receipt)}


def small_changes(file: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every single value of the file changed once, every name taken out, and a name added wherever there are names."""
    for path in list(_paths(file)):
        *way, last = path
        for what in _others(_at(file, path)):
            changed = copy.deepcopy(file)
            _at(changed, way)[last] = what
            yield f"{_words(path)} = {str(what)[:20]!r}", changed
        if isinstance(last, str):
            changed = copy.deepcopy(file)
            del _at(changed, way)[last]
            yield f"{_words(path)} taken out", changed
    for path in [(), *_paths(file)]:
        value = _at(file, path)
        if isinstance(value, dict | list):
            changed = copy.deepcopy(file)
            inner = _at(changed, path)
            inner.append("f" * 64) if isinstance(inner, list) else inner.update(added=1)
            yield f"{_words(path)} added to", changed


def _others(value: Any) -> list[Any]:
    if isinstance(value, bool):
        return [not value, int(value)]
    if isinstance(value, int):
        return [value + 1, -value, str(value), value == 1]
    if isinstance(value, str):
        other = "e" if value[:1] != "e" else "d"
        return [other + value[1:], value + "0", value[:-1] if value else "x", 7, [value]]
    return [0, "", {}] if value is None else []


def _paths(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    names: Any = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for name in names:
        yield (*before, name)
        yield from _paths(value[name], (*before, name))


def _at(value: Any, path: Any) -> Any:
    for name in path:
        value = value[name]
    return value


def _words(path: Any) -> str:
    return ".".join(map(str, path)) or "the file"


def as_bytes(file: Any) -> bytes:
    """The file as it is saved."""
    return json.dumps(file, ensure_ascii=False, indent=2).encode("utf-8", "surrogatepass")


def download(app: Flask, deal: Deal, number: str, person: Any = None) -> TestResponse:
    token = deal.token(app, person) if person else deal.token(app)
    return app.test_client().get(f"/q/{token}/receipts/{number}.json")


def sign_off_of(app: Flask, deal: Deal) -> dict[str, Any]:
    """The file of the deal's last receipt."""
    number = rows(Receipt, Receipt.quote_id == deal.quote_id)[-1].number
    file: dict[str, Any] = download(app, deal, number).get_json()
    return file
