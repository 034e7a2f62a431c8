"""What accounts payable may only ask for: another buyer on an invoice, and both of the supplier's answers."""

from collections import Counter
from functools import partial
from typing import Any

import pytest
from flask import Flask

from milebill.domain.corrections import accept_correction, refuse_correction
from milebill.domain.reissue import correct_invoice
from milebill.errors import Invalid, NotFound, Refused
from milebill.models import (
    Client,
    CorrectionRequest,
    CorrectionState,
    Event,
    EventKind,
    Mail,
    MailKind,
    Message,
    Project,
)
from tests.actors import APPROVER, BUYER, PAYABLE, Deal, Supplier, an_accepted_project, sign_up
from tests.crowds import at_once
from tests.dealings import the_invoice
from tests.domain.outcomes import outcome
from tests.payables import amend, request, restore, versions
from tests.rules import check_rules, rows
from tests.snapshots import everything

AMERICAN = {"country_code": "US", "city": "New York", "post_code": "10013", "tax_id": "12-3456789"}


@pytest.fixture
def american(in_app: Flask) -> Supplier:
    return sign_up("Ann Miller", **AMERICAN)


def asked(request_id: int) -> Any:
    (found,) = rows(CorrectionRequest, CorrectionRequest.id == request_id)
    return found


def accept(deal: Deal, request_id: int) -> bool:
    return accept_correction(deal.workspace_id, deal.supplier.actor, deal.invoice_ids()[0], request_id)


def refuse(deal: Deal, request_id: int, reason: str = "That is another company.") -> None:
    refuse_correction(deal.workspace_id, deal.supplier.actor, deal.invoice_ids()[0], request_id, reason)


def test_a_request_changes_nothing_but_is_heard(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    before = the_invoice(deal.invoice_ids()[0])
    found = asked(request(deal, "We moved.", city="Bremen", legal_name=BUYER["legal_name"]))
    assert the_invoice(before.id) == before
    assert (found.wanted, found.state, found.name) == ({"city": "Bremen"}, CorrectionState.OPEN, PAYABLE.name)
    (event,) = rows(Event, Event.kind == EventKind.CORRECTION_REQUESTED)
    assert event.content["data"]["wanted"] == {"city": "Bremen"}
    assert [mail.cause for mail in rows(Mail, Mail.kind == MailKind.CORRECTION_REQUESTED)] == [{"request_id": found.id}]
    assert rows(Message)[-1].text == "We moved."
    check_rules(owner.workspace_id)


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "text: required"),
        ({"city": BUYER["city"]}, "text: required"),
        ({"city": "x" * 121}, "city: too_long"),
        ({"country_code": "DEU"}, "country_code: too_long"),
        ({"words": "x" * 4001}, "text: too_long"),
        ({"city": "Bremen", "name": "Somebody Else"}, "name: other_person"),
    ],
)
def test_what_cannot_be_asked(in_app: Flask, owner: Supplier, form: dict[str, Any], error: str) -> None:
    deal = an_accepted_project(owner)
    before = everything()
    with pytest.raises(Invalid, match=error):
        request(deal, **form)
    assert everything() == before


def test_one_at_a_time_and_not_once_it_is_settled(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    first = request(deal, city="Bremen")
    with pytest.raises(Refused, match="asked"):
        request(deal, city="Kiel", person=APPROVER, once="another")
    refuse(deal, first)
    request(deal, city="Kiel", once="another")
    deal.pay(the_invoice(deal.invoice_ids()[0]).gross, "all")
    with pytest.raises(Refused, match="settled"):
        request(deal, city="Celle", once="a third")


def test_a_hundred_clicks_ask_once(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    answers = at_once(in_app, [partial(outcome, partial(request, deal, "We moved.", city="Bremen"))] * 100)
    assert set(answers) == {"done"}
    assert len(rows(CorrectionRequest)) == 1
    assert len(rows(Mail, Mail.kind == MailKind.CORRECTION_REQUESTED)) == 1


def test_where_the_buyer_is_statutory_nothing_is_amended(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    request_id = request(deal, city="Bremen")
    before = everything()
    assert accept(deal, request_id) is False
    assert everything() == before
    invoice_id, party = deal.invoice_ids()[0], BUYER | {"city": "Bremen"}
    correct_invoice(owner.workspace_id, owner.actor, invoice_id, party, "Another town.", "one", request_id)
    assert asked(request_id).state == CorrectionState.DONE
    with pytest.raises(Refused, match="done"):
        refuse(deal, request_id)
    check_rules(owner.workspace_id)


def test_where_it_is_not_one_click_amends_it(in_app: Flask, american: Supplier) -> None:
    deal = an_accepted_project(american, currency="USD", tax_rate="0")
    invoice_id = deal.invoice_ids()[0]
    before = the_invoice(invoice_id)
    amend(deal, purchase_order_number="PO-8")
    request_id = request(deal, city="Bremen")
    assert accept(deal, request_id) is True
    version = versions(invoice_id)[-1]
    assert (version.number, version.buyer["city"], version.purchase_order_number) == (3, "Bremen", "PO-8")
    after = the_invoice(invoice_id)
    assert (after.content, after.content_hash) == (before.content, before.content_hash)
    assert rows(Project)[0].buyer["city"] == "Bremen"
    assert rows(Client)[0].city == "Bremen"
    with pytest.raises(Refused, match="done"):
        accept(deal, request_id)
    amend(deal, cost_centre="4711")
    assert versions(invoice_id)[-1].buyer["city"] == "Bremen"
    restore(deal, 1)
    assert versions(invoice_id)[-1].buyer is None
    check_rules(american.workspace_id)


def test_a_reason_is_heard_everywhere(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    request_id = request(deal, city="Bremen")
    with pytest.raises(Invalid, match="reason: required"):
        refuse(deal, request_id, " ")
    refuse(deal, request_id)
    found = asked(request_id)
    assert (found.state, found.answer) == (CorrectionState.REFUSED, "That is another company.")
    assert found.decided_at is not None
    assert rows(Message)[-1].text == "That is another company."
    (mail,) = rows(Mail, Mail.kind == MailKind.QUESTION_ANSWERED)
    assert mail.link_id == deal.link(PAYABLE)
    check_rules(owner.workspace_id)


def test_a_hundred_answers_are_one(in_app: Flask, american: Supplier) -> None:
    deal = an_accepted_project(american, currency="USD", tax_rate="0")
    request_id = request(deal, city="Bremen")
    verbs = [partial(accept, deal, request_id), partial(refuse, deal, request_id)]
    answers = at_once(in_app, [partial(outcome, verb) for verb in verbs * 50])
    assert Counter(answer.partition("(")[0] for answer in answers) == {"done": 1, "Refused": 99}
    check_rules(american.workspace_id)


def test_a_request_of_another_invoice(in_app: Flask, owner: Supplier) -> None:
    deal, other = an_accepted_project(owner), an_accepted_project(owner)
    request_id = request(other, city="Bremen")
    for verb in (accept, refuse):
        with pytest.raises(NotFound):
            verb(deal, request_id)
