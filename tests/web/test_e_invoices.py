"""An invoice's files on both sides' pages: what is there, what is not and why, and each for its own people."""

import hashlib

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from milebill import links
from milebill.db import transaction
from milebill.domain import leases
from milebill.domain.billing_needs import Needs, change_needs
from milebill.domain.leases import Beside
from milebill.models import Client, Document, DocumentKind
from milebill.models.document import E_INVOICES
from tests.actors import PAYABLE, Deal, Supplier, an_accepted_project, browser_of
from tests.dealings import correct
from tests.payables import amend
from tests.rules import rows
from tests.web.supplier.forms import page, text

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def content(kind: str, version: int) -> bytes:
    return f"<{kind}>{version}</{kind}>".encode()


def make(app: Flask, *kinds: DocumentKind, error: str = "", has_facturx: bool = True) -> None:
    """The worker makes every PDF that waits, with these e-invoices."""
    files = app.extensions["files"]
    while lease := leases.lease_document():
        (row,) = rows(Document, Document.id == lease.id)
        beside = []
        for kind in kinds if row.kind == DocumentKind.INVOICE else ():
            body = content(kind, row.subject_id)
            beside.append(Beside(kind, error=error) if error else Beside(kind, files.put(body), len(body)))
        leases.document_ready(lease, files.put(b"%PDF"), 4, beside, has_facturx=has_facturx)


def client_page(app: Flask, deal: Deal, path: str = "", nth: int = 0, **headers: str) -> TestResponse:
    keys = app.extensions["settings"].secret_keys
    token = links.sign(keys, links.Purpose.INVOICE, deal.link(PAYABLE), deal.invoice_ids()[nth])
    return app.test_client().get(f"/i/{token}{path}", headers=headers, buffered=True)


def offered(response: TestResponse) -> list[str]:
    """The names of the links to e-invoices."""
    found = page(response).xpath("//main//a[contains(@href, '.xml') or contains(@href, '/documents/')]/text()")
    return [name for name in found if name not in {"PDF", "Download PDF"}]


