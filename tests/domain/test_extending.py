"""A quote that is valid for longer, one that is written once more, and a revision that is dropped."""

from datetime import date, timedelta
from functools import partial

import pytest
from flask import Flask

from milebill import clock
from milebill.domain import quotes, revising
from milebill.domain.copying import OF_THE_CLIENT, duplicate_quote
from milebill.domain.differences import differences
from milebill.domain.extending import extend_quote
from milebill.models import Document, EventKind, Link, MailKind, Quote, Receipt, Revision
from milebill.models.event import Event
from milebill.models.mail import Mail
from tests.actors import APPROVER, Deal, Supplier, a_draft, a_quote, a_sent_quote, sign_up
from tests.crowds import at_once
from tests.domain.outcomes import outcome
from tests.pairs import SECOND, a_quote_for_two, accept_as
from tests.revisions import extend, send_revision, write_revision
from tests.rules import check_rules, rows
from tests.snapshots import everything


def _until(days: int) -> date:
    return clock.now().date() + timedelta(days=days)


def test_only_the_date_changes_and_the_client_signs_the_new_one(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    before, links = deal.offer_hash(), rows(Link)
    assert extend(deal, 60) is True
    old, new = rows(Revision)
    (only,) = differences(old.content, new.content)
    assert (only.field, only.after) == ("valid_until", _until(60).isoformat())
    assert (old.content_hash, new.content_hash, deal.offer_hash()) == (before, deal.offer_hash(), new.content_hash)
    assert (old.superseded_at is not None, new.valid_until, new.content["revision"]) == (True, _until(60), 2)
    (event,) = rows(Event, Event.kind == EventKind.QUOTE_EXTENDED)
    assert (event.content["shown"], event.content["data"]["valid_until"]) == (new.content_hash, _until(60).isoformat())
    assert len(rows(Mail, Mail.kind == MailKind.QUOTE_EXTENDED)) == 1
    assert (len(rows(Document)), rows(Link)) == (2, links)
    assert outcome(partial(deal.accept, content_hash=before)) == "Stale(stale)"
    with clock.at(clock.now() + timedelta(days=50)):
        assert quotes.expire_quotes() == 0
        assert outcome(deal.accept) == "done"
    (receipt,) = rows(Receipt)
    assert receipt.content["content_hash"] == new.content_hash
    check_rules(owner.workspace_id)


def test_an_expired_quote_waits_for_its_decision_again(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    with clock.at(clock.now() + timedelta(days=32)):
        quotes.expire_quotes()
        assert deal.state() == "expired"
        assert extend(deal, 10) is True
        assert rows(Quote)[0].decided_at is None
        assert outcome(deal.accept) == "done"
    check_rules(owner.workspace_id)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("", "Invalid(valid_until: required)"),
        ("soon", "Invalid(valid_until: date)"),
        ("2020-01-01", "Invalid(valid_until: past)"),
        (-1, "Invalid(valid_until: past)"),
        (29, "Invalid(valid_until: earlier)"),
        (30, "done before"),  # as it is
        (31, "done"),
    ],
)
def test_days(in_app: Flask, owner: Supplier, typed: str | int, answer: str) -> None:
    deal = a_sent_quote(owner)
    day = typed if isinstance(typed, str) else _until(typed).isoformat()
    before = everything()
    assert outcome(partial(extend_quote, owner.workspace_id, owner.actor, deal.quote_id, day)) == answer
    assert (everything() == before) == (answer != "done")


def test_twice_is_once_and_strangers_extend_nothing(in_app: Flask, owner: Supplier) -> None:
    deal, rival = a_sent_quote(owner), sign_up("Rita Rival")
    assert [extend(deal), extend(deal)] == [True, False]
    before = everything()
    day = _until(90).isoformat()
    assert outcome(partial(extend_quote, rival.workspace_id, rival.actor, deal.quote_id, day)) == "NotFound"
    assert outcome(partial(duplicate_quote, rival.workspace_id, rival.actor, deal.quote_id, True)) == "NotFound"
    assert outcome(partial(revising.discard_revision, rival.workspace_id, deal.quote_id)) == "NotFound"
    draft = a_quote(owner)
    before = everything()
    assert outcome(partial(extend, draft)) == "Refused(draft)"
    assert outcome(partial(revising.discard_revision, owner.workspace_id, draft.quote_id)) == "Refused(draft)"
    assert everything() == before


