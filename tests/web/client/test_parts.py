"""A milestone that is done in part: proposed by the supplier in exact amounts, accepted with the client's signature."""

from typing import Any

import pytest
from flask import Flask

from milebill.models import Invoice, MailKind, Milestone, Receipt, Submission
from tests.actors import APPROVER, Deal, Supplier, a_submitted_milestone, an_accepted_project, browser_of, shares
from tests.browsers import Browser
from tests.dealings import submit_part
from tests.outbound.mail_stories import said
from tests.rules import check_rules, rows
from tests.web.client.conftest import Visit, on_sqlite, tree_of, words
from tests.web.supplier.forms import errors, page, text, values
from tests.web.supplier.test_projects import home


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


FORM = {"note": "Half of it.", "finished-1": "y", "part-amount": "60 %", "part-title": "The rest", "part-on": ""}


def propose(browser: Browser, deal: Deal, position: int = 2, **changes: Any) -> Any:
    form = FORM | {name.replace("_", "-"): value for name, value in changes.items()}
    form = {name: value for name, value in form.items() if value is not None}
    return browser.post(f"{home(deal)}/milestones/{position}/submission?part", form, content_type="multipart/form-data")


def test_from_the_proposal_to_the_last_invoice(in_app: Flask, browser: Browser, guest: Visit, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    asked = page(browser.get(f"{home(deal)}/milestones/2/submission?part"))
    assert asked.xpath("//input[@name='part-title']/@value") == ["Step 2, the rest"]
    assert len(asked.xpath("//input[@type='checkbox' and starts-with(@name, 'finished-')]")) == 2
    assert not page(browser.get(f"{home(deal)}/milestones/2/submission")).xpath("//input[@name='part-amount']")
    assert propose(browser, deal, part_on="2027-05-01").status_code == 303
    assert "You propose to bill €3,213.00 of it now. The rest, €2,142.00, becomes “The rest”." in text(
        browser.get(home(deal))
    )

    assert "€3,213.00" in text(browser.get("/dashboard"))
    mail = said(in_app, MailKind.MILESTONE_SUBMITTED)
    assert "has finished a part of milestone 2 of 3" in mail
    assert "the invoice over €3,213.00 is issued at that moment" in mail
    assert "The rest, €2,142.00, becomes a milestone of its own" in mail
    assert "It works." not in mail

    visitor = guest(deal)
    shown = words(visitor.open())
    for expected in (
        "Only a part of it is done. Signing off accepts this split:",
        "Billed now€2,700.00, €3,213.00 with tax",
        "Left for later€1,800.00, €2,142.00 with tax",
        "The rest becomes“The rest”, a milestone of its own",
        "Planned for1 May 2027",
        "Not done yet: moves to the rest",
        "Signing off accepts the split and issues the invoice over €3,213.00 for the part that is done",
        "Part of milestone 2 with tax",
    ):
        assert expected in shown
    form = tree_of(visitor.open("/milestones/2/criteria"))
    assert {field.get("name") for field in form.xpath("//input[@type='radio']")} == {"decision-1"}
    answer = visitor.sign_off(how="swap")
    assert "Signed off. Thank you." in words(answer)
    assert rows(Receipt)[-1].content["consent"].startswith("Milestone 2, Step 2, is done in part, as shown here.")
    assert "its invoice over €3,213.00 may be issued, and €2,142.00 stay open" in rows(Receipt)[-1].content["consent"]
    shown = words(visitor.open())
    assert "2 of 4 signed off" in shown
    assert "What was left when milestone 2 was signed off in part." in shown
    assert "What was left when milestone 2 was signed off in part." in text(browser.get(home(deal)))
    receipt = words(visitor.open(f"/receipts/{rows(Receipt)[-1].number}"))
    assert "€2,142.00 with tax, as milestone 4, “The rest”" in receipt
    for kind in (MailKind.MILESTONE_SIGNED_OFF_CLIENT, MailKind.MILESTONE_SIGNED_OFF_SUPPLIER):
        assert "It was done in part. The rest, €2,142.00, is milestone 4 now: The rest." in said(in_app, kind)
    assert "signed off milestone 2, Step 2, in part." in text(browser.get("/dashboard"))

    for position in (4, 3):
        deal.submit(position)
        assert visitor.sign_off(position).status_code == 303
    assert rows(Invoice)[-1].kind == "final"
    check_rules(owner.workspace_id)


@pytest.mark.parametrize(
    ("changes", "field", "expected"),
    [
        ({"part_amount": ""}, "part-amount", "Please fill this in."),
        ({"part_amount": "sixty"}, "part-amount", "not a number"),
        ({"part_amount": "60.0001 %"}, "part-amount", "more decimals"),
        ({"part_amount": "4500"}, "part-amount", "as much as the whole"),
        ({"part_amount": "0"}, "part-amount", "above zero"),
        ({"part_title": " "}, "part-title", "Please fill this in."),
        ({"part_on": "soon"}, "part-on", "Please give a date."),
        ({"finished_1": None}, "finished-1", "Please tick what is finished."),
        ({"finished_2": "y"}, "finished-1", "Everything is ticked"),
    ],
)
@on_sqlite
def test_what_cannot_be_proposed(
    browser: Browser, owner: Supplier, changes: dict[str, Any], field: str, expected: str
) -> None:
    deal = an_accepted_project(owner)
    answer = propose(browser, deal, note_1="Kept.", **changes)
    assert answer.status_code == 422
    assert expected in errors(answer)[field]
    assert values(answer)["note-1"] == "Kept."
    if field != "part-on" and changes.get("part_amount") not in (
        "sixty",
        "60.0001 %",
    ):  # what cannot be read comes first
        again = propose(browser, deal, note=None, **changes)
        assert {"note", field} <= set(errors(again))
    assert deal.milestone_state(2) == "planned"


@on_sqlite
def test_an_amount_is_taken_to_the_nearest_that_sums(browser: Browser, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    assert propose(browser, deal, part_amount="1,234.56").status_code == 303
    part = rows(Submission)[-1].part
    assert abs(part["net"] - 123_456) <= 3
    assert part["tax"] + part["remainder"]["tax"] == 85_500


@on_sqlite
def test_what_costs_nothing_has_no_part(browser: Browser, owner: Supplier) -> None:
    deal = an_accepted_project(owner, milestones=shares("50", "0", "50"))
    links = page(browser.get(home(deal))).xpath("//a[contains(@href, '?part')]/@href")
    assert links == [f"{home(deal)}/milestones/{n}/submission?part" for n in (1, 3)]


def test_the_client_says_that_they_would_take_a_part(
    in_app: Flask, browser: Browser, guest: Visit, owner: Supplier
) -> None:
    deal = a_submitted_milestone(owner)
    visitor, path = guest(deal), "/milestones/2/criteria"
    form = {**visitor.hidden(path), "name": APPROVER.name, "decision-1": "accept", "decision-2": "reject"}
    assert visitor.send(path, **form, **{"reason-2": "It crashes.", "part_welcome": "y"}).status_code == 303
    assert "Your client would accept the finished part now." in text(browser.get(home(deal)))
    assert "They would accept the finished part now" in said(in_app, MailKind.CHANGES_REQUESTED)
    asked = page(browser.get(f"{home(deal)}/milestones/2/submission?part"))
    assert asked.xpath("//input[@type='checkbox']/@name") == ["finished-2"]  # the other one is accepted
    assert propose(browser, deal, finished_1=None).status_code == 303
    assert "1 criterion that you accepted before stays accepted." in said(in_app, MailKind.MILESTONE_SUBMITTED)
    assert visitor.sign_off().status_code == 303
    assert [row.net for row in rows(Milestone)] == [300_000, 270_000, 250_000, 180_000]


def test_a_part_is_declined_or_taken_back_and_nothing_is_split(guest: Visit, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    visitor = guest(deal)
    submit_part(deal, 2)
    form = {**visitor.hidden("/milestones/2/signoff"), "name": APPROVER.name, "consent": "y"}
    deal.take_back()
    assert visitor.send("/milestones/2/signoff", **form).status_code == 409
    submit_part(deal, 2)
    answer = visitor.send(
        "/milestones/2/changes", **visitor.hidden("/milestones/2/changes"), name=APPROVER.name, reason="Too much."
    )
    assert answer.status_code == 303
    assert "Only a part of it is done" not in words(visitor.open())
    deal.submit(2, "All of it.")
    assert visitor.sign_off().status_code == 303
    assert len(rows(Milestone)) == 3
    assert rows(Invoice)[-1].gross == 535_500
