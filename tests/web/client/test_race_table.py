"""The race table: everybody presses at the same moment; one of them is first, and the others read what has happened.

Through the web and on both databases. The back button and two tabs are raced in tests/browser/test_twice.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Row

from milebill.domain.people import Colleague, forward_link
from milebill.models import Event, EventKind, Message, Project, Receipt, Role
from tests.actors import (
    APPROVER,
    BUYER,
    ClientPerson,
    Deal,
    Supplier,
    a_sent_quote,
    a_submitted_milestone,
    browser_of,
    signed,
)
from tests.crowds import at_once
from tests.inside import receipt_in
from tests.revisions import write_revision
from tests.rules import check_rules, rows
from tests.web.client.conftest import PARTIAL, Guest, words
from tests.web.supplier.forms import values

OTHER = ClientPerson("Olga Moreau", "olga@los-verlag.example")
FEW, MANY = 8, 100

Press = Callable[[], tuple[int, str]]
"""Sends what was filled in before; returns the status and all that is read then."""
Ready = Callable[[Flask, Deal], Press]
"""Opens a page in a browser of its own and fills it in."""


@dataclass(frozen=True)
class Act:
    """What somebody does, and what is read then."""

    ready: Ready
    name: str
    """Whose act it is."""
    event: EventKind
    state: str
    """Of the quote, or of the milestone, when it was first."""
    first: str
    again: str
    """By those who wanted the same a moment later; with `receipt`, it is the first one's that they read."""
    lost: str
    """By those who wanted something else."""
    late: str = ""
    """By its own side when it lost, if they don't read what was first."""

    @property
    def receipt(self) -> bool:
        """Whether whoever wanted the same gets the first one's receipt, whoever they are."""
        return "receipt" in self.again


def by_client(path: str, person: ClientPerson, **form: str) -> Ready:
    """A form of the client's page, sent by htmx."""

    def ready(app: Flask, deal: Deal) -> Press:
        visitor = Guest(f"/q/{deal.token(app, person)}", app.test_client())
        filled = {**visitor.hidden(path), "seen": visitor.seen(), **form, "name": person.name, "consent": "y"}

        def press() -> tuple[int, str]:
            answer = visitor.client.post(visitor.base + path, data=filled, headers=PARTIAL)
            return answer.status_code, words(answer)

        return press

    return ready


def by_supplier(address: Callable[[Deal], str]) -> Ready:
    """A button of the supplier's on its page, if it has one; what is read stands on the page that it leads to."""

    def ready(app: Flask, deal: Deal) -> Press:
        browser, path = browser_of(app, deal.supplier), address(deal)
        opened = browser.get(path)
        fields = values(opened) if opened.status_code == 200 else {}  # what was shown is sent along
        browser.token()

        def press() -> tuple[int, str]:
            answer = browser.post(path, fields)
            return answer.status_code, words(browser.get(answer.location.partition("#")[0]))

        return press

    return ready


def _withdrawal(deal: Deal) -> str:
    return f"/quotes/{deal.quote_id}/withdrawal"


def _about_to_be_revised(supplier: Supplier) -> Deal:
    deal = a_sent_quote(supplier)
    write_revision(deal, title="A smaller web site")
    return deal


def _take_back(deal: Deal) -> str:
    (project,) = rows(Project, Project.quote_id == deal.quote_id)
    return f"/projects/{project.id}/milestones/2/withdrawal"


def _accept(person: ClientPerson) -> Act:
    return Act(
        by_client("/decision?choice=accept", person, **BUYER),
        person.name,
        EventKind.QUOTE_ACCEPTED,
        "accepted",
        "Accepted. Thank you. Your receipt is number",
        "This quote had been accepted already. The receipt is number",
        "This quote had been accepted already. Nothing was changed.",
    )


def _decline(person: ClientPerson, reason: str) -> Act:
    thanks = "Declined. Studio Lindqvist gets your reason by mail."
    return Act(
        by_client("/decision?choice=decline", person, reason=reason),
        person.name,
        EventKind.QUOTE_DECLINED,
        "declined",
        thanks,
        thanks,
        "This quote had been declined already. Nothing was changed.",
    )


def _sign_off(person: ClientPerson) -> Act:
    return Act(
        by_client("/milestones/2/signoff", person),
        person.name,
        EventKind.MILESTONE_SIGNED_OFF,
        "signed_off",
        "Signed off. Thank you. Invoice",
        "This milestone had been signed off already. The receipt is number",
        "This milestone had been signed off already. Nothing was changed.",
    )


def _changes(person: ClientPerson, reason: str) -> Act:
    thanks = "Studio Lindqvist gets your message and works on it. Nothing was invoiced."
    return Act(
        by_client("/milestones/2/changes", person, reason=reason),
        person.name,
        EventKind.CHANGES_REQUESTED,
        "changes_requested",
        thanks,
        thanks,
        "Changes had been requested in the meantime. Nothing was changed.",
    )


ACCEPT, DECLINE = _accept(APPROVER), _decline(APPROVER, "Too dear.")
SIGN_OFF, CHANGES = _sign_off(APPROVER), _changes(APPROVER, "Not yet.")
WITHDRAW = Act(
    by_supplier(_withdrawal),
    "Studio Lindqvist",
    EventKind.QUOTE_WITHDRAWN,
    "withdrawn",
    "The quote is withdrawn.",
    "The quote is withdrawn.",
    "The quote was taken back in the meantime. Nothing was changed.",
    "the quote has moved on. Here is how it stands.",
)
REVISE = Act(
    by_supplier(lambda deal: f"/quotes/{deal.quote_id}/revision/send"),
    "Studio Lindqvist",
    EventKind.QUOTE_REVISED,
    "sent",
    "Revision 2 is on its way. Nobody can accept the one before any more.",
    "Revision 2 is on its way. Nobody can accept the one before any more.",
    "This page changed since you opened it. Please look at it again; what you typed is still here.",
    "the quote has moved on. Here is how it stands.",
)
TAKE_BACK = Act(
    by_supplier(_take_back),
    "Studio Lindqvist",
    EventKind.MILESTONE_TAKEN_BACK,
    "planned",
    "Milestone 2 is yours again.",
    "That is not possible in the milestone’s present state. Here is how it stands.",
    "The milestone was taken back in the meantime. Nothing was changed.",
    "That is not possible in the milestone’s present state. Here is how it stands.",
)

