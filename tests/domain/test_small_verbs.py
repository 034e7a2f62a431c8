"""Questions, payments, settings, numbers and the log of openings."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from milebill import clock
from milebill.db import reading
from milebill.domain import conversation, payments
from milebill.domain.numbering import next_number
from milebill.domain.openings import Opening, log_openings
from milebill.domain.settings import change_settings, remove_logo
from milebill.domain.work import Work, verb
from milebill.errors import Invalid
from milebill.models import (
    Client,
    Event,
    Invoice,
    LinkOpening,
    Mail,
    Message,
    Payment,
    StoredFile,
    Workspace,
)
from milebill.money import MAX_MINOR
from tests.actors import APPROVER, BUYER, Supplier, a_sent_quote, an_accepted_project, an_issued_invoice, signed
from tests.domain.outcomes import outcome
from tests.snapshots import everything


def kinds() -> list[str]:
    with reading() as connection:
        return list(connection.scalars(select(Event.kind).order_by(Event.id)))


def test_a_second_click_asks_nothing_twice(owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    deal.ask("When?", once="a")
    before = everything()
    deal.ask("When?", once="a")
    deal.answer("Soon.", once="a")
    assert everything() == before
    deal.ask("And where?", once="b")
    with reading() as connection:
        assert connection.scalars(select(Message.text).order_by(Message.id)).all() == ["When?", "And where?"]
    assert kinds().count("question_asked") == 2


def test_a_question_without_the_forms_key_is_not_taken(owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    before = everything()
    conversation.ask_question(deal.workspace_id, deal.quote_id, deal.link(), signed(""), "When?", "")
    assert everything() == before


def test_an_answer_reaches_who_asked_and_who_decides(owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    deal.ask()
    deal.answer()
    with reading() as connection:
        mails = connection.execute(select(Mail.kind, Mail.link_id, Mail.recipient).order_by(Mail.id)).all()
    asked, answered = mails[-2:]
    assert (asked.kind, asked.recipient) == ("question_asked", owner.email)
    assert (answered.kind, answered.link_id) == ("question_answered", deal.link())


def test_words_are_neither_missing_nor_endless(owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    assert outcome(lambda: deal.ask(" ")) == "Invalid(text: required)"
    assert outcome(lambda: deal.answer("x" * 4001)) == "Invalid(text: too_long)"

    def unsigned() -> None:
        signature = signed("", name="Somebody")
        conversation.ask_question(deal.workspace_id, deal.quote_id, deal.link(), signature, "", "k")

    assert outcome(unsigned) == "Invalid(name: other_person, text: required)"


def test_a_payment_is_booked_once_and_settles(owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    deal.pay(100_000, "first")
    before = everything()
    deal.pay(100_000, "first")
    deal.pay(100_000, "")
    assert everything() == before
    with clock.at(clock.now() + timedelta(days=1)):
        deal.pay(257_000, "second")
    with reading() as connection:
        invoice = connection.execute(select(Invoice.paid, Invoice.gross, Invoice.settled_on)).one()
    assert invoice.paid == invoice.gross == 357_000
    assert invoice.settled_on == (clock.now() + timedelta(days=1)).date()


def test_a_wrong_payment_is_undone_by_its_opposite_once(owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    deal.pay(357_000, "k")
    invoice = deal.invoice_ids()[0]
    with reading() as connection:
        payment = connection.scalar(select(Payment.id)) or 0

    def reverse(payment_id: int = payment) -> None:
        payments.reverse_payment(owner.workspace_id, owner.actor, invoice, payment_id)

    assert outcome(reverse) == "done"
    before = everything()
    assert outcome(reverse) == "done"
    assert everything() == before
    with reading() as connection:
        rows = connection.execute(select(Payment.id, Payment.amount, Payment.reverses_id).order_by(Payment.id)).all()
        invoice_row = connection.execute(select(Invoice.paid, Invoice.settled_on)).one()
    assert [tuple(row)[1:] for row in rows] == [(357_000, None), (-357_000, payment)]
    assert tuple(invoice_row) == (0, None)
    assert outcome(lambda: reverse(rows[1].id)) == "NotFound"  # a reversal is not reversed
    assert outcome(lambda: reverse(10**9)) == "NotFound"


@pytest.mark.parametrize(
    ("amount", "days", "answer"),
    [
        (0, 0, "Invalid(amount: positive)"),
        (-1, 0, "Invalid(amount: positive)"),
        (MAX_MINOR + 1, 0, "Invalid(amount: positive)"),
        (1, 1, "Invalid(received_on: future)"),
        (0, 1, "Invalid(amount: positive, received_on: future)"),
        (MAX_MINOR, -400, "done"),
    ],
)
def test_what_can_be_booked(owner: Supplier, amount: int, days: int, answer: str) -> None:
    invoice, day = an_accepted_project(owner).invoice_ids()[0], clock.now().date() + timedelta(days=days)
    book = lambda: payments.record_payment(owner.workspace_id, owner.actor, invoice, amount, day, "", "k")  # noqa: E731
    assert outcome(book) == answer


def test_settings_name_what_changed_and_not_what_it_is(owner: Supplier) -> None:
    change_settings(owner.workspace_id, owner.actor, {"city": "Malmö", "name": "Studio Lindqvist"}, ("ab" * 32, 7))
    with reading() as connection:
        content = connection.scalars(select(Event.content).order_by(Event.sequence.desc())).first()
        claims = connection.scalars(select(StoredFile.sha256)).all()
    assert content is not None
    assert content["data"] == {"fields": ["city", "logo"]}
    assert "Malmö" not in str(content)
    assert claims == ["ab" * 32]
    before = everything()
    change_settings(owner.workspace_id, owner.actor, {"city": "Malmö"}, ("ab" * 32, 7))
    assert everything() == before
    remove_logo(owner.workspace_id, owner.actor)
    remove_logo(owner.workspace_id, owner.actor)
    assert kinds()[-1] == "settings_changed"
    assert len(kinds()) == 4


def test_unknown_settings_are_refused(owner: Supplier) -> None:
    with pytest.raises(Invalid, match="event_head"):
        change_settings(owner.workspace_id, owner.actor, {"event_head": "0", "city": "X"})
    with reading() as connection:
        assert connection.scalar(select(Workspace.city)) == "Stockholm"


def test_numbers_begin_anew_each_year_and_have_no_gaps(owner: Supplier) -> None:
    now = clock.now()
    first = [a_sent_quote(owner).send() for _ in range(2)]
    with clock.at(now.replace(year=now.year + 1)):
        second = [a_sent_quote(owner).send() for _ in range(2)]
    assert first == [f"Q-{now.year}-001", f"Q-{now.year}-002"]
    assert second == [f"Q-{now.year + 1}-001", f"Q-{now.year + 1}-002"]


def test_the_number_of_a_verb_that_fails_is_not_lost(owner: Supplier) -> None:
    first = a_sent_quote(owner)

    @verb
    def fails(work: Work) -> None:
        next_number(work, "quote", 1)
        raise RuntimeError("dies")

    with pytest.raises(RuntimeError, match="dies"):
        fails(owner.workspace_id)
    assert first.send()[-1] == "1"
    assert a_sent_quote(owner).send()[-1] == "2"


def test_an_invoice_says_everything_that_it_must(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    with reading() as connection:
        invoice = connection.execute(select(Invoice).order_by(Invoice.id.desc())).first()
    assert invoice is not None
    content = invoice.content
    assert content["seller"]["tax_id"] == "SE556677889901"
    assert content["buyer"]["legal_name"] == BUYER["legal_name"]
    contract = {"gross": 1_190_000, "billed_before": 357_000, "this": 535_500, "remaining": 297_500, "credited": 0}
    assert content["contract"] == contract
    assert (content["net"], content["tax"], content["gross"]) == (450_000, 85_500, 535_500)
    assert invoice.due_on == invoice.issued_on + timedelta(days=14)
    assert content["proof"]["name"] == APPROVER.name
    assert (content["proof"]["milestone_position"], content["proof"]["milestone_count"]) == (2, 3)
    assert content["number"] == invoice.number == f"{invoice.issued_on.year}-0002"
    assert content["payment"]["account_name"] == "Studio Lindqvist AB"
    assert deal.milestone_state() == "signed_off"


def test_the_clients_book_learns_what_the_buyer_gave(owner: Supplier) -> None:
    an_accepted_project(owner)
    with reading() as connection:
        client = connection.execute(select(Client)).one()
    assert {name: getattr(client, name) for name in BUYER} == BUYER


def test_without_accounts_payable_the_approver_gets_the_invoices(owner: Supplier) -> None:
    deal = an_accepted_project(owner, ap_email="")
    with reading() as connection:
        links = connection.scalars(select(Mail.link_id).where(Mail.kind == "invoice_issued")).all()
    assert links == [deal.link()]


def test_openings_are_no_events(owner: Supplier) -> None:
    deal, now = a_sent_quote(owner), clock.now()
    before = everything(without=["link_opening"])
    log_openings([Opening(deal.link(), now, now, 3, "192.0.2.9", "Scanner")])
    assert everything(without=["link_opening"]) == before
    with reading() as connection:
        row = connection.execute(select(LinkOpening)).one()
    assert (row.fetches, row.address) == (3, "192.0.2.9")


def test_a_workspace_that_does_not_exist(in_app: Flask) -> None:
    @verb
    def nothing(work: Work) -> None:
        raise AssertionError("never called")

    assert outcome(lambda: nothing(10**9)) == "NotFound"
