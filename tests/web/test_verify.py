"""/verify: whoever holds a receipt may ask, and learns nothing that their file does not say already."""

import io
import json
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, update
from werkzeug.test import TestResponse

from milebill.db import transaction
from milebill.models import Event, Link, Receipt, Workspace
from milebill.queries import proof
from tests.actors import (
    ClientPerson,
    Supplier,
    an_accepted_project,
    an_issued_invoice,
)
from tests.crowds import at_once
from tests.proofs import as_bytes, download, forged, made_up, sign_off_of, small_changes
from tests.rules import rows
from tests.snapshots import everything
from tests.test_receipt_file import UNREADABLE
from tests.web.client.conftest import errors, focused, on_sqlite, tree_of, words
from tests.web.test_query_counts import counted

OTHER = ClientPerson("Olga Other", "olga@other.example")


@dataclass
class Holder:
    """Somebody with a file, and no account."""

    client: FlaskClient

    def paste(self, file: Any, **options: Any) -> TestResponse:
        """Paste it, or any bytes."""
        text = file if isinstance(file, bytes) else as_bytes(file)
        return self.client.post("/verify", data={"text": text.decode("utf-8", "replace")}, **options)

    def upload(self, content: bytes, name: str = "receipt.json") -> TestResponse:
        """Choose a file."""
        form = {"file": (io.BytesIO(content), name), "text": ""}
        return self.client.post("/verify", data=form, content_type="multipart/form-data")


@pytest.fixture
def holder(in_app: Flask) -> Holder:
    return Holder(in_app.test_client())


def title(answer: TestResponse) -> str:
    return " ".join(tree_of(answer).xpath("string(//h1)").split())


def tones(answer: TestResponse) -> list[str]:
    """How each finding is set, in order."""
    found = tree_of(answer).xpath("//*[@id='checked']//*[contains(@class, 'notice')]/@class")
    return [name.removeprefix("notice ") for name in found]


def test_a_genuine_receipt(in_app: Flask, owner: Supplier, holder: Holder) -> None:
    deal = an_issued_invoice(owner)
    file = sign_off_of(in_app, deal)
    before = everything()
    for answer in (holder.paste(file), holder.upload(as_bytes(file)), holder.upload(b"\xef\xbb\xbf" + as_bytes(file))):
        assert answer.status_code == 200
        assert title(answer) == "This receipt is genuine"
        assert tones(answer) == ["good", "good", "good"]
        shown = words(answer)
        for part in (
            "Inês Duarte signed off milestone 2, “Step 2”, on",
            f"Receipt {file['receipt']['number']} is kept here, word for word as in your file.",
            f"It is line {file['receipt']['event']['sequence']}.",
            "the last one of today, follow from each other without a gap",
            "Amount with tax €5,355.00",
            "What this can’t prove",
        ):
            assert part in shown
        assert "Set-Cookie" not in answer.headers
        assert "private" in answer.headers["Cache-Control"]
    assert everything() == before
    accepted = download(in_app, deal, rows(Receipt)[0].number).data
    assert title(holder.upload(accepted)) == "This receipt is genuine"


@on_sqlite
def test_the_last_line_of_all_and_a_link_that_the_supplier_held(in_app: Flask, owner: Supplier, holder: Holder) -> None:
    deal = an_accepted_project(owner)
    deal.submit(2)
    with transaction() as session:
        session.execute(update(Link).values(held_by_supplier_at=Link.created_at))
    deal.sign_off(2)
    file = sign_off_of(in_app, deal)
    own = file["receipt"]["event"]["sequence"]
    assert "The supplier held this link too" in words(holder.paste(file))
    with transaction() as session:  # as if the sign-off had been the last thing that happened
        session.execute(delete(Event).where(Event.sequence > own))
        session.execute(update(Workspace).values(event_sequence=own, event_head=file["head"]["hash"]))
    answer = holder.paste(file)
    assert (title(answer), tones(answer)[:3]) == ("This receipt is genuine", ["good"] * 3)
    assert f"It is line {own}, the last one so far, and follows from the line before it" in words(answer)


MISFITS = (
    "What the receipt says is not what its hash was made of.",
    "What the history says of it is not what its commitment was made of.",
    "The history tells of something else than the receipt.",
    "The hash of its line in the history does not follow from the line before.",
    "The lines after it do not lead to the end that the file states.",
)