TABLE: dict[str, tuple[Callable[[Supplier], Deal], Act, Act]] = {
    "accept × accept": (a_sent_quote, ACCEPT, ACCEPT),
    "accept × decline": (a_sent_quote, ACCEPT, DECLINE),
    "accept × withdraw": (a_sent_quote, ACCEPT, WITHDRAW),
    "accept × revise": (_about_to_be_revised, ACCEPT, REVISE),
    "decline × withdraw": (a_sent_quote, DECLINE, WITHDRAW),
    "sign off × sign off": (a_submitted_milestone, SIGN_OFF, SIGN_OFF),
    "sign off × request changes": (a_submitted_milestone, SIGN_OFF, CHANGES),
    "sign off × take back": (a_submitted_milestone, SIGN_OFF, TAKE_BACK),
    "request changes × take back": (a_submitted_milestone, CHANGES, TAKE_BACK),
    "two approvers accept": (a_sent_quote, ACCEPT, _accept(OTHER)),
    "two approvers, one accepts and one declines": (a_sent_quote, ACCEPT, _decline(OTHER, "No.")),
    "two approvers decline": (a_sent_quote, DECLINE, _decline(OTHER, "No.")),
    "two approvers sign off": (a_submitted_milestone, SIGN_OFF, _sign_off(OTHER)),
    "two approvers request changes": (a_submitted_milestone, CHANGES, _changes(OTHER, "No.")),
}
DECISIVE = {act.event for _, *acts in TABLE.values() for act in acts}


@pytest.mark.counted_elsewhere
@pytest.mark.parametrize("row", list(TABLE))
def test_a_few_at_once(app: Flask, owner: Supplier, row: str) -> None:
    race(app, owner, row, FEW)


@pytest.mark.long
@pytest.mark.parametrize("row", list(TABLE))
def test_a_hundred_at_once(app: Flask, owner: Supplier, row: str) -> None:
    race(app, owner, row, MANY)


def race(app: Flask, owner: Supplier, row: str, people: int) -> None:
    """Half of the people do the one, half the other, all at the same moment; then everything is looked at."""
    make, *acts = TABLE[row]
    deal = make(owner)
    colleague = Colleague(OTHER.name, OTHER.email, frozenset({Role.APPROVE}))
    forward_link(deal.workspace_id, deal.quote_id, deal.link(), signed(""), colleague)
    before = len(_decided(deal))
    crowd = [act for _ in range(people // 2) for act in acts]
    answers = at_once(app, [act.ready(app, deal) for act in crowd])

    (event,) = _decided(deal)[before:]
    winner = next(act for act in acts if (act.event, act.name) == (event.kind, _who(event)))
    heard = [(act, *answer) for act, answer in zip(crowd, answers, strict=True)]
    wrong = [(act.event, status, text) for act, status, text in heard if not _is_told(winner, act, status, text)]
    assert not wrong, (winner.event, wrong[0])
    firsts = [text for _, _, text in heard if winner.first in text]
    assert len(firsts) == 1 if winner.first != winner.again else len(firsts) >= 1
    _check_what_is_kept(deal, winner, [text for _, _, text in heard])


def _is_told(winner: Act, act: Act, status: int, text: str) -> bool:
    """Whether this answer says what happened, and who it was."""
    mine = act is winner or (act.receipt and act.event == winner.event)
    said = (winner.first, winner.again) if mine else (act.late or winner.lost,)
    good = 303 if act.late else 200 if mine else 409
    return status == good and any(sentence in text for sentence in said) and (act is winner or winner.name in text)


def _check_what_is_kept(deal: Deal, winner: Act, texts: list[str]) -> None:
    """One state, one receipt and one invoice if there is one at all, one line in the thread, and rules that hold."""
    is_offer = winner.state in ("accepted", "declined", "sent", "withdrawn")
    assert (deal.state() if is_offer else deal.milestone_state(2)) == winner.state
    assert len(deal.invoice_ids()) == {"declined": 0, "sent": 0, "withdrawn": 0, "signed_off": 2}.get(winner.state, 1)
    receipts = [receipt.number for receipt in rows(Receipt, Receipt.quote_id == deal.quote_id)]
    assert len(receipts) == len(deal.invoice_ids())
    if winner.receipt:
        assert {receipt_in(text.partition("eceipt is number")[2]) for text in texts if "eceipt is number" in text} == {
            receipts[-1]
        }
    said = [message.kind for message in rows(Message, Message.quote_id == deal.quote_id)]
    assert said.count("decline") == (winner.state == "declined")
    assert said.count("changes_requested") == (winner.state == "changes_requested")
    check_rules(deal.workspace_id)


def _decided(deal: Deal) -> list[Row[Any]]:
    return rows(Event, Event.quote_id == deal.quote_id, Event.kind.in_(DECISIVE))


def _who(event: Row[Any]) -> str:
    actor = event.content["actor"]
    return "Studio Lindqvist" if actor["side"] == "supplier" else str(actor["name"])
