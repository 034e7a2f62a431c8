"""Who may: each role of a link, dead links, and the rival who knows every number."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from milebill import clock
from milebill.db import reading, transaction
from milebill.domain import conversation, decision, milestones, payments, quotes
from milebill.domain.buyer import Buyer
from milebill.domain.settings import change_settings
from milebill.models import Approval, Client, Event, Link, Person, Receipt, Role
from tests.actors import (
    BUYER,
    PAYABLE,
    Deal,
    Supplier,
    a_draft,
    a_sent_quote,
    a_submitted_milestone,
    an_issued_invoice,
    signed,
)
from tests.domain.outcomes import outcome
from tests.snapshots import everything


def accept(deal: Deal, link: int) -> object:
    signature, buyer = signed(deal.offer_hash(), "I accept."), Buyer(BUYER)
    return decision.accept_quote(deal.workspace_id, deal.quote_id, link, signature, buyer)


def decline(deal: Deal, link: int) -> object:
    signature = signed(deal.offer_hash(), "I decline.")
    return decision.decline_quote(deal.workspace_id, deal.quote_id, link, signature, "No.")


def sign_off(deal: Deal, link: int) -> object:
    signature = signed(deal.submission_hash(), "Done.")
    return milestones.sign_off_milestone(deal.workspace_id, deal.quote_id, link, 2, signature)


def request_changes(deal: Deal, link: int) -> object:
    signature = signed(deal.submission_hash())
    return milestones.request_changes(deal.workspace_id, deal.quote_id, link, 2, signature, "No.")


def ask(deal: Deal, link: int) -> object:
    return conversation.ask_question(deal.workspace_id, deal.quote_id, link, signed(""), "When?", "once")


VERBS: dict[str, tuple[Callable[[Supplier], Deal], Callable[[Deal, int], object]]] = {
    "accept": (a_sent_quote, accept),
    "decline": (a_sent_quote, decline),
    "sign off": (a_submitted_milestone, sign_off),
    "request changes": (a_submitted_milestone, request_changes),
    "ask": (a_submitted_milestone, ask),
}


def set_link(deal: Deal, **values: object) -> int:
    link_id = deal.link()
    with transaction() as session:
        session.execute(update(Link).where(Link.id == link_id).values(**values))
    return link_id


LINKS: dict[str, Callable[[Deal, Supplier, Supplier], int]] = {
    "approver": lambda deal, owner, rival: deal.link(),
    "viewer": lambda deal, owner, rival: set_link(deal, roles=frozenset({Role.VIEW})),
    "accounts payable": lambda deal, owner, rival: set_link(deal, roles={Role.ACCOUNTS_PAYABLE, Role.VIEW}),
    "without a role": lambda deal, owner, rival: set_link(deal, roles=frozenset()),
    "revoked": lambda deal, owner, rival: set_link(deal, revoked_at=clock.now()),
    "expired": lambda deal, owner, rival: set_link(deal, expires_at=clock.now() - timedelta(seconds=1)),
    "of another quote": lambda deal, owner, rival: a_sent_quote(owner).link(),
    "of another workspace": lambda deal, owner, rival: a_sent_quote(rival).link(),
    "nobody": lambda deal, owner, rival: 10**9,
}
DECISIONS = {
    "approver": "done",
    "viewer": "Refused(role)",
    "accounts payable": "Refused(role)",
    "without a role": "Refused(role)",
    "revoked": "LinkRevoked",
    "expired": "LinkExpired",
    "of another quote": "NotFound",
    "of another workspace": "NotFound",
    "nobody": "NotFound",
}
TABLE = dict.fromkeys(VERBS, DECISIONS) | {
    "ask": DECISIONS | {"viewer": "done", "accounts payable": "done"},
}


@pytest.mark.parametrize("verb", list(VERBS))
def test_by_which_link(owner: Supplier, rival: Supplier, verb: str) -> None:
    make, act = VERBS[verb]
    found = {}
    for name, choose in LINKS.items():
        deal = make(owner)
        link = choose(deal, owner, rival)
        before = everything()
        found[name] = outcome(lambda deal=deal, link=link: act(deal, link))  # type: ignore[misc]
        if found[name] != "done":
            assert everything() == before
    assert found == TABLE[verb]


def test_a_rival_finds_nothing(owner: Supplier, rival: Supplier) -> None:
    deal = an_issued_invoice(owner)
    deal.pay(100, "p")
    deal.submit(3)
    workspace, actor, quote, invoice = rival.workspace_id, rival.actor, deal.quote_id, deal.invoice_ids()[0]
    link, shown, today = deal.link(), signed(deal.submission_hash(3), "Done."), clock.now().date()
    before = everything()
    for verb in (
        lambda: quotes.save_draft(workspace, quote, a_draft()),
        lambda: quotes.send_quote(workspace, actor, quote),
        lambda: quotes.withdraw_quote(workspace, actor, quote),
        lambda: quotes.expire_quote(workspace, quote),
        lambda: milestones.submit_milestone(workspace, actor, quote, 2, "x"),
        lambda: milestones.take_back_milestone(workspace, actor, quote, 3),
        lambda: milestones.sign_off_milestone(workspace, quote, link, 3, shown),
        lambda: milestones.request_changes(workspace, quote, link, 3, shown, "x"),
        lambda: decision.accept_quote(workspace, quote, link, shown, Buyer(BUYER)),
        lambda: decision.decline_quote(workspace, quote, link, shown, "x"),
        lambda: conversation.ask_question(workspace, quote, link, shown, "x", "k"),
        lambda: conversation.answer_question(workspace, actor, quote, "x", "k"),
        lambda: payments.record_payment(workspace, actor, invoice, 100, today, "", "k"),
        lambda: payments.reverse_payment(workspace, actor, invoice, 1),
        lambda: change_settings(10**9, actor, {"city": "X"}),
    ):
        assert outcome(verb) == "NotFound"
    assert everything() == before


def test_the_event_names_who_acted_and_what_they_saw(owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    shown = deal.submission_hash()
    deal.sign_off(name="DUARTE Ines", job_title="CEO")
    with reading() as connection:
        event = connection.execute(select(Event).where(Event.kind == "milestone_signed_off")).one()
        approval = connection.execute(select(Approval).where(Approval.kind == "sign_off")).one()
        receipt = connection.execute(select(Receipt).where(Receipt.kind == "sign_off")).one()
        person = connection.execute(select(Person).where(Person.email == "ines@los-verlag.example")).one()
    content = event.content
    assert content["actor"] == {
        "side": "client", "name": "DUARTE Ines", "person": person.id, "link": deal.link(), "address": "192.0.2.10",
        "user_agent": "Test",
    }  # fmt: skip
    assert content["shown"] == shown == approval.content_hash
    assert (content["data"]["receipt"], content["data"]["consent"]) == (receipt.number, approval.consent)
    who = receipt.content["who"]
    assert (who["name"], who["named"], who["job_title"]) == ("DUARTE Ines", "Inês Duarte", "CEO")
    assert receipt.chain_head == event.hash == receipt.content["event"]["hash"]


def test_a_receipt_says_that_the_supplier_held_the_link(owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    set_link(deal, held_by_supplier_at=clock.now())
    deal.sign_off()
    with reading() as connection:
        held = connection.scalars(select(Receipt.content).order_by(Receipt.id)).all()
    assert [content["who"]["link_held_by_supplier"] for content in held] == [False, True]


def test_clients_and_people_are_remembered(owner: Supplier) -> None:
    a_sent_quote(owner)
    second = a_sent_quote(owner, approver_email="INES@los-verlag.example")
    a_sent_quote(owner, client_name="Bookshop Ltd", approver_email="b@bookshop.example", ap_email="")
    a_sent_quote(owner, client_name="BOOKSHOP LTD", approver_email="b@bookshop.example", ap_email="")
    with reading() as connection:
        clients = connection.scalars(select(Client.name).order_by(Client.id)).all()
        people = connection.scalars(select(Person.email).order_by(Person.id)).all()
        links = connection.scalars(select(Link.person_id).where(Link.quote_id == second.quote_id)).all()
    assert clients == ["Łoś Verlag", "Bookshop Ltd"]
    assert sorted(people) == ["b@bookshop.example", "ines@los-verlag.example", "invoices@los-verlag.example"]
    assert len(links) == 2


def test_an_approver_who_is_accounts_payable_too_has_one_link(owner: Supplier) -> None:
    deals = [a_sent_quote(owner, ap_email=email) for email in ("", "Ines@los-verlag.example")]
    with reading() as connection:
        roles = connection.scalars(select(Link.roles).where(Link.quote_id.in_([deal.quote_id for deal in deals]))).all()
    assert roles == [frozenset(Role), frozenset(Role)]


def test_accounts_payable_gets_the_invoice(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    with reading() as connection:
        from_link = deal.link(PAYABLE)
        mails = connection.exec_driver_sql("SELECT kind, link_id FROM mail WHERE kind = 'invoice_issued'").all()
    assert [mail.link_id for mail in mails] == [from_link, from_link]
