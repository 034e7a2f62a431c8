"""Signing off and asking for changes: in a page and in parts of one, twice, too late, by the wrong person."""

import pytest
from sqlalchemy import func, select

from milebill.db import reading
from milebill.models import Approval, Invoice, Message, Receipt
from tests.actors import APPROVER, PAYABLE, Supplier, a_sent_quote, a_submitted_milestone, an_accepted_project
from tests.web.client.conftest import PARTIAL, Visit, errors, focused, on_sqlite, parts, tree_of, words


def invoices() -> int:
    with reading() as connection:
        return connection.scalar(select(func.count()).select_from(Invoice)) or 0


def test_the_form_opens_at_its_milestone(guest: Visit, owner: Supplier) -> None:
    visitor = guest(a_submitted_milestone(owner))
    page = visitor.open("/milestones/2/signoff")
    assert tree_of(page).xpath("//*[@id='act-2']//form/@action") == [visitor.base + "/milestones/2/signoff"]
    assert focused(page) == ["h4"]
    label = tree_of(page).xpath("//label[@for='signoff-consent']")[0].text
    assert label.startswith("Milestone 2, Step 2, is done as agreed.")
    assert "€5,355.00" in label
    part = visitor.open("/milestones/2/changes", headers=PARTIAL)
    assert parts(part) == ["act-2", "actions"]
    assert "What is missing" in words(part)


