"""Quotes after the builder: the list, sending, withdrawing, the preview, and the thread."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from milebill import clock
from milebill.db import reading, transaction
from milebill.domain.openings import Opening, log_openings
from milebill.domain.quotes import expire_quote
from milebill.domain.settings import change_settings
from milebill.models import Client, Mail, Message, Role
from milebill.models.mail import MailKind
from milebill.web.supplier import quotes
from milebill.web.supplier.wording import roles_in_words
from tests.actors import Deal, Supplier, a_draft, a_quote, a_sent_quote, an_accepted_project, browser_of
from tests.browsers import Browser
from tests.web.supplier.forms import builder, errors, page, send, text, values


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


def mails(kind: MailKind) -> int:
    with reading() as connection:
        return connection.scalar(select(func.count()).where(Mail.kind == kind)) or 0


def test_the_list_and_its_filters(browser: Browser, owner: Supplier) -> None:
    assert "No quotes yet" in text(browser.get("/quotes"))
    a_quote(owner, title="Draft one", client_name="Fjord")
    a_sent_quote(owner, title="Sent one")
    an_accepted_project(owner, title="Won one")
    everything = text(browser.get("/quotes"))
    assert [title for title in ("Draft one", "Sent one", "Won one", "Fjord") if title not in everything] == []
    only = text(browser.get("/quotes?state=sent"))
    assert "Sent one" in only
    assert "Won one" not in only
    assert "None here" in text(browser.get("/quotes?state=expired"))
    assert "Won one" in text(browser.get("/quotes?state=nonsense"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_long_lists_have_pages_by_key(browser: Browser, owner: Supplier) -> None:
    for n in range(65):
        a_quote(owner, title=f"Quote {n:02}")

    def titles(address: str) -> list[str]:
        return [str(found) for found in page(browser.get(address)).xpath("//a[@class='title']/text()")]

    def link(address: str, rel: str) -> str:
        return str(next(iter(page(browser.get(address)).xpath(f"//a[@rel='{rel}']/@href")), ""))

    first, seen = "/quotes?state=draft", []
    while first:
        seen += titles(first)
        last, first = first, link(first, "next")
    assert seen == [f"Quote {n:02}" for n in reversed(range(65))]
    back = link(last, "prev")
    assert titles(back) == [f"Quote {n:02}" for n in range(34, 4, -1)]
    assert titles(link(back, "prev")) == [f"Quote {n:02}" for n in range(64, 34, -1)]
    assert link(link(back, "prev"), "prev") == ""
    assert titles("/quotes?before=x") == titles("/quotes?before=99999999999999999999") == titles("/quotes")


def test_sending_says_first_what_it_causes(browser: Browser, owner: Supplier) -> None:
    deal = a_quote(owner)
    shown = text(browser.get(f"/quotes/{deal.quote_id}/send"))
    for words in ("Inês Duarte, ines@los-verlag.example", "invoices@los-verlag.example", "€3,570.00", "€11,900.00"):
        assert words in shown
    assert mails(MailKind.QUOTE_SENT) == 0


def test_sending_and_sending_again(browser: Browser, owner: Supplier) -> None:
    deal = a_quote(owner)
    shown = values(browser.get(f"/quotes/{deal.quote_id}/send"))
    for _ in range(2):
        response = browser.post(f"/quotes/{deal.quote_id}/send", shown)
        assert (response.status_code, response.location) == (303, f"/quotes/{deal.quote_id}")
    assert mails(MailKind.QUOTE_SENT) == 1
    assert deal.state() == "sent"
    assert "is on its way" in browser.get(response.location).get_data(as_text=True)
    assert browser.get(f"/quotes/{deal.quote_id}/send").location == f"/quotes/{deal.quote_id}"


def test_what_an_invoice_must_say_comes_first(browser: Browser, owner: Supplier) -> None:
    change_settings(owner.workspace_id, owner.actor, {"legal_name": "", "tax_id": ""})
    deal = a_quote(owner)
    response = browser.get(f"/quotes/{deal.quote_id}/send")
    links = page(response).xpath("//main//li/a/@href")
    assert links == [f"/settings?for={deal.quote_id}#{name}" for name in ("legal_name", "tax_id")]
    assert not page(response).xpath("//main//button[contains(@class, 'primary')]")
    assert browser.post(f"/quotes/{deal.quote_id}/send").location == f"/quotes/{deal.quote_id}/send"
    assert deal.state() == "draft"


def test_bank_details_are_missed_but_not_demanded(browser: Browser, owner: Supplier) -> None:
    change_settings(owner.workspace_id, owner.actor, {"iban": ""})
    deal = a_quote(owner)
    assert "how to pay" in text(browser.get(f"/quotes/{deal.quote_id}/send"))
    send(browser, f"/quotes/{deal.quote_id}")
    assert deal.state() == "sent"


def test_what_no_font_has_is_told_and_stops_nobody(browser: Browser, owner: Supplier) -> None:
    change_settings(owner.workspace_id, owner.actor, {"payment_text": "支付宝"})
    deal = a_quote(owner, title="Shop 漢字", client_name="Σίγμα שלום", introduction="字 🎉")
    shown = browser.get(f"/quotes/{deal.quote_id}/send")
    places = [" ".join(place.text_content().split()) for place in page(shown).xpath("//*[@id='unprintable']//li")]
    assert places == ["Title: 漢 字", "Introduction: 字 🎉", "Your details: 支 付 宝"]
    send(browser, f"/quotes/{deal.quote_id}")
    assert deal.state() == "sent"


def test_what_every_font_has_is_not_mentioned(browser: Browser, owner: Supplier) -> None:
    deal = a_quote(owner, title="Żółw Ωμέγα שלום سلام")
    assert not page(browser.get(f"/quotes/{deal.quote_id}/send")).xpath("//*[@id='unprintable']")


def test_an_unfinished_draft_leads_back_to_what_is_missing(browser: Browser, owner: Supplier) -> None:
    deal = a_quote(owner, title="", approver_email="")
    for response, check in (
        (browser.get(f"/quotes/{deal.quote_id}/preview"), "preview"),
        (browser.get(f"/quotes/{deal.quote_id}/send"), "send"),
        (browser.post(f"/quotes/{deal.quote_id}/send"), "send"),
    ):
        assert (response.status_code, response.location) == (303, f"/quotes/{deal.quote_id}?check={check}")
    assert set(errors(browser.get(response.location))) == {"title", "approver_email"}
    assert deal.state() == "draft"


def test_a_sent_quote_shows_what_was_offered_and_who_has_a_link(browser: Browser, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    shown = text(browser.get(f"/quotes/{deal.quote_id}"))
    for words in ("As discussed.", "Step 2", "€4,500.00", "With the client", "Inês Duarte", "Link not fetched yet"):
        assert words in shown
    assert "/q/" not in browser.get(f"/quotes/{deal.quote_id}").get_data(as_text=True), "never a client's link"
    now = clock.now()
    log_openings([Opening(deal.link(), now, now, 2, "192.0.2.9", "Scanner")])
    assert "Link fetched 2 times" in text(browser.get(f"/quotes/{deal.quote_id}"))


def test_what_became_of_it(browser: Browser, owner: Supplier) -> None:
    declined = a_sent_quote(owner)
    declined.decline("Too dear <i>for us</i>.")
    shown = browser.get(f"/quotes/{declined.quote_id}")
    assert "Inês Duarte declined" in text(shown)
    assert "<i>for" not in shown.get_data(as_text=True)
    accepted = an_accepted_project(owner)
    assert "Inês Duarte accepted" in text(browser.get(f"/quotes/{accepted.quote_id}"))
    assert page(browser.get(f"/quotes/{accepted.quote_id}")).xpath("//main//a[starts-with(@href, '/projects/')]")


def test_a_quote_that_nobody_decided(browser: Browser, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    with clock.at(clock.now() + timedelta(days=32)):
        expire_quote(owner.workspace_id, deal.quote_id)
    shown = browser.get(f"/quotes/{deal.quote_id}")
    assert "This quote has run out" in text(shown)
    with reading() as connection:
        client = connection.scalar(select(Client.id))
    assert f"/quotes/new?client={client}" in page(shown).xpath("//a/@href")


@pytest.mark.parametrize(
    ("roles", "words"),
    [
        ({Role.APPROVE, Role.VIEW}, "Decides"),
        ({Role.APPROVE, Role.ACCOUNTS_PAYABLE}, "Decides, and gets the invoices"),
        ({Role.ACCOUNTS_PAYABLE}, "Gets the invoices"),
        ({Role.VIEW}, "Reads"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_somebody_may_do(app: Flask, roles: set[Role], words: str) -> None:
    with app.test_request_context():
        assert roles_in_words(frozenset(roles)) == words


def test_withdrawing_and_withdrawing_again(browser: Browser, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    assert "Nobody can accept it" in text(browser.get(f"/quotes/{deal.quote_id}/withdrawal"))
    assert deal.state() == "sent"
    for _ in range(2):
        assert browser.post(f"/quotes/{deal.quote_id}/withdrawal").location == f"/quotes/{deal.quote_id}"
    assert deal.state() == "withdrawn"
    assert mails(MailKind.QUOTE_WITHDRAWN) == 1
    assert "You withdrew this quote" in text(browser.get(f"/quotes/{deal.quote_id}"))
    assert browser.get(f"/quotes/{deal.quote_id}/withdrawal").status_code == 303


def test_what_was_accepted_is_not_withdrawn_nor_sent(browser: Browser, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    for verb in ("withdrawal", "send"):
        assert browser.post(f"/quotes/{deal.quote_id}/{verb}").status_code == 303
        assert "has moved on" in browser.get(f"/quotes/{deal.quote_id}").get_data(as_text=True)
    assert deal.state() == "accepted"


def test_the_preview_is_the_clients_page_without_its_forms(browser: Browser, owner: Supplier) -> None:
    draft, sent = a_quote(owner), a_sent_quote(owner)
    for deal in (draft, sent):
        response = browser.get(f"/quotes/{deal.quote_id}/preview")
        for words in ("This is a preview", "A new web site", "Step 3", "€11,900.00", "deposit invoice over €3,570.00"):
            assert words in text(response)
        assert not page(response).xpath("//form")
        assert page(response).xpath("//link[starts-with(@href, '/brand/')]")


def say(browser: Browser, deal: Deal, words: str, once: str = "k") -> object:
    return browser.post(f"/quotes/{deal.quote_id}/answers", {"text": words, "once": once})


def test_answering(browser: Browser, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    deal.ask("Is <b>hosting</b> included?")
    shown = browser.get(f"/quotes/{deal.quote_id}")
    assert "Is <b>hosting</b> included?" in text(shown)
    once = values(shown)["once"]
    for _ in range(2):
        response = browser.post(f"/quotes/{deal.quote_id}/answers", {"text": "It is.", "once": once})
        assert response.location == f"/quotes/{deal.quote_id}#thread"
    with reading() as connection:
        assert connection.scalar(select(func.count()).where(Message.kind == "answer")) == 1
    assert mails(MailKind.QUESTION_ANSWERED) == 1
    assert "It is." in text(browser.get(f"/quotes/{deal.quote_id}/answers"))


def test_an_answer_in_a_project_leads_back_there(browser: Browser, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    response = browser.post(f"/quotes/{deal.quote_id}/answers", {"text": "Hello", "once": "k"})
    assert response.location.startswith("/projects/")


@pytest.mark.parametrize("words", ["", "  ", "x" * 4001])
def test_an_answer_that_cannot_be_sent_is_not_lost(browser: Browser, owner: Supplier, words: str) -> None:
    deal = a_sent_quote(owner)
    response = browser.post(f"/quotes/{deal.quote_id}/answers", {"text": words, "once": "k"})
    assert response.status_code == 422
    assert "text" in errors(response)
    assert values(response)["text"] == words


def test_a_draft_has_no_thread(browser: Browser, owner: Supplier) -> None:
    deal = a_quote(owner)
    assert browser.get(f"/quotes/{deal.quote_id}/answers").status_code == 404
    assert browser.post(f"/quotes/{deal.quote_id}/answers", {"text": "x", "once": "k"}).status_code == 404


def test_a_quote_that_is_sent_while_it_is_being_saved(
    browser: Browser, owner: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal = a_quote(owner)
    load = quotes.load_quote_page

    def send_meanwhile(*keys: object) -> object:
        found = load(*keys)  # type: ignore[arg-type]
        deal.send()
        return found

    monkeypatch.setattr(quotes, "load_quote_page", send_meanwhile)
    response = browser.post(f"/quotes/{deal.quote_id}", builder(a_draft(title="Late"), "save"))
    assert response.status_code == 303
    monkeypatch.undo()
    assert "Nothing was saved" in browser.get(response.location).get_data(as_text=True)


def test_a_mail_that_died_can_be_sent_again(browser: Browser, owner: Supplier) -> None:
    a_sent_quote(owner)
    with transaction() as session:
        values = {"state": "dead", "error": "550 no such mailbox", "subject": "Your quote"}
        session.execute(update(Mail).where(Mail.kind == MailKind.QUOTE_SENT).values(**values))
    with reading() as connection:
        mail_id = connection.scalar(select(Mail.id).where(Mail.state == "dead"))
    shown = browser.get("/dashboard")
    assert "550 no such mailbox" in text(shown)
    assert page(shown).xpath(f"//button[@formaction='/mails/{mail_id}/retry']/@form") == ["send-again"]
    assert page(shown).xpath("//form[@id='send-again']/input[@name='csrf_token']")
    for _ in range(2):
        assert browser.post(f"/mails/{mail_id}/retry").location == "/dashboard"
    with reading() as connection:
        assert connection.scalar(select(Mail.state).where(Mail.id == mail_id)) == "queued"
    assert "550" not in text(browser.get("/dashboard"))
