"""Documents, files, receipts and the invoice for accounts payable: what is mine, what is not, what is not ready."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from milebill import clock, links
from milebill.db import reading, transaction
from milebill.domain.evidence import Evidence
from milebill.models import Deliverable, Document, Link, Receipt, Role
from tests.actors import PAYABLE, Deal, Supplier, an_accepted_project, an_issued_invoice
from tests.checked import HOW, checked
from tests.web.client.conftest import Guest, Visit, on_sqlite, tree_of, words

BYTES = b"%PDF-1.7 something"


def make_ready(app: Flask) -> None:
    sha256 = app.extensions["files"].put(BYTES)
    with transaction() as session:
        session.execute(update(Document).values(state="ready", sha256=sha256, size=len(BYTES)))


def ids(column: Any) -> list[int]:
    with reading() as connection:
        return list(connection.scalars(select(column).order_by(column)))


def hand_over(app: Flask, deal: Deal, name: str, media_type: str = "text/html") -> int:
    sha256 = app.extensions["files"].put(b"<script>1</script>")
    file = Evidence(file_name=name, media_type=media_type, sha256=sha256, size=18)
    deal.submit(2, "Here.", (file, Evidence(url="https://example.com")))
    return ids(Deliverable.id)[-2]


def test_a_document_is_prepared_and_then_downloaded(app: Flask, guest: Visit, owner: Supplier) -> None:
    visitor = guest(an_accepted_project(owner))
    document = ids(Document.id)[0]
    waiting = visitor.open(f"/documents/{document}")
    assert waiting.status_code == 202
    assert waiting.headers["Refresh"]
    assert "being prepared" in words(waiting)
    make_ready(app)
    answer = visitor.open(f"/documents/{document}")
    assert (answer.status_code, answer.data) == (200, BYTES)
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=Q-")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.content_length == len(BYTES)


def test_documents_of_others_are_no_documents(app: Flask, guest: Visit, owner: Supplier, rival: Supplier) -> None:
    theirs = an_accepted_project(rival)
    document = ids(Document.id)[0]
    mine = an_accepted_project(owner)
    make_ready(app)
    assert guest(mine).open(f"/documents/{document}").status_code == 404
    assert guest(theirs).open(f"/documents/{document}").status_code == 200
    for unknown in ("0", "99999", "9223372036854775808", "x", "-1"):
        assert guest(mine).open(f"/documents/{unknown}").status_code == 404
        assert guest(mine).open(f"/files/{unknown}").status_code == 404
    assert guest(mine).send(f"/documents/{document}").status_code == 405


@on_sqlite
@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.html", "a.html"),
        ('a"\r\nSet-Cookie: x=1.txt', "a%22Set-Cookie"),
        ("Übersicht.pdf", "%C3%9Cbersicht.pdf"),
        ("\x7f\u202e", "file"),
    ],
)
def test_a_file_is_saved_and_never_shown(app: Flask, guest: Visit, owner: Supplier, name: str, kept: str) -> None:
    deal = an_accepted_project(owner)
    file = hand_over(app, deal, name)
    answer = guest(deal).open(f"/files/{file}")
    assert answer.status_code == 200
    assert answer.mimetype == "application/octet-stream"  # it said text/html
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert "\n" not in disposition
    assert kept in disposition or kept.replace("%22", '\\"') in disposition


def test_files_of_others_and_what_was_taken_back(app: Flask, guest: Visit, owner: Supplier, rival: Supplier) -> None:
    mine, theirs = an_accepted_project(owner), an_accepted_project(rival)
    file = hand_over(app, theirs, "secret.png", "image/png")
    assert guest(mine).open(f"/files/{file}").status_code == 404
    assert guest(theirs).open(f"/files/{file}").mimetype == "image/png"
    assert guest(theirs).open(f"/files/{file + 1}").status_code == 404  # a link is no file
    theirs.take_back(2)
    assert guest(theirs).open(f"/files/{file}").status_code == 404


def test_a_receipt_says_who_when_from_where_and_where_it_stands(guest: Visit, owner: Supplier) -> None:
    deal = an_issued_invoice(owner, milestones=checked())
    visitor = guest(deal)
    with reading() as connection:
        accepted, signed = connection.execute(select(Receipt).order_by(Receipt.id)).all()
    first = words(visitor.open(f"/receipts/{accepted.number}"))
    for part in (
        "Inês Duarte accepted “A new web site” on",
        "I accept this quote.",
        "Łoś Verlag GmbH",
        "192.0.2.10",
        "UTC",
        accepted.chain_head,
        accepted.content_hash,
        deal.offer_hash(),
        "ines@los-verlag.example",
    ):
        assert part in first
    assert "held this link too" not in first
    second = words(visitor.open(f"/receipts/{signed.number.lower()}"))
    assert "signed off milestone 2, “Step 2”, on" in second
    assert str(signed.event_sequence) in second
    assert f"– It is there. Checked by: {HOW} – It works." in second


@on_sqlite
def test_a_receipt_says_when_the_supplier_held_the_link(guest: Visit, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    deal.submit(2)
    with transaction() as session:
        session.execute(update(Link).values(held_by_supplier_at=Link.created_at))
    number = deal.sign_off(2).receipt_number
    assert "held this link too" in words(guest(deal).open(f"/receipts/{number}"))


def test_receipts_of_others_are_no_receipts(guest: Visit, owner: Supplier, rival: Supplier) -> None:
    mine, theirs = an_accepted_project(owner), an_accepted_project(rival)
    with reading() as connection:
        numbers = connection.scalars(select(Receipt.number).order_by(Receipt.id)).all()
    assert guest(mine).open(f"/receipts/{numbers[0]}").status_code == 200
    assert guest(mine).open(f"/receipts/{numbers[1]}").status_code == 404
    assert guest(theirs).open("/receipts/XXXXX-XXXXX").status_code == 404


def invoice_of(app: Flask, deal: Deal, person: Any = PAYABLE) -> Guest:
    return Guest(f"/i/{deal.invoice_token(app, person)}", app.test_client())


def test_an_invoice_for_accounts_payable(app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    page = invoice_of(app, deal).open()
    shown = words(page)
    for part in (
        "Studio Lindqvist AB",
        "SE556677889901",
        "Łoś Verlag GmbH",
        "Germany",
        "PO-7",
        "€3,000.00",
        "€570.00",
        "€3,570.00",
        "DE89 3704 0044 0532 0130 00",
        "Milestone 1 of 3, Step 1, due with the acceptance by Inês Duarte, Publisher, on",
        "Of €11,900.00 agreed in all, €0.00 had been billed before. After this invoice, €8,330.00 remain.",
        "Open",
    ):
        assert part in shown
    links = tree_of(page).xpath("//main//a/@href | //aside//a/@href")
    base = invoice_of(app, deal).base
    assert {link.removeprefix(base) for link in links} == {
        "/document",
        "/amendment#details",
        "/correction#details",
        "/forwarding#people",
        "/own-link#people",
        "/statement",
    }


@on_sqlite
def test_an_invoice_follows_its_payments(app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    visitor = invoice_of(app, deal)
    tag = visitor.open().headers["ETag"]
    assert visitor.open(headers={"If-None-Match": tag}).status_code == 304
    deal.pay(100_000, once="a")
    part_paid = visitor.open(headers={"If-None-Match": tag})
    assert "Part-paid" in words(part_paid)
    assert "Still to pay €2,570.00" in words(part_paid)
    deal.pay(257_000, once="b")
    paid = words(visitor.open())
    assert "Thank you." in paid
    assert "How to pay" not in paid


def test_an_invoice_as_pdf(app: Flask, owner: Supplier) -> None:
    visitor = invoice_of(app, an_issued_invoice(owner))
    assert visitor.open("/document").status_code == 202
    make_ready(app)
    answer = visitor.open("/document")
    assert answer.data == BYTES
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")


@on_sqlite
def test_an_invoice_needs_a_link_that_pays(app: Flask, owner: Supplier, rival: Supplier) -> None:
    deal = an_issued_invoice(owner)
    visitor = invoice_of(app, deal)
    with transaction() as session:
        session.execute(update(Link).where(Link.id == deal.link(PAYABLE)).values(roles=frozenset({Role.VIEW})))
    assert visitor.open().status_code == 403
    assert visitor.open("/document").status_code == 403
    assert invoice_of(app, deal).send("").status_code == 405
    client = app.test_client()
    assert client.get(f"/i/{deal.token(app)}").status_code == 404  # a link to the page is no link to an invoice
    assert client.get(f"/q/{deal.invoice_token(app)}").status_code == 404


@on_sqlite
def test_an_invoice_of_another_quote(app: Flask, owner: Supplier, rival: Supplier) -> None:
    mine, theirs = an_issued_invoice(owner), an_issued_invoice(rival)
    keys = app.extensions["settings"].secret_keys
    token = links.sign(keys, links.Purpose.INVOICE, mine.link(), theirs.invoice_ids()[0])
    assert app.test_client().get(f"/i/{token}").status_code == 404
    assert app.test_client().get(f"/i/{links.sign(keys, links.Purpose.INVOICE, mine.link())}").status_code == 404


@on_sqlite
def test_the_proof_of_a_sign_off_in_words(app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner, payment_terms_days="0")
    keys = app.extensions["settings"].secret_keys
    token = links.sign(keys, links.Purpose.INVOICE, deal.link(PAYABLE), deal.invoice_ids()[1])
    with clock.at(clock.now() + timedelta(days=3)):
        shown = words(app.test_client().get(f"/i/{token}"))
    assert "Milestone 2 of 3, Step 2, signed off by Inês Duarte, Publisher, on" in shown
    assert "€3,570.00 had been billed before. After this invoice, €2,975.00 remain." in shown
    assert "It was due on" in shown
    assert "Payable at once." in words(Guest(f"/q/{deal.token(app)}", app.test_client()).open())
