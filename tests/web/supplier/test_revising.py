"""Revising a quote that was sent: begun by a button, written in the builder, sent in place of the one before."""

import pytest
from flask import Flask

from milebill.models import MailKind, QuoteState, Revision
from tests.actors import Deal, Supplier, a_draft, a_sent_quote, an_accepted_project, browser_of
from tests.browsers import Browser
from tests.revisions import write_revision
from tests.rules import rows
from tests.snapshots import everything
from tests.web.supplier.forms import builder, page, send, text, values
from tests.web.supplier.test_quotes import mails


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


@pytest.fixture
def sent(owner: Supplier) -> Deal:
    return a_sent_quote(owner, title="A new web site")


def test_from_the_quote_to_a_revision_that_was_sent(browser: Browser, sent: Deal) -> None:
    quote = f"/quotes/{sent.quote_id}"
    assert page(browser.get(quote)).xpath(f"//form[@action='{quote}/revision']//button/text()") == ["Revise"]
    begun = browser.post(f"{quote}/revision")
    assert (begun.status_code, begun.location) == (303, f"{quote}/revision")
    writing = browser.get(f"{quote}/revision")
    assert "Until you send it, your client sees and can accept what you sent before." in text(writing)
    assert page(writing).xpath("//form[@id='builder']/@action") == [f"{quote}/revision"]
    form = builder(a_draft(title="A smaller web site", total="8000"), made_from="R2.0")
    saved = browser.post(f"{quote}/revision", form | {"act": "save"})
    assert (saved.status_code, saved.location) == (303, f"{quote}/revision")
    assert "A smaller web site" in text(browser.get(f"{quote}/revision"))
    assert "Go on with revision 2" in text(browser.get(quote))
    assert "A new web site" in text(browser.get(quote))
    assert browser.post(f"{quote}/revision", form | {"act": "send"}).location == f"{quote}/revision/send"
    assert "Revision 2 takes the place of what you sent before" in text(browser.get(f"{quote}/revision/send"))
    assert "A smaller web site" in text(browser.get(f"{quote}/revision/preview"))
    shown = values(browser.get(f"{quote}/revision/send"))
    for _ in range(2):
        answer = browser.post(f"{quote}/revision/send", shown)
        assert (answer.status_code, answer.location) == (303, quote)
        assert "Revision 2 is on its way." in text(browser.get(quote))
    assert mails(MailKind.QUOTE_SENT) == 2
    assert "A smaller web site" in text(browser.get(quote))
    assert "sent revision 2 of quote" in text(browser.get("/dashboard"))
    assert browser.get(f"{quote}/revision").location == quote
    assert browser.get(f"{quote}/revision/send").location == quote
    assert browser.get(f"{quote}/revision/preview").location == quote


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(browser: Browser, sent: Deal) -> None:
    address = f"/quotes/{sent.quote_id}/revision"
    browser.post(address)
    wrong = browser.post(
        address, builder(a_draft(title="", introduction="Kept all the same."), "send", made_from="R2.0")
    )
    assert wrong.status_code == 422
    assert "Please fill this in." in text(wrong)
    assert "Kept all the same." in text(wrong)
    assert browser.get(f"{address}/send").location == f"{address}?check=send"
    assert browser.post(f"{address}/send").location == f"{address}?check=send"
    assert "Please fill this in." in text(browser.get(f"{address}?check=send"))
    assert sent.state() == QuoteState.SENT
    assert mails(MailKind.QUOTE_SENT) == 1


def test_the_sums_are_told_while_it_is_typed(browser: Browser, sent: Deal) -> None:
    address = f"/quotes/{sent.quote_id}/revision"
    browser.post(address)
    before = everything()
    sums = browser.post(f"{address}/totals", builder(a_draft(total="8000")))
    assert "€9,520.00" in sums.get_data(as_text=True)
    assert everything() == before


def test_accepted_while_it_was_being_written(browser: Browser, sent: Deal) -> None:
    quote = f"/quotes/{sent.quote_id}"
    browser.post(f"{quote}/revision")
    sent.accept()
    before = everything()
    for address, form in ((f"{quote}/revision", builder(a_draft(), "save")), (f"{quote}/revision/send", {})):
        answer = browser.post(address, form)
        assert (answer.status_code, answer.location) == (303, quote)
        assert "the quote has moved on" in text(browser.get(answer.location))
    assert everything() == before
    assert "Revise" not in text(browser.get(quote))


def test_an_accepted_quote_has_no_such_button(browser: Browser, owner: Supplier) -> None:
    quote = f"/quotes/{an_accepted_project(owner).quote_id}"
    assert "Revise" not in text(browser.get(quote))
    assert browser.post(f"{quote}/revision").location == quote
    assert len(rows(Revision)) == 1


def test_a_declined_quote_is_offered_anew(browser: Browser, sent: Deal) -> None:
    quote = f"/quotes/{sent.quote_id}"
    sent.decline("Too dear.")
    assert "declined on" in text(browser.get(quote))
    write_revision(sent, total="8000")
    assert send(browser, f"{quote}/revision").location == quote
    shown = text(browser.get(quote))
    assert "declined on" not in shown.split("Questions and answers")[0]
    assert "Too dear." in shown  # the thread remembers
