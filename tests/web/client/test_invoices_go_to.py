"""Whom the page says that the next invoice is mailed to is whom the domain mails it to."""

from collections.abc import Callable

import pytest
from flask import Flask

from milebill import clock
from milebill.domain.contacts import accounts_payable, name_payable
from milebill.domain.quotes import load_quote
from milebill.domain.work import Work, verb
from milebill.models import Link
from milebill.queries.client_page import load_client_page
from tests.actors import APPROVER, PAYABLE, Deal, Supplier, a_sent_quote

Step = Callable[[Deal], object]


@verb
def payable(work: Work, quote_id: int) -> str:
    """The address that the domain would write to."""
    return accounts_payable(work, load_quote(work, quote_id)).email


@verb
def name_somebody(work: Work, quote_id: int, name: str, email: str) -> None:
    """The client names a contact for invoices."""
    quote = load_quote(work, quote_id)
    name_payable(work, quote, quote.client_id or 0, name, email)


@verb
def switch_off(work: Work, link_id: int) -> None:
    """A link ends."""
    work.session.get_one(Link, link_id).revoked_at = work.now


def name(who: str) -> Step:
    return lambda deal: name_somebody(deal.workspace_id, deal.quote_id, who, f"{who}@example.com")


def end(person: object) -> Step:
    return lambda deal: switch_off(deal.workspace_id, deal.link(person))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([], PAYABLE.email),
        ([name("ada")], "ada@example.com"),
        ([name("ada"), name("ben")], "ben@example.com"),
        ([name("ada"), name("ben"), name("ada")], "ada@example.com"),
        ([end(PAYABLE)], APPROVER.email),
        ([name("ada"), end(PAYABLE)], "ada@example.com"),
    ],
    ids=["as sent", "named", "named last", "named again", "switched off", "both"],
)
def test_page_and_domain_agree(in_app: Flask, owner: Supplier, steps: list[Step], expected: str) -> None:
    deal = a_sent_quote(owner)
    for step in steps:
        step(deal)
    page = load_client_page(deal.quote_id, clock.today("UTC"))
    assert (page.invoices_go_to, payable(deal.workspace_id, deal.quote_id)) == (expected, expected)