def test_what_was_being_written_waits_behind_the_extension(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    write_revision(deal, title="A smaller web site")
    extend(deal)
    assert [(one.number, one.title, one.content is not None) for one in rows(Revision)] == [
        (1, "A new web site", True),
        (3, "A smaller web site", False),
        (2, "A new web site", True),
    ]
    assert send_revision(deal) == 3
    assert outcome(deal.accept) == "done"


def test_the_first_of_two_signs_the_new_date_too(in_app: Flask, owner: Supplier) -> None:
    deal = a_quote_for_two(owner)
    accept_as(deal, APPROVER)
    extend(deal)
    assert accept_as(deal, SECOND).waits_for
    accept_as(deal, APPROVER)
    assert deal.state() == "accepted"
    check_rules(owner.workspace_id)


def test_extended_or_accepted_or_both_in_that_order(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    shown = deal.offer_hash()
    accept = partial(deal.accept, content_hash=shown)
    answers = at_once(in_app, [partial(outcome, verb) for verb in [accept, partial(extend, deal)] * 6])
    if deal.state() == "accepted":
        assert set(answers) == {"done", "done before", "Refused(accepted)"}
    else:
        assert set(answers) == {"Stale(stale)", "done", "done before"}
    assert answers.count("done") == 1
    check_rules(owner.workspace_id)


def test_a_revision_is_dropped_and_begun_anew(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    before = everything()
    write_revision(deal, title="Not this")
    assert revising.discard_revision(owner.workspace_id, deal.quote_id) is True
    assert revising.discard_revision(owner.workspace_id, deal.quote_id) is False
    assert everything() == before
    write_revision(deal, title="This")
    assert send_revision(deal) == 2


def test_a_revision_is_sent_or_dropped(in_app: Flask, owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    write_revision(deal, title="Another")
    drop = partial(revising.discard_revision, owner.workspace_id, deal.quote_id)
    at_once(in_app, [partial(outcome, verb) for verb in [drop, partial(send_revision, deal)] * 4])
    assert [one.content is not None for one in rows(Revision)] in ([True], [True, True])
    check_rules(owner.workspace_id)


def _copied(deal: Deal, *, keep_client: bool) -> Revision:
    new = duplicate_quote(deal.workspace_id, deal.supplier.actor, deal.quote_id, keep_client)
    (revision,) = rows(Revision, Revision.quote_id == new)
    return revision


def test_a_quote_once_more(in_app: Flask, owner: Supplier) -> None:
    planned = [{**row, "planned_on": _until(n * 40).isoformat()} for n, row in enumerate(a_draft()["milestones"])]
    deal = a_sent_quote(owner, milestones=planned)
    source = rows(Revision)[0].draft
    with clock.at(clock.now() + timedelta(days=50)):
        copy = _copied(deal, keep_client=True)
        today = clock.now().date()
        assert copy.draft["valid_until"] == (today + timedelta(days=30)).isoformat()
        assert [row["planned_on"] for row in copy.draft["milestones"]] == ["", "", planned[2]["planned_on"]]
        for name in set(source) - {"valid_until", "milestones"}:
            assert copy.draft[name] == source[name]
        assert Deal(owner, copy.quote_id).send()  # it can go out as it is
    check_rules(owner.workspace_id)


def test_a_quote_once_more_for_somebody_else(in_app: Flask, owner: Supplier) -> None:
    draft = a_quote(owner, title="A plan")
    before = rows(Quote)
    copy = _copied(draft, keep_client=False)
    assert not OF_THE_CLIENT & set(copy.draft)
    assert (copy.title, copy.number, copy.gross) == ("A plan", 1, rows(Revision)[0].gross)
    assert rows(Quote)[0] == before[0]
