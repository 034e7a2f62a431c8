"""What accounts payable amends: versions, their way back, who gets the next invoice, and what never changes."""

from collections import Counter
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from milebill import clock
from milebill.db import transaction
from milebill.domain.amendments import restore_version_by_supplier
from milebill.domain.reissue import correct_invoice
from milebill.errors import Invalid, NotFound, Refused, Stale
from milebill.models import Document, DocumentKind, Event, EventKind, Link, Mail, MailKind, Project, Role
from milebill.outbound.documents import document_html
from tests.actors import APPROVER, BUYER, PAYABLE, ClientPerson, Deal, Supplier, a_sent_quote, an_accepted_project
from tests.crowds import at_once
from tests.dealings import credit, the_invoice
from tests.domain.outcomes import outcome
from tests.payables import amend, restore, shown_of, versions
from tests.rules import check_rules, rows
from tests.snapshots import everything

MIRIAM = ClientPerson("Miriam Weiss", "miriam@los-verlag.example")


def test_a_version_with_its_event_document_and_mail(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    before = the_invoice(deal.invoice_ids()[0])
    answer = amend(deal, purchase_order_number=" PO-8 ", cost_centre="4711")
    after = the_invoice(before.id)
    assert (answer.version, answer.first, after.version) == (2, True, 2)
    kept = [name for name in before._fields if name != "version"]
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    first, second = versions(before.id)
    assert (first.purchase_order_number, first.cost_centre) == ("PO-7", "")
    assert (second.purchase_order_number, second.cost_centre, second.contact_email) == ("PO-8", "4711", PAYABLE.email)
    assert (second.side, second.name, len(second.content_hash)) == ("client", PAYABLE.name, 64)
    (event,) = rows(Event, Event.kind == EventKind.INVOICE_AMENDED)
    assert event.content["data"]["changes"] == [["purchase_order_number", "PO-7", "PO-8"], ["cost_centre", "", "4711"]]
    assert event.content["actor"]["link"] == deal.link(PAYABLE)
    (document,) = rows(Document, Document.file_name == f"{before.number}-v2.pdf")
    assert document.subject_id == second.id
    (mail,) = rows(Mail, Mail.kind == MailKind.INVOICE_AMENDED)
    assert mail.cause == {"invoice_id": before.id, "version": 2}
    check_rules(owner.workspace_id)


def test_the_document_of_each_version(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    amend(deal, purchase_order_number="PO-8", cost_centre="4711")
    documents = [document.id for document in rows(Document, Document.kind == DocumentKind.INVOICE)]
    first, second = (document_html(in_app, document_id) for document_id in documents)
    assert "PO-7" in first
    assert "replaces version" not in first
    assert "PO-8" in second
    assert "4711" in second
    assert "2, replaces version 1 of" in second


def test_the_approver_may_too_and_a_contact_stays_unless_another_is_named(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    amend(deal, APPROVER, buyer_reference="Web", contact_name="", contact_email="")
    assert versions(deal.invoice_ids()[0])[-1].contact_email == PAYABLE.email


def test_the_same_again_changes_nothing_even_from_an_old_page(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    amend(deal, purchase_order_number="PO-8")
    before = everything()
    assert not amend(deal, purchase_order_number="PO-8", shown="an older page").first
    assert everything() == before


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": " "}, "name: required"),
        ({"name": "Somebody Else"}, "name: other_person"),
        ({"purchase_order_number": "x" * 81}, "purchase_order_number: too_long"),
        ({"contact_email": "nowhere"}, "contact_email: email"),
        ({"contact_name": "Miriam", "contact_email": ""}, "contact_email: required"),
    ],
)
def test_what_cannot_be_taken(in_app: Flask, owner: Supplier, fields: dict[str, Any], error: str) -> None:
    deal = an_accepted_project(owner)
    before = everything()
    with pytest.raises(Invalid, match=error):
        amend(deal, **{"purchase_order_number": "PO-8", **fields})
    assert everything() == before


def test_who_may_not(in_app: Flask, owner: Supplier) -> None:
    deal, other = an_accepted_project(owner), an_accepted_project(owner)
    with pytest.raises(NotFound):
        amend(deal, invoice_id=other.invoice_ids()[0], purchase_order_number="PO-8")
    with pytest.raises(Stale):
        amend(deal, shown="an older page", purchase_order_number="PO-8")
    with pytest.raises(NotFound):
        restore(deal, 2)


@pytest.mark.parametrize("settle", ["pay", "credit"])
def test_nothing_once_it_is_settled(in_app: Flask, owner: Supplier, settle: str) -> None:
    deal = an_accepted_project(owner)
    amend(deal, purchase_order_number="PO-8")
    invoice = the_invoice(deal.invoice_ids()[0])
    if settle == "pay":
        deal.pay(invoice.gross, "all")
    else:
        credit(owner, invoice.id)
    for verb in (
        lambda: amend(deal, purchase_order_number="PO-9"),
        lambda: restore(deal, 1),
        lambda: restore_version_by_supplier(owner.workspace_id, owner.actor, invoice.id, 1),
    ):
        before = everything()
        with pytest.raises(Refused, match="settled"):
            verb()
        assert everything() == before
    check_rules(owner.workspace_id)


def test_a_credit_note_has_nothing_to_amend(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    note = credit(owner, deal.invoice_ids()[0])
    with pytest.raises(NotFound):
        amend(deal, invoice_id=note.id, purchase_order_number="PO-8")


@pytest.mark.parametrize("side", ["client", "supplier"])
def test_a_restore_is_a_version_too(in_app: Flask, owner: Supplier, side: str) -> None:
    deal = an_accepted_project(owner)
    invoice_id = deal.invoice_ids()[0]
    amend(deal, purchase_order_number="PO-8", contact_name=MIRIAM.name, contact_email=MIRIAM.email)

    def back() -> Any:
        if side == "client":
            return restore(deal, 1)
        return restore_version_by_supplier(owner.workspace_id, owner.actor, invoice_id, 1)

    assert (back().version, back().first) == (3, False)
    first, _, third = versions(invoice_id)
    assert (third.purchase_order_number, third.contact_email) == ("PO-7", first.contact_email)
    assert (third.restored_from, third.side) == (1, side)
    assert len(rows(Mail, Mail.kind == MailKind.INVOICE_AMENDED)) == (2 if side == "client" else 1)
    check_rules(owner.workspace_id)


def sign_next_off(deal: Deal) -> Any:
    """The deal's next invoice: its first version, and whom it goes to."""
    deal.submit(2)
    deal.sign_off(2)
    invoice_id = deal.invoice_ids()[-1]
    (mail,) = rows(Mail, Mail.kind == MailKind.INVOICE_ISSUED)[-1:]
    return versions(invoice_id)[0], mail.link_id


@pytest.mark.parametrize("later", [True, False])
def test_later_invoices(in_app: Flask, owner: Supplier, later: bool) -> None:
    deal = an_accepted_project(owner)
    amend(deal, purchase_order_number="PO-8", cost_centre="4711", later=later)
    version, _ = sign_next_off(deal)
    expected = ("PO-8", "4711") if later else ("PO-7", "")
    assert (version.purchase_order_number, version.cost_centre) == expected


def test_what_stands_there_already_can_still_be_handed_on_and_is_taken_back(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    amend(deal, purchase_order_number="PO-8")
    assert amend(deal, purchase_order_number="PO-8", later=True).first
    assert not amend(deal, purchase_order_number="PO-8", later=True).first
    assert len(versions(deal.invoice_ids()[0])) == 2
    restore(deal, 1)
    (project,) = rows(Project)
    assert project.purchase_order_number == "PO-7"


def test_whoever_is_named_gets_the_next_one_with_a_link_of_their_own(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    amend(deal, contact_name=MIRIAM.name, contact_email=MIRIAM.email.upper())
    version, link_id = sign_next_off(deal)
    assert (version.contact_name, version.contact_email) == (MIRIAM.name, MIRIAM.email)
    assert link_id == deal.link(MIRIAM)
    (link,) = rows(Link, Link.id == link_id)
    assert link.roles == {Role.ACCOUNTS_PAYABLE, Role.VIEW}
    assert not rows(Mail, Mail.link_id == link_id, Mail.kind != MailKind.INVOICE_ISSUED)


def test_somebody_known_keeps_their_name_and_their_roles(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    amend(deal, contact_name="Not Ines", contact_email=APPROVER.email)
    (link,) = rows(Link, Link.id == deal.link())
    assert link.roles == {Role.APPROVE, Role.ACCOUNTS_PAYABLE, Role.VIEW}
    version, link_id = sign_next_off(deal)
    assert (version.contact_name, link_id) == (APPROVER.name, deal.link())


def test_nobody_whose_link_was_switched_off(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    with transaction() as session:
        session.execute(update(Link).where(Link.id == deal.link()).values(revoked_at=clock.now()))
    before = everything()
    with pytest.raises(Invalid, match="contact_email: switched_off"):
        amend(deal, contact_email=APPROVER.email)
    assert everything() == before


def test_an_invoice_without_a_contact_of_its_own_goes_to_the_approver(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner, ap_name="", ap_email="")
    deal.accept()
    amend(deal, APPROVER, contact_name=MIRIAM.name, contact_email=MIRIAM.email)
    assert sign_next_off(deal)[1] == deal.link(MIRIAM)


def test_a_hundred_amend_what_they_saw(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    shown = _shown(deal)
    calls = [partial(amend, deal, shown=shown, purchase_order_number=f"PO-by-{n}") for n in range(100)]
    answers = at_once(in_app, [partial(outcome, call) for call in calls])
    assert Counter(answers) == {"done": 1, "Stale(stale)": 99}
    assert len(versions(deal.invoice_ids()[0])) == 2
    check_rules(owner.workspace_id)


def test_a_hundred_clicks_amend_and_restore_once(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    shown = _shown(deal)
    answers = at_once(in_app, [partial(amend, deal, shown=shown, purchase_order_number="PO-8")] * 100)
    assert Counter(answer.first for answer in answers) == {True: 1, False: 99}
    shown = _shown(deal)
    answers = at_once(in_app, [partial(restore, deal, 1, shown=shown)] * 100)
    assert Counter(answer.first for answer in answers) == {True: 1, False: 99}
    assert len(versions(deal.invoice_ids()[0])) == 3
    assert len(rows(Mail, Mail.kind == MailKind.INVOICE_AMENDED)) == 2
    check_rules(owner.workspace_id)


def test_amending_while_it_is_paid(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    invoice, shown = the_invoice(deal.invoice_ids()[0]), _shown(deal)
    verbs = [
        partial(amend, deal, shown=shown, purchase_order_number="PO-8"),
        partial(deal.pay, invoice.gross, "all"),
    ]
    answers = at_once(in_app, [partial(outcome, verb) for verb in verbs * 25])
    assert set(answers[1::2]) == {"done"}
    assert set(answers[::2]) <= {"done", "done before"} or set(answers[::2]) == {"Refused(settled)"}
    check_rules(owner.workspace_id)


def test_amending_while_it_is_corrected(in_app: Flask, owner: Supplier) -> None:
    """Whoever is first: what was amended before stands on the corrected invoice, and nothing is amended after it."""
    for n in range(5):
        deal = an_accepted_project(owner)
        invoice_id, shown = deal.invoice_ids()[0], _shown(deal)
        answers = at_once(
            in_app,
            [
                partial(outcome, partial(amend, deal, shown=shown, purchase_order_number="PO-8")),
                partial(
                    outcome,
                    partial(
                        correct_invoice,
                        owner.workspace_id,
                        owner.actor,
                        invoice_id,
                        BUYER,
                        "Another town.",
                        f"once-{n}",
                    ),
                ),
            ],
        )
        assert answers[1] == "done"
        assert answers[0] in ("done", "Refused(settled)")
        expected = "PO-8" if answers[0] == "done" else "PO-7"
        assert versions(deal.invoice_ids()[-1])[0].purchase_order_number == expected
    check_rules(owner.workspace_id)


def _shown(deal: Deal) -> str:
    return shown_of(deal.invoice_ids()[0])
