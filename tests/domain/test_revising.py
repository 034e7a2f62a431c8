"""A sent quote is revised: the newer revision takes the place of the one before, and only one of them is agreed on."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import update

from milebill import clock
from milebill.db import transaction
from milebill.domain import quotes, revising
from milebill.models import Document, EventKind, Link, MailKind, Person, Revision, Role
from milebill.models.event import Event
from milebill.models.mail import Mail
from tests.actors import APPROVER, PAYABLE, Deal, Supplier, a_draft, a_quote, a_sent_quote, an_accepted_project, sign_up
from tests.crowds import at_once
from tests.domain.outcomes import outcome
from tests.revisions import revise, send_revision, write_revision
from tests.rules import check_rules, rows
from tests.snapshots import everything


def test_the_newer_revision_takes_the_place_of_the_one_before(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner, title="A new web site")
    before, links = deal.offer_hash(), rows(Link)
    write_revision(deal, title="A smaller web site", total="8000")
    # Until it is sent, nobody but the supplier knows of it, and what was sent can be accepted.
    assert deal.offer_hash() == before
    assert not rows(Event, Event.kind == EventKind.QUOTE_REVISED)
    assert send_revision(deal) == 2
    old, new = rows(Revision)
    assert (old.superseded_at is not None, new.superseded_at, new.title) == (True, None, "A smaller web site")
    assert old.content_hash == before != new.content_hash == deal.offer_hash()
    assert old.content["number"] == new.content["number"]
    assert (old.content["revision"], new.content["revision"]) == (1, 2)
    assert rows(Link) == links  # the same people, the same links
    assert [mail.kind for mail in rows(Mail, Mail.workspace_id == owner.workspace_id)] == [MailKind.QUOTE_SENT] * 2
    assert len(rows(Document)) == 2
    (event,) = rows(Event, Event.kind == EventKind.QUOTE_REVISED)
    assert (event.content["shown"], event.content["data"]["revision"]) == (new.content_hash, 2)
    assert outcome(partial(deal.accept, content_hash=before)) == "Stale(stale)"
    assert outcome(deal.accept) == "done"
    check_rules(owner.workspace_id)


def test_whom_only_the_one_before_named_decides_and_gets_invoices_no_longer(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    new = {"approver_name": "Ben Neu", "approver_email": "ben@neu.example"}
    write_revision(deal, **new, ap_name="Ida Neu", ap_email="ida@neu.example")
    send_revision(deal)
    assert outcome(deal.accept) == "Refused(role)"
    people = {person.id: person.email for person in rows(Person)}
    assert {people[link.person_id]: set(link.roles) for link in rows(Link)} == {
        APPROVER.email: {Role.VIEW},
        PAYABLE.email: {Role.VIEW},
        "ben@neu.example": {Role.APPROVE, Role.VIEW},
        "ida@neu.example": {Role.ACCOUNTS_PAYABLE, Role.VIEW},
    }
    write_revision(deal)
    send_revision(deal)
    assert outcome(deal.accept) == "done"
    check_rules(owner.workspace_id)


def test_who_was_taken_off_comes_back_with_what_is_given_anew(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    with transaction() as session:
        session.execute(update(Link).where(Link.id == deal.link()).values(revoked_at=clock.now()))
    new = {"approver_name": "Ben Neu", "approver_email": "ben@neu.example"}
    revise(deal, **new, ap_name=APPROVER.name, ap_email=APPROVER.email)
    (link,) = rows(Link, Link.id == deal.link())
    assert (link.revoked_at, set(link.roles)) == (None, {Role.ACCOUNTS_PAYABLE, Role.VIEW})
    assert outcome(deal.accept) == "Refused(role)"


def test_a_second_click_changes_nothing(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    revising.begin_revision(owner.workspace_id, deal.quote_id)
    revising.save_revision(owner.workspace_id, deal.quote_id, a_draft(title="Typed"))
    revising.begin_revision(owner.workspace_id, deal.quote_id)
    assert [revision.title for revision in rows(Revision)][1:] == ["Typed"]
    assert send_revision(deal) == 2
    sent = everything()
    assert send_revision(deal) == 2
    assert everything() == sent
    write_revision(deal, title="Once more")
    assert send_revision(deal) == 3


def _expired(supplier: Supplier) -> Deal:
    deal = a_sent_quote(supplier)
    with clock.at(clock.now() + timedelta(days=32)):
        quotes.expire_quotes()
    return deal


def _declined(supplier: Supplier) -> Deal:
    deal = a_sent_quote(supplier)
    deal.decline()
    return deal


def _withdrawn(supplier: Supplier) -> Deal:
    deal = a_sent_quote(supplier)
    deal.withdraw()
    return deal


@pytest.mark.parametrize("make", [_expired, _declined, _withdrawn])
def test_what_came_to_nothing_is_offered_anew(in_app: Flask, owner: Supplier, make: Callable[[Supplier], Deal]) -> None:
    deal = make(owner)
    write_revision(deal, total="8000")
    send_revision(deal)
    assert deal.state() == "sent"
    assert outcome(deal.decline) == "done"
    write_revision(deal, total="7000")
    send_revision(deal)
    assert outcome(deal.accept) == "done"
    check_rules(owner.workspace_id)


@pytest.mark.parametrize(
    ("make", "answer"),
    [(a_quote, "Refused(draft)"), (an_accepted_project, "Refused(accepted)")],
    ids=["draft", "accepted"],
)
def test_what_can_not_be_revised(in_app: Flask, owner: Supplier, make: Callable[[Supplier], Deal], answer: str) -> None:
    deal = make(owner)
    before = everything()
    for verb in (
        partial(revising.begin_revision, owner.workspace_id, deal.quote_id),
        partial(revising.save_revision, owner.workspace_id, deal.quote_id, a_draft()),
        partial(send_revision, deal),
    ):
        assert outcome(verb) == answer
    assert everything() == before


def test_nobody_revises_another_ones_quote(in_app: Flask, owner: Supplier) -> None:
    deal, rival = a_sent_quote(owner), sign_up("Rita Rival")
    before = everything()
    assert outcome(partial(revising.begin_revision, rival.workspace_id, deal.quote_id)) == "NotFound"
    assert outcome(partial(revising.revise_quote, rival.workspace_id, rival.actor, deal.quote_id)) == "NotFound"
    assert outcome(partial(send_revision, deal)) == "Refused(not_begun)"
    assert outcome(partial(revising.save_revision, owner.workspace_id, deal.quote_id, a_draft())) == "Refused(frozen)"
    assert everything() == before


def test_an_unfinished_revision_does_not_go_out(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    before = deal.offer_hash()
    write_revision(deal, title="")
    assert outcome(partial(send_revision, deal)) == "Invalid(title: required)"
    assert deal.offer_hash() == before
    assert outcome(deal.accept) == "done"


@pytest.mark.parametrize("crowd", [12, pytest.param(100, marks=[pytest.mark.long, pytest.mark.counted_elsewhere])])
def test_accepted_or_revised_but_never_both(in_app: Flask, owner: Supplier, crowd: int) -> None:
    for _ in range(3):
        deal = a_sent_quote(owner)
        shown = deal.offer_hash()
        write_revision(deal, total="8000")
        accept = partial(deal.accept, content_hash=shown)
        answers = at_once(
            in_app, [partial(outcome, verb) for verb in [accept, partial(send_revision, deal)] * (crowd // 2)]
        )
        accepted, revised = answers[::2], answers[1::2]
        if deal.state() == "accepted":
            assert sorted(set(accepted)) == ["done", "done before"]
            assert set(revised) == {"Refused(accepted)"}
            assert len(deal.invoice_ids()) == 1
        else:
            assert set(accepted) == {"Stale(stale)"}
            assert set(revised) == {"done"}
            assert deal.invoice_ids() == []
            assert len(rows(Event, Event.kind == EventKind.QUOTE_REVISED, Event.quote_id == deal.quote_id)) == 1
    check_rules(owner.workspace_id)