def test_signing_off_without_javascript(guest: Visit, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    visitor = guest(deal)
    answer = visitor.sign_off(job_title="Head of web")
    assert (answer.status_code, answer.location) == (303, visitor.base + "#milestone-2")
    assert deal.milestone_state(2) == "signed_off"
    page = words(visitor.open())
    assert "Signed off by Inês Duarte on" in page
    assert invoices() == 2
    with reading() as connection:
        approval = connection.execute(
            select(Approval.consent, Approval.job_title).where(Approval.kind == "sign_off")
        ).one()
    assert approval.consent.startswith("Milestone 2, Step 2, is done as agreed.")
    assert approval.job_title == "Head of web"


def test_signing_off_by_htmx_shows_the_invoice_at_once(guest: Visit, owner: Supplier) -> None:
    answer = guest(a_submitted_milestone(owner)).sign_off(how="swap")
    assert answer.status_code == 200
    assert parts(answer) == [
        "head",
        "progress",
        "milestone-2",
        "milestone-3",
        "money",
        "agreement",
        "actions",
        "news",
        "announced",
    ]
    assert "Signed off. Thank you. Invoice 2" in words(answer)
    assert "Milestone 2, Step 2" in words(answer)
    assert "The PDF is being prepared" in words(answer)


@on_sqlite
def test_a_milestone_that_costs_nothing_has_no_invoice(guest: Visit, owner: Supplier) -> None:
    drafts = [
        {"title": f"Step {n}", "description": "", "criteria": "", "planned_on": "", "basis": "amount", "value": value,
         "trigger": "sign_off"}
        for n, value in enumerate(("0", "500"), 1)
    ]  # fmt: skip
    deal = an_accepted_project(owner, milestones=drafts, total="500")
    deal.submit(1)
    visitor = guest(deal)
    assert "costs nothing" in words(visitor.open())
    answer = visitor.sign_off(1, "swap")
    assert "Signed off. Thank you. Your receipt is number" in words(answer)
    assert invoices() == 0


def test_a_second_click_shows_the_first_ones_receipt(guest: Visit, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    visitor = guest(deal)
    form = {**visitor.hidden("/milestones/2/signoff"), "name": APPROVER.name, "consent": "y"}
    assert visitor.send("/milestones/2/signoff", **form).status_code == 303
    assert visitor.send("/milestones/2/signoff", **form).status_code == 303
    again = visitor.swap("/milestones/2/signoff", **form)
    assert "had been signed off already. The receipt is number" in words(again)
    assert invoices() == 2
    with reading() as connection:
        assert connection.scalar(select(func.count()).select_from(Receipt)) == 2


def test_name_and_tick_are_both_needed(guest: Visit, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    visitor = guest(deal)
    answer = visitor.sign_off(name="", consent=None)
    assert answer.status_code == 422
    assert set(errors(answer)) == {"signoff-name", "signoff-consent"}
    assert focused(answer)[0] == "signoff-name"
    part = visitor.sign_off(how="swap", name="Somebody Else")
    assert (part.status_code, parts(part)) == (422, ["act-2"])
    assert "somebody else" in errors(part)["signoff-name"]
    assert 'value="Somebody Else"' in part.get_data(as_text=True)
    assert deal.milestone_state(2) == "submitted"


def test_another_submission_than_the_one_that_was_read(guest: Visit, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    visitor = guest(deal)
    form = {**visitor.hidden("/milestones/2/signoff"), "name": APPROVER.name, "consent": "y", "job_title": "CEO"}
    deal.take_back(2)
    deal.submit(2, "Something else.")
    answer = visitor.send("/milestones/2/signoff", **form)
    assert answer.status_code == 409
    assert "changed since you opened it" in words(answer)
    assert "Something else." in words(answer)
    tree = tree_of(answer)
    assert tree.xpath("//input[@id='signoff-job']/@value") == ["CEO"]
    assert tree.xpath("//*[@id='act-2']//input[@name='content_hash']/@value") == [deal.submission_hash(2)]
    assert not tree.xpath("//input[@id='signoff-consent']/@checked")
    assert invoices() == 1


@pytest.mark.parametrize("what", ["signoff", "changes"])
def test_a_milestone_that_was_taken_back(guest: Visit, owner: Supplier, what: str) -> None:
    deal = a_submitted_milestone(owner)
    visitor = guest(deal)
    form = {**visitor.hidden(f"/milestones/2/{what}"), "name": APPROVER.name, "consent": "y", "reason": "No"}
    deal.take_back(2)
    answer = visitor.send(f"/milestones/2/{what}", **form)
    assert answer.status_code == 409
    assert "taken back in the meantime" in words(answer)
    assert "form" not in [found.tag for found in tree_of(answer).xpath("//*[@id='schedule']//form")]
    assert "What you wrote is in the message box below" in words(answer)
    assert tree_of(answer).xpath("//*[@id='question-text']")[0].text.strip() == "No"
    assert invoices() == 1


def test_asking_for_changes(guest: Visit, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    visitor = guest(deal)
    path = "/milestones/2/changes"
    form = visitor.hidden(path)
    missing = visitor.send(path, **form, name="", reason="")
    assert missing.status_code == 422
    assert set(errors(missing)) == {"changes-name", "changes-reason"}
    answer = visitor.swap(path, **form, name="Duarte", reason="The map\r\nis wrong.")
    assert parts(answer) == [
        "head",
        "progress",
        "milestone-2",
        "money",
        "agreement",
        "actions",
        "news",
        "announced",
        "thread",
    ]
    assert "Nothing was invoiced." in words(answer)
    assert deal.milestone_state(2) == "changes_requested"
    assert visitor.send(path, **form, name="Duarte", reason="The map\nis wrong.").status_code == 303
    other = visitor.send(path, **form, name="Duarte", reason="Something else.")
    assert (other.status_code, "Changes had been requested" in words(other)) == (409, True)
    with reading() as connection:
        said = connection.scalars(select(Message.text).where(Message.kind == "changes_requested")).all()
    assert said == ["The map\nis wrong."]
    assert invoices() == 1
    late = visitor.send("/milestones/2/signoff", **form, name="Duarte", consent="y")
    assert late.status_code == 409
    assert "Changes had been requested" in words(late)


def test_there_is_no_such_milestone(guest: Visit, owner: Supplier) -> None:
    visitor = guest(a_submitted_milestone(owner))
    for position in ("0", "4", "1001", "99999999999999999999", "x", "-1"):
        for what in ("signoff", "changes"):
            assert visitor.open(f"/milestones/{position}/{what}").status_code == 404
            assert visitor.send(f"/milestones/{position}/{what}", name="Duarte").status_code == 404
    offered = guest(a_sent_quote(owner))
    assert offered.open("/milestones/1/signoff").status_code == 404


@on_sqlite
def test_a_deposit_is_signed_off_by_the_acceptance(guest: Visit, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    visitor = guest(deal)
    answer = visitor.send("/milestones/1/signoff", name=APPROVER.name, consent="y", content_hash="")
    assert answer.status_code == 409
    assert "had been signed off already" in words(answer)
    assert "Sign off milestone 1" not in words(visitor.open("/milestones/1/signoff"))


def test_only_approvers_sign_off(guest: Visit, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    payable = guest(deal, PAYABLE)
    form = {"name": PAYABLE.name, "consent": "y", "content_hash": deal.submission_hash(2), "reason": "No"}
    for what in ("signoff", "changes"):
        answer = payable.send(f"/milestones/2/{what}", **form)
        assert answer.status_code == 403
        assert "Deciding and signing off is up to: Inês Duarte" in words(answer)
    assert deal.milestone_state(2) == "submitted"


def test_a_rivals_milestone_is_not_reached_by_a_link_of_mine(guest: Visit, owner: Supplier, rival: Supplier) -> None:
    mine, theirs = a_submitted_milestone(owner), a_submitted_milestone(rival)
    assert guest(mine).sign_off().status_code == 303
    assert theirs.milestone_state(2) == "submitted"
