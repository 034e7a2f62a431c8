"""An acceptance that the supplier records: everything follows as if the client had clicked, and everything says so."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask

from milebill import clock
from milebill.domain import quotes
from milebill.domain.on_behalf import Elsewhere
from milebill.models import Approval, Event, EventKind, Mail, MailKind, Message, Project, Receipt, StoredFile
from tests.actors import APPROVER, PAYABLE, Deal, Supplier, a_quote, a_sent_quote, sign_up
from tests.crowds import at_once
from tests.domain.outcomes import outcome
from tests.elsewhere import DECLARED, PROOF, record
from tests.offers import contents
from tests.pairs import a_quote_for_two
from tests.revisions import revise
from tests.rules import check_rules, rows
from tests.snapshots import everything


def test_all_that_an_acceptance_causes_and_whose_word_it_is(in_app: Flask, owner: Supplier) -> None:
    mine, theirs = a_sent_quote(owner), a_sent_quote(owner)
    theirs.accept()
    assert record(mine).first
    assert mine.state() == "accepted"
    same = [{k: v for k, v in one.items() if k in ("gross", "lines", "taxes", "kind")} for one in contents(theirs)]
    assert [
        {k: v for k, v in one.items() if k in ("gross", "lines", "taxes", "kind")} for one in contents(mine)
    ] == same
    (project,) = rows(Project, Project.quote_id == mine.quote_id)
    assert (project.purchase_order_number, project.buyer["legal_name"]) == ("PO-7", "Łoś Verlag GmbH")
    (receipt,) = rows(Receipt, Receipt.quote_id == mine.quote_id)
    behalf = {
        "name": APPROVER.name,
        "job_title": "Publisher",
        "recorded_by": owner.name,
        "accepted_on": clock.now().date().isoformat(),
        "file": {"name": PROOF.name, "sha256": PROOF.sha256, "size": PROOF.size},
    }
    content = receipt.content
    assert (content["version"], content["on_behalf"], content["consent"]) == (2, behalf, DECLARED)
    assert (content["who"]["link"], content["who"]["named"], content["address"]) == (None, APPROVER.name, "192.0.2.1")
    (event,) = rows(Event, Event.kind == EventKind.QUOTE_ACCEPTED, Event.quote_id == mine.quote_id)
    assert event.content["actor"]["side"] == "supplier"
    assert event.content["data"]["on_behalf"] == behalf
    (approval,) = rows(Approval, Approval.quote_id == mine.quote_id)
    assert approval.on_behalf["recorded_by"] == owner.name
    assert rows(Approval, Approval.quote_id == theirs.quote_id)[0].on_behalf is None
    (message,) = rows(Message, Message.quote_id == mine.quote_id)
    assert (message.side, message.text, message.files[0]["sha256"]) == ("supplier", "By post.", PROOF.sha256)
    assert rows(StoredFile, StoredFile.sha256 == PROOF.sha256)
    assert rows(Mail, Mail.kind == MailKind.QUOTE_ACCEPTED_CLIENT, Mail.link_id == mine.link())
    mine.ask("We never signed that.")  # they can object
    mine.submit(2)
    assert mine.sign_off(2).first  # and a milestone is signed off by themselves
    assert rows(Receipt, Receipt.quote_id == mine.quote_id)[-1].content["version"] == 1
    check_rules(owner.workspace_id)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"file": None}, "Invalid(file: required)"),
    ({"name": ""}, "Invalid(name: required)"),
    ({"name": "Karl Ekman"}, "Invalid(name: other_person)"),
    ({"consented": False}, "Invalid(consent: required)"),
    ({"accepted_on": ""}, "Invalid(accepted_on: required)"),
    ({"accepted_on": "soon"}, "Invalid(accepted_on: date)"),
    ({"accepted_on": "2020-01-01"}, "Invalid(accepted_on: before_sent)"),
    ({"accepted_on": "2099-01-01"}, "Invalid(accepted_on: future)"),
    ({"note": "x" * 4001}, "Invalid(note: too_long)"),
    ({"party": {"city": ""}}, "Invalid(city: required)"),
    ({"file": None, "name": "", "accepted_on": ""}, "Invalid(accepted_on: required, file: required, name: required)"),
    ({"content_hash": "c" * 64}, "Stale(stale)"),
    ({"person_link_id": 10**9}, "Invalid(person: choose)"),
]


@pytest.mark.parametrize(("changes", "answer"), WRONG)
def test_what_is_missing(in_app: Flask, owner: Supplier, changes: dict[str, Any], answer: str) -> None:
    deal = a_sent_quote(owner)
    before = everything()
    assert outcome(partial(record, deal, **changes)) == answer
    assert everything() == before


def _moved(name: str) -> Any:
    def make(supplier: Supplier) -> Deal:
        deal = a_sent_quote(supplier)
        getattr(deal, name)()
        return deal

    return make


@pytest.mark.parametrize(
    ("make", "answer"),
    [
        (a_quote, "Refused(draft)"),
        (a_sent_quote, "done"),
        (_moved("accept"), "done before"),
        (_moved("decline"), "Refused(declined)"),
        (_moved("withdraw"), "Refused(withdrawn)"),
        (a_quote_for_two, "Refused(two_people)"),
    ],
)
def test_in_every_state(in_app: Flask, owner: Supplier, make: Any, answer: str) -> None:
    deal = make(owner)
    link = {} if deal.offer_hash() else {"person_link_id": 1}
    before = everything()
    assert outcome(partial(record, deal, **link)) == answer
    assert (everything() == before) == (answer != "done")


def test_what_came_in_time_is_recorded_after_the_quote_ran_out(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    today = clock.now().date()
    with clock.at(clock.now() + timedelta(days=32)):
        quotes.expire_quotes()
        late = (today + timedelta(days=31)).isoformat()
        assert outcome(partial(record, deal, accepted_on=late)) == "Invalid(accepted_on: after_end)"
        assert outcome(partial(record, deal, accepted_on=(today + timedelta(days=30)).isoformat())) == "done"
    check_rules(owner.workspace_id)


def test_only_who_decides_accepts(in_app: Flask, owner: Supplier) -> None:
    deal, other, rival = a_sent_quote(owner), a_sent_quote(owner), sign_up("Rita Rival")
    other_one = "Invalid(person: choose)"
    assert outcome(partial(record, deal, person_link_id=deal.link(PAYABLE), name=PAYABLE.name)) == other_one
    assert outcome(partial(record, deal, person_link_id=other.link())) == other_one
    assert outcome(partial(record, Deal(rival, deal.quote_id))) == "NotFound"
    revise(deal, approver_name="Ben Neu", approver_email="ben@neu.example")
    assert outcome(partial(record, deal)) == other_one  # whom only the revision before named


def test_a_milestone_has_no_such_verb() -> None:
    assert not {name for name in Elsewhere.__dataclass_fields__ if "milestone" in name}


@pytest.mark.parametrize("crowd", [6, pytest.param(50, marks=[pytest.mark.long, pytest.mark.counted_elsewhere])])
def test_by_the_client_and_on_behalf_at_once_is_one_acceptance(in_app: Flask, owner: Supplier, crowd: int) -> None:
    for _ in range(2):
        deal = a_sent_quote(owner)
        answers = at_once(in_app, [deal.accept, partial(record, deal)] * crowd)
        assert len({answer.receipt_number for answer in answers}) == 1
        assert sum(answer.first for answer in answers) == 1
        assert len(deal.invoice_ids()) == 1
        assert len(rows(Event, Event.kind == EventKind.QUOTE_ACCEPTED, Event.quote_id == deal.quote_id)) == 1
        assert len(rows(Message, Message.quote_id == deal.quote_id)) == len(
            [one for one in rows(Approval, Approval.quote_id == deal.quote_id) if one.on_behalf]
        )
    check_rules(owner.workspace_id)
