"""A project's statement as a document: right to the cent, one for each day and state of things, for either side."""

from datetime import timedelta

import pytest

from milebill import clock
from milebill.domain.project_statement import ask_statement, make_statement
from milebill.errors import Invalid, NotFound
from milebill.models import Document, DocumentKind, Event, EventKind, Project, ProjectStatement
from tests.actors import APPROVER, PAYABLE, Deal, Supplier, a_sent_quote, an_issued_invoice, signed
from tests.dealings import correct, credit, pay
from tests.rules import rows


def project_of(deal: Deal) -> int:
    """The project's id."""
    (project,) = rows(Project, Project.quote_id == deal.quote_id)
    return int(project.id)


def asked(deal: Deal) -> int:
    """The supplier asks; the id of the document."""
    return make_statement(deal.workspace_id, deal.supplier.actor, project_of(deal))


def content_of(document_id: int) -> dict:  # type: ignore[type-arg]
    """What was frozen for a document."""
    (document,) = rows(Document, Document.id == document_id)
    assert document.kind == DocumentKind.STATEMENT
    (statement,) = rows(ProjectStatement, ProjectStatement.id == document.subject_id)
    return dict(statement.content)


def test_it_says_what_happened(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    deposit, second = deal.invoice_ids()
    deal.pay(357_000, "whole")
    credit(owner, second, {0: 100_000})
    said = content_of(asked(deal))
    assert [(entry["kind"], entry["amount"], entry["balance"]) for entry in said["entries"]] == [
        ("deposit", 357_000, 357_000),
        ("milestone", 535_500, 892_500),
        ("credit_note", -119_000, 773_500),
        ("payment", -357_000, 416_500),
    ]
    assert said["balance"] == sum(item["amount"] for item in said["open"]) == 416_500
    assert [stage["gross"] for stage in said["schedule"]] == [357_000, 535_500, 297_500]
    assert said["contract"] == {"gross": 1_190_000, "billed": 892_500, "credited": 119_000, "remaining": 297_500}
    assert said["purchase_order_number"] == "PO-7"
    assert said["as_of"] == clock.now().date().isoformat()
    assert [deposit, second] == deal.invoice_ids()[:2]


def test_it_is_the_same_all_day_until_something_happens(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    first = asked(deal)
    deal.ask()
    assert asked(deal) == first
    assert ask_statement(deal.workspace_id, deal.quote_id, deal.link(), signed("")) == first
    deal.pay(100, "some")
    second = asked(deal)
    assert second != first
    assert asked(deal) == second
    assert len(rows(Event, Event.kind == EventKind.STATEMENT_MADE)) == 2


def test_another_day_has_a_statement_of_its_own(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    first, tomorrow = asked(deal), clock.now() + timedelta(days=1)
    with clock.at(tomorrow):
        second = asked(deal)
    assert second != first
    assert content_of(second) == {**content_of(first), "as_of": tomorrow.date().isoformat()}


def test_what_falls_due_is_something_that_happens(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    first = asked(deal)
    with clock.at(clock.now() + timedelta(days=90)):
        overdue = content_of(asked(deal))
    assert all(item["overdue"] for item in overdue["open"])
    assert not any(item["overdue"] for item in content_of(first)["open"])


def test_what_a_correction_moves_changes_nothing_between_the_two(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    second = deal.invoice_ids()[1]
    pay(owner, second, 535_500, "paid")
    correct(owner, second)
    said = content_of(asked(deal))
    assert said["balance"] == 357_000
    assert [item["amount"] for item in said["open"]] == [357_000]
    assert "moved" not in {entry["kind"] for entry in said["entries"]}


@pytest.mark.parametrize("person", [APPROVER, PAYABLE])
def test_everybody_with_a_link_may_ask(owner: Supplier, person) -> None:  # type: ignore[no-untyped-def]
    deal = an_issued_invoice(owner)
    signature = signed("", name=person.name)
    assert ask_statement(deal.workspace_id, deal.quote_id, deal.link(person), signature)
    (event,) = rows(Event, Event.kind == EventKind.STATEMENT_MADE)
    assert event.content["actor"]["name"] == person.name


@pytest.mark.parametrize(("name", "code"), [("", "required"), ("Somebody Else", "other_person")])
def test_a_client_asks_by_name(owner: Supplier, name: str, code: str) -> None:
    deal = an_issued_invoice(owner)
    with pytest.raises(Invalid) as caught:
        ask_statement(deal.workspace_id, deal.quote_id, deal.link(), signed("", name=name))
    assert caught.value.errors == {"name": code}
    assert not rows(ProjectStatement)


def test_there_is_none_before_the_quote_is_accepted(owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    with pytest.raises(NotFound):
        ask_statement(deal.workspace_id, deal.quote_id, deal.link(), signed(""))


def test_nobody_elses_project(owner: Supplier, rival: Supplier) -> None:
    deal = an_issued_invoice(owner)
    with pytest.raises(NotFound):
        make_statement(rival.workspace_id, rival.actor, project_of(deal))
    with pytest.raises(NotFound):
        make_statement(owner.workspace_id, owner.actor, 10**9)
    with pytest.raises(NotFound):
        ask_statement(rival.workspace_id, deal.quote_id, deal.link(), signed(""))
