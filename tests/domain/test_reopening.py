"""A milestone whose invoice was credited in full: planned, signed off and billed again, with no cent lost."""

from functools import partial

import pytest
from flask import Flask

from milebill.models import Event, Milestone, Project
from tests.actors import Supplier, an_accepted_project, an_issued_invoice, browser_of, shares
from tests.crowds import at_once
from tests.dealings import credit, credit_milestone, last_invoice, reopen, the_invoice
from tests.domain.outcomes import outcome
from tests.rules import check_rules, rows
from tests.snapshots import everything
from tests.web.supplier.forms import page, text


def test_is_billed_again_under_a_new_number(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    first = the_invoice(last_invoice(deal))
    credit_milestone(deal, 2)
    reopen(deal)
    (project,) = rows(Project)
    assert (project.billed_gross, project.credited_gross) == (357_000, 0)
    assert deal.milestone_state(2) == "planned"
    check_rules(owner.workspace_id)
    deal.submit(2)
    answer = deal.sign_off(2)
    again = the_invoice(answer.invoice_id)
    assert again.number != first.number
    assert (again.net, again.tax, again.kind) == (first.net, first.tax, "milestone")
    assert deal.sign_off(2) == type(answer)(
        answer.receipt_number, answer.invoice_id, answer.invoice_number, first=False
    )
    check_rules(owner.workspace_id)
    deal.submit(3)
    deal.sign_off(3)
    check_rules(owner.workspace_id)


def test_what_is_not_credited_in_full_stays(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    before = everything()
    assert outcome(lambda: reopen(deal, 2)) == "Refused(not_credited)"
    assert outcome(lambda: reopen(deal, 3)) == "Refused(planned)"
    assert outcome(lambda: reopen(deal, 9)) == "NotFound"
    assert everything() == before
    credit(owner, last_invoice(deal), {0: 100_000})
    assert outcome(lambda: reopen(deal, 2)) == "Refused(not_credited)"


def test_a_final_invoice_of_which_a_part_is_credited_stays_the_only_final_one(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    deal.submit(3)
    deal.sign_off(3)
    final = the_invoice(last_invoice(deal))
    credit(owner, final.id, {0: 100_000})
    credit_milestone(deal, 2)
    reopen(deal, 2)
    deal.submit(2)
    again = the_invoice(deal.sign_off(2).invoice_id)
    assert (final.kind, again.kind) == ("final", "milestone")
    check_rules(owner.workspace_id)


def test_a_milestone_that_costs_nothing_has_nothing_to_reopen(owner: Supplier) -> None:
    deal = an_accepted_project(owner, milestones=shares("30", "=0", "70", deposit=True))
    deal.submit(2)
    deal.sign_off(2)
    assert outcome(lambda: reopen(deal, 2)) == "Refused(not_credited)"


def test_a_deposit_waits_for_a_sign_off_then(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    assert outcome(lambda: deal.sign_off(1)) == "Refused(signed_off)"
    credit_milestone(deal, 1)
    reopen(deal, 1)
    assert outcome(lambda: deal.sign_off(1)) == "Refused(planned)"
    deal.submit(1)
    again = the_invoice(deal.sign_off(1).invoice_id)
    assert (again.gross, again.kind, again.content["proof"]["kind"]) == (357_000, "deposit", "sign_off")
    check_rules(owner.workspace_id)


def test_after_the_final_one_a_milestone_is_billed_again_as_such(owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    deal.submit(3)
    deal.sign_off(3)
    assert the_invoice(last_invoice(deal)).kind == "final"
    credit_milestone(deal, 2)
    reopen(deal, 2)
    deal.submit(2)
    deal.sign_off(2)
    assert the_invoice(last_invoice(deal)).kind == "milestone"
    check_rules(owner.workspace_id)
    credit_milestone(deal, 3)
    reopen(deal, 3)
    deal.submit(3)
    deal.sign_off(3)
    assert the_invoice(last_invoice(deal)).kind == "final"
    check_rules(owner.workspace_id)


def test_everybody_reopens_and_then_signs_off_at_once(in_app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    credit_milestone(deal, 2)
    at_once(in_app, [partial(reopen, deal)] * 30)
    assert len(rows(Event, Event.kind == "milestone_reopened")) == 1
    deal.submit(2)
    answers = at_once(in_app, [deal.sign_off] * 100)
    assert len({(answer.receipt_number, answer.invoice_number) for answer in answers}) == 1
    assert sum(answer.first for answer in answers) == 1
    assert len(deal.invoice_ids()) == 4
    check_rules(owner.workspace_id)


def test_the_button_is_there_when_it_may_be(in_app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    browser = browser_of(in_app, owner)
    (project,) = rows(Project)
    here, address = f"/projects/{project.id}", f"/projects/{project.id}/milestones/2/reopening"
    assert not page(browser.get(here)).xpath(f"//form[@action='{address}']")
    assert "once its invoice is credited in full" in text(browser.get(browser.post(address).location))
    credit_milestone(deal, 2)
    assert page(browser.get(here)).xpath(f"//form[@action='{address}']")
    for _ in range(2):
        answer = browser.post(address)
        assert (answer.status_code, answer.location) == (303, f"{here}#milestone-2")
    shown = text(browser.get(here))
    assert "is open again" in shown
    assert page(browser.get(here)).xpath(f"//a[contains(@href, '{here}/milestones/2/submission')]")
    (milestone,) = rows(Milestone, Milestone.position == 2)
    assert (milestone.signed_off_at, milestone.reopened_at is None) == (None, False)
    client = text(browser.get(f"/q/{deal.token(in_app)}"))
    assert "1 of 3" in client, "the count of what is done goes back by one"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_client_sees_the_new_receipt(in_app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    credit_milestone(deal, 2)
    reopen(deal, 2)
    shown = text(browser_of(in_app).get(f"/q/{deal.token(in_app)}"))
    assert "Signed off by Inês Duarte" not in shown
    deal.submit(2)
    receipt = deal.sign_off(2).receipt_number
    shown = text(browser_of(in_app).get(f"/q/{deal.token(in_app)}"))
    assert f"Receipt {receipt}" in shown