@on_sqlite
def test_a_changed_file_is_found_and_not_looked_up(in_app: Flask, owner: Supplier, holder: Holder) -> None:
    file = sign_off_of(in_app, an_issued_invoice(owner))
    kinds: set[str] = set()
    for what, changed in small_changes(file):
        if what.endswith("taken out") or "content.actor" in what or "later" in what:
            continue
        with counted() as statements:
            answer = holder.paste(changed)
        assert not statements, what
        if answer.status_code == 200:
            assert title(answer) == "This is not what was issued", what
            assert tones(answer) == ["bad"], what
            kinds |= {sentence for sentence in MISFITS if sentence in words(answer)}
        else:
            assert answer.status_code == 422, what
            assert errors(answer).keys() == {"text"}
    assert kinds == set(MISFITS)


def test_an_unknown_number_and_another_content_get_one_answer(in_app: Flask, owner: Supplier, holder: Holder) -> None:
    file = sign_off_of(in_app, an_issued_invoice(owner))
    real = file["receipt"]["number"]
    answers, costs = [], []
    for fake in (forged(file), made_up("AAAAA-BBBBB"), made_up(real), made_up("' OR 1=1 --")):
        with counted() as statements:
            answer = holder.paste(fake)
        costs.append(len(statements))
        assert answer.status_code == 200
        assert title(answer) == "We do not know this receipt"
        assert tones(answer) == ["plain", "wait"]
        assert "anybody can write such a file" in words(answer)
        number = tree_of(answer).xpath("string(//p[@class='kicker'])")
        answers.append(words(answer).replace(number.strip(), ""))
    assert len(set(answers)) == 1
    assert set(costs) == {1}
    assert "Inês" not in answers[0]


@on_sqlite
def test_an_event_whose_content_was_erased(in_app: Flask, owner: Supplier, holder: Holder) -> None:
    deal = an_issued_invoice(owner)
    old = sign_off_of(in_app, deal)
    with transaction() as session:
        session.execute(update(Event).values(content=None, salt=None))
    file = sign_off_of(in_app, deal)
    assert file == old | {"event": None}
    assert "The event’s own content is not in the file" in words(holder.paste(file))
    for kept in (file, old):
        assert tones(holder.paste(kept)) == ["good", "good", "good"]


def spoil(what: str, own: int) -> None:
    """Change the database behind the product's back."""
    mine, after = Event.sequence == own, Event.sequence == own + 1
    changes = {
        "receipt": update(Receipt).where(Receipt.event_sequence == own).values(content={"what": 1}),
        "event": update(Event).where(mine).values(content={"what": 1}),
        "own line": update(Event).where(mine).values(hash="0" * 64),
        "own line gone": delete(Event).where(mine),
        "line before gone": delete(Event).where(Event.sequence == own - 1),
        "line before": update(Event).where(Event.sequence == own - 1).values(hash="0" * 64),
        "next line": update(Event).where(after).values(commitment="0" * 64),
        "next line gone": delete(Event).where(after),
        "end gone": delete(Event).where(Event.sequence > own),
        "end": update(Event).where(Event.sequence > own + 1).values(previous_hash="0" * 64),
    }
    with transaction() as session:
        session.execute(changes[what])


@on_sqlite
@pytest.mark.parametrize(
    ("what", "said", "line"),
    [
        ("receipt", "the copy that is kept here was changed", None),
        ("event", "what our history says of it was changed", None),
        ("own line", "The history was changed at line", 0),
        ("own line gone", "The history was changed at line", 0),
        ("line before gone", "The history was changed at line", -1),
        ("line before", "The history was changed at line", 0),
        ("next line", "The history was changed at line", 1),
        ("next line gone", "The history was changed at line", 1),
        ("end gone", "The history ends before it should: after line", 0),
        ("end", "The history was changed at line", 2),
    ],
)
def test_a_history_that_was_changed_is_said(
    in_app: Flask, owner: Supplier, holder: Holder, what: str, said: str, line: int | None
) -> None:
    deal = an_issued_invoice(owner)
    deal.ask()
    deal.answer()
    file = sign_off_of(in_app, deal)
    own = file["receipt"]["event"]["sequence"]
    spoil(what, own)
    answer = holder.paste(file)
    assert (answer.status_code, title(answer)) == (200, "This receipt is genuine, but our history was changed")
    assert tones(answer).count("bad") == 1
    assert (said if line is None else f"{said} {own + line}.") in words(answer)
    assert "Inês Duarte signed off milestone 2" in words(answer)  # of the file, which is the original