def test_both_sides_get_every_format(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    assert offered(client_page(in_app, deal)) == [], "nothing is there yet"
    make(in_app, *E_INVOICES)
    browser = browser_of(in_app, owner)
    for shown in (browser.get(f"/invoices/{deal.invoice_ids()[0]}"), client_page(in_app, deal)):
        assert offered(shown) == ["UBL", "XRechnung", "CII"]
        assert "The PDF carries the invoice as data, too (Factur-X, ZUGFeRD)." in text(shown)
    number = rows(Document, Document.kind == "invoice")[0].file_name.removesuffix(".pdf")
    for href in page(browser.get(f"/invoices/{deal.invoice_ids()[0]}")).xpath("//aside//a[. = 'UBL']/@href"):
        answer = browser.get(href, buffered=True)
        assert (answer.mimetype, answer.data) == ("application/xml", content("ubl", 1))
        assert answer.headers["Content-Disposition"] == f"attachment; filename={number}-ubl.xml"


@pytest.mark.parametrize("kind", ["cii", "ubl", "xrechnung"])
def test_a_file_is_saved_and_its_hash_is_its_version(in_app: Flask, owner: Supplier, kind: str) -> None:
    deal = an_accepted_project(owner)
    make(in_app, *E_INVOICES)
    answer = client_page(in_app, deal, f"/versions/1/{kind}.xml")
    assert (answer.status_code, answer.data) == (200, content(kind, 1))
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["ETag"] == f'"{hashlib.sha256(answer.data).hexdigest()}"'
    again = client_page(in_app, deal, f"/versions/1/{kind}.xml", **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", answer.headers["ETag"])


def test_each_version_keeps_its_own(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    make(in_app, DocumentKind.CII)
    amend(deal, cost_centre="4711")
    make(in_app, *E_INVOICES)
    assert client_page(in_app, deal, "/versions/1/cii.xml").data == content("cii", 1)
    assert client_page(in_app, deal, "/versions/2/cii.xml").data == content("cii", 2)
    for missing in ("/versions/1/ubl.xml", "/versions/3/cii.xml", "/versions/0/cii.xml", "/versions/2/pdf.xml"):
        assert client_page(in_app, deal, missing).status_code == 404
    assert offered(client_page(in_app, deal, "/versions")) == ["UBL", "XRechnung", "CII", "CII"]
    shown = browser_of(in_app, owner).get(f"/invoices/{deal.invoice_ids()[0]}/versions")
    assert offered(shown) == ["UBL", "XRechnung", "CII", "CII"]


def test_credit_notes_have_theirs(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    correct(owner, deal.invoice_ids()[0], city="Bremen")
    make(in_app, DocumentKind.CII, DocumentKind.UBL)
    for nth in (1, 2):
        assert offered(client_page(in_app, deal, nth=nth)) == ["UBL", "CII"]


def test_strangers_find_nothing(in_app: Flask, owner: Supplier, rival: Supplier) -> None:
    mine, theirs = an_accepted_project(owner), an_accepted_project(rival)
    make(in_app, *E_INVOICES)
    document = rows(Document, Document.kind == "ubl")[1].id
    assert browser_of(in_app, owner).get(f"/documents/{document}", buffered=True).status_code == 404
    assert browser_of(in_app, rival).get(f"/documents/{document}", buffered=True).status_code == 200
    keys = in_app.extensions["settings"].secret_keys
    token = links.sign(keys, links.Purpose.INVOICE, mine.link(PAYABLE), theirs.invoice_ids()[0])
    assert in_app.test_client().get(f"/i/{token}/versions/1/ubl.xml").status_code == 404
    assert in_app.test_client().post(f"/i/{mine.invoice_token(in_app)}/versions/1/ubl.xml").status_code == 405


def wanting(owner: Supplier, deal: Deal, wanted: str) -> Deal:
    (client,) = rows(Client, Client.workspace_id == owner.workspace_id)
    change_needs(owner.workspace_id, owner.actor, client.id, Needs(invoice_format=wanted), ("", ""))
    return deal


@pytest.mark.parametrize(
    ("wanted", "made", "said"),
    [
        ("xrechnung", (DocumentKind.CII, DocumentKind.UBL), "You want XRechnung, and there is none of this document. "
         "An XRechnung needs a Leitweg-ID as buyer reference."),
        ("xrechnung", E_INVOICES, ""),
        ("ubl", (DocumentKind.UBL,), ""),
        ("facturx", (DocumentKind.CII,), ""),
        ("pdf", (), ""),
    ],
)  # fmt: skip
def test_the_client_reads_why_the_format_that_they_want_is_missing(
    in_app: Flask, owner: Supplier, wanted: str, made: tuple[DocumentKind, ...], said: str
) -> None:
    deal = wanting(owner, an_accepted_project(owner), wanted)
    assert "You want" not in text(client_page(in_app, deal)), "it is on its way"
    make(in_app, *made)
    shown = text(client_page(in_app, deal))
    assert said in shown
    assert ("You want" in shown) is bool(said)
    asked = text(browser_of(in_app, owner).get(f"/invoices/{deal.invoice_ids()[0]}"))
    assert said.rpartition("document. ")[2] in asked
    assert "You want" not in asked


def test_a_client_without_an_e_invoice_reads_why(in_app: Flask, owner: Supplier) -> None:
    deal = wanting(owner, an_accepted_project(owner, currency="KWD", total="1000"), "ubl")
    make(in_app)
    assert "You want UBL (Peppol), and there is none of this document. E-invoices carry" in text(
        client_page(in_app, deal)
    )
    other = wanting(owner, an_accepted_project(owner), "ubl")
    make(in_app, DocumentKind.UBL, error="a bug")
    assert "could not be made" in text(client_page(in_app, other))


def test_why_there_is_none(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner, currency="KWD", total="1000")
    make(in_app)
    shown = browser_of(in_app, owner).get(f"/invoices/{deal.invoice_ids()[0]}")
    assert "E-invoices carry amounts with two decimals at most, and this currency has more." in text(shown)
    theirs = client_page(in_app, deal)
    assert offered(theirs) == []
    assert "E-invoices" not in text(theirs)


def test_a_fault_is_shown_to_the_supplier_alone(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    make(in_app, DocumentKind.CII, error="TypeError: secret", has_facturx=False)
    shown = browser_of(in_app, owner).get(f"/invoices/{deal.invoice_ids()[0]}")
    assert "The e-invoice could not be made" in text(shown)
    assert "TypeError" not in text(shown)
    assert "could not be made" not in text(client_page(in_app, deal))
    assert client_page(in_app, deal, "/versions/1/cii.xml").status_code == 404
    assert client_page(in_app, deal, "/document").data == b"%PDF"


def test_without_a_pdf_the_e_invoices_are_offered(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    make(in_app, *E_INVOICES, has_facturx=False)
    with transaction() as session:
        session.execute(update(Document).where(Document.kind == "invoice").values(state="failed"))
    assert offered(client_page(in_app, deal)) == ["UBL", "XRechnung", "CII"]
    assert "Factur-X" not in text(client_page(in_app, deal))


def test_a_pdf_that_was_issued_before_carries_nothing(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    make(in_app, *E_INVOICES)
    with transaction() as session:
        session.execute(update(Document).values(has_facturx=False))
    for shown in (browser_of(in_app, owner).get(f"/invoices/{deal.invoice_ids()[0]}"), client_page(in_app, deal)):
        assert "Factur-X" not in text(shown)
        assert "The other files are the same invoice for accounting programs." in text(shown)
