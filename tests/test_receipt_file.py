"""A receipt's file proves itself: to us, and to a script that knows nothing of us."""

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from milebill.canonical import canonical_bytes
from milebill.domain.receipt_file import ReceiptFile, Unreadable, misfits, read_receipt_file
from milebill.models import Receipt
from tests.actors import APPROVER, Supplier, an_issued_invoice
from tests.pairs import SECOND, a_milestone_for_two, sign_off_as
from tests.proofs import SCRIPT, as_bytes, fitting, forged, made_up, small_changes, the_script
from tests.rules import rows

script = the_script()

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def real(in_app: Flask, owner: Supplier) -> list[dict[str, Any]]:
    """The files of an acceptance and of a sign-off, as the client saves them."""
    deal = an_issued_invoice(owner)
    base, browser = f"/q/{deal.token(in_app)}/receipts", in_app.test_client()
    return [browser.get(f"{base}/{receipt.number}.json").get_json() for receipt in rows(Receipt)]


def run(folder: Path, *files: Any) -> tuple[int, str]:
    """The script in a bare Python: no environment, no packages. Its exit code, and everything that it says."""
    names = []
    for n, file in enumerate(files):
        names.append(folder / f"{n}.json")
        names[-1].write_bytes(file if isinstance(file, bytes) else as_bytes(file))
    command = [sys.executable, "-I", "-S", str(SCRIPT), *map(str, names)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, cwd=folder)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def ours(raw: bytes) -> int:
    """The script's exit code, by the product's own check."""
    try:
        return 1 if misfits(read_receipt_file(raw)) else 0
    except Unreadable:
        return 2


def theirs(raw: bytes) -> int:
    """The same by the script's functions."""
    try:
        return 0 if all(holds is not False for holds, _ in script.check(script.read(raw))) else 1
    except script.Unreadable:
        return 2


def test_the_script_imports_only_the_standard_library() -> None:
    tree = ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 8))  # what docs/proof.md promises
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imported == {"argparse", "hashlib", "json", "sys"} <= sys.stdlib_module_names
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert "__import__" not in SCRIPT.read_text("utf-8")


def test_real_receipts_hold(real: list[dict[str, Any]], tmp_path: Path) -> None:
    acceptance, sign_off = real
    for file, words in ((acceptance, "acceptance, signed “Inês Duarte”"), (sign_off, "sign_off, signed “Inês Duarte”")):
        code, said = run(tmp_path, file)
        assert code == 0, said
        assert words in said
        assert "Everything in it fits together" in said
        assert "What this can't prove" in said
        assert "DOES NOT HOLD" not in said
        assert ours(as_bytes(file)) == 0


@on_sqlite
def test_receipts_of_two_who_signed_hold(in_app: Flask, owner: Supplier, tmp_path: Path) -> None:
    deal = a_milestone_for_two(owner)
    sign_off_as(deal, APPROVER)
    sign_off_as(deal, SECOND)
    base, browser = f"/q/{deal.token(in_app)}/receipts", in_app.test_client()
    files = [browser.get(f"{base}/{receipt.number}.json").get_json() for receipt in rows(Receipt)]
    assert [file["receipt"]["subject"]["first"]["named"] for file in files] == [APPROVER.name] * 2
    assert run(tmp_path, *files)[0] == 0
    files[1]["receipt"]["subject"]["first"]["name"] = "Somebody Else"
    assert run(tmp_path, files[1])[0] == 1


def test_two_receipts_of_a_project_stand_in_one_history(real: list[dict[str, Any]], tmp_path: Path) -> None:
    acceptance, sign_off = real
    between = sign_off["receipt"]["event"]["sequence"] - acceptance["receipt"]["event"]["sequence"]
    assert len(acceptance["later"]) == between > 1
    assert acceptance["head"]["hash"] == sign_off["receipt"]["event"]["hash"]
    code, said = run(tmp_path, acceptance, sign_off)
    assert (code, "stand in one and the same history" in said) == (0, True)
    rewritten = fitting(sign_off["receipt"], sign_off["event"]["content"], later=0)
    code, said = run(tmp_path, rewritten)
    assert code == 0, "whole in itself"
    code, said = run(tmp_path, acceptance, rewritten)
    assert code == 1
    assert "DOES NOT HOLD  " in said
    place = acceptance["receipt"]["event"]
    early = acceptance | {"later": [], "head": {"sequence": place["sequence"], "hash": place["hash"]}}
    code, said = run(tmp_path, early, sign_off)
    assert (code, "no line in common" in said) == (0, True)
    assert "one and the same history" not in run(tmp_path, acceptance, made_up())[1]  # of two suppliers


@on_sqlite
def test_every_change_of_a_real_receipt_is_found(real: list[dict[str, Any]]) -> None:
    for file in real:
        count = 0
        for what, changed in small_changes(file):
            raw = as_bytes(changed)
            assert theirs(raw) in (1, 2), what
            assert theirs(raw) == ours(raw), what
            count += 1
        assert count > 200


