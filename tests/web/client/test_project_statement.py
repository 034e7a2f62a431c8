"""The client asks for the project's statement by name; a GET makes none."""

from milebill.models import Document, DocumentKind
from tests.actors import PAYABLE, Supplier, a_sent_quote, an_issued_invoice
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
