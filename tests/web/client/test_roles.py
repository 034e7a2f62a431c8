"""Whoever may only look is shown nothing that would refuse them, and is told who decides."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from milebill import clock
from milebill.domain.quotes import expire_quotes
from milebill.models import Role
from tests.actors import (
    PAYABLE,
    Deal,
    Supplier,
    a_sent_quote,
    a_submitted_milestone,
    an_accepted_project,
    an_issued_invoice,
)
from tests.outbound.mail_stories import documents_ready
from tests.revisions import revise
from tests.snapshots import everything
from tests.ways_in import set_link
from tests.web.client.conftest import Visit, on_sqlite, tree_of, words

pytestmark = pytest.mark.counted_elsewhere  # wide, and every line is counted where its own tests are


def _declined(supplier: Supplier) -> Deal:
    deal = a_sent_quote(supplier)
    deal.decline()
    return deal


def _withdrawn(supplier: Supplier) -> Deal:
    deal = a_sent_quote(supplier)
    deal.withdraw()
    return deal


def _expired(supplier: Supplier) -> Deal:
    deal = a_sent_quote(supplier)
    with clock.at(clock.now() + timedelta(days=31)):
        expire_quotes()
    return deal


def _sent_back(supplier: Supplier) -> Deal:
    deal = a_submitted_milestone(supplier)
    deal.request_changes()
    return deal


def _finished(supplier: Supplier) -> Deal:
    deal = an_issued_invoice(supplier)
    deal.submit(3)
    deal.sign_off(3)
    return deal


STATES: dict[str, Callable[[Supplier], Deal]] = {
    "sent": a_sent_quote,
    "declined": _declined,
    "withdrawn": _withdrawn,
    "expired": _expired,
    "accepted": an_accepted_project,
    "submitted": a_submitted_milestone,
    "sent back": _sent_back,
    "invoiced": an_issued_invoice,
    "finished": _finished,
}
ROLES = {
    "viewer": frozenset({Role.VIEW}),
    "accounts payable": frozenset({Role.VIEW, Role.ACCOUNTS_PAYABLE}),
    "approver": frozenset({Role.VIEW, Role.APPROVE}),
}


def offered(response: TestResponse) -> set[tuple[str, str]]:
    """Every address of ours that the page leads to in its language, by link, form or htmx."""
    if response.status_code != 200 or response.mimetype != "text/html":
        return set()
    tree = tree_of(response)
    found = {("GET", href) for href in tree.xpath("//a[not(@hreflang)]/@href | //*/@hx-get")}
    found |= {("POST", form.get("action")) for form in tree.xpath("//form")}
    return {(method, href) for method, href in found if href.startswith(("/q/", "/i/"))}


@on_sqlite
@pytest.mark.parametrize("state", list(STATES))
@pytest.mark.parametrize("role", ["viewer", "approver", pytest.param("accounts payable", marks=pytest.mark.long)])
def test_nothing_is_offered_that_is_refused(app: Flask, guest: Visit, owner: Supplier, role: str, state: str) -> None:
    deal = STATES[state](owner)
    documents_ready(app.extensions["files"].put)
    visitor = guest(deal)
    set_link(deal, roles=ROLES[role])
    seen: set[tuple[str, str]] = set()
    ahead = offered(visitor.open())
    while ahead - seen:
        method, address = (ahead - seen).pop()
        seen.add((method, address))
        answer = visitor.client.open(address, method=method, buffered=True)
        assert (method, address, answer.status_code) in {(method, address, status) for status in (200, 204, 422)}
        ahead |= offered(answer)
    decides = any("/decision" in address or "/signoff" in address for _method, address in seen)
    assert decides == (role == "approver" and state in ("sent", "submitted"))
    assert any("/questions" in address for _method, address in seen)


NOT_THEIRS = (
    "your sign-off", "Your decision", "sign it off here.", "You sign it off", "You get a mail", "request changes",
)  # fmt: skip
ENDED = ("declined", "withdrawn", "expired", "finished")


@on_sqlite
@pytest.mark.parametrize("role", ["viewer", "accounts payable"])
def test_who_decides_is_named_while_something_is_to_be_decided(guest: Visit, owner: Supplier, role: str) -> None:
    for state, make in STATES.items():
        deal = make(owner)
        visitor = guest(deal, PAYABLE)
        set_link(deal, PAYABLE, roles=ROLES[role])
        said = words(visitor.open())
        assert ("Who decides and signs off: Inês Duarte" in said) == (state not in ENDED), state
        for not_theirs in NOT_THEIRS:
            assert not_theirs not in said, state
        assert "Who decides" not in words(guest(deal).open())


@on_sqlite
def test_an_invoice_is_not_everybodys(app: Flask, guest: Visit, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    address = f"/i/{deal.invoice_token(app)}"
    set_link(deal, PAYABLE, roles=ROLES["viewer"])
    page = guest(deal).client.get(address)
    assert page.status_code == 403
    assert "Invoices are for whoever pays them, and for whoever signed: Inês Duarte." in words(page)


OVER = {
    "declined": ("Inês Duarte declined this quote on", "Nothing is owed.", "Write to Studio Lindqvist"),
    "withdrawn": ("Studio Lindqvist took this quote back on", "nothing is owed", "Write to Studio Lindqvist"),
    "expired": ("This quote was valid until", "It can no longer be accepted.", "Ask for a new quote"),
}


@on_sqlite
@pytest.mark.parametrize("state", list(OVER))
def test_what_is_over_says_what_happened_when_and_what_to_do(guest: Visit, owner: Supplier, state: str) -> None:
    deal = STATES[state](owner)
    visitor, (happened, follows, action) = guest(deal), OVER[state]
    for path in ("", "/decision?choice=accept", "/decision?choice=decline", "/decision?choice=x", "/questions"):
        page = visitor.open(path)
        assert page.status_code == 200
        assert re.search(rf"{happened} \d+ \w+ \d+|{happened} \w+ \d+, \d+", words(page)), words(page)
        assert follows in words(page)
        tree = tree_of(page)
        assert not tree.xpath(
            "//form[contains(@action, 'decision')] | //a[contains(@href, 'decision')][not(@hreflang)]"
        )
        for part in ("actions", "decision"):
            assert tree.xpath(f"//*[@id='{part}']//a[text()='{action}']/@href") == ["#questions"]
        assert tree.xpath("//form[contains(@action, '/questions')]")
    assert visitor.send("/questions", text="A new one?", name="Inês Duarte", once="1").status_code == 303


@on_sqlite
@pytest.mark.parametrize(("state", "told"), [("withdrawn", "was taken back"), ("expired", "ran out")])
@pytest.mark.parametrize("choice", ["accept", "decline"])
def test_a_form_that_is_sent_too_late_says_why(
    guest: Visit, owner: Supplier, state: str, told: str, choice: str
) -> None:
    """Whatever is wrong with the form as well."""
    deal = STATES[state](owner)
    before = everything()
    for how in ("send", "swap"):
        answer = getattr(guest(deal), how)(f"/decision?choice={choice}", name="", consent="")
        assert (answer.status_code, told in words(answer)) == (409, True)
        assert not tree_of(answer).xpath("//form[contains(@action, 'decision')]")
    assert everything() == before


@on_sqlite
def test_what_was_superseded_leads_to_the_newer_revision(guest: Visit, owner: Supplier) -> None:
    """By the same link; a form that was filled in on the older one decides nothing."""
    deal = a_sent_quote(owner)
    visitor = guest(deal)
    older = visitor.hidden("/decision?choice=accept")
    revise(deal, "Another offer")
    for path in ("", "/decision?choice=accept"):
        page = visitor.open(path)
        (heading,) = tree_of(page).xpath("//h1")
        assert "Another offer" in heading.text_content()
        assert "Revision 2 takes the place of what you were sent before" in words(page)
    answer = visitor.accept(**older)
    assert (answer.status_code, deal.state()) == (409, "sent")
    assert "This page changed since you opened it." in words(answer)
    assert visitor.accept().status_code == 303