KINDS: dict[str, tuple[tuple[str, ...], Any, int]] = {
    "format": (("format",), "other", 2),
    "version": (("version",), 2, 2),
    "what was agreed to": (("receipt", "subject", "gross"), 1, 1),
    "who": (("receipt", "who", "name"), "Somebody Else", 1),
    "when": (("receipt", "at"), "2030-01-01T00:00:00.000000+00:00", 1),
    "from where": (("receipt", "address"), "203.0.113.1", 1),
    "the words": (("receipt", "consent"), "I agree to nothing.", 1),
    "what was shown": (("receipt", "content_hash"), "0" * 64, 1),
    "its hash": (("receipt_hash",), "0" * 64, 1),
    "its line": (("receipt", "event", "sequence"), 99, 1),
    "what the history says": (("event", "content", "data", "title"), "Other", 1),
    "the salt": (("event", "salt"), "0" * 64, 1),
    "a later line": (("later",), ["0" * 64], 1),
    "the end": (("head", "sequence"), 5_000, 1),
    "a number with decimals": (("receipt", "subject", "gross"), 1.5, 2),
    "a huge number": (("receipt", "subject", "gross"), 10**400, 2),
}


@on_sqlite
def test_each_kind_of_change_is_found_by_the_script_itself(real: list[dict[str, Any]], tmp_path: Path) -> None:
    for what, (path, value, expected) in KINDS.items():
        changed = json.loads(as_bytes(real[1]))
        inner = changed
        for name in path[:-1]:
            inner = inner[name]
        inner[path[-1]] = value
        code, said = run(tmp_path, changed)
        assert (what, code) == (what, expected), said
        assert expected == 2 or "This is NOT what was issued." in said


def test_what_only_the_installation_can_tell(tmp_path: Path) -> None:
    """Whoever makes everything up has hashes that fit: the script says so, and does not pretend."""
    code, said = run(tmp_path, forged(made_up()))
    assert code == 0
    assert "whoever makes everything up can compute fitting hashes" in said
    assert "/verify" in said


def test_an_erased_event_is_said_and_no_change(tmp_path: Path) -> None:
    code, said = run(tmp_path, made_up() | {"event": None})
    assert code == 0
    assert "not checked    the event's own content is not in the file" in said


UNREADABLE = {
    "empty": b"",
    "no JSON": b"hello",
    "half": as_bytes(made_up())[:-40],
    "a PDF": b"%PDF-1.7 \xff\xfe",
    "another JSON": b'{"format": "something else"}',
    "a list": b"[]",
    "a word": b'"milebill-receipt"',
    "NaN": b'{"format": NaN}',
    "decimals": b"[1.0]",
    "exponent": b"[1e9]",
    "huge": b"[" + b"9" * 5000 + b"]",
    "below zero": b"[-" + b"9" * 30 + b"]",
    "twins": b'{"format": "milebill-receipt", "format": "milebill-receipt"}',
    "deep": b"[" * 100 + b"]" * 100,
    "very deep": b"[" * 200_000,
    "deep names": b'{"a":' * 50_000,
    "half a character": as_bytes(made_up()).replace(b'"Yes."', b'"\\ud800"'),
    "half a name": as_bytes(made_up()).replace(b'"seller"', b'"\\udfff"'),
    "too large": b" " * (256 * 1024) + b"{}",
    "newer": as_bytes(made_up() | {"version": 2}),
    "a number that is none": as_bytes(made_up(number="\x00" * 11)),
}


@pytest.mark.parametrize("name", list(UNREADABLE))
def test_what_is_no_receipt_is_said_and_never_a_fault(name: str, tmp_path: Path) -> None:
    code, said = run(tmp_path, UNREADABLE[name])
    assert code == 2
    assert "can't be checked: it" in said or "can't be checked: something" in said
    assert ours(UNREADABLE[name]) == 2


def test_a_file_that_is_not_there_and_no_file_at_all(tmp_path: Path) -> None:
    command = [sys.executable, "-I", "-S", str(SCRIPT)]
    missing = subprocess.run([*command, "nowhere.json"], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (missing.returncode, "can't be read" in missing.stderr) == (2, True)
    assert subprocess.run(command, capture_output=True, check=False).returncode == 2


def test_a_name_can_not_steer_the_terminal(tmp_path: Path) -> None:
    hostile = made_up(who={"name": "\x1b[2J\x07\u202eevil\n  holds", "link": 3}, seller={"name": "\x9b31m"})
    code, said = run(tmp_path, hostile)
    assert code == 1  # the event names another
    assert not set("\x1b\x07\u202e\x9b") & set(said)
    assert len(run(tmp_path, made_up())[1].splitlines()) == len(said.splitlines())


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_both_have_one_canonical_form(content: Any) -> None:
    raw = script.canonical_bytes(content)
    assert raw == canonical_bytes(content)
    assert json.loads(raw) == content
    assert script.digest({"a": content}) == script.digest(json.loads(as_bytes({"a": content})))


@given(JSON, st.floats())
def test_neither_hashes_a_float(content: Any, number: float) -> None:
    for form in (script.canonical_bytes, canonical_bytes):
        with pytest.raises(TypeError):
            form([content, {"x": number}])


@given(JSON, st.sampled_from(["receipt", "event", "later", "head", "receipt_hash", "version", "format"]))
def test_both_say_the_same_of_whatever_they_get(content: Any, name: str) -> None:
    for file in (content, made_up() | {name: content}, made_up(subject=content), made_up(event=content)):
        assert ours(as_bytes(file)) == theirs(as_bytes(file))
    whole = as_bytes(made_up(subject={"what": content}))
    assert ours(whole) == theirs(whole) in (0, 2)


@given(st.integers(0, 5), st.integers(0, 5))
def test_a_file_comes_back_as_it_was_written(later: int, cut: int) -> None:
    file = made_up(later=later)
    read = read_receipt_file(as_bytes(file))
    assert json.loads(read.as_json()) == file
    assert misfits(read) == []
    shorter = ReceiptFile(read.receipt, read.receipt_hash, read.event, read.later[:cut], read.head)
    assert misfits(shorter) == ([] if cut >= later else ["later"])
