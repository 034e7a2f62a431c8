"""A link that has run out: who gets a new one, how often, and what the old one is still good for."""

from datetime import timedelta

import pytest
from flask import Flask

from milebill import clock
from milebill.domain.renewal import MAX_MAILS, QUIET, renew_link
from milebill.models import Event, EventKind, Link, Mail, MailKind
from tests.actors import PAYABLE, Supplier, a_sent_quote, a_submitted_milestone, signed
from tests.crowds import at_once
from tests.domain.outcomes import outcome
from tests.rules import check_rules, rows
from tests.snapshots import everything
from tests.ways_in import run_out, set_link


def renew(workspace_id: int, link_id: int) -> str:
    return outcome(lambda: renew_link(workspace_id, link_id, "192.0.2.10", "Test"))


def renewals() -> list[int | None]:
    """Whose links were mailed anew, oldest first."""
    return [mail.link_id for mail in rows(Mail, Mail.kind == MailKind.LINK_RENEWED)]


def test_it_is_mailed_to_the_person_of_the_link_and_recorded(owner: Supplier) -> None:
    deal = a_sent_quote(owner)
    link = run_out(deal, PAYABLE)
    before = rows(Link)
    assert renew(owner.workspace_id, link) == "done"
    (mail,) = rows(Mail, Mail.kind == MailKind.LINK_RENEWED)
    (event,) = rows(Event, Event.kind == EventKind.LINK_RENEWED)
    assert (mail.link_id, mail.recipient, mail.quote_id) == (link, "", deal.quote_id)  # the address is the person's
    assert event.content["actor"] == {
        "side": "client", "link": link, "address": "192.0.2.10", "user_agent": "Test",
    }  # fmt: skip
    assert event.content["data"] == {"number": number_of(deal.quote_id), "person": PAYABLE.name}
    assert rows(Link) == before  # so the old way in stays dead
    check_rules(owner.workspace_id)


def number_of(quote_id: int) -> str:
    (sent,) = rows(Event, Event.quote_id == quote_id, Event.kind == EventKind.QUOTE_SENT)
    number: str = sent.content["data"]["number"]
    return number


def test_which_links_can_be_renewed(owner: Supplier, rival: Supplier) -> None:
    moment = clock.now()
    found = {}
    for name, values in {
        "without an end": {},
        "not yet": {"expires_at": moment + timedelta(minutes=1)},
        "over": {"expires_at": moment},
        "revoked": {"revoked_at": moment},
        "revoked and over": {"revoked_at": moment, "expires_at": moment},
    }.items():
        link = set_link(a_sent_quote(owner), **values) if values else a_sent_quote(owner).link()
        before = everything()
        found[name] = renew(owner.workspace_id, link)
        if found[name] != "done":
            assert everything() == before
    found["of another workspace"] = renew(rival.workspace_id, run_out(a_sent_quote(owner)))
    found["nobody"] = renew(owner.workspace_id, 10**9)
    assert found == {
        "without an end": "done before",
        "not yet": "done before",
        "over": "done",
        "revoked": "LinkRevoked",
        "revoked and over": "LinkRevoked",
        "of another workspace": "NotFound",
        "nobody": "NotFound",
    }


def test_a_hundred_clicks_send_one_mail(in_app: Flask, owner: Supplier) -> None:
    link = run_out(a_sent_quote(owner))
    answers = at_once(in_app, [lambda: renew(owner.workspace_id, link)] * 100)
    assert sorted(answers) == ["done", *["done before"] * 99]
    assert renewals() == [link]
    check_rules(owner.workspace_id)


def test_one_mail_in_a_quarter_of_an_hour(owner: Supplier) -> None:
    link = run_out(a_sent_quote(owner))
    moment = clock.now()
    found = []
    for late in (timedelta(0), QUIET - timedelta(seconds=1), QUIET, QUIET + timedelta(minutes=1), 2 * QUIET):
        with clock.at(moment + late):
            found.append(renew(owner.workspace_id, link))
    assert found == ["done", "done before", "done", "done before", "done"]


def test_nobodys_mailbox_is_flooded(owner: Supplier) -> None:
    """However many quotes a person has; somebody else at the same client still gets theirs."""
    deals = [a_sent_quote(owner) for _ in range(MAX_MAILS + 2)]
    found = [renew(owner.workspace_id, run_out(deal)) for deal in deals]
    assert found == ["done"] * MAX_MAILS + ["done before"] * 2
    assert renew(owner.workspace_id, run_out(deals[0], PAYABLE)) == "done"
    with clock.at(clock.now() + QUIET):
        assert renew(owner.workspace_id, deals[-1].link()) == "done"


MAILED = {
    "long ago": None,
    "just before the end": timedelta(seconds=-1),
    "at the end": timedelta(0),
    "later": timedelta(days=1),
    "too long ago for a new one": timedelta(days=-30, hours=-1),
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", list(MAILED))
def test_only_what_was_mailed_after_the_end_signs(owner: Supplier, name: str) -> None:
    end = clock.now() - timedelta(hours=1)
    deal, late = a_submitted_milestone(owner), MAILED[name]
    if name.startswith("too long"):
        run_out(deal, at=end - timedelta(days=60))
    else:
        run_out(deal, at=end)
    mailed_at = None if late is None else end + late
    works = name in ("at the end", "later")
    assert outcome(lambda: deal.sign_off(mailed_at=mailed_at)) == ("done" if works else "LinkExpired")
    assert signed("").mailed_at is None