@on_sqlite
def test_a_long_history_is_walked_only_so_far(
    in_app: Flask, owner: Supplier, holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal = an_issued_invoice(owner)
    file = download(in_app, deal, rows(Receipt)[0].number).get_json()
    newer = rows(Event)[-1].sequence - file["receipt"]["event"]["sequence"]
    monkeypatch.setattr(proof, "MAX_WALK", 2)
    answer = holder.paste(file)
    assert (title(answer), tones(answer)) == ("This receipt is genuine", ["good"] * 3)
    assert f"the 2 lines after it follow from each other without a gap. {newer - 2} newer ones" in words(answer)
    monkeypatch.setattr(proof, "MAX_WALK", newer)
    assert "up to the last one of today" in words(holder.paste(file))
    with counted() as statements:
        holder.paste(file)
    assert len(statements) == 3


# What people paste.


@on_sqlite
@pytest.mark.parametrize("name", [*UNREADABLE, "spaces"])
def test_bad_input_is_said_beside_its_field_and_kept(in_app: Flask, holder: Holder, name: str) -> None:
    raw = UNREADABLE.get(name, b" \n ")
    pasted = holder.paste(raw)
    assert pasted.status_code == 422
    assert errors(pasted).keys() == {"text"}
    assert focused(pasted)[0] == "text"
    kept = tree_of(pasted).xpath("string(//textarea)")
    typed = raw.decode("utf-8", "replace")
    assert kept.replace("\r\n", "\n").strip() == typed.replace("\x00", "").strip()
    uploaded = holder.upload(raw)
    assert uploaded.status_code == 422
    assert errors(uploaded).keys() == {"file"}
    assert focused(uploaded)[0] == "file"


@on_sqlite
def test_nothing_at_all_and_far_too_much(in_app: Flask, holder: Holder) -> None:
    assert errors(holder.client.post("/verify")) == {"text": "Please choose the file, or paste what stands in it."}
    assert errors(holder.upload(b"")).keys() == {"file"}
    assert holder.paste(b"x" * 3_000_000).status_code == 413
    markup = b'{"a": "</textarea><script>alert(1)</script>"}'
    assert b"<script>alert" not in holder.paste(markup).data


@on_sqlite
def test_a_file_goes_before_the_text(in_app: Flask, owner: Supplier, holder: Holder) -> None:
    file = as_bytes(sign_off_of(in_app, an_issued_invoice(owner)))
    form = {"file": (io.BytesIO(file), "receipt.json"), "text": "something old"}
    answer = holder.client.post("/verify", data=form, content_type="multipart/form-data")
    assert title(answer) == "This receipt is genuine"


@on_sqlite
@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_no_foreign_page_asks_for_anybody(in_app: Flask, holder: Holder, headers: dict[str, str]) -> None:
    assert holder.paste(made_up(), headers=headers).status_code == 403
    assert holder.paste(made_up(), headers={"Origin": "http://milebill.test"}).status_code == 200


@on_sqlite
def test_a_file_that_was_written_by_other_hands_is_the_same_file(
    in_app: Flask, owner: Supplier, holder: Holder
) -> None:
    file = sign_off_of(in_app, an_issued_invoice(owner))
    for text in (json.dumps(file), json.dumps(file, sort_keys=True, indent=8), json.dumps(file, indent="\t")):
        assert title(holder.paste(text.encode())) == "This receipt is genuine"


def test_a_history_that_grows_meanwhile_is_never_called_broken(in_app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    file = sign_off_of(in_app, deal)

    def check() -> list[tuple[str, list[str]]]:
        answers = [Holder(in_app.test_client()).paste(file) for _ in range(4)]
        return [(title(answer), tones(answer)) for answer in answers]

    calls = [partial(deal.ask, f"Question {n}?", f"once-{n}") for n in range(12)]
    answers = at_once(in_app, [call for write in calls for call in (write, check)])
    found = [one for several in answers[1::2] for one in several]
    assert found == [("This receipt is genuine", ["good", "good", "good"])] * 48
    assert f"the {1 + len(calls)} lines after it" in words(Holder(in_app.test_client()).paste(file))
