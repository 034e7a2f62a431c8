"""The client asks for the project's statement by name; a GET makes none."""

from flask import Flask

from milebill.domain.project_statement import ask_statement
from milebill.models import Document, DocumentKind
from tests.actors import PAYABLE, Supplier, a_sent_quote, an_issued_invoice, signed
from tests.rules import rows
from tests.snapshots import everything
from tests.web.client.conftest import Visit, errors, focused, on_sqlite, tree_of, words

pytestmark = on_sqlite


def test_a_client_gets_the_statement(guest: Visit, owner: Supplier) -> None:
    visitor = guest(an_issued_invoice(owner))
    assert f'href="{visitor.base}/statement"' in visitor.open().text
    before = everything(without=("link_opening",))
    page = visitor.open("/statement")
    assert "and what is open today" in words(page)
    assert tree_of(page).xpath("string(//input[@id='statement-name']/@value)") == ""
    assert everything(without=("link_opening",)) == before
    first = visitor.send("/statement", name="Inês Duarte")
    (document,) = rows(Document, Document.kind == DocumentKind.STATEMENT)
    assert (first.status_code, first.location) == (303, f"{visitor.base}/documents/{document.id}")
    assert visitor.send("/statement", name="inês duarte").location == first.location
    assert visitor.open(f"/documents/{document.id}").status_code == 202


def test_without_their_name_nothing_is_made(guest: Visit, owner: Supplier) -> None:
    visitor = guest(an_issued_invoice(owner))
    before = everything()
    for name in ("", "Somebody Else"):
        answer = visitor.send("/statement", name=name)
        assert answer.status_code == 422
        assert "statement-name" in errors(answer)
        assert focused(answer)[-1] == "statement-name"
        assert tree_of(answer).xpath("string(//input[@id='statement-name']/@value)") == name
    assert everything() == before


def test_before_the_acceptance_there_is_no_such_page(guest: Visit, owner: Supplier) -> None:
    visitor = guest(a_sent_quote(owner))
    assert visitor.open("/statement").status_code == 404
    assert visitor.send("/statement", name="Inês Duarte").status_code == 404


def test_accounts_payable_ask_too(guest: Visit, owner: Supplier) -> None:
    visitor = guest(an_issued_invoice(owner), PAYABLE)
    assert visitor.send("/statement", name=PAYABLE.name).status_code == 303


def test_accounts_payable_ask_from_an_invoice(app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    browser, base = app.test_client(), f"/i/{deal.invoice_token(app)}"
    assert f'href="{base}/statement"' in browser.get(base).text
    assert browser.get(f"{base}/statement").status_code == 200
    assert browser.post(f"{base}/statement", data={"name": ""}).status_code == 422
    answer = browser.post(f"{base}/statement", data={"name": PAYABLE.name})
    (document,) = rows(Document, Document.kind == DocumentKind.STATEMENT)
    assert (answer.status_code, answer.location) == (303, f"{base}/documents/{document.id}")
    assert browser.get(answer.location).status_code == 202
    assert browser.get(f"{base}/documents/999999").status_code == 404
    assert browser.get(f"{base}/documents/{statement_of_somebody_else(owner)}").status_code == 404


def statement_of_somebody_else(owner: Supplier) -> int:
    """Of another quote of the same house."""
    other = an_issued_invoice(owner)
    return ask_statement(other.workspace_id, other.quote_id, other.link(), signed(""))
